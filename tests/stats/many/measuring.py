"""Measurement systems and agreement."""

import numpy as np

from hoshin.stats import (
    agreement,
)
from hoshin.stats import measurement_systems as msa
from tests.stats.many.case import Case, alike_all, groups, normal, of_numbers, whole

KINDS = range(4)
GAUGE = {name: axis.ravel() for name, axis in zip(("part", "operator"), np.indices((5, 3, 2)), strict=False)}


def ratings(random, n):
    truth = random.integers(0, 4, (n, 1))
    truth[:4, 0] = KINDS
    return (np.where(random.random((n, 4)) < 0.6, truth, random.integers(0, 4, (n, 4))).astype(float),)


def gauge(random, n):
    return (random.normal(0.0, 3.0, (5, 1, 1)) + random.normal(0.0, 0.5, (1, 3, 1)) + random.normal(size=(5, 3, 2)),)


def study_of_gauge(function, **options):
    return Case(function, gauge, options, alike_all, lengths=None)


def people(function, **options):
    """Ratings of four columns as two appraisers and a standard."""
    return Case(
        function,
        ratings,
        options,
        call=lambda r, **how: function({"Ann": r[..., :2], "Bob": r[..., 1:3]}, r[..., 3], **how),
    )


def judged(r, **how):
    good = (r > 1) + 0 * r
    return agreement.effectiveness({"Ann": good[..., :2], "Bob": good[..., 1:3]}, good[..., 3], 1.0, **how)


CASES = {
    "crossed": study_of_gauge(msa.gauge_rr_crossed, tolerance=20),
    "crossed, interaction kept": study_of_gauge(msa.gauge_rr_crossed, alpha_remove_interaction=None),
    "nested": study_of_gauge(msa.gauge_rr_nested, tolerance=20),
    "average and range": study_of_gauge(msa.gauge_rr_average_range, tolerance=20),
    "destructive": study_of_gauge(msa.gauge_rr_destructive, within_batch_sd=0.2),
    "expanded": Case(
        msa.gauge_rr_expanded,
        gauge,
        {"tolerance": 20},
        alike_all,
        lambda data, **how: msa.gauge_rr_expanded(data.reshape(*data.shape[:-3], 30), GAUGE, **how),
        None,
    ),
    "bias": Case(msa.bias, normal, {"reference": 9.8}),
    "bias by the range": Case(msa.bias, normal, {"reference": 9.8, "sd_method": "range"}, alike_all),
    "type 1": Case(msa.type1, normal, {"reference": 9.8, "tolerance": 20.0, "resolution": 0.1}),
    "linearity": Case(
        msa.linearity,
        lambda random, n: (1.0 + np.arange(n) % 4 + random.normal(0.0, 0.2, n), 1.0 + np.arange(n) % 4),
        call=lambda measured, reference, **how: msa.linearity(reference, measured, process_variation=6, **how),
    ),
    "stability": Case(msa.stability, groups, spoil=alike_all),
    "cohen": Case(
        agreement.cohen_kappa,
        ratings,
        {"categories": KINDS, "weights": "linear"},
        call=lambda r, **how: agreement.cohen_kappa(r[..., 0], r[..., 1], **how),
    ),
    "fleiss": Case(agreement.fleiss_kappa, ratings, {"categories": KINDS}, lambda c: (np.ones(c[0].shape),)),
    "kendall's w": Case(agreement.kendall_w, ratings),
    "tau": Case(
        agreement.kendall_tau_b,
        ratings,
        spoil=alike_all,
        call=lambda r, **how: agreement.kendall_tau_b(r[..., 0], r[..., 1], **how),
    ),
    "attribute study": people(agreement.attribute_study, categories=KINDS, ordinal=True),
    "attribute study, one appraiser": Case(
        agreement.attribute_study,
        ratings,
        {"categories": KINDS},
        call=lambda r, **how: agreement.attribute_study({"Ann": r[..., :3]}, **how),
    ),
    "effectiveness": Case(agreement.effectiveness, ratings, call=judged),
    "percent agreement": of_numbers(
        agreement.percent_agreement, whole((0, 30), (31, 60)), spoil=lambda c: (c[1] + 1, c[1])
    ),
}
