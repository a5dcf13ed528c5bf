"""Values as a page shows them: words, with the link, mark or state they carry."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records.field_types import CHOICE, INTEGER, LONG_TEXT, NUMBER, RECORD, TEXT
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.history import Difference, Event
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import Priority
from hoshin.kernel.records.work import SOON
from hoshin.kernel.trail import clock
from hoshin.surfaces.statistics import translated

from .addresses import url_of
from .names import Names

LEVELS = ("minor", "major", "critical")


@dataclass(frozen=True)
class Shown:
    """One value of one field, ready for a template."""

    field: FieldSpec
    text: str
    url: str = ""
    level: str = ""
    category: str = ""
    # The field's label as text; a list gives it once for a whole column, for translating it in each cell takes time.
    named: str = ""

    @property
    def label(self) -> str | Promise:
        return self.named or self.field.label

    @property
    def is_long(self) -> bool:
        return self.field.type is LONG_TEXT

    @property
    def is_number(self) -> bool:
        return self.field.type in (INTEGER, NUMBER)


def shown(field: FieldSpec, value: Any, names: Names, spec: KindSpec | None = None, named: str = "") -> Shown:
    """A value with its words and what belongs to it."""
    if value is None or value == "":
        return Shown(field, "", named=named)
    text = words_of(field, value, names)
    if field.type is RECORD and value in names.records:
        return Shown(field, text, url=url_of(names.records[value]), named=named)
    if field.name == "state" and spec is not None:
        state = spec.workflow.state(value)
        return Shown(field, str(state.label), category=state.category.value, named=named)
    if field.type is CHOICE and value in LEVELS:
        return Shown(field, text, level=value, named=named)
    return Shown(field, text, named=named)


def words_of(field: FieldSpec, value: Any, names: Any) -> str:
    """A value in words; what the system wrote of its statistics is said in the reader's language."""
    words = field.words(value, names)
    return translated(words) if is_written_by_the_system(field) else words


def is_written_by_the_system(field: FieldSpec | None) -> bool:
    return field is not None and not field.editable and field.type in (TEXT, LONG_TEXT)


def seen_by(standing: Standing, fields: Iterable[FieldSpec], row: Any) -> list[FieldSpec]:
    """The fields whose values this person may read in this record."""
    return [field for field in fields if field.visible_to is None or field.visible_to.allows(standing, row)]


def told_to(standing: Standing, row: Any, events: list[Event]) -> list[Event]:
    """The events without the changes of fields that this person may not see."""
    fields = row.spec.all_fields
    seen = {f.name for f in seen_by(standing, fields, row)}
    hidden = {str(f.label) for f in fields if f.name not in seen}
    return [
        replace(event, differences=tuple(_said(d, row) for d in event.differences if d.label not in hidden))
        for event in events
    ]


def _said(change: Difference, row: Any) -> Difference:
    if not is_written_by_the_system(row.spec.find(change.field)):
        return change
    return replace(change, old=translated(change.old), new=translated(change.new))


def due_words(due_on: date | None, due_at: datetime | None, is_open: bool = True) -> tuple[str, str]:
    """A due day in words, and how much it presses: late, soon or nothing."""
    if due_on is None:
        return "", ""
    now = clock.now()
    if not is_open or due_at is None:
        return date_format(due_on), ""
    days = (due_on - timezone.localdate(now)).days
    if due_at <= now:
        late = max(1, -days)
        return ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late}, "late"
    if due_at - now <= SOON:
        if days <= 0:
            return _("due today"), "soon"
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}, "soon"
    return date_format(due_on), ""


def pressing(row: Any, is_open: bool) -> int:
    """How a row is marked: 1 act now, 2 soon, 3 no hurry, 0 nothing to do."""
    if not is_open:
        return 0
    now = clock.now()
    if row.priority >= Priority.CRITICAL or (row.due_at is not None and row.due_at <= now):
        return 1
    if row.priority == Priority.HIGH or (row.due_at is not None and row.due_at - now <= SOON):
        return 2
    return 3
