"""Reading what was sent: JSON of bounded depth, members of known names and types."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from hoshin.kernel.records.errors import Problem

from .answers import Refused, invalid, malformed

DEEPEST = 40


def read_json(request: HttpRequest) -> Any:
    """The request's JSON; nothing but well-formed text of whole characters is let in."""
    try:
        data = json.loads(request.body or b"{}", parse_constant=_no_constant)
        text = json.dumps(data, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        raise malformed(_("The text holds half a character (a lone surrogate)."))
    except RecursionError:
        raise malformed(_("The JSON is nested too deeply."))
    except ValueError as wrong:
        raise malformed(_("This is not JSON: %(why)s.") % {"why": str(wrong)[:200]})
    if "\\u0000" in text:
        raise malformed(_("The text holds a zero character, which cannot be stored."))
    if _is_too_deep(data):
        raise malformed(_("The JSON is nested more than %(most)s deep.") % {"most": DEEPEST})
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _is_too_deep(data: Any) -> bool:
    level = [data]
    for _level in range(DEEPEST):
        level = [m for d in level for m in (d.values() if isinstance(d, dict) else d if isinstance(d, list) else ())]
        if not level:
            return False
    return True


class Body:
    """One JSON object that was sent, whose members are asked for by name and type."""

    def __init__(self, raw: Any, *known: str):
        if not isinstance(raw, Mapping):
            raise malformed(_("A JSON object is needed; %(found)s was found.") % {"found": type(raw).__name__})
        stray = [name for name in raw if name not in known]
        if stray:
            message = _("There is no such member; there are: %(known)s.") % {"known": ", ".join(known)}
            problems = [Problem(name, message) for name in stray]
            raise Refused(422, "invalid", "; ".join(map(str, problems)), problems)
        self.raw = raw

    def text(self, name: str, default: str = "") -> str:
        value = self.raw.get(name)
        if value is not None and not isinstance(value, str):
            raise invalid(name, _("Text is needed."))
        return default if value is None else value

    def whole(self, name: str) -> int | None:
        value = self.raw.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31):
            raise invalid(name, _("A whole number above 0 is needed."))
        return value

    def object(self, name: str) -> dict[str, Any]:
        value = self.raw.get(name, {})
        if not isinstance(value, dict):
            raise invalid(name, _("An object of fields and their values is needed."))
        return value

    def list(self, name: str) -> list:
        value = self.raw.get(name)
        if not isinstance(value, list):
            raise invalid(name, _("A list is needed."))
        return value

    def uid(self, name: str) -> UUID | None:
        value = self.raw.get(name)
        if value is None:
            return None
        try:
            return UUID(value) if isinstance(value, str) else _not_a_uid(name)
        except ValueError:
            _not_a_uid(name)


def _not_a_uid(name: str) -> NoReturn:
    raise invalid(name, _("An identifier such as 0198c5f0-7b1a-7c3e-9d2f-4a5b6c7d8e9f is needed."))


def body_of(request: HttpRequest, *known: str) -> Body:
    return Body(read_json(request), *known)
