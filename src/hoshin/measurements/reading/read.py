"""A file read by its layout: everything or nothing, and beforehand a dry run that says what would come in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..aggregates import Aggregates
from ..columns import INTEGER, Columns
from ..overlay import apply
from . import source, times
from .cells import LabelIndex, Labels, accepted_number, numbers
from .errors import BadCell, BadCells, Complaints, LayoutError, ReadingError, letter
from .layout import Layout, Role, column_names, signature, zone
from .table import Table

CELLS_PER_CHUNK = 40_000
BETWEEN_LABELS = " · "
NOTICES = 20


@dataclass(frozen=True)
class Summary:
    """What would come in of one characteristic; `minimum` to `last` are None where nothing is known."""

    name: str
    n: int
    missing: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    first: np.datetime64 | None
    last: np.datetime64 | None


@dataclass(frozen=True)
class DryRun:
    """What a file would bring in, and every cell it could not.

    `rows` are rows of the file, `values` and `missing` cells of value columns. `bad` lists the first bad cells in the
    order of the file, `bad_count` counts them all. `notices` say what was assumed.
    """

    rows: int
    values: int
    missing: int
    characteristics: tuple[Summary, ...]
    bad: tuple[BadCell, ...]
    bad_count: int
    notices: tuple[str, ...]

    @property
    def fine(self) -> bool:
        return not self.bad_count


def dry_run(path: Path | str, layout: Layout, limit: int = 200, max_bytes: int = source.MAX_BYTES) -> DryRun:
    """Read the whole file and keep nothing: what would come in, and the first `limit` bad cells of all."""
    found = _parse(path, layout, limit, None, max_bytes)
    table = found.table()
    missing = table.missing - found.bad_values
    return DryRun(
        rows=found.rows,
        values=len(table) - table.missing,
        missing=missing,
        characteristics=tuple(_summaries(table)),
        bad=found.complaints.cells,
        bad_count=found.complaints.count,
        notices=found.all_notices(),
    )


def read(
    path: Path | str,
    layout: Layout,
    progress: Callable[[float], None] | None = None,
    limit: int = 200,
    max_bytes: int = source.MAX_BYTES,
) -> Table:
    """Every measurement of the file, or BadCells and none. `progress` is called with the part read, from 0 to 1."""
    found = _parse(path, layout, limit, progress, max_bytes)
    if found.complaints.count:
        raise BadCells(found.complaints.cells, found.complaints.count)
    if progress:
        progress(1.0)
    return found.table()


def _parse(path, layout: Layout, limit: int, progress, max_bytes: int) -> "_Reading":
    found = _Reading(layout.check(), Complaints(limit))
    content = source.load(path, max_bytes)
    size = max(256, CELLS_PER_CHUNK // len(layout.columns))
    for chunk in source.chunks(content, layout.dialect, size, progress):
        found.take(_below_header(chunk, layout))
    if not found.rows:
        raise ReadingError(f"{Path(path).name}: found no rows below row {layout.header}, accepted is at least one")
    return found


def _below_header(chunk: source.Chunk, layout: Layout) -> source.Chunk:
    """The rows below the header, once the header fits the layout."""
    if layout.header and layout.header in chunk.numbers:
        _check_header(layout.header, chunk.rows[chunk.numbers.index(layout.header)], layout)
    return chunk.below(layout.header)


def _check_header(number: int, header: list[str], layout: Layout) -> None:
    width = len(layout.columns)
    if len(header) < width or any(cell.strip() for cell in header[width:]):
        raise LayoutError(f"row {number}: found {len(header)} columns, accepted are the {width} of the layout")
    for place, (found, column) in enumerate(zip(column_names(header), layout.columns, strict=False)):
        if signature([found]) != signature([column.name]):
            raise LayoutError(f'row {number}, column {letter(place)}: found "{found}", accepted is "{column.name}"')


def _summaries(table: Table) -> Iterator[Summary]:
    empty = np.zeros(len(table), INTEGER)
    columns = Columns(
        row=np.arange(len(table)),
        characteristic=table.characteristic,
        sequence=empty,
        value=table.value,
        time=table.time,
    )
    of = Aggregates.of(apply(columns))
    for place, characteristic in enumerate(of.characteristic.tolist()):
        known = [None if np.isnan(x[place]) else float(x[place]) for x in (of.minimum, of.maximum, of.mean)]
        when = [None if np.isnat(x[place]) else x[place] for x in (of.first, of.last)]
        yield Summary(table.names[characteristic], int(of.n[place]), int(of.missing[place]), *known, *when)


@dataclass
class _Reading:
    """A file as it is read, chunk by chunk."""

    layout: Layout
    complaints: Complaints
    rows: int = 0
    bad_values: int = 0
    notices: dict[str, int] = field(default_factory=dict)
    parts: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def __post_init__(self):
        self.missing = frozenset(self.layout.missing)
        self.zone = zone(self.layout.zone)
        self.values = self.layout.positions(Role.VALUE)
        labelled = (Role.CHARACTERISTIC, Role.SUBGROUP, Role.LOT, Role.GAUGE, Role.OPERATOR)
        self.labels = {role: LabelIndex(self.missing) for role in labelled}

    def take(self, chunk: source.Chunk) -> None:
        self.rows += len(chunk.rows)
        lines, rows = self._rectangular(chunk.numbers, chunk.rows)
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        per_row = {
            "row": np.array(lines, INTEGER),
            "time": self._times(lines, columns),
            "size": self._sizes(lines, columns),
        }
        for role in (Role.SUBGROUP, Role.LOT, Role.GAUGE, Role.OPERATOR):
            per_row[role] = self._codes(role, columns, len(rows))
        wide = len(self.values)
        found = {name: np.repeat(array, wide) for name, array in per_row.items()}
        found["value"] = np.column_stack([self._numbers(lines, columns, place) for place in self.values]).ravel()
        found["characteristic"] = self._characteristics(lines, columns, len(rows))
        for name, array in found.items():
            self.parts.setdefault(name, []).append(array)

    def _rectangular(self, lines: Sequence[int], rows: list[list[str]]) -> tuple[Sequence[int], list[list[str]]]:
        width = len(self.layout.columns)
        if set(map(len, rows)) == {width}:
            return lines, rows
        kept_lines, kept = [], []
        for line, row in zip(lines, rows, strict=True):
            if len(row) > width and not any(cell.strip() for cell in row[width:]):
                row = row[:width]
            if len(row) == width:
                kept_lines.append(line)
                kept.append(row)
            else:
                place = min(len(row), width)
                name = self.layout.columns[place].name if place < width else "beyond the last column"
                self.complaints.add(line, place, name, f"a row of {len(row)} cells", f"a row of {width} cells")
        return kept_lines, kept

    def _complain(self, lines: Sequence[int], place: int, row: int, cell: str, accepted: str) -> None:
        self.complaints.add(lines[row], place, self.layout.columns[place].name, cell.strip(), accepted)

    def _numbers(self, lines: Sequence[int], columns: list[tuple], place: int) -> np.ndarray:
        decimal = self.layout.dialect.decimal
        found, bad = numbers(columns[place], decimal, self.missing)
        for row in bad:
            self.bad_values += 1
            self._complain(lines, place, row, columns[place][row], accepted_number(decimal))
        return found

    def _sizes(self, lines: Sequence[int], columns: list[tuple]) -> np.ndarray:
        if not (places := self.layout.positions(Role.SIZE)):
            return np.full(len(lines), np.nan)
        (place,) = places
        found, bad = numbers(columns[place], self.layout.dialect.decimal, self.missing)
        for row in [*bad, *np.flatnonzero(found < 0).tolist()]:
            self._complain(lines, place, row, columns[place][row], "a size of 0 or more, or empty")
        return found

    def _times(self, lines: Sequence[int], columns: list[tuple]) -> np.ndarray:
        places = self.layout.positions(Role.TIME)
        if not places:
            return np.full(len(lines), "NaT", "datetime64[us]")
        cells = self._joined(places, columns, " ")
        found = times.parse(cells, self.layout.date_order, self.zone, self.missing)
        if found.bad or found.assumed:
            for row, cell in enumerate(cells):
                if cell in found.bad:
                    self._complain(lines, places[0], row, cell, found.bad[cell])
                elif cell in found.assumed:
                    self._notice(f'row {lines[row]}: "{cell}" {found.assumed[cell]}', "local times stand twice")
        return found.utc

    def _notice(self, text: str, kind: str) -> None:
        self.notices[kind] = self.notices.get(kind, 0) + 1
        if self.notices[kind] <= NOTICES:
            self.notices.setdefault(text, 0)

    def all_notices(self) -> tuple[str, ...]:
        return tuple(f"{count} {text}" if count else text for text, count in self.notices.items())

    def _joined(self, places: list[int], columns: list[tuple], between: str) -> Sequence[str]:
        if len(places) == 1:
            return columns[places[0]]
        chosen = zip(*(columns[place] for place in places), strict=True)
        return [between.join(cell.strip() for cell in cells if cell.strip() not in self.missing) for cells in chosen]

    def _codes(self, role: Role, columns: list[tuple], length: int) -> np.ndarray:
        places = self.layout.positions(role)
        if not places:
            return np.zeros(length, INTEGER)
        return self.labels[role].codes(self._joined(places, columns, BETWEEN_LABELS))

    def _characteristics(self, lines: Sequence[int], columns: list[tuple], length: int) -> np.ndarray:
        wide = np.tile(np.arange(len(self.values)), length)
        places = self.layout.positions(Role.CHARACTERISTIC)
        if not places:
            return wide
        group = self._codes(Role.CHARACTERISTIC, columns, length)
        for row in np.flatnonzero(group == 0).tolist():
            self._complain(lines, places[0], row, columns[places[0]][row], "the name of a characteristic")
        return np.repeat(np.maximum(group - 1, 0) * len(self.values), len(self.values)) + wide

    def _names(self) -> tuple[str, ...]:
        headers = [self.layout.columns[place].name for place in self.values]
        groups = self.labels[Role.CHARACTERISTIC].labels
        if not groups:
            return tuple(headers)
        if len(headers) == 1:
            return groups
        return tuple(f"{group}{BETWEEN_LABELS}{header}" for group in groups for header in headers)

    def table(self) -> Table:
        arrays = {name: np.concatenate(parts) for name, parts in self.parts.items()} or _no_rows()
        subgroup, subgroup_labels = _subgroups(arrays["subgroup"], self.labels[Role.SUBGROUP].labels)
        return Table(
            names=self._names(),
            subgroup=subgroup,
            subgroup_labels=subgroup_labels,
            **{name: arrays[name] for name in ("row", "characteristic", "time", "value", "size")},
            **{
                role.value: Labels(arrays[role], self.labels[role].labels)
                for role in (Role.LOT, Role.GAUGE, Role.OPERATOR)
            },
        )


def _no_rows() -> dict[str, np.ndarray]:
    none = np.empty(0, INTEGER)
    names = ("row", "characteristic", Role.SUBGROUP, Role.LOT, Role.GAUGE, Role.OPERATOR)
    return dict.fromkeys(names, none) | {
        "time": np.empty(0, "datetime64[us]"),
        "value": np.empty(0),
        "size": np.empty(0),
    }


def _subgroups(codes: np.ndarray, labels: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...]]:
    """The file's own numbers where all its subgroups have one, else the codes with their words."""
    if labels and all(label.isascii() and label.isdigit() and len(label) < 19 for label in labels):
        distinct = [int(label) for label in labels]
        if len(set(distinct)) == len(distinct):
            return np.array([-1, *distinct], INTEGER)[codes], ()
    return codes - 1, labels
