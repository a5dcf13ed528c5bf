"""Texts that come beside fields (titles of tasks, comments, notes, reasons): cleaned and bounded as fields are."""

from typing import Any

from django.utils.translation import gettext as _

from .errors import Invalid, Problem
from .field_types import LONG_TEXT, TEXT, BadValue
from .fields import FieldSpec

REASON = 2_000


def read_text(name: str, raw: Any, *, most: int, least: int = 1, lines: bool = False) -> str:
    """The text of what was sent under this name, or Invalid."""
    try:
        text = FieldSpec(name, LONG_TEXT if lines else TEXT, name, max_length=most).parse(raw) or ""
    except BadValue as bad:
        raise Invalid([Problem(name, str(bad))])
    if len(text) < least:
        raise Invalid(
            [Problem(name, _("A text of %(least)s to %(most)s characters is needed.") % {"least": least, "most": most})]
        )
    return text


def read_reason(raw: str | None) -> str:
    """A reason as it is written down; empty where none was given."""
    return read_text("reason", raw, most=REASON, least=0, lines=True)
