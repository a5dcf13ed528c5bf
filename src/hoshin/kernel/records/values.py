"""Reading what was sent into values: every field parsed, every reference looked up, all problems told at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import INTERNAL, visible
from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.trail.models import new_uid

from .errors import Invalid, Problem
from .field_types import PERSON, RECORD, UNIT, BadValue
from .fields import FieldSpec, PartSpec
from .kinds import KindSpec
from .record import SLICE, Record

MOST_LINES = 2_000


@dataclass(frozen=True)
class Reader:
    """For whom values are read: nobody writes a field they do not see, or refers to a restricted record they do not see."""

    standing: Standing
    # Records that may be referred to all the same, because the house or somebody else has put them there.
    vouched: frozenset[UUID] = frozenset()
    row: Any = None

    def may_write(self, field: FieldSpec) -> bool:
        return field.visible_to is None or self.row is None or field.visible_to.allows(self.standing, self.row)

    def records(self) -> QuerySet:
        referable = visible(self.standing) | Q(uid__in=self.vouched)
        if self.standing.is_inside:
            # Products and characteristics of the whole organisation are referred to from every site.
            referable |= Q(confidentiality=INTERNAL)
        return Record.objects.filter(referable)


SYSTEM = Reader(Standing(None, system=True))


def read_values(
    spec: KindSpec, sent: Sequence[Mapping[str, Any]], *, complete: bool, seen: Reader = SYSTEM
) -> list[dict[str, Any]]:
    """The values of each record of a set; ``complete`` asks for what is required. Raises Invalid with all problems."""
    problems: list[Problem] = []
    read = [_read_one(spec, raw, index, problems, complete, seen) for index, raw in enumerate(sent)]
    problems.extend(_missing_references(spec, read, seen))
    problems.extend(_taken_lines(spec, sent, read, seen))
    if problems:
        raise Invalid(problems)
    return read


def _read_one(
    spec: KindSpec, raw: Mapping[str, Any], index: int, problems: list[Problem], complete: bool, seen: Reader
) -> dict:
    values: dict[str, Any] = {}
    known = {field.name: field for field in spec.editable_fields if seen.may_write(field)}
    for name in raw:
        if name not in known:
            accepted = ", ".join(known)
            problems.append(
                Problem(name, _("There is no such field to write; there are: %(f)s.") % {"f": accepted}, index)
            )
    for name, field in known.items():
        if name not in raw:
            if complete and field.default is not None:
                values[name] = field.default
            elif complete and field.required:
                problems.append(Problem(name, _("This is needed."), index))
            continue
        try:
            values[name] = read_lines(field.part, raw[name], index, problems) if field.part else field.parse(raw[name])
        except BadValue as bad:
            problems.append(Problem(name, str(bad), index))
            continue
        if values[name] is None and field.required:
            problems.append(Problem(name, _("This is needed."), index))
        elif values[name] is None and field.default is not None:
            values[name] = field.default
    return values


def read_lines(part: PartSpec, raw: Any, index: int, problems: list[Problem]) -> list[dict]:
    """The lines of a part; each keeps its uid or gets one, and stands below a parent of the same part."""
    if raw in (None, ""):
        return []
    if not isinstance(raw, list | tuple):
        raise BadValue(_("A list of lines is needed."))
    if len(raw) > MOST_LINES:
        raise BadValue(_("%(found)s lines; at most %(most)s are accepted.") % {"found": len(raw), "most": MOST_LINES})
    lines: list[dict] = []
    for place, line in enumerate(raw):
        if not isinstance(line, Mapping):
            problems.append(Problem(part.name, _("A line is an object of fields."), index, place))
            continue
        lines.append(_read_line(part, line, index, place, problems))
    problems.extend(_tree_problems(part, lines, index))
    return lines


def _read_line(part: PartSpec, raw: Mapping, index: int, place: int, problems: list[Problem]) -> dict:
    known = {field.name: field for field in part.fields}
    line: dict[str, Any] = {}
    try:
        line["uid"] = UUID(str(raw["uid"])) if raw.get("uid") else new_uid()
        line["parent"] = UUID(str(raw["parent"])) if raw.get("parent") else None
    except ValueError:
        problems.append(Problem(part.name, _("The line's uid is not an identifier."), index, place))
        line.setdefault("uid", new_uid())
        line.setdefault("parent", None)
    for name in raw:
        if name not in known and name not in ("uid", "parent"):
            problems.append(
                Problem(
                    f"{part.name}.{name}",
                    _("Lines have no such field; they have: %(f)s.") % {"f": ", ".join(known)},
                    index,
                    place,
                )
            )
    for name, field in known.items():
        try:
            line[name] = field.parse(raw.get(name))
        except BadValue as bad:
            line[name] = None
            problems.append(Problem(f"{part.name}.{name}", str(bad), index, place))
            continue
        if line[name] is None:
            line[name] = field.default
            if field.required and field.default is None:
                problems.append(Problem(f"{part.name}.{name}", _("This is needed."), index, place))
    return line


def _tree_problems(part: PartSpec, lines: list[dict], index: int) -> Iterable[Problem]:
    parents = {line["uid"]: line["parent"] for line in lines}
    if len(parents) != len(lines):
        yield Problem(part.name, _("Two lines carry the same uid."), index)
    for place, line in enumerate(lines):
        if line["parent"] is None:
            continue
        if not part.tree:
            yield Problem(part.name, _("Lines of this part do not stand below one another."), index, place)
        elif line["parent"] not in parents:
            yield Problem(part.name, _("The line stands below a line that is not there."), index, place)
        elif _goes_round(line["uid"], parents):
            yield Problem(part.name, _("The line stands below itself."), index, place)


def _goes_round(uid: UUID, parents: Mapping[UUID, UUID | None]) -> bool:
    seen, at = set(), uid
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def _references(spec: KindSpec, read: Sequence[Mapping]) -> Iterable[tuple[FieldSpec, str, UUID, int, int | None]]:
    """Every reference in the set: its field, the name problems use, the uid, the record and the line it stands in."""
    plain = [f for f in spec.editable_fields if f.type in (PERSON, UNIT, RECORD)]
    parts = [
        (f, line_field)
        for f in spec.part_fields
        for line_field in f.part.fields
        if line_field.type in (PERSON, UNIT, RECORD)
    ]
    for index, values in enumerate(read):
        for field in plain:
            if values.get(field.name) is not None:
                yield field, field.name, values[field.name], index, None
        for part, field in parts:
            for place, line in enumerate(values.get(part.name) or ()):
                if line.get(field.name) is not None:
                    yield field, f"{part.name}.{field.name}", line[field.name], index, place


def _missing_references(spec: KindSpec, read: Sequence[Mapping], seen: Reader) -> Iterable[Problem]:
    """References to nothing one sees, or to a record of another kind; one query for each type of reference."""
    wanted = list(_references(spec, read))
    for kind_of_value, model in ((PERSON, Person), (UNIT, Unit), (RECORD, Record)):
        mine = [w for w in wanted if w[0].type is kind_of_value]
        if not mine:
            continue
        rows = seen.records() if model is Record else model.objects.all()
        found = _kinds_by_uid(rows, list({uid for _f, _n, uid, _i, _l in mine}))
        for field, name, uid, index, line in mine:
            if uid not in found:
                yield Problem(
                    name,
                    _("There is no such %(kind)s: %(uid)s.") % {"kind": _(kind_of_value.name), "uid": uid},
                    index,
                    line,
                )
            elif model is Record and field.kinds and found[uid] not in field.kinds:
                yield Problem(
                    name,
                    _("A %(found)s stands there; accepted: %(kinds)s.")
                    % {"found": found[uid], "kinds": ", ".join(field.kinds)},
                    index,
                    line,
                )


def _kinds_by_uid(rows: QuerySet, uids: Sequence[UUID]) -> dict[UUID, Any]:
    """Which of these identifiers there are; of records, with the kind."""
    column = "kind" if rows.model is Record else "pk"
    found: dict[UUID, Any] = {}
    for start in range(0, len(uids), SLICE):
        found.update(rows.filter(uid__in=uids[start : start + SLICE]).values_list("uid", column))
    return found


def _taken_lines(spec: KindSpec, sent: Sequence[Mapping], read: Sequence[Mapping], seen: Reader) -> Iterable[Problem]:
    """Lines sent with a uid that belongs to a line of another record."""
    mine = seen.row.uid if seen.row is not None else None
    # In JSON a line's uid need only be its record's own.
    for field in (f for f in spec.part_fields if f.part.model is not None):
        places: dict[UUID, tuple[int, int]] = {}
        for index, (raw, values) in enumerate(zip(sent, read, strict=True)):
            lines = values.get(field.name) or ()
            # Whoever sent no uid got a fresh one, which nobody else has.
            given = lines and any(line.get("uid") for line in raw[field.name] if isinstance(line, Mapping))
            for place, line in enumerate(lines if given else ()):
                if line["uid"] in places and places[line["uid"]][0] != index:
                    yield Problem(field.name, _("The line's uid belongs to another record of this set."), index, place)
                places[line["uid"]] = (index, place)
        for uid in _lines_elsewhere(field.part, list(places), mine):
            yield Problem(field.name, _("The line's uid belongs to a line of another record."), *places[uid])


def _lines_elsewhere(part: PartSpec, uids: Sequence[UUID], mine: UUID | None) -> Iterable[UUID]:
    for start in range(0, len(uids), SLICE):
        there = part.model.objects.filter(uid__in=uids[start : start + SLICE]).values_list("uid", "record")
        yield from (uid for uid, record in there if record != mine)
