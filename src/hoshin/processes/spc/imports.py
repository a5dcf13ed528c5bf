"""Bringing in files of measurements: guessed, tried, matched to characteristics, and read in one piece."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.errors import Invalid, Problem
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.unit import unit_of_work
from hoshin.measurements import reading
from hoshin.measurements.reading import BadCell, DryRun, Guess, Layout, Table
from hoshin.surfaces.statistics import translated

Progress = Callable[[float], None]
# Records that are opened in one piece; progress is told between them.
PIECE = 50
# How much of the whole each stage takes, for the progress told.
READ, CREATED = 0.3, 0.7


@dataclass(frozen=True)
class Imported:
    """What came of an import: the batch, which characteristics were opened for it, what a dry run found."""

    layout: Layout
    batch: Batch | None = None
    created: tuple[Any, ...] = ()
    characteristics: Mapping[str, Any] = field(default_factory=dict)
    dry_run: DryRun | None = None
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What is told of it, in plain values."""
        known = {name: row.number for name, row in self.characteristics.items()}
        told: dict[str, Any] = {"layout": self.layout.to_json(), "characteristics": known}
        if self.dry_run is not None:
            tried = self.dry_run
            told |= {"rows": tried.rows, "values": tried.values, "missing": tried.missing}
            told |= {"bad": [cell_json(cell) for cell in tried.bad], "bad_count": tried.bad_count}
            return told | {"notices": list(tried.notices), "would_open": list(self.missing)}
        told |= {"batch": str(self.batch.uid), "rows": self.batch.rows, "missing": self.batch.missing}
        return told | {"opened": [row.number for row in self.created]}


def cell_json(cell: BadCell) -> dict[str, Any]:
    """A cell that cannot be taken: where it stands, what was found, what would be accepted."""
    return {
        "field": cell.column,
        "row": cell.row,
        "column": cell.letter,
        "found": cell.found,
        "message": translated(str(cell)),
    }


@dataclass(frozen=True)
class Match:
    """What a name in a file means: a characteristic, or nothing yet; ``problem`` says why it cannot be decided."""

    name: str
    characteristic: Any | None = None
    problem: str = ""


def guessed(path: Path) -> Guess:
    """What the file seems to be; as last time where a file with these columns was read before."""
    first = reading.guess(path)
    known = measuring.remembered(first.layout.signature)
    return reading.guess(path, [known]) if known is not None else first


def product_of(product: Any, *, by: Actor) -> Any | None:
    """A product as it was named: a record, a uid, a number, a part number or a title."""
    if product in (None, ""):
        return None
    if hasattr(product, "uid"):
        return product
    rows = registry.get("product").rows().filter(visible(standing_of(by)))
    text = str(product)
    for asked in ({"uid": text} if _is_uid(text) else {"number": text}, {"part_number": text}, {"title": text}):
        found = list(rows.filter(**asked)[:2])
        if len(found) == 1:
            return found[0]
    told = _("“%(found)s” names no product, or several; give its number.") % {"found": text}
    raise Invalid([Problem("product", told)])


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def matches(names: Sequence[str], *, by: Actor, product: Any | None = None) -> dict[str, Match]:
    """Which characteristics the names of a file mean: by number, else by title, of the product where one is given."""
    rows = registry.get("characteristic").rows().filter(visible(standing_of(by))).exclude(state="void")
    if product is not None:
        rows = rows.filter(product=product.uid)
    by_number: dict[str, Any] = {}
    by_title: dict[str, list[Any]] = {}
    for start in range(0, len(names), 400):
        some = list(names[start : start + 400])
        by_number |= {row.number: row for row in rows.filter(number__in=some)}
        for row in rows.filter(title__in=some).order_by("pk"):
            by_title.setdefault(row.title, []).append(row)
    return {name: _match(name, by_number.get(name), by_title.get(name, [])) for name in names}


def _match(name: str, numbered: Any | None, titled: Sequence[Any]) -> Match:
    if numbered is not None or len(titled) == 1:
        return Match(name, numbered or titled[0])
    if titled:
        numbers = ", ".join(row.number for row in titled[:5])
        return Match(name, problem=_("Several characteristics are called so: %(numbers)s.") % {"numbers": numbers})
    return Match(name)


def import_measurements_file(
    path: Path | str, *, by: Actor, layout: Layout | None = None, product: Any = None, create_missing: bool = True,
    again: bool = False, dry_run: bool = False, progress: Progress | None = None, name: str = "", sort: str = "",
    mapping: Mapping[str, Any] | None = None,
) -> Imported:  # fmt: skip
    """Read a file of measurements, all of it or nothing.

    Without a layout it is guessed. ``mapping`` says which characteristic a name of the file means; names it does not
    hold are matched by number and title, and opened where there is none unless ``create_missing`` is off. ``sort`` is
    what newly opened ones measure: variable, defectives, defects, or as the sizes in the file suggest.
    """
    path = Path(path)
    layout = layout or guessed(path).layout
    product = product_of(product, by=by)
    if dry_run:
        tried = reading.dry_run(path, layout)
        found = matches([one.name for one in tried.characteristics], by=by, product=product)
        missing = tuple(name for name, match in found.items() if match.characteristic is None)
        known = {name: match.characteristic for name, match in found.items() if match.characteristic is not None}
        return Imported(layout, dry_run=tried, characteristics=known, missing=missing)
    sha256 = reading.fingerprint(path)
    _refuse_twice(sha256, again)
    tell = progress or (lambda _part: None)
    table = reading.read(path, layout, lambda part: tell(READ * part))
    given = dict(mapping or {})
    found = matches([name for name in table.names if name not in given], by=by, product=product)
    _refuse_unclear(found, create_missing)
    given |= {name: match.characteristic for name, match in found.items() if match.characteristic is not None}
    missing = [name for name in table.names if name not in given]
    created = open_characteristics(table, missing, by=by, product=product, sort=sort, tell=tell)
    batch = measuring.import_table(
        table, given | created, by=by, name=name or path.name, sha256=sha256, layout=layout
    )  # fmt: skip
    tell(1.0)
    return Imported(layout, batch, tuple(created.values()), given | created)


def _refuse_twice(sha256: str, again: bool) -> None:
    before = measuring.read_before(sha256)
    if before is not None and not again:
        raise measuring.ReadBefore(
            [
                _("This very file was read on %(day)s already (%(rows)s rows).")
                % {"day": before.recorded_at.date(), "rows": before.rows}
            ]
        )


def _refuse_unclear(found: Mapping[str, Match], create_missing: bool) -> None:
    problems = [Problem(name, match.problem) for name, match in found.items() if match.problem]
    if not create_missing:
        none = _("There is no characteristic of this number or title.")
        problems += [Problem(n, none) for n, m in found.items() if m.characteristic is None and not m.problem]
    if problems:
        raise Invalid(problems)


def open_characteristics(
    table: Table, names: Sequence[str], *, by: Actor, product: Any | None, sort: str = "", tell: Progress
) -> dict[str, Any]:
    """New characteristics for names that mean none yet, put into use; as large as the data suggest."""
    made: dict[str, Any] = {}
    for start in range(0, len(names), PIECE):
        some = names[start : start + PIECE]
        drafts = [_draft(table, name, product, sort) for name in some]
        with unit_of_work():
            rows = doors.create("characteristic", drafts, by=by)
            made |= dict(zip(some, doors.perform(rows, "activate", by=by), strict=True))
        tell(READ + (CREATED - READ) * min(1.0, (start + PIECE) / len(names)))
    return made


def _draft(table: Table, name: str, product: Any | None, sort: str) -> dict[str, Any]:
    mine = table.characteristic == table.names.index(name)
    values, sizes = table.value[mine], table.size[mine]
    told: dict[str, Any] = {
        "title": name[:200],
        "sort": sort or sort_of(values, sizes),
        "decimals": decimals_of(values),
    }
    told["subgroup_size"] = subgroup_size_of(table.subgroup[mine])
    if product is not None:
        told |= (
            {"product": str(product.uid), "unit": str(product.unit_id)}
            if product.unit_id
            else {"product": str(product.uid)}
        )
    return told


def sort_of(values: np.ndarray, sizes: np.ndarray) -> str:
    """What values with sample sizes seem to be: counts of units where none exceeds its sample, else of nonconformities."""
    known = ~np.isnan(values) & ~np.isnan(sizes)
    if not known.any() or (values[known] % 1 > 0).any() or (values[known] < 0).any():
        return "variable"
    return "defectives" if (values[known] <= sizes[known]).all() else "defects"


def decimals_of(values: np.ndarray) -> int:
    """With how many decimals the values were written, at most six."""
    known = values[~np.isnan(values)][:1000]
    for decimals in range(6):
        if np.array_equal(np.round(known, decimals), known):
            return decimals
    return 6


def subgroup_size_of(subgroup: np.ndarray) -> int:
    """The usual size of the subgroups that are numbered in the file; one where none are."""
    numbered = subgroup[subgroup >= 0]
    if not numbered.size:
        return 1
    ends = np.flatnonzero(np.concatenate((numbered[1:] != numbered[:-1], [True])))
    sizes, counts = np.unique(np.diff(np.concatenate(([-1], ends))), return_counts=True)
    return int(min(sizes[counts.argmax()], 1000))


def corrected(layout: Layout, roles: Mapping[int, str], **told: Any) -> Layout:
    """A layout as somebody corrected it: roles by the position of the column, date order, decimal sign, zone."""
    given = layout.to_json()
    for place, role in roles.items():
        if 0 <= place < len(given["columns"]):
            given["columns"][place]["role"] = role
    if told.get("decimal"):
        given["dialect"]["decimal"] = told["decimal"]
    given |= {name: told[name] for name in ("date_order", "zone") if told.get(name)}
    return Layout.from_json(given)
