"""Filters of a list: what an address asks for, in SQL, in words, and as controls."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.organization.models import Unit, UnitWithin
from hoshin.kernel.records.field_types import (
    CHOICE,
    DAY,
    INSTANT,
    INTEGER,
    NUMBER,
    PERSON,
    RECORD,
    UNIT,
    YES_NO,
    BadValue,
)
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.workflow import VOID
from hoshin.kernel.trail import clock
from hoshin.surfaces.web.forms.references import find
from hoshin.surfaces.web.names import Names

# Not the name of a state: some kind's state is called "open".
OPEN, CLOSED = "any-open", "any-closed"
# What an address may hold beside filters.
OTHERS = ("sort", "page", "density", "view", "size")


@dataclass
class Choice:
    """One filter as a control of the list."""

    name: str
    label: str | Promise
    widget: str
    value: str
    choices: list[tuple[str, str]] = field(default_factory=list)
    kinds: str = ""
    # Stands in the bar; others are folded away.
    at_once: bool = False


@dataclass
class Chip:
    """A filter that is on, in words, with the address of the list without it."""

    words: str
    url: str


@dataclass
class Filters:
    """What a list is narrowed to."""

    q: Q = field(default_factory=Q)
    # Whether only columns of Record itself are asked, so that the kind's own table need not be joined.
    plain: bool = True
    chips: list[Chip] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def narrow(self, q: Q, *, plain: bool = True) -> None:
        self.q &= q
        self.plain &= plain


def read_filters(request: HttpRequest, spec: KindSpec) -> Filters:
    """The filters of an address. One that cannot be understood empties the list and says so; it never widens it."""
    filters = Filters()
    query, readers = request.GET, {**COMMON_FILTERS, **_field_filters(spec)}
    for name in query:
        if name in OTHERS or not query[name].strip():
            continue
        reader = readers.get(name)
        if reader is None:
            _refuse(filters, _("There is no filter “%(name)s” here.") % {"name": name})
            continue
        try:
            words = reader(filters, query.getlist(name), request, spec)
        except BadValue as bad:
            _refuse(filters, f"{name}: {bad}")
            continue
        filters.chips.append(Chip(words, without(query, name)))
    return filters


def _refuse(filters: Filters, said: str) -> None:
    filters.problems.append(said)
    filters.narrow(Q(pk__in=[]))


def without(query: QueryDict, *names: str) -> str:
    left = query.copy()
    for name in (*names, "page"):
        left.pop(name, None)
    return f"?{left.urlencode()}"


def with_value(query: QueryDict, **values: str) -> str:
    left = query.copy()
    left.pop("page", None)
    for name, value in values.items():
        left[name] = value
    return f"?{left.urlencode()}"


Reader = Callable[[Filters, list[str], HttpRequest, KindSpec], str]


def _text(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
    text = raw[-1].strip()
    filters.narrow(Q(title__icontains=text) | Q(number__istartswith=text))
    return f"“{text}”"


def _state(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
    if raw == [OPEN]:
        filters.narrow(Q(closed_at=None))
        return _("Open")
    if raw == [CLOSED]:
        filters.narrow(~Q(closed_at=None))
        return _("Closed")
    known = {state.name: str(state.label) for state in spec.workflow.states}
    unknown = [name for name in raw if name not in known]
    if unknown:
        raise BadValue(
            _("“%(found)s” is not one of: %(choices)s.") % {"found": unknown[0], "choices": ", ".join(known)}
        )
    filters.narrow(Q(state__in=raw))
    return ", ".join(known[name] for name in raw)


def _late(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
    _yes(raw)
    filters.narrow(Q(closed_at=None, due_at__lte=clock.now()))
    return _("Late")


def _mine(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
    _yes(raw)
    filters.narrow(Q(owner=request.standing.uid))
    return _("Mine")


def _yes(raw: list[str]) -> None:
    if raw != ["yes"]:
        raise BadValue(_("“%(found)s” is not accepted; “yes” is.") % {"found": raw[-1]})


def _unit(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
    uid = UNIT.parse(raw[-1], None)
    name = Unit.objects.filter(uid=uid).values_list("name", flat=True).first()
    if name is None:
        raise BadValue(_("There is no such unit."))
    filters.narrow(Q(unit__in=list(UnitWithin.objects.filter(whole=uid).values_list("unit", flat=True))))
    return name


COMMON_FILTERS: Mapping[str, Reader] = {"q": _text, "state": _state, "late": _late, "mine": _mine, "unit": _unit}


def _field_filters(spec: KindSpec) -> dict[str, Reader]:
    readers: dict[str, Reader] = {}
    for f in filterable(spec):
        if f.name in COMMON_FILTERS:
            continue
        readers[f.name] = _exactly(f)
        if "gte" in f.type.lookups:
            readers[f"{f.name}_from"], readers[f"{f.name}_to"] = _at_least(f), _at_most(f)
    return {name: _only_where_seen(reader, spec.find(_field_name(name, spec))) for name, reader in readers.items()}


def _field_name(name: str, spec: KindSpec) -> str:
    return name if spec.find(name) else name.removesuffix("_from").removesuffix("_to")


def _only_where_seen(reader: Reader, f: FieldSpec) -> Reader:
    """A filter tells what a field holds, so it asks only records in which this person may see the field."""

    def read(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
        if f.visible_to is not None:
            filters.narrow(f.visible_to.q(request.standing))
        return reader(filters, raw, request, spec)

    return read


def filterable(spec: KindSpec) -> Iterable[FieldSpec]:
    return (
        f for f in spec.all_fields if f.type in (CHOICE, YES_NO, DAY, INSTANT, INTEGER, NUMBER, PERSON, RECORD, UNIT)
    )


def _is_plain(f: FieldSpec, spec: KindSpec) -> bool:
    return f not in spec.fields


def _exactly(f: FieldSpec) -> Reader:
    def read(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
        if raw == ["none"]:
            empty = Q(**{f"{f.lookup}__isnull": True})
            filters.narrow(empty | Q(**{f.lookup: ""}) if f.type is CHOICE else empty, plain=_is_plain(f, spec))
            return f"{f.label}: {_('none')}"
        values = [_value(f, text, request) for text in raw]
        filters.narrow(Q(**{f"{f.lookup}__in": [f.filter_value(v) for v in values]}), plain=_is_plain(f, spec))
        names = Names(request.standing, {f.type: set(values)}) if f.type in (PERSON, UNIT, RECORD) else None
        return f"{f.label}: {', '.join(f.words(value, names) for value in values)}"

    return read


def _value(f: FieldSpec, text: str, request: HttpRequest) -> Any:
    if f.type is PERSON and text == "me":
        return request.standing.uid
    if f.type in (PERSON, RECORD):
        found = find([(f, text.strip())], request.standing)
        for problem in found.problems.values():
            raise BadValue(problem)
        return next(iter(found.uids.values()))
    return f.parse(text)


def _bound(f: FieldSpec, text: str, *, end: bool) -> Any:
    """A bound; a bare day as the end of a span of instants means the whole day."""
    if f.type is not INSTANT or len(text.strip()) != 10:
        return f.filter_value(f.parse(text))
    day = DAY.parse(text, f)
    moment = timezone.make_aware(datetime.combine(day, time.max if end else time.min))
    return f.filter_value(INSTANT.parse(moment, f))


def _at_least(f: FieldSpec) -> Reader:
    def read(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
        filters.narrow(Q(**{f"{f.lookup}__gte": _bound(f, raw[-1], end=False)}), plain=_is_plain(f, spec))
        return _("%(field)s from %(value)s") % {"field": f.label, "value": raw[-1]}

    return read


def _at_most(f: FieldSpec) -> Reader:
    def read(filters: Filters, raw: list[str], request: HttpRequest, spec: KindSpec) -> str:
        filters.narrow(Q(**{f"{f.lookup}__lte": _bound(f, raw[-1], end=True)}), plain=_is_plain(f, spec))
        return _("%(field)s to %(value)s") % {"field": f.label, "value": raw[-1]}

    return read


def choices_of(request: HttpRequest, spec: KindSpec, units: list[tuple[str, str]]) -> list[Choice]:
    """The controls of a list's filters, the useful ones at once."""
    query = request.GET
    states = [(OPEN, _("all open")), (CLOSED, _("all closed"))]
    states += [(s.name, str(s.label)) for s in spec.workflow.states if s.name != VOID or query.get("state") == VOID]
    made = [
        Choice("q", _("Text"), "text", query.get("q", ""), at_once=True),
        Choice("state", _("State"), "select", query.get("state", ""), states, at_once=True),
    ]
    at_once = 0
    for f in filterable(spec):
        if f.visible_to is not None:
            continue  # the address still takes it, from those who see the field
        if f.type is CHOICE:
            listed = f.listed and at_once < 2
            at_once += listed
            options = [(str(value), str(label)) for value, label in f.choices]
            made.append(Choice(f.name, f.label, "select", query.get(f.name, ""), options, at_once=listed))
        elif f.type is UNIT and f.name == "unit":
            made.append(Choice("unit", f.label, "select", query.get("unit", ""), units))
        elif f.type in (PERSON, RECORD):
            made.append(_reference_choice(f, query))
        elif f.type is YES_NO:
            options = [("yes", _("Yes")), ("no", _("No"))]
            made.append(Choice(f.name, f.label, "select", query.get(f.name, ""), options))
        elif f.type in (DAY, INSTANT):
            made += [
                Choice(
                    f"{f.name}_from", _("%(field)s from") % {"field": f.label}, "date", query.get(f"{f.name}_from", "")
                ),
                Choice(f"{f.name}_to", _("%(field)s to") % {"field": f.label}, "date", query.get(f"{f.name}_to", "")),
            ]
    return sorted(made, key=lambda choice: not choice.at_once)


def _reference_choice(f: FieldSpec, query: QueryDict) -> Choice:
    widget = "person" if f.type is PERSON else "reference"
    return Choice(f.name, f.label, widget, query.get(f.name, ""), kinds=",".join(f.kinds), at_once=f.name == "owner")


VIEWS = (
    ("", gettext_lazy("All"), {}),
    ("open", gettext_lazy("Open"), {"state": OPEN}),
    ("mine", gettext_lazy("Mine"), {"state": OPEN, "mine": "yes"}),
    ("late", gettext_lazy("Late"), {"late": "yes"}),
)
