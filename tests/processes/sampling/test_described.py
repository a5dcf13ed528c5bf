"""The addresses of sampling plans for programs answer as they are described."""

import json

import pytest

from tests.surfaces.api.described import problems_with

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def test_plans_and_lots(quinn, in_force, plan):
    rows = [in_force(), in_force(sort="variables_aql"), plan(sort="risks")]
    paths = [f"/api/sampling/{row.number}" for row in rows]
    lot = json.dumps({"lot": "L1", "size": 1000, "found": 1})
    problems = [problem for path in paths for problem in problems_with(quinn.get(path), "GET", path)]
    for path in paths[:1] * 2 + paths[2:]:
        answer = quinn.post(f"{path}/lots", lot, "application/json")
        problems += problems_with(answer, "POST", f"{path}/lots")

    assert problems == []
