"""Components of a gauge study as weighted sums of mean squares, which is what their intervals are computed from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hoshin.stats.measurement_systems.average_range import AverageRangeStudy
from hoshin.stats.measurement_systems.bias import range_degrees_of_freedom
from hoshin.stats.measurement_systems.destructive import DestructiveStudy
from hoshin.stats.measurement_systems.expanded import ExpandedStudy
from hoshin.stats.measurement_systems.gauge_study import GaugeStudy

_CROSSED_SUMS = {
    "reproducibility": ("operator", "interaction"),
    "grr": ("repeatability", "operator", "interaction"),
    "total": ("repeatability", "operator", "interaction", "part"),
}
_NESTED_SUMS = {
    "grr": ("repeatability", "reproducibility"),
    "total": ("repeatability", "reproducibility", "part"),
}


@dataclass(frozen=True)
class Model:
    """Studies of one model: mean squares (studies, k) with degrees of freedom, weights of the single components.

    ``sums`` names the single components that make up each of the others. ``material`` is a variance that is known to
    be the parts' and not the gauge's, ``total`` a total variance known from elsewhere (NaN: none), one
    of each per study.
    """

    ms: np.ndarray
    df: np.ndarray
    single: dict[str, np.ndarray]
    sums: dict[str, tuple[str, ...]]
    material: np.ndarray | None = None
    total: np.ndarray | None = None

    def weights(self) -> dict[str, np.ndarray]:
        """Of every component, single or sum."""
        return self.single | {name: sum(self.single[one] for one in ones) for name, ones in self.sums.items()}

    def adjusted(self, values: dict[str, np.ndarray], rows: slice) -> dict[str, np.ndarray]:
        """Simulated single components (studies, draws) with the sums of them, and what is known put in."""
        if self.material is not None:
            taken = np.minimum(values["repeatability"], self.material[rows, None])
            values |= {"batch": values["part"], "part": values["part"] + taken}
            values["repeatability"] = values["repeatability"] - taken
        values |= {name: sum(values[one] for one in ones) for name, ones in self.sums.items()}
        if self.total is not None:
            total = self.total[rows, None]
            values["total"] = np.where(np.isnan(total), values["total"], total)
        return values

    def adjusted_limits(self, limits: dict[str, tuple]) -> dict[str, tuple]:
        """Limits of every component, with what is known put in."""
        if self.material is not None:
            limits["batch"] = limits["part"]
            limits["part"] = tuple(limit + self.material for limit in limits["part"])
            for name in ("repeatability", "grr"):
                limits[name] = tuple(np.maximum(limit - self.material, 0) for limit in limits[name])
        if self.total is not None:
            limits["total"] = tuple(np.where(np.isnan(self.total), limit, self.total) for limit in limits["total"])
        return limits


def models(study) -> Iterator[tuple]:
    """Which studies follow which model, and the model: crossed ones with and without the interaction apart."""
    if isinstance(study, DestructiveStudy):
        material = np.broadcast_to(np.square(study.within_batch_sd), np.atleast_1d(study.ndc_real).shape)
        for where, model in models(study.study):
            yield where, replace(model, material=material[where])
    elif isinstance(study, AverageRangeStudy):
        yield slice(None), _ranges(study)
    elif isinstance(study, ExpandedStudy):
        yield slice(None), _expanded(study)
    elif study.design == "nested":
        yield slice(None), _nested(study)
    else:
        kept = np.broadcast_to(np.atleast_1d(study.interaction_kept), np.atleast_1d(study.ndc_real).shape)
        if kept.any():
            yield kept, _with_interaction(study, kept)
        if not kept.all():
            yield ~kept, _without_interaction(study, ~kept)


def _model(ms, df, single, sums, where=slice(None)) -> Model:
    stacked = np.stack([np.atleast_1d(m) for m in ms], axis=-1)[where]
    weights = {name: np.array(values, dtype=float) for name, values in single.items()}
    return Model(stacked, np.array(df, dtype=float), weights, sums)


def _with_interaction(study: GaugeStudy, where) -> Model:
    p, o, r = study.parts, study.operators, study.trials
    rows = [study.anova[name] for name in ("part", "operator", "interaction", "repeatability")]
    single = {
        "repeatability": (0, 0, 0, 1),
        "operator": (0, 1 / (p * r), -1 / (p * r), 0),
        "interaction": (0, 0, 1 / r, -1 / r),
        "part": (1 / (o * r), 0, -1 / (o * r), 0),
    }
    return _model([row.ms for row in rows], [row.df for row in rows], single, _CROSSED_SUMS, where)


def _without_interaction(study: GaugeStudy, where) -> Model:
    p, o, r = study.parts, study.operators, study.trials
    rows = study.anova
    single = {
        "repeatability": (0, 0, 1),
        "operator": (0, 1 / (p * r), -1 / (p * r)),
        "interaction": (0, 0, 0),
        "part": (1 / (o * r), 0, -1 / (o * r)),
    }
    ms = [rows["part"].ms, rows["operator"].ms, study.pooled_repeatability_ms]
    df = [rows["part"].df, rows["operator"].df, rows["interaction"].df + rows["repeatability"].df]
    return _model(ms, df, single, _CROSSED_SUMS, where)


def _nested(study: GaugeStudy) -> Model:
    p, r = study.parts, study.trials
    rows = [study.anova[name] for name in ("operator", "part", "repeatability")]
    single = {
        "repeatability": (0, 0, 1),
        "reproducibility": (1 / (p * r), -1 / (p * r), 0),
        "part": (0, 1 / r, -1 / r),
    }
    return _model([row.ms for row in rows], [row.df for row in rows], single, _NESTED_SUMS)


def _expanded(study: ExpandedStudy) -> Model:
    """The components solve expected_ms x variances = ms; those of the part may be several nested terms."""
    names = list(study.anova)
    solved = np.linalg.inv(study.expected_ms)
    single = {name: solved[i] for i, name in enumerate(names)}
    others = tuple(name for name in names[:-1] if name in study.components and name != "part")
    own = tuple(name for name in names[:-1] if name not in others)
    sums = {"reproducibility": others} if others else {}
    sums |= {"grr": ("repeatability", *others), "total": tuple(names)}
    if own != ("part",):
        sums["part"] = own
    rows = list(study.anova.values())
    return _model([row.ms for row in rows], [row.df for row in rows], single, sums)


def _ranges(study: AverageRangeStudy) -> Model:
    """Squared estimates from ranges stand for mean squares, with the degrees of freedom of their ranges."""
    p, o, r = study.parts, study.operators, study.trials
    ms = [np.square(study.r_part * study.K3), np.square(study.x_diff * study.K2), np.square(study.EV)]
    df = [range_degrees_of_freedom(p), range_degrees_of_freedom(o), range_degrees_of_freedom(r, p * o)]
    single = {"repeatability": (0, 0, 1), "reproducibility": (0, 1, -1 / (p * r)), "part": (1, 0, 0)}
    model = _model(ms, df, single, _NESTED_SUMS)
    if study.total_sd is None:
        return model
    return replace(model, total=np.atleast_1d(np.where(np.isnan(study.total_sd), np.nan, np.square(study.TV))))
