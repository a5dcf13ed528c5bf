"""The loop by a program: measurements in, a CAPA closed by proof, and nothing but the API in between."""

import json

import pytest
from django.test import Client

from hoshin.kernel.access.identity import give_token
from hoshin.kernel.trail.models import new_uid
from hoshin.kernel.trail.verify import verify

from . import juice


class Program:
    """A program with somebody's token."""

    def __init__(self, actor):
        self.secret = give_token(actor.person, "loop", by=actor)

    def __call__(self, method, address, body=None, expect=(200, 201)):
        answer = Client().generic(
            method, f"/api/{address}", json.dumps(body) if body is not None else "", content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}"},
        )  # fmt: skip
        told = answer.json()
        assert answer.status_code in ((expect,) if isinstance(expect, int) else expect), told
        return told


@pytest.fixture
def quinn(cast):
    return Program(cast.by.quinn)


@pytest.fixture
def ana(cast):
    return Program(cast.by.ana)


def measure(program, characteristic, counts):
    rows = [{"value": value, "size": juice.SIZE} for value in counts]
    return program("POST", "measurements", {"batch": str(new_uid()), "characteristic": characteristic, "values": rows})


def test_the_loop_closes_by_the_api_alone(cast, quinn, ana):
    signed = {"signature": {"password": cast.password}}
    values = {
        "title": "Nonconforming cans", "sort": "defectives", "chart": "p", "reaction_plan": "Hold the shift's cans",
        "opens_nonconformity": True, "unit": str(cast.north.uid),
    }  # fmt: skip
    cans = quinn("POST", "characteristic", {"values": values})
    quinn("POST", f"characteristic/{cans['number']}/steps/activate", {})
    measure(quinn, cans["uid"], juice.TRIAL)
    left_out = [{"measurement": number, "cause": cause} for number, cause in juice.EXPLAINED.items()]
    baseline = quinn(
        "POST", "control-baseline", {"values": {"title": "Trial", "characteristic": cans["uid"], "left_out": left_out}}
    )
    baseline = quinn("POST", f"control-baseline/{baseline['number']}/steps/freeze", signed)
    assert round(float(baseline["computed"]["center"]), 4) == 0.2150

    measure(quinn, cans["uid"], [27])
    (alert,) = quinn("GET", "alert")["items"]
    (nonconformity,) = quinn("GET", "nonconformity")["items"]
    nc = f"nonconformity/{nonconformity['number']}"
    assert {file["name"].rsplit(".")[-1] for file in quinn("GET", f"{nc}/files")["items"]} == {"svg", "csv"}
    assert [one["record"]["number"] for one in quinn("GET", f"alert/{alert['number']}/links")["items"]] == [
        nonconformity["number"]
    ]

    ana("POST", f"{nc}/steps/contain", {"values": {"containment": "Held"}})
    lines = [{"decision": "scrap", "quantity": "27"}]
    quinn("POST", f"{nc}/steps/decide", {"values": {"quantity": "27", "dispositions": lines}, **signed})
    capa = ana("POST", f"{nc}/openings/capa", {})
    one = f"capa/{capa['number']}"
    why = {"answer": "No setting sheet", "ground": "evidence", "evidence": "Document list", "nature": "systemic"}
    ana("PATCH", one, {"revision": capa["revision"], "values": {"whys": [why], "root_cause": "No setting sheet"}})
    ana("POST", f"{one}/steps/analyse", {})
    task = ana("POST", f"{one}/tasks", {"title": "Write the sheet", "assignee": "max", "purpose": "corrective"})
    declared = {"baseline_first": 1, "baseline_last": 30, "amount": 24, "deadline": "2030-01-01"}
    check = ana("POST", f"{one}/openings/effectiveness-check", {})
    ana("POST", f"effectiveness-check/{check['number']}/steps/declare", {"values": declared})
    ana("POST", f"{one}/steps/plan", {"values": {"plan": "Setting sheet"}, **signed})
    ana("POST", f"tasks/{task['uid']}/finish", {"evidence": "Sheet 4711"})
    ana("POST", f"{one}/steps/implement", {})
    closing = {"values": {"prevention": "All lines"}, **signed}
    refused = quinn("POST", f"{one}/steps/close", closing, expect=409)
    assert "not proven" in refused["error"]["message"]

    measure(quinn, cans["uid"], juice.ADJUSTED)
    check = quinn("GET", f"effectiveness-check/{check['number']}")
    assert (check["state"], round(float(check["computed"]["after"]), 4)) == ("passed", 0.1108)
    closed = quinn("POST", f"{one}/steps/close", closing)
    assert closed["state"] == "closed"
    assert quinn("GET", f"{one}/proof")["record"] == capa["uid"]
    assert verify().findings == []
