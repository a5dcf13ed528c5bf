"""Surveys."""

import numpy as np

from hoshin.stats import (
    survey,
)
from tests.stats.many.case import Case, alike_all, empty, groups


def answers(random, n):
    given = np.clip(np.round(3 + random.normal(size=(n, 1)) + random.normal(size=(n, 5))), 1, 5)
    given[4, 2] = np.nan
    return (given,)


CASES = {
    "alpha": Case(survey.cronbach_alpha, answers, spoil=alike_all),
    "omega": Case(survey.mcdonald_omega, answers, {"replicates": 8}, alike_all),
    "agreement of a group": Case(survey.within_group_agreement, answers, {"categories": 5}, empty),
    "items": Case(survey.item_statistics, answers, spoil=empty),
    "intraclass": Case(survey.intraclass_correlation, groups, spoil=alike_all),
    "weighted mean": Case(
        survey.weighted_mean,
        lambda random, n: (random.normal(size=n), random.uniform(0.5, 3.0, n), np.arange(n) % 2, np.arange(n) // 2 % 4),
    ),
}
