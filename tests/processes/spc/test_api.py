"""Measurements for programs: sent once however often, read back with their marks, charted, spoken of, as files."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hoshin.kernel.access import identity
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.trail.models import new_uid

from .conftest import measurements

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def call(cast, client):
    """Calls the API as somebody with a token."""

    def do(method, address, data=None, person=None):
        secret = secret_of(cast, person or cast.quinn)
        told = {"headers": {"Authorization": f"Bearer {secret}"}}
        if data is not None:
            told |= {"data": json.dumps(data), "content_type": "application/json"}
        return getattr(client, method)(address, **told)

    return do


def secret_of(cast, person):
    return identity.give_token(person, "tests", by=cast.system)


def test_values_of_two_characteristics_come_in_together_and_only_once(call, in_use):
    bore, depth = in_use("Bore"), in_use("Depth")
    sent = {
        "batch": str(new_uid()),
        "values": [
            {"characteristic": bore.number, "value": 7.41, "time": "2026-01-05T08:00:00+01:00", "lot": "L1"},
            {"characteristic": str(depth.uid), "value": None},
            {"characteristic": bore.number, "value": 7.42},
        ],
    }
    first, second = call("post", "/api/measurements", sent), call("post", "/api/measurements", sent)

    assert (first.status_code, first.json()["rows"], first.json()["missing"]) == (201, 3, 1)
    assert (second.status_code, second.json()["repeated"]) == (200, True)
    assert measurements_of([bore.pk]).columns.value.tolist() == [7.41, 7.42]


def test_what_is_wrong_is_named_by_its_place_and_nothing_is_kept(call, in_use):
    bore = in_use("Bore")
    sent = {"batch": str(new_uid()), "characteristic": bore.number, "values": [1.0, {"value": "x"}, {"valeu": 3}]}
    answer = call("post", "/api/measurements", sent)

    assert answer.status_code == 422
    assert {(p["field"], p["index"]) for p in answer.json()["error"]["problems"]} == {("value", 1), ("valeu", 2)}
    assert not Batch.objects.exists()


def test_an_unknown_characteristic_and_one_that_may_not_be_seen_answer_alike(cast, call, in_use):
    bore = in_use("Bore")
    known = call("get", f"/api/measurements?characteristic={bore.number}", person=cast.sol)
    unknown = call("get", "/api/measurements?characteristic=CHR-99999", person=cast.sol)

    assert (known.status_code, unknown.status_code) == (404, 404)


def test_measurements_are_read_back_with_their_marks(cast, call, in_use):
    bore = in_use("Bore")
    measuring.record(bore, measurements((1.0, 2.0, 3.0), lot="L1"), by=cast.by.quinn)
    rows = measurements_of([bore.pk]).columns.row.tolist()
    measuring.exclude(bore, rows[:1], by=cast.by.quinn, reason="Cold machine")
    measuring.correct(bore, rows[1], 2.5, by=cast.by.quinn, reason="Typing error")
    told = call("get", f"/api/measurements?characteristic={bore.number}&limit=2").json()
    table = call("get", f"/api/measurements?characteristic={bore.number}&format=csv").content.decode()

    assert [(m["no"], m["value"], m["excluded"], m["corrected"]) for m in told["measurements"]] == [
        (1, 1.0, True, False),
        (2, 2.5, False, True),
    ]
    assert (told["count"], told["next_after"], told["measurements"][0]["reason"]) == (3, 2, "Cold machine")
    assert len(table.splitlines()) == 4


def test_the_chart_is_told_with_its_limits_and_signals(cast, call, juice, frozen_juice):
    measuring.record(juice, measurements((30,), size=50), by=cast.by.quinn)
    told = call("get", f"/api/measurements/chart?characteristic={juice.number}").json()
    (panel,) = told["panels"]

    assert (told["chart"], told["provisional"], told["baseline"]) == ("p", False, frozen_juice.number)
    assert (round(panel["center"], 4), round(panel["upper"], 4)) == (0.2150, 0.3893)
    assert (
        30 in [signal["point"] for signal in told["signals"]]
        and told["points"][14]["left_out"] == "New batch of cardboard"
    )


def test_a_program_says_something_about_measurements(call, juice):
    sent = {"characteristic": juice.number, "what": "exclude", "measurements": [15, 23], "reason": "Causes found"}
    answer = call("post", "/api/measurements/statements", sent)
    stray = call("post", "/api/measurements/statements", {**sent, "measurements": [99]})

    assert (answer.status_code, stray.status_code) == (201, 422)
    assert measurements_of([juice.pk]).excluded.nonzero()[0].tolist() == [14, 22]


def send_file(cast, client, text, **told):
    secret = secret_of(cast, cast.quinn)
    sent = {"file": SimpleUploadedFile("bore.csv", text.encode()), **told}
    return client.post("/api/measurements/files", sent, headers={"Authorization": f"Bearer {secret}"})


def test_a_file_is_tried_then_read_then_refused(cast, client):
    text = "bore,depth\n" + "".join(f"7.4{i},12.{i}\n" for i in range(9))
    tried = send_file(cast, client, text, dry_run="yes").json()
    read = send_file(cast, client, text, layout=json.dumps(tried["layout"]))
    again = send_file(cast, client, text)

    assert (tried["values"], tried["would_open"]) == (18, ["bore", "depth"])
    assert (read.status_code, read.json()["rows"], again.status_code) == (201, 18, 409)


def test_bad_cells_of_a_file_are_named_by_row_and_column(cast, client):
    text = "bore\n" + "".join(f"7.4{i}\n" for i in range(30))
    layout = send_file(cast, client, text, dry_run="yes").json()["layout"]
    answer = send_file(cast, client, text.replace("7.47\n", "7.4x7\n"), layout=json.dumps(layout))
    (problem,) = answer.json()["error"]["problems"]

    assert (answer.status_code, problem["row"], problem["column"], problem["found"]) == (422, 9, "A", "7.4x7")
