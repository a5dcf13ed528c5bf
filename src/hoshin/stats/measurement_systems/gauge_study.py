"""A gauge R&R study by analysis of variance: its result, and what crossed and nested layouts have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import check_finite
from hoshin.stats.measurement_systems._components import (
    MeanSquare,
    VarianceComponent,
    Yardstick,
    check_gauge_varies,
    check_width,
    component_steps,
    distinct_categories,
    either,
    tabulate,
    verdict,
)
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class GaugeStudy(Batched):
    """A gauge R&R study by analysis of variance. Of many studies every number is an array over them.

    ``anova`` holds the full table (part, operator, interaction, repeatability, total); ``interaction_kept`` says
    which model the components and the tests of part and operator come from. Among many studies ``problems`` says why
    one has no figures; ``study[i]`` is one of them.
    """

    design: str
    parts: int
    operators: int
    trials: int
    mean: float | np.ndarray
    anova: dict[str, MeanSquare]
    interaction_kept: bool | np.ndarray
    pooled_repeatability_ms: float | np.ndarray | None
    components: dict[str, VarianceComponent]
    ndc_real: float | np.ndarray
    ndc: int | np.ndarray
    against: Yardstick
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Gauge R&R, analysis of variance"
    sources = (
        "AIAG, Measurement Systems Analysis, 4th edition, chapter III section B and appendix A",
        "R. K. Burdick, C. M. Borror, D. C. Montgomery, Journal of Quality Technology 35 (2003), 342-354",
    )
    assumptions = (
        "parts and operators are random samples of those that will be measured",
        "the effects are independent and normal, repeatability is the same for every part and operator",
        "the trials were measured in random order, without knowing earlier values",
    )

    @property
    def pct_grr(self):
        """% tolerance of gauge R&R where a tolerance is known, else its % study variation."""
        return judged_percentage(self.components)

    @property
    def verdict(self):
        """AIAG's word for the study's pct_grr."""
        return verdict(self.pct_grr)

    def steps(self):
        """The table, the model, the components."""
        for name, row in self.anova.items():
            yield Step(f"{name}: mean square", "{ss} / {df}", {"ss": row.ss, "df": row.df}, row.ms)
        if self.pooled_repeatability_ms is not None:
            yield Step("interaction kept", value=self.interaction_kept)
            yield Step(
                "repeatability with the interaction pooled",
                "(SS interaction + SS repeatability) / (their df)",
                value=self.pooled_repeatability_ms,
            )
        yield from self._formulas()
        yield from component_steps(self.components, self.against)
        yield Step(
            "number of distinct categories",
            "{factor} x {part} / {grr}, truncated, at least 1",
            {"factor": self.against.ndc_factor, "part": self.components["part"].sd, "grr": self.components["grr"].sd},
            self.ndc,
        )

    def _formulas(self):
        n = {"p": self.parts, "o": self.operators, "r": self.trials}
        formulas = _FORMULAS[self.design]
        for name, component in self.components.items():
            if name in formulas:
                yield Step(f"variance of {name}", formulas[name], n, component.variance)


_FORMULAS = {
    "crossed": {
        "repeatability": "MS repeatability (pooled where the interaction is dropped)",
        "interaction": "(MS interaction - MS repeatability) / {r}, at least 0",
        "operator": "(MS operator - MS interaction or pooled) / ({p} x {r}), at least 0",
        "part": "(MS part - MS interaction or pooled) / ({o} x {r}), at least 0",
        "reproducibility": "operator + interaction",
        "grr": "repeatability + reproducibility",
        "total": "grr + part",
    },
    "nested": {
        "repeatability": "MS repeatability",
        "reproducibility": "(MS operator - MS part) / ({p} x {r}), at least 0",
        "part": "(MS part - MS repeatability) / {r}, at least 0",
        "grr": "repeatability + reproducibility",
        "total": "grr + part",
    },
}


def judged_percentage(components: Mapping[str, VarianceComponent]):
    """% tolerance of gauge R&R where a tolerance is known, else its % study variation."""
    grr = components["grr"]
    return either(grr.pct_tolerance, grr.pct_study_variation)


def checked(refusals: Refusals, against: Yardstick, array, mean, repeatability, *sums, name="data", what="the trials"):
    """Mean, sum of squares of repeatability and the other sums, NaN for the studies that have no answer."""
    if not np.isfinite(sum(sums, mean + repeatability)).all():
        if not refusals.marks:
            check_finite(array, name)
        refusals.refuse_missing(np.isnan(array).reshape(refusals.count, -1).sum(axis=1), name)
        refusals.refuse_overflow(mean, repeatability, *sums)
    check_gauge_varies(refusals, repeatability, what)
    check_width(refusals, against.width(mean))
    return refusals.blank(mean, repeatability, *sums)


def concluded(variances: Mapping[str, np.ndarray], mean, against: Yardstick) -> dict:
    """The fields of a study that follow from its variances: components and distinct categories."""
    components = tabulate(variances, mean, against)
    ndc_real, ndc = distinct_categories(components["part"].sd, components["grr"].sd, against.ndc_factor)
    return {"components": components, "ndc_real": ndc_real, "ndc": ndc, "against": against}
