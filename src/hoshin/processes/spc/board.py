"""The board: the state of many characteristics from one scan, ordered by how badly they need attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hoshin.kernel.records import registry
from hoshin.stats import capability
from hoshin.surfaces.drawing import Drawing, sparkline
from hoshin.surfaces.drawing.canvas import figure

from . import baselines
from .capability import has_specification
from .evaluation import Asked, Evaluated, evaluate
from .points import Points
from .readings import readings_of
from .rules import NEAR, RECENT, Condition, attention, full_name, need, rules_of

# The newest points of a small multiple; more cannot be told apart at its size.
SPARK_POINTS = 120
SPREADS = ("Moving range", "R", "S")


@dataclass(frozen=True, eq=False)
class Summary:
    """One characteristic on the board."""

    characteristic: Any
    points: Points
    evaluated: Evaluated
    condition: Condition
    alert: Any | None = None

    @property
    def attention(self) -> float:
        return attention(self.condition)

    @property
    def need(self) -> int:
        return need(self.attention)

    @property
    def newest(self) -> str:
        """The newest value, as a card shows it."""
        plotted, points = self.evaluated.points, self.points
        values = points.read_as(plotted, points.counted)
        known = values[~np.isnan(values)]
        return figure(float(known[-1])) if known.size else "–"

    @property
    def why(self) -> str:
        """The chief reason for the card's place, in words."""
        return why(self)

    @property
    def spark(self) -> Drawing:
        values = self.evaluated.points[-SPARK_POINTS:]
        marked = self.marked - (len(self.evaluated.points) - len(values))
        lower, upper = (_newest(line) for line in (self.evaluated.lower, self.evaluated.upper))
        return sparkline(
            values, title=self.characteristic.title, lower=lower, upper=upper, signals=marked[marked >= 0]
        )  # fmt: skip

    @property
    def marked(self) -> np.ndarray:
        """Points beyond the limits, and the newest that meets any rule: at this size more would hide the course."""
        beyond = [
            indices for panel, rule, indices in self.evaluated.signals if rule.type == "beyond" and panel not in SPREADS
        ]
        return np.unique(np.concatenate([*beyond, self.evaluated.signalling[-1:]]))


def _newest(line: Any) -> float | None:
    if line is None:
        return None
    value = float(line[-1] if np.ndim(line) else line)
    return value if np.isfinite(value) else None


def why(of: Summary) -> str:
    condition = of.condition
    if of.alert is not None:
        return _("alert %(number)s is open") % {"number": of.alert.number}
    if not of.condition.has_limits:
        return of.evaluated.problem or _("no limits")
    if condition.since_signal is not None and condition.since_signal < RECENT:
        return _signal_words(of)
    if condition.outside:
        return _("a recent value is outside the specification")
    if condition.ppk is not None and condition.ppk < 1.33:
        return _("Ppk %(ppk).2f") % {"ppk": condition.ppk}
    if condition.missing_share > 0.2:
        return _("%(share).0f %% of the newest values are missing") % {"share": 100 * condition.missing_share}
    return _("in control") if condition.has_baseline else _("in control, no baseline yet")


def _signal_words(of: Summary) -> str:
    newest = int(of.evaluated.signalling[-1])
    names = [full_name(rule) for _panel, rule, indices in of.evaluated.signals if newest in indices]
    ago = of.condition.since_signal
    rules = ", ".join(dict.fromkeys(names))
    if ago == 0:
        return _("%(rules)s at the newest point") % {"rules": rules}
    return ngettext("%(rules)s, %(n)s point ago", "%(rules)s, %(n)s points ago", ago) % {
        "rules": rules, "n": ago,
    }  # fmt: skip


def summary_of(characteristics: Sequence[Any]) -> list[Summary]:
    """All of them with one scan and one computation per kind of chart, the neediest first."""
    readings = readings_of(characteristics)
    bases = baselines.in_force(characteristics)
    alerts = _open_alerts(characteristics)
    points = [baselines.points_on(bases.get(row.uid), row, readings[row.pk]) for row in characteristics]
    asked = [
        Asked(cut, rules_of(row), baselines.of(bases.get(row.uid)))
        for row, cut in zip(characteristics, points, strict=True)
    ]
    performance = _performance(characteristics, points)
    found = [
        Summary(row, cut, result, _condition(row, cut, result, row.uid in bases, row.uid in alerts, ppk), alerts.get(row.uid))
        for row, cut, result, ppk in zip(characteristics, points, evaluate(asked), performance, strict=True)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.attention, -one.evaluated.signalling.size, one.characteristic.number))


def _open_alerts(characteristics: Sequence[Any]) -> dict[Any, Any]:
    spec = registry.get("alert")
    uids = {row.uid for row in characteristics}
    rows = spec.rows().filter(state__in=spec.workflow.open_states)
    return {row.characteristic_id: row for row in rows if row.characteristic_id in uids}


def _condition(
    row: Any, points: Points, result: Evaluated, has_baseline: bool, alert: bool, ppk: float | None
) -> Condition:
    size = len(result.points)
    signals = result.signalling[~points.excluded[result.signalling]] if result.signalling.size else result.signalling
    tail = points.counted[-RECENT:]
    return Condition(
        alert=alert,
        since_signal=size - 1 - int(signals[-1]) if signals.size else None,
        recent_signals=int((signals >= size - RECENT).sum()),
        ppk=ppk,
        outside=_outside(row, points.counted[-NEAR:]),
        missing_share=float(np.isnan(tail).mean()) if tail.size else 0.0,
        has_limits=not result.problem,
        has_baseline=has_baseline,
    )


def _outside(row: Any, values: np.ndarray) -> bool:
    if not has_specification(row):
        return False
    low = -np.inf if row.lsl is None else float(row.lsl)
    high = np.inf if row.usl is None else float(row.usl)
    return bool(((values < low) | (values > high)).any())


def _performance(characteristics: Sequence[Any], points: Sequence[Points]) -> list[float | None]:
    """Ppk of each characteristic with a specification and two values or more; one computation for all."""
    found: list[float | None] = [None] * len(characteristics)
    places = [i for i, row in enumerate(characteristics) if has_specification(row) and len(points[i].counted) > 1]
    if not places:
        return found
    values = [points[i].counted for i in places]
    told = {
        name: np.array([np.nan if limit is None else float(limit) for limit in limits])
        for name, limits in (
            ("lsl", [characteristics[i].lsl for i in places]),
            ("usl", [characteristics[i].usl for i in places]),
        )
    }
    offsets = np.concatenate(([0], np.cumsum([len(v) for v in values])))
    result = capability.normal(np.concatenate(values), offsets=offsets, on_error="mark", **told)
    for place, ppk in zip(places, result.Ppk.tolist(), strict=True):
        found[place] = None if np.isnan(ppk) else ppk
    return found
