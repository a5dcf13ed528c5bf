"""What the studies of processes that are not normal share: specification, sides, stability and cautions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.special import bdtrc, ndtr

from hoshin.stats._samples import Samples
from hoshin.stats.capability.normal import FEW
from hoshin.stats.constants import d2
from hoshin.stats.control_charts.individuals import moving_ranges
from hoshin.stats.errors import check_choice, check_each, check_limits
from hoshin.stats.results import Step

FALSE_ALARM, UNLIKELY = 0.0027, 0.05
"""Share of the points of a stable process beyond three sigma, and the chance below which more of them are a signal."""

UNSTABLE = "{k} of {n} points are beyond the limits of the control chart: the process is not stable, and its capability not defined"
LOOK = "{k} of {n} points are beyond the limits of the control chart; chance alone may do that, look at them"
FEW_VALUES = "{n} values: fewer than {few} say little of the tails, on which these figures rest"

ON_NORMAL_SCALE = {
    "Pp": "(USL_t - LSL_t) / (6 s_t), the mean of PPL and PPU",
    "PPL": "(mean_t - LSL_t) / (3 s_t)",
    "PPU": "(USL_t - mean_t) / (3 s_t)",
    "Ppk": "the smaller of PPL and PPU",
    "ppm_expected": "10^6 times the normal tails beyond 3 PPL and 3 PPU",
}
"""The formulas of a study on the scale on which the values are normal."""


def read_specification(samples: Samples, lsl, usl, above: float | None = None):
    """The samples with a sensible specification, and the limits of all that were given, NaN where there is none."""
    if not samples.many:
        check_limits(lsl, usl)
    limits = [check_each(limit, name, samples.given.count) for name, limit in (("lsl", lsl), ("usl", usl))]
    low, high = (limit[samples.whose] for limit in limits)
    wrong = ~(low < high) & ~(np.isnan(low) ^ np.isnan(high))
    return samples.without(
        wrong, "lsl is {lsl} and usl is {usl}; at least one is needed, and lsl below usl", lsl=low, usl=high
    ), *limits


def on_normal_scale(mean, sd, low, high) -> dict[str, np.ndarray]:
    """Indices and expected parts per million from limits on the scale on which the values are normal.

    A limit beyond the end of a bounded curve is infinite there: it has a share outside, but no index.
    """
    below, above = (mean - low) / (3 * sd), (high - mean) / (3 * sd)
    outside = np.nan_to_num(ndtr(-3 * below)) + np.nan_to_num(ndtr(-3 * above))
    below, above = (np.where(np.isfinite(index), index, np.nan) for index in (below, above))
    return {
        "Pp": (below + above) / 2,
        "PPL": below,
        "PPU": above,
        "Ppk": np.fmin(below, above),
        "ppm_expected": 1e6 * outside,
    }


def judge_stability(samples: Samples, scores: np.ndarray, on_unstable: str) -> tuple[Samples, np.ndarray]:
    """How many points of each characteristic's individuals chart lie beyond its limits, on the normal scale.

    With "raise" the characteristics that have more than chance explains are refused.
    """
    check_choice(on_unstable, ("mark", "raise"), "on_unstable")
    mean = samples.means(scores)
    _, totals = moving_ranges(scores, samples.segments)
    width = 3 * totals / np.maximum(samples.n - 1, 1) / d2(2)
    unstable = samples.segments.counts(np.abs(scores - samples.per_point(mean)) > samples.per_point(width))
    if on_unstable == "mark":
        return samples, unstable
    calm = samples.without(
        is_signal(unstable, samples.n),
        "{k} of {n} points are beyond the limits of the control chart; capability is that of a stable process",
        k=unstable,
        n=samples.n,
    )
    return calm, unstable[np.isin(samples.whose, calm.whose)]


def is_signal(unstable, n, share: float = FALSE_ALARM):
    """Whether so many points beyond the limits are more than chance explains."""
    return (unstable > 0) & (bdtrc(unstable - 1, n, share) <= UNLIKELY)


def index_steps(study, formulas: Mapping[str, str]) -> Iterator[Step]:
    """The limits, the indices that exist with their formulas, and what speaks against them."""
    yield Step("specification", "LSL {lsl}, USL {usl}", {"lsl": study.lsl, "usl": study.usl})
    for name, formula in formulas.items():
        if getattr(study, name) is not None:
            yield Step(name, formula, value=getattr(study, name))
    chart = "individuals chart on the normal scale, mean -+ 3 mean moving range / d2"
    yield Step("points beyond the limits", chart, value=study.unstable)
    for caution in study.cautions:
        yield Step("caution", caution)


def doubts(n, unstable, few: int = FEW):
    """What speaks against the figures of every study: no stable process, too few values."""
    yield from of_stability(unstable, n)
    yield n < few, FEW_VALUES.format(n=n, few=few), f"fewer than {few} values"


def of_stability(unstable, n):
    """The doubts that points beyond the limits raise."""
    signal, told = is_signal(unstable, n), {"k": unstable, "n": n}
    yield signal, UNSTABLE.format(**told), "not stable, and capability not defined"
    yield (unstable > 0) & ~np.asarray(signal), LOOK.format(**told), "points beyond limits that chance may explain"


def said(marks) -> tuple[str, ...]:
    """The doubts that apply: in words for one characteristic, by how many of many they concern."""
    found = []
    for flag, one, many in marks:
        if np.ndim(flag) == 0:
            found += [one] if flag else []
        elif flag.any():
            found.append(f"{int(flag.sum())} of {flag.size} characteristics: {many}")
    return tuple(found)
