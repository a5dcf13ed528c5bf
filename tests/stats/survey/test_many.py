"""Many groups or scales at once are what each is alone."""

import numpy as np
import pytest

from hoshin.stats.errors import StatisticsError
from hoshin.stats.survey import (
    cronbach_alpha,
    intraclass_correlation,
    item_statistics,
    mcdonald_omega,
    weighted_mean,
    within_group_agreement,
)
from hoshin.stats.survey.intraclass import KINDS
from tests.stats.alike import alike, ragged

RANDOM = np.random.default_rng(23)
SIZES = [12, 30, 9, 25]
TEAMS = [np.clip(np.round(3 + RANDOM.normal(size=(n, 1)) + RANDOM.normal(size=(n, 5))), 1, 5) for n in SIZES]
TEAMS[1][4, 2] = np.nan
RATINGS = [team[:, :3] + RANDOM.normal(size=(len(team), 3)) for team in TEAMS[:1] + TEAMS[2:]]


def by_agreement(answers, **options):
    return within_group_agreement(answers, categories=5, **options)


@pytest.mark.parametrize("measure", [cronbach_alpha, mcdonald_omega, by_agreement])
def test_scales_of_a_questionnaire_are_what_each_is_alone(measure):
    answers = np.hstack([TEAMS[3], TEAMS[3][::-1][:, :4], TEAMS[3][:, [0, 2, 4]]])
    answers[3, 6] = np.nan
    many = measure(answers, item_offsets=[0, 5, 9, 12])

    for i, part in enumerate(np.split(answers, [5, 9], axis=1)):
        alike(many[i], measure(part), rel=1e-9)
    assert many.left_out.tolist() == [0, 1, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_studies_of_raters_are_what_each_is_alone(kind):
    rows, offsets = ragged(*RATINGS)
    many = intraclass_correlation(rows, kind, offsets=offsets)

    for i, ratings in enumerate(RATINGS):
        alike(many[i], intraclass_correlation(ratings, kind))


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (cronbach_alpha, "same answer"),
        (mcdonald_omega, "same answer"),
        (intraclass_correlation, "no variation"),
    ],
)
def test_a_group_without_an_answer_is_marked_and_leaves_the_others_alone(measure, words):
    rows, offsets = ragged(TEAMS[0], np.full((6, 5), 4.0), TEAMS[2])
    many = measure(rows, offsets=offsets, on_error="mark")

    assert words in many.problems[1]
    assert np.isnan(many.value[1])
    alike(many[2], measure(TEAMS[2]), rel=1e-9)
    with pytest.raises(StatisticsError, match="characteristic 1"):
        measure(rows, offsets=offsets)


def test_items_off_the_scale_and_unanswered_ones_are_marked():
    rows, offsets = ragged(TEAMS[0], np.full((3, 5), 9.0), np.full((4, 5), np.nan), TEAMS[2])
    many = item_statistics(rows, offsets=offsets, on_error="mark")

    assert "answer 9.0 of person 1 to item 1" in many.problems[1]
    assert "0 answers to each item" in many.problems[2]
    alike(many[3], item_statistics(TEAMS[2]))


def test_items_that_run_against_each_other_are_marked_after_the_others_are_found():
    opposed = np.array([[1.0, -1.0], [2.0, -2.0], [3.0, -3.0]])
    rows, offsets = ragged(TEAMS[0][:, :2], opposed)
    many = cronbach_alpha(rows, offsets=offsets, on_error="mark")

    assert "turned round" in many.problems[1]
    alike(many[0], cronbach_alpha(TEAMS[0][:, :2]))


def test_one_row_of_weights_serves_many_questions():
    answers = RANDOM.normal(size=(3, 12))
    weights, clusters = RANDOM.uniform(1, 2, 12), np.repeat(["a", "b", "c", "d"], 3)
    many = weighted_mean(answers, weights, clusters=clusters)

    for i in range(3):
        alike(many[i], weighted_mean(answers[i], weights, clusters=clusters))


def test_a_lone_cluster_is_marked_with_its_stratum():
    strata = ["a"] * 4 + ["b"] * 3 + ["c"] + ["a"] * 4
    many = weighted_mean(np.arange(12.0), strata=strata, offsets=[0, 4, 8, 12], on_error="mark")

    assert "stratum 2 has one cluster" in many.problems[1]
    alike(many[2], weighted_mean(np.arange(8.0, 12.0)))
