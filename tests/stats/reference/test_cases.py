"""Every case of the reference folder, one test each, through the public functions.

The folder is HOSHIN_REFERENCE, by default ``../shared/reference`` beside the project.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.stats.reference.comparison import differences
from tests.stats.reference.registry import load_adapters

FOLDER = Path(os.environ.get("HOSHIN_REFERENCE") or Path(__file__).parents[3] / "../shared/reference")

# Kinds that no public function computes yet. The set only shrinks.
NOT_YET: set[str] = set()

ADAPTERS = load_adapters()


def cases():
    for path in sorted(FOLDER.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            yield pytest.param(case, id=case["id"])


CASES = list(cases())


@pytest.mark.skipif(not CASES, reason=f"no reference cases in {FOLDER}")
@pytest.mark.parametrize("case", CASES or [None])
def test_the_public_function_gives_the_known_answer(case):
    kind, tolerance = case["kind"], case["tolerance"]
    if kind in NOT_YET:
        pytest.skip(f"no public function computes {kind} yet")
    assert kind in ADAPTERS, f"no adapter computes the kind {kind}"

    actual = ADAPTERS[kind](case)

    assert differences(case["expected"], actual, tolerance["rel"], tolerance["abs"]) == []


def test_no_kind_waits_that_has_an_adapter():
    stale = NOT_YET & ADAPTERS.keys()

    assert stale == set()


@pytest.mark.parametrize("actual", [None, float("nan"), np.float64("nan")])
def test_a_number_that_does_not_exist_is_null(actual):
    assert differences({"a": None}, {"a": actual}, 1e-8, 1e-10) == []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (None, 0.0),
        (1.0, 1.1),
        (1.0, float("nan")),
        ([1, 2], [1]),
        ({"a": 1}, {}),
        ({"a": [1.0, 2.0]}, {"a": [1.0, 2.1]}),
        (True, 1.5),
        ("SU", "SB"),
        (0.0, None),
    ],
)
def test_a_wrong_answer_is_seen(expected, actual):
    found = differences(expected, actual, 1e-8, 1e-10)

    assert len(found) == 1
