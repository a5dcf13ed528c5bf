"""The docstring of every public function says what it estimates, in which shapes and units, assuming what, from where."""

import inspect
import re

import pytest

from tests.stats.test_examples import public_functions

FUNCTIONS = dict(public_functions())
LABELS = ("Estimand", "Units", "Assumes", "Errors", "Source")
# What a label is followed by when it says something: a word, not the next label.
SAID = r"^ *{label}: +\S+"


def parameters(function):
    """The names a caller gives, without the options that are handed on."""
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return [name for name, given in inspect.signature(function).parameters.items() if given.kind not in kinds]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_says_what_a_reader_needs_to_trust_it(name):
    text = FUNCTIONS[name].__doc__ or ""

    missing = [label for label in LABELS if not re.search(SAID.format(label=label), text, re.MULTILINE)]

    assert missing == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_describes_each_parameter(name):
    text = inspect.cleandoc(FUNCTIONS[name].__doc__ or "")
    described = text.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    named = set(re.findall(r"\w+", " ".join(re.findall(r"^(\S[^:]*) :", described, re.MULTILINE))))

    assert [parameter for parameter in parameters(FUNCTIONS[name]) if parameter not in named] == []
