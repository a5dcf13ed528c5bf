"""The series: seeded data of each characteristic, quiet wherever no signal is planted."""

from dataclasses import dataclass

import numpy as np

from hoshin.processes.spc.chart_kinds import KINDS, USUAL_SHIFT
from hoshin.processes.spc.rules import RULE_SETS
from hoshin.stats.control_charts import ControlChart

from .catalogue import Effect, Property
from .workdays import WEEKS

TRIES = 3_000
# How much the rate of a large sample changes from day to day, beyond what its distribution explains.
FROM_DAY_TO_DAY = 0.15


class NeverQuiet(RuntimeError):
    """No draw was found whose chart signals in the planted weeks and nowhere else."""


@dataclass(frozen=True, eq=False)
class Series:
    """All points of one characteristic: a row of values each, the week each falls in, and the sample size."""

    of: Property
    values: np.ndarray
    week: np.ndarray
    # How many draws were needed until the chart was quiet.
    draws: int

    def of_week(self, week: int) -> np.ndarray:
        """The numbers of the points taken in a week."""
        return np.flatnonzero(self.week.astype(int) == week)


def series_of(of: Property, seed: int, place: int) -> Series:
    """The first draw that signals exactly where it is planned: a false alarm elsewhere would be a story nobody tells."""
    week = np.arange(WEEKS * of.a_week) / of.a_week
    for draw in range(TRIES):
        values = drawn(of, week, np.random.default_rng([seed, place, draw]))
        if not of.baselines or as_planned(of, values, week):
            return Series(of, values, week, draw + 1)
    raise NeverQuiet(f"{of.title}: none of {TRIES} draws signals in the weeks {of.signals} only.")


def drawn(of: Property, week: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Values by point, with everything done to the process in them."""
    n = len(week)
    if of.chart in ("g", "t"):
        return _between_events(of, week, rng)[:, None]
    if of.sort == "variable":
        noise = rng.standard_normal((n, of.subgroup)) * factor(of.effects, week, "spread")[:, None]
        return np.round(of.mean + of.sigma * (noise + moved(of.effects, week)[:, None]), of.decimals)
    rate = of.mean * factor(of.effects, week, "rate")
    if of.chart == "laney_p":
        rate = rate * np.exp(FROM_DAY_TO_DAY * rng.standard_normal(n))
    if of.sort == "defectives":
        return rng.binomial(of.size, rate)[:, None].astype(float)
    return rng.poisson(rate * (of.size or 1))[:, None].astype(float)


def _between_events(of: Property, week: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whole units, or a time, from one event to the next; a rate twice as large halves them."""
    mean = of.mean / factor(of.effects, week, "rate")
    if of.chart == "g":
        return rng.geometric(1 / (mean + 1)) - 1.0
    return np.round(rng.exponential(mean), of.decimals)


def inside(effect: Effect, week: np.ndarray) -> np.ndarray:
    return (week >= effect.since) & (week < (WEEKS if effect.until is None else effect.until))


def moved(effects: tuple[Effect, ...], week: np.ndarray) -> np.ndarray:
    """How far the mean is off, in sigma."""
    off = np.zeros(len(week))
    for effect in effects:
        if effect.sort == "drift":
            off += np.where(
                inside(effect, week), effect.size * (week - effect.since) / (effect.until - effect.since), 0
            )
        elif effect.sort in ("shift", "step"):
            off += np.where(inside(effect, week), effect.size, 0)
    return off


def factor(effects: tuple[Effect, ...], week: np.ndarray, sort: str) -> np.ndarray:
    """How many times as large a spread or a rate is."""
    times = np.ones(len(week))
    for effect in effects:
        if effect.sort == sort:
            times = np.where(inside(effect, week), times * effect.size, times)
    return times


def as_planned(of: Property, values: np.ndarray, week: np.ndarray) -> bool:
    """Whether every planted window has signals and no other point has, judged as the house will judge it."""
    found = week[signalling(of, values, week)]
    planted = [(found >= since) & (found < until) for since, until in of.signals]
    return all(hits.any() for hits in planted) and not (~np.logical_or.reduce([found < 0, *planted])).any()


def signalling(of: Property, values: np.ndarray, week: np.ndarray) -> np.ndarray:
    """The points that signal against the baseline in force when they came."""
    found: list[np.ndarray] = []
    ends = [*(frozen for _since, _until, frozen in of.baselines[1:]), WEEKS]
    for (since, until, _frozen), end in zip(of.baselines, ends, strict=True):
        basis = values[(week >= since) & (week < until)]
        whole = chart(of, values[week < end], baseline=chart(of, basis).baseline)
        hits = np.unique(np.concatenate([[], *(i for panel in whole.panels for _rule, i in panel.signals)])).astype(int)
        # A file may bring points of weeks that lie between the baseline's last and its signature.
        found.append(hits[week[hits] >= until])
    return np.concatenate(found)


def chart(of: Property, values: np.ndarray, **told) -> ControlChart:
    """The chart of these points by the characteristic's own rules."""
    kind = KINDS[of.chart]
    if kind.grouping == "subgroup":
        told["subgroup_offsets"] = np.arange(0, values.size + 1, of.subgroup)
    if not kind.limits_only:
        told["rules"] = RULE_SETS[of.rules]
    charted = values.mean(axis=1) if kind.grouping == "mean" else values.ravel()
    sizes = (np.full(values.size, float(of.size)),) if kind.needs_sizes else ()
    return kind.compute(charted, *sizes, **kind.design(USUAL_SHIFT), **told)
