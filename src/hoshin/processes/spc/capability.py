"""Capability of a characteristic against its specification, with its histogram and what it cannot be trusted for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from hoshin.stats import capability as stats
from hoshin.stats.capability import Capability
from hoshin.stats.capability.normal import FEW
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.drawing import Curve, Drawing, Specification, histogram
from hoshin.surfaces.statistics import range_words, refusal

from .charts import CharacteristicChart

INDICES = ("Cp", "Cpk", "Pp", "Ppk", "Cpm")
MOST_BARS = 30


@dataclass(frozen=True, eq=False)
class Study:
    """Cp, Cpk, Pp, Ppk with intervals, or why there are none."""

    result: Capability | None
    warnings: tuple[str, ...] = ()
    problem: str = ""

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Each index with its interval, as the table shows them."""
        found = [(name, getattr(self.result, name), getattr(self.result, f"{name}_ci")) for name in INDICES]
        return [
            (name, f"{value:.2f}", range_words(interval[0], interval[1], ".2f") if interval else "")
            for name, value, interval in found
            if value is not None
        ]


def specification_of(characteristic: Any) -> dict[str, float]:
    """The limits and target that there are, as numbers."""
    limits = {"lsl": characteristic.lsl, "usl": characteristic.usl, "target": characteristic.target}
    return {name: float(limit) for name, limit in limits.items() if limit is not None}


def has_specification(characteristic: Any) -> bool:
    return characteristic.sort == "variable" and (characteristic.lsl is not None or characteristic.usl is not None)


def study_of(of: CharacteristicChart) -> Study | None:
    """The capability of what counts; None where there is nothing to compare with."""
    if not has_specification(of.characteristic):
        return None
    points = of.points
    told: dict[str, Any] = specification_of(of.characteristic)
    try:
        if points.in_subgroups:
            result = stats.normal(subgroups=points.counted, subgroup_offsets=points.cuts, **told)
        else:
            result = stats.normal(points.counted, **told)
    except StatisticsError as refused:
        return Study(None, problem=refusal(refused))
    return Study(result, tuple(_warnings(of, result)))


def _warnings(of: CharacteristicChart, result: Capability):
    if not of.in_control:
        yield _("The chart shows signals: the process is not stable, so these figures foretell nothing.")
    if result.n < FEW:
        yield _("%(n)s values: fewer than %(few)s, see how wide the intervals are.") % {"n": result.n, "few": FEW}


def picture_of(of: CharacteristicChart, study: Study, width: float = 560, height: float = 280) -> Drawing:
    """The histogram with the overall normal curve, and the one within subgroups, across the specification."""
    values = of.points.counted[~np.isnan(of.points.counted)]
    bars = min(MOST_BARS, max(5, round(2 * values.size ** (1 / 3))))
    counts, edges = np.histogram(values, bins=bars)
    row, result = of.characteristic, study.result
    area = values.size * (edges[1] - edges[0])
    curves = [
        _curve(_("overall"), result.mean, result.sd_overall, area, edges),
        _curve(_("within"), result.mean, result.sd_within, area, edges),
    ]
    limits = (None if limit is None else float(limit) for limit in (row.lsl, row.target, row.usl))
    return histogram(
        edges, counts, title=_("Histogram of %(title)s") % {"title": row.title}, curves=curves,
        specification=Specification(*limits), unit=row.measure, width=width, height=height,
    )  # fmt: skip


def _curve(name: str, mean: float, sd: float, area: float, edges: np.ndarray) -> Curve:
    x = np.linspace(min(edges[0], mean - 3.5 * sd), max(edges[-1], mean + 3.5 * sd), 120)
    return Curve(name, x, area * np.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi)))
