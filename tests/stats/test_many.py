"""The contract of many characteristics at once, for every function that takes them.

Each entry of the result is what the function gives for that characteristic alone; one that supports no answer is
raised, or noted and leaves the others as they are; the whole survives JSON.
"""

import inspect
import re

import numpy as np
import pytest

from hoshin.stats.capability import by_stages
from hoshin.stats.control_charts import baseline_of_blocks
from hoshin.stats.errors import StatisticsError
from tests.stats.alike import alike, ragged
from tests.stats.many import CASES
from tests.stats.test_examples import public_functions

EVERY = pytest.mark.parametrize("name", CASES)
RAGGED = pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.lengths])
# The entries of one are stages; the other makes a baseline, which has no problems.
OTHERS = {by_stages, baseline_of_blocks}


def stacked(many):
    """The columns of several characteristics as arrays with a leading axis."""
    return [np.stack(column) for column in zip(*many, strict=True)]


def survives(result):
    return type(result).from_json(result.to_json()) == result


def test_every_function_that_can_mark_is_here():
    marking = {function for _, function in public_functions() if "on_error" in inspect.signature(function).parameters}

    assert marking - OTHERS <= {case.function for case in CASES.values()}


@EVERY
@pytest.mark.parametrize("seed", [1, 2])
def test_rows_have_what_each_has_alone(name, seed):
    case, random = CASES[name], np.random.default_rng(seed)
    data = [case.make(random, 24) for _ in range(4)]
    many = case(*stacked(data))

    assert len(many) == 4
    for one, columns in zip(many, data, strict=True):
        alike(one, case(*columns), rel=1e-9)
    assert survives(many)
    assert str(many.explain())


@RAGGED
@pytest.mark.parametrize("seed", [3, 4])
def test_columns_of_different_length_have_what_each_has_alone(name, seed):
    case, random = CASES[name], np.random.default_rng(seed)
    data = [case.make(random, n) for n in case.lengths]
    flat = [ragged(*column) for column in zip(*data, strict=True)]
    many = case(*(column for column, _ in flat), offsets=case.cuts([offsets for _, offsets in flat]))

    assert len(many) == len(case.lengths)
    for one, columns in zip(many, data, strict=True):
        alike(one, case(*columns), rel=1e-9)
    assert survives(many)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.spoil])
def test_one_without_an_answer_is_marked_and_leaves_the_others_alone(name):
    case, random = CASES[name], np.random.default_rng(5)
    data = [case.make(random, 24) for _ in range(3)]
    spoilt = stacked([data[0], case.spoil(data[1]), data[2]])
    many = case(*spoilt, on_error="mark")

    assert (len(many), list(many.problems)) == (3, [1])
    for i in (0, 2):
        alike(many[i], case(*data[i]), rel=1e-9)
    if case.plotted:
        assert type(many[1]) is type(many[0])
    else:
        with pytest.raises(StatisticsError, match=re.escape(many.problems[1])):
            many[1]
    assert survives(many)
    with pytest.raises(StatisticsError, match=r"^(characteristic|group) 1: "):
        case(*spoilt)


@EVERY
def test_the_result_of_one_has_no_entries(name):
    case = CASES[name]
    one = case(*case.make(np.random.default_rng(6), 24))

    if not case.plotted:
        assert one
        with pytest.raises(TypeError):
            one[0]
