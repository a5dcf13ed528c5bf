"""Results are frozen, compare by value, explain themselves and survive JSON to the last bit."""

import dataclasses
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.stats.constants import ChartConstants, chart_constants
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result, Step


@dataclasses.dataclass(frozen=True, eq=False)
class Planted(Result):
    """One of every kind of field."""

    number: float
    array: np.ndarray
    names: dict
    parts: tuple
    inner: ChartConstants | None = None

    title = "Planted"

    def steps(self):
        """Its lines."""
        yield Step("number", "{a} + {b}", {"a": 1.0, "b": 2.5}, self.number)


def planted(number=3.5, array=(1.0, np.nan, np.inf)):
    return Planted(number, np.array(array), {"a": 1, "b": np.array([True])}, (1, None, "x"), chart_constants(5))


def test_a_result_survives_json_to_the_last_bit():
    result = planted()

    assert Planted.from_json(result.to_json()) == result


def test_json_of_a_result_is_standard_json():
    text = planted(float("nan")).to_json()

    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@given(st.lists(st.floats(), min_size=1), st.floats())
def test_any_floats_survive_json(array, number):
    result = planted(number, array)

    assert Planted.from_json(result.to_json()) == result


@pytest.mark.parametrize("shape", [(0,), (0, 5), (2, 3, 4), ()])
def test_the_shape_of_an_array_survives_json(shape):
    result = Planted(1.0, np.ones(shape), {}, ())

    assert Planted.from_json(result.to_json()).array.shape == shape


def test_the_arrays_of_a_result_cannot_be_written():
    with pytest.raises(ValueError):
        planted().array[0] = 2.0


def test_freezing_leaves_the_callers_array_writable():
    array = np.zeros(3)

    Planted(1.0, array, {}, ())

    assert array.flags.writeable


def test_the_dictionaries_of_a_result_cannot_be_written():
    with pytest.raises(TypeError):
        planted().names["a"] = 2


def test_results_differ_when_one_number_differs():
    assert planted(1.0) != planted(np.nextafter(1.0, 2.0))


def test_a_result_survives_pickling():
    result = chart_constants(5)

    assert pickle.loads(pickle.dumps(result)) == result


def test_json_of_another_result_is_refused():
    with pytest.raises(StatisticsError, match="holds ChartConstants; Planted is needed"):
        Planted.from_json(chart_constants(5).to_json())


def test_an_explanation_shows_formula_numbers_and_value():
    explained = str(planted().explain())

    assert explained == "Planted\n  number = 1 + 2.5 = 3.5"


def test_an_error_keeps_its_words_and_numbers_apart_and_survives_pickling():
    error = pickle.loads(pickle.dumps(StatisticsError("{found} values", found=1)))

    assert (str(error), error.template, error.parameters) == ("1 values", "{found} values", {"found": 1})


@pytest.mark.parametrize("text", ['{"result": "Unheard"}', '{"a": 1}'])
def test_json_of_something_else_is_refused(text):
    with pytest.raises(StatisticsError, match="the JSON holds no result"):
        Planted.from_json(text)
