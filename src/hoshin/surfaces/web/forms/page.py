"""A form as the page shows it: sections of controls and parts, with what was typed and what is wrong at its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.organization.models import Unit
from hoshin.kernel.records.errors import Problem
from hoshin.kernel.records.field_types import CHOICE, LONG_TEXT, PERSON, RECORD, UNIT, YES_NO
from hoshin.kernel.records.fields import FieldSpec, PartSpec
from hoshin.kernel.records.kinds import COMMON, KindSpec

from .lines import lines_to_send
from .references import find, uid_in
from .typed import Line, Typed, blank_line

SPARE = 1


@dataclass
class Control:
    """One control of a form."""

    field: FieldSpec
    name: str
    text: str
    errors: list[str] = field(default_factory=list)
    choices: Sequence[tuple[str, str]] = ()
    required: bool = False
    theirs: str | None = None
    hint: str = ""

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def label(self) -> str | Promise:
        return self.field.label

    @property
    def widget(self) -> str:
        return self.field.type.widget

    @property
    def kinds(self) -> str:
        return ",".join(self.field.kinds)

    @property
    def is_wide(self) -> bool:
        return self.field.type is LONG_TEXT or self.field.name == "title" or self.theirs is not None

    @property
    def is_short(self) -> bool:
        return self.widget in ("number", "decimal", "date", "datetime-local", "checkbox")

    @property
    def described_by(self) -> str:
        told = [f"{self.id}_help"] if self.field.help or self.hint else []
        return " ".join([*told, *([f"{self.id}_error"] if self.errors else [])])


@dataclass
class Row:
    """One line of a part with its controls."""

    line: Line
    index: int | str
    controls: list[Control]

    @property
    def is_old(self) -> bool:
        return bool(self.line.uid)


@dataclass
class Lines:
    """A part of a record as a form shows it."""

    field: FieldSpec
    rows: list[Row]
    template: Row
    errors: list[str] = field(default_factory=list)
    theirs: str | None = None

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_tree(self) -> bool:
        return self.field.part.tree


@dataclass
class Section:
    """A group of controls under a title."""

    title: str | Promise
    controls: list[Control]
    lead: str | Promise = ""
    lines: Lines | None = None
    # Sections that can wait stand folded at the end.
    later: bool = False


class RecordForm:
    """The form of some fields of a kind."""

    def __init__(
        self, spec: KindSpec, fields: Iterable[FieldSpec], typed: Typed, standing: Standing, *, step: str = "", opening: bool = False
    ):  # fmt: skip
        self.spec, self.typed, self.standing, self.step, self.opening = spec, typed, standing, step, opening
        self.fields = list(fields)
        self.errors: dict[str, list[str]] = {}
        self.general: list[str] = []
        self.theirs: dict[str, str] = {}
        self._sent_lines: dict[str, list[Line]] = {}
        self._not_found: dict[str, dict[int | None, str]] = {}
        self._units: list[tuple[str, str]] | None = None
        # Units in which this person may do what the form is for; None: all.
        self.units_allowed: frozenset[UUID] | None = None

    # ---------- what the doors take ----------

    def to_send(self, names: Iterable[str] | None = None) -> dict[str, Any]:
        """What was typed, as the doors take it; references are found by their text."""
        wanted = self.fields if names is None else [f for f in self.fields if f.name in set(names)]
        found = find(self._references(wanted), self.standing)
        sent: dict[str, Any] = {}
        for spec in wanted:
            if spec.part is not None and spec.name in self.typed.lines:
                sent[spec.name] = self._send_lines(spec.part, found)
            elif spec.name in self.typed.values:
                text = self.typed.values[spec.name]
                sent[spec.name] = self._meant(spec, text, found, spec.name, None)
        return sent

    def _references(self, fields: Iterable[FieldSpec]) -> Iterable[tuple[FieldSpec, str]]:
        for spec in fields:
            if spec.part is None:
                yield spec, self.typed.values.get(spec.name, "")
            else:
                for line in self.typed.lines.get(spec.name, ()):
                    yield from ((inner, line.values.get(inner.name, "")) for inner in spec.part.fields)

    def _send_lines(self, part: PartSpec, found: Any) -> list[dict]:
        pairs = lines_to_send(part, self.typed.lines[part.name])
        self._sent_lines[part.name] = [line for line, _told in pairs]
        sent = []
        for place, (_line, told) in enumerate(pairs):
            for inner in part.fields:
                told[inner.name] = self._meant(inner, told[inner.name], found, f"{part.name}.{inner.name}", place)
            sent.append(told)
        return sent

    def _meant(self, spec: FieldSpec, text: str, found: Any, name: str, line: int | None) -> Any:
        if spec.type not in (PERSON, RECORD) or not text:
            return text
        uid = found.uids.get((spec.type.name, text))
        if uid is None:
            self._not_found.setdefault(name, {})[line] = found.problems[spec.type.name, text]
            return text
        return str(uid)

    # ---------- what is wrong ----------

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Put each problem at its field, in our words where a reference was not found."""
        for problem in problems:
            said = self._not_found.get(problem.field, {}).get(problem.line, problem.message)
            part, _dot, inner = problem.field.partition(".")
            lines = self._sent_lines.get(part, [])
            if problem.line is not None and problem.line < len(lines):
                lines[problem.line].errors.setdefault(inner, []).append(said)
            elif any(f.name == problem.field for f in self.fields):
                self.errors.setdefault(problem.field, []).append(said)
            else:
                self.general.append(f"{problem.field}: {said}")

    @property
    def not_found(self) -> list[Problem]:
        """References that were not found, where nothing else was wrong."""
        return [
            Problem(name, said, line=line) for name, lines in self._not_found.items() for line, said in lines.items()
        ]

    @property
    def summary(self) -> list[tuple[str, str, str]]:
        """Every error: where it stands, what the field is called, what is wrong."""
        told = [("", "", said) for said in self.general]
        for spec in self.fields:
            told += [(f"id_{spec.name}", str(spec.label), said) for said in self.errors.get(spec.name, ())]
            for index, line in enumerate(self.typed.lines.get(spec.name, ())):
                for inner, messages in line.errors.items():
                    label = next((str(f.label) for f in spec.part.fields if f.name == inner), str(spec.label))
                    label = f"{spec.label} {index + 1}, {label}"
                    told += [(f"id_{spec.name}-{index}-{inner}", label, said) for said in messages]
        return told

    # ---------- what the page shows ----------

    @property
    def sections(self) -> list[Section]:
        """The kind's own fields, each part, then what every record has; what later steps ask for comes last."""
        common = {f.name for f in COMMON}
        own = [f for f in self.fields if f.part is None and f.name not in common]
        at_once = [f for f in own if not self._can_wait(f)]
        made = [Section("", [self.control(f) for f in at_once])] if at_once else []
        made += [self._part_section(f) for f in self.fields if f.part is not None and not self._can_wait(f)]
        rest = [f for f in self.fields if f.part is None and f.name in common]
        if rest:
            made.append(Section(_("Who, when, how urgent"), [self.control(f) for f in rest]))
        waiting = [f for f in own if self._can_wait(f)]
        if waiting:
            made.append(Section(_("Further fields"), [self.control(f) for f in waiting], later=True))
        made += [self._part_section(f, later=True) for f in self.fields if f.part is not None and self._can_wait(f)]
        return made

    @property
    def at_once(self) -> list[Section]:
        return [section for section in self.sections if not section.later]

    @property
    def later(self) -> list[Section]:
        return [section for section in self.sections if section.later]

    @property
    def later_is_open(self) -> bool:
        """Whether something already stands, or is wrong, among what can wait."""
        waiting = [f for f in self.fields if self._can_wait(f)]
        return any(
            self.typed.values.get(f.name) or self.typed.lines.get(f.name) or self.errors.get(f.name) for f in waiting
        )

    def _part_section(self, spec: FieldSpec, *, later: bool = False) -> Section:
        return Section(spec.label, [], spec.help, self.lines(spec), later=later)

    def _can_wait(self, spec: FieldSpec) -> bool:
        """When a record is opened, trees and fields that only steps beyond the first state ask for can wait."""
        if not self.opening or spec.required:
            return False
        if not spec.needed_for:
            return spec.part is not None and spec.part.tree
        first = {t.name for t in self.spec.workflow.leaving(self.spec.workflow.initial.name)}
        return not first & set(spec.needed_for)

    def control(self, spec: FieldSpec) -> Control:
        return Control(
            spec,
            spec.name,
            self.typed.values.get(spec.name, ""),
            self.errors.get(spec.name, []),
            self.choices(spec),
            spec.required or bool(self.step and (self.step in spec.needed_for)),
            self.theirs.get(spec.name),
            self._hint(spec),
        )

    def _hint(self, spec: FieldSpec) -> str:
        if not spec.needed_for or self.step:
            return ""
        titles = [str(t.title) for t in self.spec.workflow.transitions if t.name in spec.needed_for]
        return _("Needed before: %(steps)s.") % {"steps": ", ".join(titles)}

    def choices(self, spec: FieldSpec) -> list[tuple[str, str]]:
        if spec.type is CHOICE:
            return [(str(value), str(label)) for value, label in spec.choices]
        if spec.type is YES_NO:
            return [("yes", _("Yes")), ("no", _("No"))]
        if spec.type is UNIT:
            return self.units()
        return []

    def units(self) -> list[tuple[str, str]]:
        if self._units is None:
            rows = Unit.objects.order_by("code").values_list("uid", "name")
            mine = {uid_in(text) for text in self.typed.values.values()}
            allowed = self.units_allowed
            self._units = [(str(u), name) for u, name in rows if allowed is None or u in allowed or u in mine]
        return self._units

    def lines(self, spec: FieldSpec) -> Lines:
        part = spec.part
        lines = self.typed.lines.get(spec.name, [])
        shown = lines or [blank_line(part) for _n in range(SPARE)]
        rows = [self._row(part, line, index) for index, line in enumerate(shown)]
        template = self._row(part, blank_line(part), "__n__")
        return Lines(spec, rows, template, self.errors.get(spec.name, []), self.theirs.get(spec.name))

    def _row(self, part: PartSpec, line: Line, index: int | str) -> Row:
        controls = [
            Control(
                inner, f"{part.name}-{index}-{inner.name}", line.values.get(inner.name, ""),
                line.errors.get(inner.name, []), self.choices(inner), inner.required,
            )
            for inner in part.fields
        ]  # fmt: skip
        if line.errors.get(""):
            controls[0].errors = [*controls[0].errors, *line.errors[""]]
        return Row(line, index, controls)


def preset_from(query: Mapping[str, str], fields: Iterable[FieldSpec]) -> dict[str, str]:
    """What an address fills in beforehand; a choice that does not exist fills in nothing."""
    asked = (f for f in fields if f.part is None and f.name in query)
    return {f.name: query[f.name] for f in asked if not f.choices or query[f.name] in {str(c) for c, _ in f.choices}}
