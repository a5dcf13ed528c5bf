"""Sampling and sample sizes."""

import numpy as np

from hoshin.stats import (
    sample_size,
    sampling,
)
from tests.stats.many.case import Case, below_zero, empty, normal, numbers, of_numbers, whole

EFFECTS = numbers((0.3, 1.0), (0.8, 1.2))
SHARES = numbers((0.3, 0.5), (0.1, 0.2))
SIZES = whole((40, 120), (0, 5))


def no_effect(columns):
    """Nothing to find."""
    return np.zeros(columns[0].shape), *columns[1:]


def equal(columns):
    """Both alike."""
    return columns[1], columns[1]


def drawn(values, offsets):
    """How many values there are of each."""
    rows = values.shape[-1] if values.ndim == 1 else np.full(len(values), values.shape[-1])
    return rows if offsets is None else np.diff(offsets)


def points(random, n):
    """A producer's and a consumer's risk point."""
    good = random.uniform(0.005, 0.02)
    return np.array([good, 0.95]), np.array([good * random.uniform(4.0, 8.0), 0.1])


def points_of_lots(random, n):
    """Both, and the lot."""
    return *points(random, n), np.asarray(float(random.integers(800, 2000)))


def swapped(columns):
    """The worse quality is to be accepted."""
    return columns[1], columns[0], *columns[2:]


def lots(*aqls):
    """A lot and its AQL."""
    return lambda random, n: (np.asarray(float(random.integers(2, 100_000))), np.asarray(random.choice(aqls)))


def letters(known, *aqls):
    """A code letter and an AQL."""
    return lambda random, n: (np.asarray(random.choice(list(known))), np.asarray(random.choice(aqls)))


def of_plans(function, spoil, **options):
    """A function of single plans, each with its lot."""
    return Case(
        function,
        lambda random, n: (*SIZES(random, n), np.asarray(float(random.integers(800, 2000)))),
        options,
        spoil,
        lambda n, c, size, **how: function(sampling.single_plan(n, c), lot_size=size, **how),
        None,
    )


def by_lots(function):
    """A function that takes points and a lot, with the lot."""
    return lambda prp, crp, size, **how: function(prp, crp, lot_size=size, **how)


def small_lot(columns):
    """A lot smaller than the plan."""
    return *columns[:2], np.asarray(3.0)


def hopeless(columns):
    """What everything is accepted with."""
    return np.asarray(2.0), np.asarray(5.0)


def odd(columns):
    """A lot of half an item."""
    return columns[0] + 0.5, columns[1]


def no_letter(columns):
    """A letter that is none."""
    return np.asarray("Z"), columns[1]


def all_bad(columns):
    """No lot is accepted."""
    return (np.zeros(columns[0].shape),)


def inspected(lots, on_error="raise"):
    """The state after all lots, one after the other."""
    state = sampling.start_inspection("z14", "tightened", count=None if lots.ndim == 1 else len(lots))
    for accepted in lots.T:
        state = sampling.after_lot(state, accepted, on_error=on_error)
    return state


CASES = {
    "inspection in force": Case(
        sampling.after_lot,
        lambda random, n: ((np.arange(n) % 6 < 5).astype(float),),
        spoil=all_bad,
        call=inspected,
        lengths=None,
    ),
    "plan for two risks": Case(sampling.find_plan, points, spoil=swapped, lengths=None),
    "plan for two risks, Poisson": Case(sampling.find_plan, points, {"distribution": "poisson"}, swapped, lengths=None),
    "plan for two risks, of lots": Case(
        sampling.find_plan, points_of_lots, {"distribution": "hypergeom"}, swapped, by_lots(sampling.find_plan), None
    ),
    "plan for two risks, of lots too small": Case(
        sampling.find_plan, points_of_lots, {"distribution": "hypergeom"}, small_lot, by_lots(sampling.find_plan), None
    ),
    "double plan for two risks": Case(sampling.find_double_plan, points, {"largest_c": 4}, swapped, lengths=None),
    "plan that accepts with none": of_numbers(sampling.zero_plan, numbers((0.01, 0.1), (0.05, 0.2))),
    "plan that accepts with none, of lots": Case(
        sampling.zero_plan,
        lambda random, n: (np.asarray(random.uniform(0.05, 0.1)), np.asarray(random.choice([100.0, 500.0, np.nan]))),
        spoil=lambda columns: (columns[0] / 100, np.asarray(10.0)),
        call=lambda rql, size, **how: sampling.zero_plan(rql, lot_size=size, **how),
        lengths=None,
    ),
    "variables plan for two risks": Case(sampling.find_variables_plan, points, spoil=swapped, lengths=None),
    "variables plan for two risks, sigma known": Case(
        sampling.find_variables_plan, points, {"sigma": "known"}, swapped, lengths=None
    ),
    "variables plan like one of attributes": Case(
        sampling.match_attributes,
        SIZES,
        spoil=hopeless,
        call=lambda n, c, **how: sampling.match_attributes(sampling.single_plan(n, c), **how),
        lengths=None,
    ),
    "worst outgoing quality": of_plans(sampling.outgoing_quality_limit, small_lot),
    "worst outgoing quality, Poisson": of_plans(sampling.outgoing_quality_limit, small_lot, distribution="poisson"),
    "worst outgoing quality of a lot": of_plans(sampling.outgoing_quality_limit, small_lot, distribution="hypergeom"),
    "sequential plan": of_numbers(
        sampling.sequential_plan, numbers((0.01, 0.02), (0.02, 0.1), (0.05, 0.1), (0.05, 0.2))
    ),
    "curve of a sequential plan": Case(
        sampling.sequential_plan,
        numbers((0.01, 0.02), (0.02, 0.1), (0.05, 0.1), (0.05, 0.2)),
        spoil=below_zero,
        call=lambda *given, **how: sampling.sequential_characteristic(
            sampling.sequential_plan(*given, **how), [1.0, 0.0, -2.0]
        ),
        lengths=None,
    ),
    "curve of a continuous plan": Case(
        sampling.continuous_characteristic,
        lambda random, n: (*whole((20, 200))(random, n), *numbers((0.05, 0.5))(random, n), random.uniform(0, 0.1, 5)),
        spoil=below_zero,
        lengths=None,
    ),
    "continuous plan": of_numbers(sampling.find_continuous_plan, numbers((0.005, 0.05), (0.05, 0.5))),
    "continuous plan, CSP-2": of_numbers(
        sampling.find_continuous_plan, numbers((0.005, 0.05), (0.05, 0.5)), kind="CSP-2"
    ),
    "plan of Z1.4": of_numbers(sampling.z14_plan, lots(0.01, 0.65, 1.0, 6.5), odd),
    "multiple plan of ISO 2859-1": of_numbers(
        sampling.z14_plan, lots(0.65, 1.0, 6.5, 1000.0), odd, sampling="multiple", standard="iso2859"
    ),
    "plan of Z1.4 for a letter": of_numbers(sampling.z14_letter_plan, letters("AFJR", 0.65, 1.0), no_letter),
    "plan of Z1.9": of_numbers(sampling.z19_plan, lots(0.1, 1.0, 6.5), odd),
    "plan of Z1.9, sigma known": of_numbers(sampling.z19_plan, lots(0.1, 1.0, 6.5), odd, sigma="known", form="M"),
    "plan of Z1.9 for a letter": of_numbers(sampling.z19_letter_plan, letters("BFJP", 1.0, 6.5), no_letter),
    "decision on a lot": Case(
        sampling.decide,
        lambda random, n: (random.normal(10.0, 1.0, 5),),
        {"lsl": 7.0, "usl": 15.0},
        call=lambda values, **how: sampling.decide(values, sampling.variables_plan(5, 1.53), **how),
        lengths=None,
    ),
    "decision on a lot, each with its plan": Case(
        sampling.decide,
        normal,
        {"lsl": 7.0, "usl": 15.0},
        call=lambda values, offsets=None, **how: sampling.decide(
            values, sampling.variables_plan(drawn(values, offsets), 1.53), offsets=offsets, **how
        ),
    ),
    "size for a mean": of_numbers(sample_size.mean_size, EFFECTS, no_effect),
    "size for a mean, sigma known": of_numbers(sample_size.mean_size, EFFECTS, no_effect, sd_known=True),
    "size for two means": of_numbers(sample_size.two_means_size, EFFECTS, no_effect, ratio=2),
    "size for several means": of_numbers(
        sample_size.anova_size,
        lambda random, n: (random.normal(10.0, 1.0, 3), np.asarray(1.0)),
        lambda columns: (np.ones(3), columns[1]),
    ),
    "size for a proportion": of_numbers(sample_size.proportion_size, SHARES, equal),
    "size for a missing proportion": of_numbers(sample_size.proportion_size, SHARES, empty, method="normal"),
    "size for a proportion, normal": of_numbers(
        sample_size.proportion_size, SHARES, equal, method="normal", alternative="greater"
    ),
    "size for two proportions": of_numbers(sample_size.two_proportions_size, SHARES, equal),
    "size for a rate": of_numbers(sample_size.rate_size, SHARES, equal),
    "size for two rates": of_numbers(sample_size.two_rates_size, SHARES, equal, ratio=0.5),
    "size for a standard deviation": of_numbers(sample_size.sd_size, numbers((1.5, 3.0)), below_zero),
    "size for two standard deviations": of_numbers(sample_size.two_sds_size, numbers((1.5, 3.0)), below_zero),
    "size for equivalence": of_numbers(
        sample_size.equivalence_size, numbers((-0.3, 0.3), (0.5, 1.0), (0.5, 1.0)), lambda c: (c[0] + 5, *c[1:])
    ),
    "size for equivalent proportions": of_numbers(
        sample_size.equivalent_proportions_size,
        numbers((0.4, 0.45), (0.4, 0.45), (0.2, 0.3)),
        lambda c: (c[0] + 5, *c[1:]),
    ),
    "size for the interval of a mean": of_numbers(sample_size.mean_precision, EFFECTS),
    "size for the interval of a mean, sigma known": of_numbers(sample_size.mean_precision, EFFECTS, sd_known=True),
    "size for the interval of a proportion": Case(
        sample_size.proportion_precision,
        lambda random, n: (*SHARES(random, n), np.asarray(random.choice([100.0, 5000.0, np.nan]))),
        spoil=below_zero,
        call=lambda width, p, population, **how: sample_size.proportion_precision(
            width, p, population=population, **how
        ),
        lengths=None,
    ),
    "size for the interval of a standard deviation": of_numbers(sample_size.sd_precision, numbers((0.05, 2.0))),
}
