"""Nested gauge R&R: every operator has parts of their own, as when a part cannot travel or survives one operator."""

from __future__ import annotations

import numpy as np
from scipy.special import fdtrc

from hoshin.stats._layout import read_batch
from hoshin.stats.measurement_systems._components import (
    NDC_FACTOR,
    MeanSquare,
    check_sizes_of,
    f_ratio,
    total_line,
    yardstick,
)
from hoshin.stats.measurement_systems.gauge_study import GaugeStudy, checked, concluded


def gauge_rr_nested(
    data,
    *,
    tolerance=None,
    lsl=None,
    usl=None,
    process_sd=None,
    study_multiplier: float = 6.0,
    ndc_factor: float = NDC_FACTOR,
    on_error: str = "raise",
) -> GaugeStudy:
    """Variance components of a measurement system from a nested study, for one characteristic or many at once.

    Estimand: the variances in ``y = mean + operator + part(operator) + repeatability``, all effects random. With mean
    squares MSo, MSp, MSe of o operators with p parts each and r trials: repeatability MSe, part (MSp - MSe)/r,
    reproducibility (MSo - MSp)/(p r), negative ones set to 0. An interaction cannot be told from the parts.

    Parameters
    ----------
    data : array (operators, parts, trials), or (characteristics, operators, parts, trials) of many; complete, at least
        2 of each
    tolerance, lsl, usl, process_sd, study_multiplier, ndc_factor : as in ``gauge_rr_crossed``
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: variances in the squared unit of the data; sd, limits and tolerance in its unit.

    Assumes: the parts of every operator come from the same process; operators are a random sample; effects independent
    and normal.

    Errors: Missing values, fewer than 2 operators, parts or trials, trials that never differ, a tolerance without width.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, section 14.1; AIAG, Measurement Systems
    Analysis, 4th edition, chapter IV (non-replicable measurement systems).

    >>> data = [[[33.4, 33.2], [32.4, 31.7]], [[32.5, 32.1], [35.1, 34.7]], [[32.6, 32.7], [34.9, 34.7]]]
    >>> study = gauge_rr_nested(data)
    >>> round(study.components["grr"].variance, 4), study.ndc
    (0.075, 7)
    """
    refusals, array = read_batch(data, "data", 3, on_error)
    operators, parts, trials = check_sizes_of(array.shape[-3:], ("operators", "parts", "trials"))
    against = yardstick(refusals, study_multiplier, tolerance, lsl, usl, process_sd, ndc_factor)
    with np.errstate(over="ignore", invalid="ignore"):
        mean, ss_o, ss_p, ss_e = _sums(array)
    mean, ss_e, ss_o, ss_p = checked(refusals, against, array, mean, ss_e, ss_o, ss_p)
    anova = _analysis(ss_o, ss_p, ss_e, (operators, parts, trials))
    return GaugeStudy(
        design="nested",
        parts=parts,
        operators=operators,
        trials=trials,
        mean=mean,
        anova=anova,
        interaction_kept=False,
        pooled_repeatability_ms=None,
        **concluded(_variances(anova, parts, trials), mean, against),
        problems=refusals.problems,
    )


def _analysis(ss_o, ss_p, ss_e, shape):
    operators, parts, trials = shape
    df_o, df_p, df_e = operators - 1, operators * (parts - 1), operators * parts * (trials - 1)
    ms_o, ms_p, ms_e = ss_o / df_o, ss_p / df_p, ss_e / df_e
    f_o, f_p = f_ratio(ms_o, ms_p), f_ratio(ms_p, ms_e)
    return {
        "operator": MeanSquare(df_o, ss_o, ms_o, f_o, fdtrc(df_o, df_p, f_o)),
        "part": MeanSquare(df_p, ss_p, ms_p, f_p, fdtrc(df_p, df_e, f_p)),
        "repeatability": MeanSquare(df_e, ss_e, ms_e),
        "total": total_line(df_o + df_p + df_e, ss_o + ss_p + ss_e),
    }


def _variances(anova, parts, trials):
    ms_o, ms_p, ms_e = (anova[name].ms for name in ("operator", "part", "repeatability"))
    reproducibility = np.maximum(0, (ms_o - ms_p) / (parts * trials))
    part = np.maximum(0, (ms_p - ms_e) / trials)
    grr = ms_e + reproducibility
    return {
        "grr": grr,
        "repeatability": ms_e,
        "reproducibility": reproducibility,
        "part": part,
        "total": grr + part,
    }


def _sums(array):
    *_, parts, trials = array.shape
    origin = array[..., :1, :1, :1]
    moved = array - origin
    cell = moved.mean(axis=-1)
    operator = cell.mean(axis=-1)
    grand = operator.mean(axis=-1)
    within = ((array - array[..., :1]) - (cell - moved[..., 0])[..., None]) ** 2
    ss_p = trials * ((cell - operator[..., None]) ** 2).sum(axis=(-1, -2))
    ss_o = parts * trials * ((operator - grand[..., None]) ** 2).sum(axis=-1)
    return grand + origin[..., 0, 0, 0], ss_o, ss_p, within.sum(axis=(-1, -2, -3))
