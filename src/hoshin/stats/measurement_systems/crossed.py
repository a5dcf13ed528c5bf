"""Crossed gauge R&R by analysis of variance: every operator measures every part several times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from hoshin.stats.errors import check_enough, check_finite, check_fraction
from hoshin.stats.measurement_systems._components import (
    NDC_FACTOR,
    MeanSquare,
    VarianceComponent,
    Yardstick,
    check_gauge_varies,
    component_steps,
    distinct_categories,
    f_ratio,
    tabulate,
    total_line,
    verdict,
    yardstick,
)
from hoshin.stats.measurement_systems._sums import sums_of_squares
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class GaugeStudy(Result):
    """A gauge R&R study by analysis of variance. Of many studies every number is an array over them.

    ``anova`` holds the full table (part, operator, interaction, repeatability, total); ``interaction_kept`` says
    which model the components and the tests of part and operator come from.
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
        grr = self.components["grr"]
        return grr.pct_study_variation if grr.pct_tolerance is None else grr.pct_tolerance

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


def gauge_rr_crossed(
    data,
    *,
    tolerance=None,
    lsl=None,
    usl=None,
    process_sd=None,
    alpha_remove_interaction: float | None = 0.05,
    study_multiplier: float = 6.0,
    ndc_factor: float = NDC_FACTOR,
) -> GaugeStudy:
    """Variance components of a measurement system from a crossed study, for one study or many at once.

    Estimand: the variances in ``y = mean + part + operator + part x operator + repeatability``, all effects random.
    With mean squares MSp, MSo, MSi, MSe of p parts, o operators, r trials: repeatability MSe, interaction
    (MSi - MSe)/r, operator (MSo - MSi)/(p r), part (MSp - MSi)/(o r), negative ones set to 0; gauge R&R is
    repeatability + operator + interaction. Without interaction MSi and MSe are pooled into one mean square.

    Parameters
    ----------
    data : array (parts, operators, trials) or (studies, parts, operators, trials)
        Measured values, complete; at least 2 of each. Unbalanced studies: ``gauge_rr_expanded``.
    tolerance, lsl, usl : float or one per study, optional
        Width of the tolerance, or limits. With one limit alone % tolerance is (multiplier / 2) sd / |limit - mean|.
    process_sd : float, optional
        Known standard deviation of the process, for ``pct_process``.
    alpha_remove_interaction : float or None
        The interaction is dropped when its p value is above this level; None always keeps it. Books differ: 0.05
        (many programs), 0.25 (AIAG).
    study_multiplier : float
        6 (99.73 % of a normal distribution) or 5.15 (99 %, older books).
    ndc_factor : float
        sqrt(2), or 1.41 as AIAG prints it.

    Returns
    -------
    GaugeStudy
        Variances in squared units of the data, sd in its units.

    Errors: Missing values, fewer than 2 parts, operators or trials, trials that never differ.

    Source: AIAG, Measurement Systems Analysis, 4th edition, pages 123-132 and appendix A; D. C. Montgomery,
    Introduction to Statistical Quality Control, 7th edition, section 8.7.

    >>> data = [[[0.29, 0.41], [0.08, 0.25]], [[-0.56, -0.68], [-0.47, -1.22]], [[1.34, 1.17], [1.19, 0.94]]]
    >>> study = gauge_rr_crossed(data, tolerance=8)
    >>> round(study.components["grr"].pct_study_variation, 1), study.ndc, study.interaction_kept
    (24.6, 5, False)
    """
    array = check_finite(data, "data", ndim=(3, 4))
    parts, operators, trials = _shape(array)
    against = yardstick(study_multiplier, tolerance, lsl, usl, process_sd, ndc_factor)
    mean, (ss_p, ss_o, ss_i, ss_e) = sums_of_squares(array)
    check_gauge_varies(ss_e, "the trials")
    df_p, df_o, df_e = parts - 1, operators - 1, parts * operators * (trials - 1)
    df_i = df_p * df_o
    ms_p, ms_o, ms_i, ms_e = ss_p / df_p, ss_o / df_o, ss_i / df_i, ss_e / df_e
    f_i = f_ratio(ms_i, ms_e)
    p_i = fdtrc(df_i, df_e, f_i)
    kept, pooled = _interaction(p_i, alpha_remove_interaction, (ss_i + ss_e) / (df_i + df_e))
    error = ms_i if pooled is None else np.where(kept, ms_i, pooled)[()]
    df_error = df_i if pooled is None else np.where(kept, df_i, df_i + df_e)[()]
    f_p, f_o = f_ratio(ms_p, error), f_ratio(ms_o, error)
    anova = {
        "part": MeanSquare(df_p, ss_p, ms_p, f_p, fdtrc(df_p, df_error, f_p)),
        "operator": MeanSquare(df_o, ss_o, ms_o, f_o, fdtrc(df_o, df_error, f_o)),
        "interaction": MeanSquare(df_i, ss_i, ms_i, f_i, p_i),
        "repeatability": MeanSquare(df_e, ss_e, ms_e),
        "total": total_line(df_p + df_o + df_i + df_e, ss_p + ss_o + ss_i + ss_e),
    }
    repeatability = ms_e if pooled is None else np.where(kept, ms_e, pooled)[()]
    variances = _variances(ms_p, ms_o, ms_i, error, repeatability, kept, (parts, operators, trials))
    components = tabulate(variances, mean, against)
    ndc_real, ndc = distinct_categories(components["part"].sd, components["grr"].sd, against.ndc_factor)
    return GaugeStudy(
        design="crossed",
        parts=parts,
        operators=operators,
        trials=trials,
        mean=mean,
        anova=anova,
        interaction_kept=kept,
        pooled_repeatability_ms=pooled,
        components=components,
        ndc_real=ndc_real,
        ndc=ndc,
        against=against,
    )


def _shape(array):
    *_, parts, operators, trials = array.shape
    for found, what in ((parts, "parts"), (operators, "operators"), (trials, "trials")):
        check_enough(found, 2, what)
    if array.ndim == 4:
        check_enough(len(array), 1, "studies")
    return parts, operators, trials


def _interaction(p_value, alpha, pooled):
    if alpha is None:
        return np.ones(np.shape(p_value), bool)[()], None
    return p_value <= check_fraction(alpha, "alpha_remove_interaction"), pooled


def _variances(ms_p, ms_o, ms_i, error, repeatability, kept, shape):
    parts, operators, trials = shape
    interaction = np.where(kept, np.maximum(0, (ms_i - repeatability) / trials), 0.0)
    operator = np.maximum(0, (ms_o - error) / (parts * trials))
    part = np.maximum(0, (ms_p - error) / (operators * trials))
    reproducibility = operator + interaction
    grr = repeatability + reproducibility
    return {
        "grr": grr,
        "repeatability": repeatability,
        "reproducibility": reproducibility,
        "operator": operator,
        "interaction": interaction,
        "part": part,
        "total": grr + part,
    }
