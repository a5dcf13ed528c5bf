"""The addresses of gauge studies for programs answer as they are described."""

import json

import pytest

from tests.surfaces.api.described import problems_with

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def test_worksheets_readings_and_results(quinn, aiag, study):
    full, empty = aiag(tolerance="8"), study(parts=2, operators=2, trials=2)
    sheet, result = f"/api/msa/{full.number}/worksheet", f"/api/msa/{full.number}/result"
    sent, wrong = f"/api/msa/{empty.number}/worksheet", {"readings": [{"run": 99, "value": 1}]}
    readings = {"readings": [{"run": 1, "value": 2.31}, {"run": 2, "value": "2.3"}]}

    problems = [
        *problems_with(quinn.get(sheet), "GET", sheet),
        *problems_with(quinn.get(f"{sheet}?format=csv"), "GET", sheet),
        *problems_with(quinn.get(result), "GET", result),
        *problems_with(quinn.post(sent, json.dumps(readings), "application/json"), "POST", sent),
        *problems_with(quinn.post(sent, json.dumps(wrong), "application/json"), "POST", sent),
        *problems_with(quinn.get(f"/api/msa/{empty.number}/result"), "GET", result),
    ]

    assert problems == []
