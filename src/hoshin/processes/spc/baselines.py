"""Baselines: proposing, computing and holding them against the data they were computed from."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.measuring.reading import reasons_of
from hoshin.kernel.records import doors, due, registry
from hoshin.kernel.records.workflow import Message, say
from hoshin.kernel.trail.actors import Actor, system
from hoshin.measurements.overlay import Reading
from hoshin.stats.control_charts import Baseline, ControlChart
from hoshin.stats.errors import StatisticsError

from .evaluation import MOST_MODELLED, chart, problem_with
from .points import Points, points_of
from .readings import reading_of, readings_of

KIND, CHARACTERISTIC = "control_baseline", "characteristic"
DRAFT, FROZEN = "draft", "frozen"
# What is proposed when nothing else is said: the newest measurements, at most so many.
PROPOSED = 1_000
LARGEST_FIGURE = 1e14


def characteristic_of(row: Any) -> Any:
    """The characteristic a baseline or an alert speaks of, as a row of its kind."""
    return registry.get(CHARACTERISTIC).rows().get(uid=row.characteristic_id)


def characteristics_of(rows: Sequence[Any]) -> dict[Any, Any]:
    """The characteristics of many baselines or alerts, by uid, in one query for each five hundred."""
    uids = sorted({row.characteristic_id for row in rows})
    found: dict[Any, Any] = {}
    for start in range(0, len(uids), 500):
        some = registry.get(CHARACTERISTIC).rows().filter(uid__in=uids[start : start + 500])
        found |= {row.uid: row for row in some}
    return found


def in_force(characteristics: Sequence[Any], states: Sequence[str] = (FROZEN,)) -> dict[Any, Any]:
    """The newest baseline in one of these states of each characteristic that has one, by the characteristic's uid."""
    found: dict[Any, Any] = {}
    uids = [row.uid for row in characteristics]
    for start in range(0, len(uids), 500):
        rows = registry.get(KIND).rows().filter(characteristic__in=uids[start : start + 500], state__in=states)
        for row in rows.order_by("pk"):
            known = found.get(row.characteristic_id)
            if known is None or known.state == row.state or row.state == FROZEN:
                found[row.characteristic_id] = row
    return found


def of(row: Any) -> Baseline | None:
    """The baseline as the statistics know it."""
    return Baseline.from_json(row.computed) if row is not None and row.computed else None


@dataclass(frozen=True, eq=False)
class Basis:
    """What a baseline's limits are computed from: its points, and those left out with the reason."""

    points: Points
    left_out: Mapping[int, str]
    first: int
    last: int

    def fingerprint(self) -> str:
        """A hash of everything the limits depend on, so that a later correction is noticed."""
        columns = self.points.columns
        value, size = (np.where(np.isnan(a), np.nan, a + 0.0).astype("<f8") for a in (columns.value, columns.size))
        digest = hashlib.sha256(repr((self.points.choice.chart, sorted(self.left_out))).encode())
        for array in (columns.sequence, columns.subgroup, self.points.reading.excluded.astype("<i8")):
            digest.update(array.astype("<i8").tobytes())
        digest.update(value.tobytes() + size.tobytes())
        return digest.hexdigest()


def basis_of(baseline: Any, characteristic: Any, reading: Reading, window: tuple[int, int] | None = None) -> Basis:
    """The points of a baseline's window, as they count today; the window it was computed on where none is given."""
    asked = baseline.chart if baseline.chart != "automatic" else baseline.chart_used or None
    whole = points_of(characteristic, reading, asked if window is None else chart_asked(baseline))
    first, last = window or (baseline.window_first, baseline.window_last)
    points = whole.part(*whole.within(first, last))
    return Basis(points, _left_out(baseline, points), first, last)


def chart_asked(baseline: Any) -> str | None:
    """The chart somebody chose for the baseline; None where the data choose."""
    return None if baseline.chart == "automatic" else baseline.chart


def window_of(baseline: Any, reading: Reading, zone: str = "UTC") -> tuple[int, int]:
    """The first and last number of a baseline's window: by days where they are given, else by numbers."""
    newest = len(reading)
    first, last = baseline.first or 1, baseline.last or max(newest, 1)
    if baseline.since or baseline.until:
        inside = _on_days(baseline, reading, ZoneInfo(zone))
        numbers = reading.columns.sequence[inside] + 1
        return (int(numbers[0]), int(numbers[-1])) if numbers.size else (1, 0)
    return first, last


def _on_days(baseline: Any, reading: Reading, zone: ZoneInfo) -> np.ndarray:
    when = reading.columns.time
    inside = ~np.isnat(when)
    if baseline.since:
        inside &= when >= _start_of(baseline.since, zone)
    if baseline.until:
        inside &= when < _start_of(baseline.until + timedelta(days=1), zone)
    return inside


def _start_of(day: Any, zone: ZoneInfo) -> np.datetime64:
    return np.datetime64(datetime.combine(day, time.min, zone).astimezone(UTC).replace(tzinfo=None), "us")


def _left_out(baseline: Any, points: Points) -> dict[int, str]:
    """The points that limits are not computed from, with the reason: excluded measurements, and the baseline's lines."""
    excluded = np.flatnonzero(points.excluded)
    ids = {int(i): int(points.reading.reason[points.cuts[i]]) for i in excluded}
    said = reasons_of(list(ids.values()))
    told = {i: said[key].reason if key in said else _("excluded") for i, key in ids.items()}
    for line in baseline.left_out:
        place = int(np.searchsorted(points.last, line["measurement"]))
        if place < len(points) and points.first[place] <= line["measurement"]:
            told[place] = line["cause"]
    return told


def points_on(baseline: Any | None, characteristic: Any, reading: Reading) -> Points:
    """The points as a baseline judges them; without one, as the characteristic asks."""
    if baseline is None:
        return points_of(characteristic, reading)
    points = points_of(characteristic, reading, baseline.chart_used)
    known = of(baseline) if points.kind.has_memory else None
    if known is None:
        return points
    start, _stop = points.within(baseline.window_first, baseline.window_last)
    return replace(points, left_out=tuple(start + place for place in known.excluded))


def _problem_with_window(basis: Basis) -> str:
    """Why nothing lies in the stretch that was asked for."""
    if len(basis.points) or basis.first == 1:
        return ""
    told = {"first": basis.first, "last": basis.last}
    return _("No point lies between the measurements no. %(first)s and no. %(last)s.") % told


def _problem_with_method(baseline: Any, basis: Basis) -> str:
    """Why sigma is not estimated in the way that was chosen."""
    method, kind = baseline.sigma_method, basis.points.kind
    if method == "usual" or method in kind.sigma_methods:
        return ""
    if kind.in_counts:
        return _("On this chart sigma follows from the counts; it is not estimated otherwise.")
    labels = dict(baseline.spec.find("sigma_method").choices)
    told = {"found": labels[method], "known": ", ".join(str(labels[one]) for one in ("usual", *kind.sigma_methods))}
    return _("On this chart sigma is not estimated by “%(found)s”; there are: %(known)s.") % told


def compute(baseline: Any, basis: Basis) -> tuple[ControlChart | None, str]:
    """The phase I chart of a baseline's points, or why there is none."""
    problem = _problem_with_window(basis) or problem_with(basis.points) or _problem_with_method(baseline, basis)
    if problem:
        return None, problem
    points, method = basis.points, None if baseline.sigma_method == "usual" else baseline.sigma_method
    if points.kind.models_series and len(points) > MOST_MODELLED:
        told = {"found": len(points), "most": MOST_MODELLED}
        return None, _("%(found)s points; a model is fitted to at most %(most)s: take a shorter stretch.") % told
    frozen = of(baseline) if baseline.state != DRAFT else None
    if frozen is not None:
        # What was designed stays as it was signed, whatever the characteristic asks for today.
        points = replace(points, choice=replace(points.choice, arguments=points.kind.frozen(frozen)))
    try:
        return chart(points, points.measured, (), exclude=basis.left_out, sigma_method=method), ""
    except StatisticsError as refused:
        return None, str(refused)


def figures(baseline: Any, basis: Basis) -> dict[str, Any]:
    """Everything the system writes into a baseline: figures, the result in full, the hash of the data."""
    result, problem = compute(baseline, basis)
    told: dict[str, Any] = dict.fromkeys(
        ("center", "sigma", "lower", "upper", "spread_center", "spread_lower", "spread_upper", "points")
    )
    told |= {"window_first": basis.first, "window_last": basis.last, "chart_used": basis.points.choice.chart}
    told |= {"problem": problem[:300], "data": basis.fingerprint(), "computed": ""}
    if result is None:
        return told
    told |= {"computed": result.baseline.to_json(), "points": int(result.baseline.n)}
    told |= {"center": figure(result.main.center), "sigma": figure(result.main.sigma)}
    told |= {"lower": figure(result.main.lcl), "upper": figure(result.main.ucl)}
    if result.baseline.sigma is not None:
        told["sigma"] = figure(result.baseline.sigma)
    if len(result.panels) > 1:
        spread = result.panels[1]
        told |= {"spread_center": figure(spread.center)}
        told |= {"spread_lower": figure(spread.lcl), "spread_upper": figure(spread.ucl)}
    return told


def figure(line: Any) -> Decimal | None:
    """A line as one number of twelve digits; nothing where it varies from point to point."""
    if line is None or np.ndim(line) or not np.isfinite(line) or abs(line) > LARGEST_FIGURE:
        return None
    return Decimal(f"{float(line):.12g}").quantize(Decimal("1e-9"))


def recompute(rows: Sequence[Any]) -> list[Any]:
    """Compute drafts anew from the data as they are; one scan for all. Frozen ones stay as they are."""
    drafts = [row for row in rows if row.state == DRAFT]
    known = characteristics_of(drafts)
    readings = readings_of(list(known.values()))
    zones = due.zones(row.unit_id for row in known.values())
    computed = []
    for row in drafts:
        characteristic = known[row.characteristic_id]
        window = window_of(row, readings[characteristic.pk], zones.get(characteristic.unit_id, "UTC"))
        told = figures(row, basis_of(row, characteristic, readings[characteristic.pk], window))
        computed += doors.compute([row], told, by=system("spc"))
    return computed


def propose(characteristic: Any, *, by: Actor, first: int | None = None, last: int | None = None) -> Any:
    """Open a draft baseline over a stretch of data; by itself the newest measurements. Its limits are computed at once."""
    count = len(reading_of(characteristic))
    values = {
        "title": _("Baseline of %(title)s") % {"title": characteristic.title[:180]},
        "characteristic": str(characteristic.uid),
        "chart": characteristic.chart,
        "first": first or max(1, count - PROPOSED + 1),
        "last": last or max(1, count),
    }
    if characteristic.unit_id:
        values["unit"] = str(characteristic.unit_id)
    (row,) = doors.create(KIND, [values], by=by)
    return registry.get(KIND).rows().get(pk=row.pk)


def supersede_older(frozen: Sequence[Any]) -> None:
    """A newly frozen baseline takes the place of those frozen before it for the same characteristic."""
    older = [
        row
        for row in registry.get(KIND).rows().filter(characteristic__in=[r.characteristic_id for r in frozen])
        if row.state == FROZEN and row.pk not in {r.pk for r in frozen}
    ]
    if older:
        doors.perform(older, "supersede", by=system("spc"))


def is_todays(baseline: Any, characteristic: Any | None = None, reading: Reading | None = None) -> bool:
    """Whether the data of the window are still those that the limits were computed from."""
    characteristic = characteristic or characteristic_of(baseline)
    reading = reading if reading is not None else reading_of(characteristic)
    return basis_of(baseline, characteristic, reading).fingerprint() == baseline.data


def computed_from_todays_data(baseline: Any) -> Message | None:
    """What is signed are the limits of the data as they are now."""
    if not baseline.computed or is_todays(baseline):
        return None
    return say(
        gettext_lazy("The data changed since the limits were computed; save the baseline again to compute anew.")
    )
