"""Measurement systems and agreement."""

import numpy as np

from hoshin.stats import (
    agreement,
)
from hoshin.stats import measurement_systems as msa
from tests.stats.many.case import Case, alike_all, groups, normal, numbers, of_numbers, whole

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


def tables(random, n):
    return (random.integers(1, 9, (3, 3)).astype(float),)


def shares(random, n):
    """How often each of three categories was said of each item by five raters."""
    return (random.multinomial(5, (0.5, 0.3, 0.2), n).astype(float),)


def known(function, spoil, *ranges, **options):
    """An input of an uncertainty budget, by its name and some numbers."""
    return Case(function, numbers(*ranges), options, spoil, lambda *given, **how: function("x", *given, **how), None)


def lines(random, n):
    """Estimates, uncertainties, degrees of freedom, half width, a coefficient of correlation, and observations."""
    low, high = (9.0, 0.1, 3.0, 0.2, -0.5), (11.0, 0.3, 30.0, 0.4, 0.5)
    return *(np.asarray(number) for number in random.uniform(low, high)), random.normal(3.0, 0.1, n)


def of_lines(function, model, shape, **options):
    """A result of inputs of every sort; two of them are correlated."""

    def call(value, u, df, half_width, r, values, **how):
        marked = {"on_error": how.get("on_error", "raise")}
        inputs = [
            msa.normal_input("a", value, u, **marked),
            msa.normal_input("b", value, 2 * u, **marked),
            msa.normal_input("c", 2.0, u, df=np.round(df), **marked),
            msa.observed_input("d", values, **marked),
            msa.bounded_input("e", value / 9, half_width, distribution=shape, shape=half_width, **marked),
            msa.bounded_input("f", 0.0, 0.05),
        ]
        return function(model, inputs, correlation={("a", "b"): r}, **how)

    return Case(function, lines, options, lambda c: (c[0], -c[1], *c[2:]), call, None)


def product(a, b, c, d, e, f):
    return a * b / c + np.sin(d) * e**2 + f


SUM = {"a": 1.0, "b": -1.0, "c": 0.5, "d": 2.0, "e": 3.0, "f": 1.0}

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
    "cohen of tables": Case(agreement.kappa_of_table, tables, {"categories": "abc"}, lengths=None),
    "fleiss of counts": Case(agreement.kappa_of_counts, shares, {"categories": "abc"}),
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
    "input": known(msa.normal_input, lambda c: (c[0], -c[1]), (9, 11), (0.1, 0.2)),
    "expanded input": known(msa.expanded_input, lambda c: (np.nan * c[0], c[1]), (9, 11), (0.1, 0.2)),
    "observed input": Case(
        msa.observed_input, normal, call=lambda values, **how: msa.observed_input("x", values, **how)
    ),
    "bounded input": known(msa.bounded_input, lambda c: (c[0], -c[1]), (9, 11), (0.1, 0.2), distribution="arcsine"),
    "budget": of_lines(msa.uncertainty_budget, product, "rectangular"),
    "budget of coefficients": of_lines(msa.uncertainty_budget, SUM, "triangular", k=2.0),
    "simulated uncertainty": of_lines(msa.monte_carlo_uncertainty, product, "trapezoidal", draws=1000),
    "simulated uncertainty of coefficients": of_lines(msa.monte_carlo_uncertainty, SUM, "arcsine", draws=1000),
}
