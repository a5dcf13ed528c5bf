"""Crossed gauge R&R by analysis of variance: every operator measures every part several times."""

from __future__ import annotations

import numpy as np
from scipy.special import fdtrc

from hoshin.stats._layout import read_batch
from hoshin.stats.errors import check_fraction
from hoshin.stats.measurement_systems._components import (
    NDC_FACTOR,
    MeanSquare,
    check_sizes_of,
    f_ratio,
    total_line,
    yardstick,
)
from hoshin.stats.measurement_systems._sums import sums_of_squares
from hoshin.stats.measurement_systems.gauge_study import GaugeStudy, checked, concluded


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
    on_error: str = "raise",
) -> GaugeStudy:
    """Variance components of a measurement system from a crossed study, for one characteristic or many at once.

    Estimand: the variances in ``y = mean + part + operator + part x operator + repeatability``, all effects random.
    With mean squares MSp, MSo, MSi, MSe of p parts, o operators, r trials: repeatability MSe, interaction
    (MSi - MSe)/r, operator (MSo - MSi)/(p r), part (MSp - MSi)/(o r), negative ones set to 0; gauge R&R is
    repeatability + operator + interaction. Without interaction MSi and MSe are pooled into one mean square.

    Parameters
    ----------
    data : array (parts, operators, trials), or (characteristics, parts, operators, trials) of many; complete, at least
        2 of each. Unbalanced studies: ``gauge_rr_expanded``
    tolerance, lsl, usl : number or one per characteristic (NaN where there is none), optional; width of the tolerance, or
        limits. With one limit alone % tolerance is (multiplier / 2) sd / |limit - mean|
    process_sd : number or one per characteristic (NaN where it is not known), optional; known sd of the process, for
        ``pct_process``
    alpha_remove_interaction : level or None; the interaction is dropped when its p value is above it, None always keeps
        it. Books differ: 0.05 (many programs), 0.25 (AIAG)
    study_multiplier : number; 6 (99.73 % of a normal distribution) or 5.15 (99 %, older books)
    ndc_factor : number; sqrt(2), or 1.41 as AIAG prints it
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: variances in the squared unit of the data; sd, study variation, limits and tolerance in its unit.

    Assumes: parts and operators are random samples; effects independent and normal; the same repeatability everywhere;
    trials in random order.

    Errors: Missing values, fewer than 2 parts, operators or trials, trials that never differ, a tolerance without width.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III section B and appendix A; D. C. Montgomery,
    Introduction to Statistical Quality Control, 7th edition, section 8.7.

    >>> data = [[[0.29, 0.41], [0.08, 0.25]], [[-0.56, -0.68], [-0.47, -1.22]], [[1.34, 1.17], [1.19, 0.94]]]
    >>> study = gauge_rr_crossed(data, tolerance=8)
    >>> round(study.components["grr"].pct_study_variation, 1), study.ndc, study.interaction_kept
    (24.6, 5, False)
    """
    refusals, array = read_batch(data, "data", 3, on_error)
    shape = check_sizes_of(array.shape[-3:], ("parts", "operators", "trials"))
    against = yardstick(refusals, study_multiplier, tolerance, lsl, usl, process_sd, ndc_factor)
    with np.errstate(over="ignore", invalid="ignore"):
        mean, (ss_p, ss_o, ss_i, ss_e) = sums_of_squares(array)
    mean, ss_e, *others = checked(refusals, against, array, mean, ss_e, ss_p, ss_o, ss_i)
    anova, kept, pooled, error = _analysis((*others, ss_e), shape, alpha_remove_interaction)
    return GaugeStudy(
        design="crossed",
        parts=shape[0],
        operators=shape[1],
        trials=shape[2],
        mean=mean,
        anova=anova,
        interaction_kept=kept,
        pooled_repeatability_ms=pooled,
        **concluded(_variances(anova, kept, pooled, error, shape), mean, against),
        problems=refusals.problems,
    )


def _analysis(sums, shape, alpha):
    """The table, whether the interaction is kept, the mean square pooled with it, and that of error in the model."""
    parts, operators, trials = shape
    ss_p, ss_o, ss_i, ss_e = sums
    df_p, df_o, df_e = parts - 1, operators - 1, parts * operators * (trials - 1)
    df_i = df_p * df_o
    ms_p, ms_o, ms_i, ms_e = ss_p / df_p, ss_o / df_o, ss_i / df_i, ss_e / df_e
    f_i = f_ratio(ms_i, ms_e)
    p_i = fdtrc(df_i, df_e, f_i)
    kept, pooled = _interaction(p_i, alpha, (ss_i + ss_e) / (df_i + df_e))
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
    return anova, kept, pooled, error


def _interaction(p_value, alpha, pooled):
    if alpha is None:
        return np.ones(np.shape(p_value), bool)[()], None
    return p_value <= check_fraction(alpha, "alpha_remove_interaction"), pooled


def _variances(anova, kept, pooled, error, shape):
    parts, operators, trials = shape
    ms_p, ms_o, ms_i, ms_e = (anova[name].ms for name in ("part", "operator", "interaction", "repeatability"))
    repeatability = ms_e if pooled is None else np.where(kept, ms_e, pooled)[()]
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
