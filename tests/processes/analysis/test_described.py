"""The addresses of assistants and analyses for programs answer as they are described."""

import json

import jsonschema
import pytest

from hoshin.processes.analysis.api import asked_schema
from tests.surfaces.api.described import problems_with

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
SHARES = {"kind": "proportions", "inputs": {"count1": 18, "n1": 200, "count2": "6", "n2": 210}}
VALUES = {"kind": "values", "inputs": {"a": [1.1, 2.0, 3.2, 2.4], "b": [2.0, 2.2, 2.9], "what": "mean"}, "keep": True}


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def test_answers_kept_analyses_and_refusals(quinn):
    path, problems = "/api/assistants/compare", []
    for asked in (SHARES, VALUES, SHARES | {"inputs": {"n1": "many"}}):
        answer = quinn.post(path, json.dumps(asked), "application/json")
        problems += problems_with(answer, "POST", path)
    kept = quinn.post(path, json.dumps(VALUES), "application/json").json()["number"]
    problems += problems_with(quinn.get(f"/api/analysis/{kept}/result"), "GET", f"/api/analysis/{kept}/result")

    assert problems == []


def test_what_may_be_asked_is_described_question_by_question():
    checker = jsonschema.Draft202012Validator(asked_schema())
    together = {"kind": "mewma", "inputs": {"a": [1, 2], "b": [2, 1], "left_out": "2: new batch"}}
    stray = {**SHARES, "inputs": {"confidence": "0.2"}}

    assert [checker.is_valid(asked) for asked in (SHARES, VALUES, together, stray, {"kind": "none", "inputs": {}})] == [
        True,
        True,
        True,
        False,
        False,
    ]
