"""The control charts a characteristic may be judged by: what computes each, and what it asks of the data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hoshin.stats import control_charts as stats
from hoshin.stats import run_length
from hoshin.stats.control_charts import Baseline, ControlChart, ControlCharts

# Points from one false alarm to the next that charts with a memory are designed for: as many as a Shewhart chart has.
FALSE_ALARM_EVERY = 370.4
USUAL_SHIFT = 1.0

OF_SINGLE_POINTS, OF_SUBGROUPS = ("mr_mean", "mr_median"), ("rbar_d2", "sbar_c4", "pooled_c4")

Arguments = dict[str, Any]


def no_arguments(_told: Any) -> Arguments:
    """A chart whose limits need no other figures than those of its baseline."""
    return {}


@dataclass(frozen=True)
class ChartKind:
    """One kind of chart.

    ``grouping`` says what a point is made of: "single" a value, "subgroup" all values of a subgroup, "mean" their mean.
    ``size`` says what its samples consist of: "units", or "area" of opportunity, which need not be whole.
    """

    compute: Callable[..., ControlChart | ControlCharts]
    grouping: str = "single"
    size: str = ""
    in_counts: bool = False
    # Points that are the count divided by the size.
    in_shares: bool = False
    in_times: bool = False
    # Points that carry those before them, or are no multiples of sigma: only their limits mean something.
    limits_only: bool = False
    # Whether the way sigma is estimated can be chosen; that of counts follows from their distribution.
    estimates_sigma: bool = False
    # A model of the whole series: a point left out is missing from it, and baselines of several are no arrays.
    models_series: bool = False
    # Sums in standard deviations: no center, no lower limit, but the moment and the level of a shift.
    cumulative: bool = False
    # From the shift to be found to the designed chart; from there, or from a baseline, to the figures it is computed with.
    designed: Callable[[float], run_length.ChartDesign] | None = None
    design: Callable[[float], Arguments] = no_arguments
    frozen: Callable[[Baseline], Arguments] = no_arguments

    @property
    def needs_sizes(self) -> bool:
        """Whether each point comes with the size of its sample."""
        return bool(self.size)

    @property
    def sigma_methods(self) -> tuple[str, ...]:
        """The ways to estimate sigma that people may choose; none where it follows otherwise."""
        if not self.estimates_sigma:
            return ()
        return OF_SUBGROUPS if self.grouping == "subgroup" else OF_SINGLE_POINTS

    @property
    def has_memory(self) -> bool:
        """Whether a point carries on the values of those before it."""
        return self.grouping == "mean" or self.models_series


@lru_cache(256)
def ewma_design(shift: float) -> run_length.ChartDesign:
    """The EWMA chart that finds a shift soonest."""
    return run_length.ewma_design(FALSE_ALARM_EVERY, shift=shift)


@lru_cache(256)
def cusum_design(shift: float) -> run_length.ChartDesign:
    """The CUSUM chart for a shift."""
    return run_length.cusum_design(FALSE_ALARM_EVERY, k=shift / 2)


def _ewma_for(shift: float) -> Arguments:
    found = ewma_design(shift).parameters
    return {"weight": found["lambda"], "k": found["L"]}


def _cusum_for(shift: float) -> Arguments:
    found = cusum_design(shift).parameters
    return {"slack": found["k"], "interval": found["h"]}


def _ewma_of(baseline: Baseline) -> Arguments:
    return {"weight": baseline.options["weight"], "k": baseline.k}


def _cusum_of(baseline: Baseline) -> Arguments:
    return {name: baseline.options[name] for name in ("slack", "interval", "fir")}


def _moving_average_of(baseline: Baseline) -> Arguments:
    return {"span": baseline.options["span"], "k": baseline.k}


KINDS: Mapping[str, ChartKind] = {
    "i_mr": ChartKind(stats.i_mr, estimates_sigma=True),
    "arima_residuals": ChartKind(stats.arima_residuals, estimates_sigma=True, models_series=True),
    "xbar_r": ChartKind(stats.xbar_r, "subgroup", estimates_sigma=True),
    "xbar_s": ChartKind(stats.xbar_s, "subgroup", estimates_sigma=True),
    "i_mr_r": ChartKind(stats.i_mr_r, "subgroup", estimates_sigma=True),
    "i_mr_s": ChartKind(stats.i_mr_s, "subgroup", estimates_sigma=True),
    "p": ChartKind(stats.p, size="units", in_counts=True, in_shares=True),
    "np": ChartKind(stats.np_, size="units", in_counts=True),
    "laney_p": ChartKind(stats.laney_p, size="units", in_counts=True, in_shares=True),
    "c": ChartKind(stats.c, in_counts=True),
    "u": ChartKind(stats.u, size="area", in_counts=True, in_shares=True),
    "laney_u": ChartKind(stats.laney_u, size="area", in_counts=True, in_shares=True),
    "g": ChartKind(stats.g, in_counts=True),
    "t": ChartKind(stats.t, in_times=True, limits_only=True),
    "moving_average": ChartKind(
        stats.moving_average, "mean", limits_only=True, estimates_sigma=True, frozen=_moving_average_of
    ),
    "ewma": ChartKind(
        stats.ewma,
        "mean",
        limits_only=True,
        estimates_sigma=True,
        designed=ewma_design,
        design=_ewma_for,
        frozen=_ewma_of,
    ),
    "cusum": ChartKind(
        stats.cusum,
        "mean",
        limits_only=True,
        estimates_sigma=True,
        cumulative=True,
        designed=cusum_design,
        design=_cusum_for,
        frozen=_cusum_of,
    ),
}
