"""Samples: numbers that were pasted, or a window of a characteristic's measurements, with where they came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records import registry
from hoshin.kernel.records.record import Confidentiality
from hoshin.kernel.records.steps import may_edit

from .forms import Inputs, NoAnswer, numbers_in

MOST_VALUES = 20_000
PARTS = ("", "_characteristic", "_first", "_last", "_name")


@dataclass(frozen=True, eq=False)
class Sample:
    """Values in the order they were measured, the name they go by, and their source."""

    name: str
    values: np.ndarray
    characteristic: str = ""
    first: int | None = None
    last: int | None = None
    excluded: int = 0
    measure: str = ""
    lsl: float | None = None
    target: float | None = None
    usl: float | None = None
    # The numbers of the measurements that count, where they are a characteristic's.
    numbers: np.ndarray | None = None
    # Of counts: how many units, or how large an area, each was counted on.
    sizes: np.ndarray | None = None
    sort: str = "variable"
    subgroup_size: int = 1
    restricted: bool = False
    # Whether who asks may edit the characteristic; it is not kept with an analysis.
    may_edit: bool = False

    @property
    def span(self) -> int:
        """How many places it has: those of measurements that do not count stay empty."""
        return len(self.values) if self.numbers is None else self.last - self.first + 1

    @cached_property
    def source(self) -> str:
        """Where the numbers come from, in words."""
        if not self.characteristic:
            return _("%(name)s: %(n)s values, pasted") % {"name": self.name, "n": len(self.values)}
        told = {
            "name": self.name, "number": self.characteristic, "first": self.first, "last": self.last, "n": len(self.values),
            "excluded": self.excluded,
        }  # fmt: skip
        return _("%(name)s: %(number)s, measurements %(first)s to %(last)s, %(n)s values, %(excluded)s excluded") % told

    def as_json(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in STORED}
        columns = {"values": self.values, "numbers": self.numbers, "sizes": self.sizes}
        return told | {name: None if column is None else column.tolist() for name, column in columns.items()}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Sample":
        columns = {"values": float, "numbers": np.int64, "sizes": float}
        given = {name: np.array(told[name], kind) for name, kind in columns.items() if told.get(name) is not None}
        return cls(**{**told, **given})


STORED = (
    "name", "characteristic", "first", "last", "excluded", "measure", "lsl", "target", "usl", "sort", "subgroup_size", "restricted",
)  # fmt: skip


def sample_in(inputs: Inputs, name: str, label: str | Promise, standing: Standing) -> Sample | None:
    """The sample an assistant was given under a name; None where nothing was given."""
    called = inputs.text(f"{name}_name") or str(label)
    number = inputs.text(f"{name}_characteristic")
    if number:
        return _measured(inputs, name, called, number, label, standing)
    values = numbers_in(inputs.text(name), label)
    if len(values) > MOST_VALUES:
        raise NoAnswer(
            _("%(label)s: %(n)s values; at most %(most)s are taken at once.")
            % {"label": label, "n": len(values), "most": MOST_VALUES}
        )
    return Sample(called, np.array(values)) if values else None


def characteristic_named(number: str, standing: Standing) -> Any:
    """A characteristic this person may see."""
    number = number.split(" ")[0].strip()
    row = registry.get("characteristic").rows().filter(visible(standing), number=number).first()
    if row is None:
        raise NoAnswer(_("There is no characteristic “%(found)s” that you may see.") % {"found": number[:40]})
    return row


def _measured(inputs: Inputs, name: str, called: str, number: str, label: str | Promise, standing: Standing) -> Sample:
    row = characteristic_named(number, standing)
    first = inputs.whole(f"{name}_first", _("%(label)s, from no.") % {"label": label}, least=1, default=1)
    last = inputs.whole(f"{name}_last", _("%(label)s, to no.") % {"label": label}, least=1, default=10**9)
    title = called if inputs.text(f"{name}_name") else row.title
    return replace(sample_of(row, first, last, title), may_edit=may_edit(row, standing))


def sample_of(row: Any, first: int = 1, last: int = 10**9, name: str = "") -> Sample:
    """A window of a characteristic's measurements, without what was excluded or is missing; the newest where they are many."""
    reading = measurements_of([row.pk])
    columns = reading.columns
    inside = (columns.sequence + 1 >= first) & (columns.sequence + 1 <= last)
    counts = inside & ~reading.excluded & ~np.isnan(columns.value)
    found = np.flatnonzero(counts)
    places = found[-MOST_VALUES:]
    if not places.size:
        raise NoAnswer(
            _("%(number)s has no measurements from no. %(first)s on that count.")
            % {"number": row.number, "first": first}
        )
    whole, sizes = np.flatnonzero(inside), columns.size[places]
    # A window that was not cut begins where it was asked to, even if that measurement does not count.
    begin = whole[0] if places.size == found.size else places[0]
    limits = {n: None if (v := getattr(row, n)) is None else float(v) for n in ("lsl", "target", "usl")}
    return Sample(
        name or row.title, columns.value[places], row.number, int(columns.sequence[begin]) + 1,
        int(columns.sequence[whole[-1]]) + 1, int((inside & reading.excluded).sum()), row.measure,
        numbers=columns.sequence[places].astype(np.int64) + 1, sizes=None if np.isnan(sizes).any() else sizes,
        sort=row.sort, subgroup_size=row.subgroup_size or 1,
        restricted=row.confidentiality == Confidentiality.RESTRICTED, **limits,
    )  # fmt: skip


def side_by_side(samples: Sequence[Sample]) -> np.ndarray:
    """A row for each place of samples of one span, by their order; NaN where a measurement does not count."""
    table = np.full((samples[0].span, len(samples)), np.nan)
    for column, sample in zip(table.T, samples, strict=True):
        column[slice(None) if sample.numbers is None else sample.numbers - sample.first] = sample.values
    return table


def needed(samples: Sequence[Sample], count: int) -> Sequence[Sample]:
    """The samples, where there are enough of them."""
    if len(samples) < count:
        raise NoAnswer(
            ngettext(
                "%(found)s sample given; %(needed)s are needed: paste values, or name a characteristic.",
                "%(found)s samples given; %(needed)s are needed: paste values, or name a characteristic.",
                len(samples),
            )
            % {"found": len(samples), "needed": count}
        )
    return samples
