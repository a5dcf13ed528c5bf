"""Experiments and regression."""

import numpy as np

from hoshin.stats import (
    experiments,
    regression,
)
from tests.stats.many.case import Case

RUNS = 2 * np.array(list(np.ndindex(2, 2, 2, 2))) - 1
POINTS = np.array([[a, b] for a in (-1, 0, 1) for b in (-1, 0, 1)] + [[0, 0]] * 3)


def responses(function, runs, **options):
    return Case(
        function,
        lambda random, n: (random.normal(10.0, 1.0, len(runs)),),
        options,
        lengths=None,
        call=lambda response, **how: function(runs, response, **how),
    )


def ratios(goal):
    return Case(
        experiments.signal_to_noise,
        lambda random, n: (random.normal(10.0, 1.0, (9, 4)),),
        {"goal": goal},
        lengths=None,
        call=lambda repeats, **how: experiments.signal_to_noise(experiments.taguchi("L9"), repeats, **how),
    )


CASES = {
    "factorial": responses(experiments.analyze_factorial, RUNS, order=2),
    "factorial, saturated": responses(experiments.analyze_factorial, RUNS, order=4),
    "levels": responses(experiments.analyze_levels, POINTS, order=1),
    "response surface": responses(experiments.analyze_response_surface, POINTS),
    "signal to noise": ratios("nominal"),
    "signal to noise, larger": ratios("larger"),
    "regression": responses(regression.linear_regression, POINTS),
}
