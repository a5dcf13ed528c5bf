"""The addresses of measurements for programs answer as they are described."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hoshin.kernel.trail.models import new_uid
from tests.surfaces.api.described import problems_with

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def call(cast, browser_of):
    """Asks as Quinn and tells where the answer is not as described."""
    quinn = browser_of(cast.quinn)

    def ask(path, sent=None, **query):
        if sent is None:
            return problems_with(quinn.get(path, query), "GET", path)
        return problems_with(quinn.post(path, json.dumps(sent), "application/json"), "POST", path)

    ask.client = quinn
    return ask


def test_values_are_sent_read_charted_and_spoken_of(call, juice, frozen_juice, in_use):
    bore = in_use(lsl="9", usl="11")
    batch = {
        "batch": str(new_uid()),
        "characteristic": bore.number,
        "values": [10.1, None, {"value": 9.9, "lot": "A-1"}],
    }
    saying = {"characteristic": bore.number, "what": "correct", "measurements": [1], "value": 10.0, "reason": "Misread"}

    problems = [
        *call("/api/measurements", batch), *call("/api/measurements", batch), *call("/api/measurements", {"values": []}),
        *call("/api/measurements/statements", saying), *call("/api/measurements/statements", saying | {"what": "shout"}),
        *[found for row in (bore, juice) for found in call("/api/measurements", characteristic=row.number)],
        *call("/api/measurements", characteristic=bore.number, format="csv"),
        *[found for row in (bore, juice) for found in call("/api/measurements/chart", characteristic=row.number)],
        *call("/api/measurements/chart"),
    ]  # fmt: skip

    assert problems == []


def test_a_file_is_tried_and_read(call, in_use):
    in_use("Bore diameter")
    problems = []
    for told in ({"dry_run": "yes"}, {}, {}):
        sent = SimpleUploadedFile("bore.csv", b"time,Bore diameter\n2026-01-01 08:00,10.1\n2026-01-01 09:00,10.2\n")
        answer = call.client.post("/api/measurements/files", {"file": sent, **told})
        problems += problems_with(answer, "POST", "/api/measurements/files")

    assert problems == []
