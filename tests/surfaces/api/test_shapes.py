"""One shape for every refusal; sessions need CSRF, tokens do not; what is malformed is never the server's fault."""

import re
from pathlib import Path

import jsonschema
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import tests.contract.kinds  # noqa: F401
from hoshin.kernel.access.identity import digest_of
from hoshin.kernel.access.middleware import PERSON, PROOF
from hoshin.kernel.records import doors
from hoshin.surfaces.api import schemas

from .callers import Caller, at


@pytest.fixture
def ana(cast):
    return Caller(cast.ana)


@pytest.fixture
def row(cast):
    (made,) = doors.create("deviation", [{"title": "Oven too cold"}], by=cast.by.ana)
    return made


def session_of(person, **told):
    client = Client(**told)
    session = client.session
    session[PERSON], session[PROOF] = str(person.uid), digest_of(person.password)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def refusals(cast, ana, row):
    sol, reader = Caller(cast.sol), Caller(cast.ana, reads_only=True)
    yield 400, "malformed", ana.post("deviation", "{")
    yield 400, "malformed", ana.post("deviation", b'"\xff"')
    yield 400, "malformed", ana.post("deviation", "[" * 100_000)
    yield 400, "malformed", ana.post("deviation", '{"values": ' + '{"a":' * 60 + "1" + "}" * 61)
    yield 400, "malformed", ana.post("deviation", '{"values": {"title": "\\ud800"}}')
    yield 400, "malformed", ana.post("deviation", '{"values": {"title": "\\u0000"}}')
    yield 400, "malformed", ana.post("deviation", '{"values": {"title": NaN}}')
    yield 400, "malformed", ana.post("deviation", '{"values": {"title": ' + "1" * 5000 + "}}")
    yield 400, "malformed", ana.post("deviation", "7")
    yield 400, "malformed", ana.get("deviation", {"limit": "0"})
    yield 400, "malformed", ana.get("deviation", {"limit": "²"})
    yield 400, "malformed", ana.get("deviation", {"colour": "red"})
    yield 400, "malformed", ana.get("deviation", {"where": "title ="})
    yield 400, "malformed", ana.get("deviation", {"order": "steps"})
    yield 400, "malformed", ana.get("deviation", {"after": "bm8"})
    yield 400, "malformed", ana.get(at(row, "/as-of"), {"at": "soon"})
    yield 400, "malformed", ana.get(at(row, "/as-of"), {"at": "9999-12-31"})
    yield 400, "malformed", ana.get("search")
    yield 400, "malformed", ana.patch(at(row), {"values": {}, "revision": 1}, headers={"If-Match": '"x"'})
    yield 401, "unauthenticated", Client().get("/api/deviation")
    yield 401, "unauthenticated", Client(headers={"Authorization": "Bearer hoshin_nobody"}).get("/api/deviation")
    yield 403, "forbidden", reader.post("deviation", {"values": {"title": "x"}})
    yield 403, "forbidden", ana.post(at(row, "/void"), {"reason": "x"})
    yield 404, "not_found", sol.get(at(row))
    yield 404, "not_found", ana.get("unicorn")
    yield 404, "not_found", ana.get("deviation/DEV-1/what/ever")
    yield 404, "not_found", ana.get(at(row, "/parts/nothing"))
    yield 404, "not_found", ana.get(at(row, "/files/99999999999999999999999"))
    yield 404, "not_found", ana.post(at(row, "/seats/assess"), {})
    yield 405, "method", ana.put("deviation", {})
    yield 409, "not_yet", ana.post(at(row, "/steps/close"), {"signature": {"password": cast.password}})
    yield 413, "too_large", ana.post("deviation", [{}] * 501)
    yield 422, "invalid", ana.post("deviation", {"values": {"title": ""}})
    yield 422, "invalid", ana.post("deviation", {"valeus": {}})
    yield 422, "invalid", ana.post("deviation", {"uid": 7, "values": {"title": "x"}})
    yield 422, "invalid", ana.patch(at(row), {"values": {"title": "x"}})
    yield 422, "invalid", ana.patch(at(row), {"values": {"title": "x"}, "revision": 10**30})
    yield 422, "invalid", ana.patch(at(row), {"values": {"title": ["x"]}, "revision": 1})
    yield 422, "invalid", ana.post(at(row, "/tasks"), {"title": "x", "assignee": "nobody"})
    yield 422, "invalid", ana.post(at(row, "/links"), {"relation": "loves", "target": row.number})


def test_every_refusal_has_the_same_shape(cast, ana, row):
    schema = {**schemas.ERROR, "components": {"schemas": schemas.shared()}}
    told = []
    for status, code, response in refusals(cast, ana, row):
        told.append(((response.status_code, response.json()["error"]["code"]), (status, code)))
        jsonschema.Draft202012Validator(schema).validate(response.json())

    assert [found for found, _expected in told] == [expected for _found, expected in told]


def test_a_session_needs_the_csrf_token_and_a_program_does_not(cast, row):
    browser = session_of(cast.ana, enforce_csrf_checks=True)
    refused = browser.post("/api/deviation", '{"values": {"title": "x"}}', content_type="application/json")
    browser.cookies["csrftoken"] = "a" * 32
    taken = browser.post(
        "/api/deviation",
        '{"values": {"title": "x"}}',
        content_type="application/json",
        headers={"X-CSRFToken": "a" * 32},
    )
    program = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {Caller(cast.ana).secret}"})
    sent = program.post("/api/deviation", '{"values": {"title": "x"}}', content_type="application/json")

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "csrf")
    assert (taken.status_code, sent.status_code) == (201, 201)


def test_pages_follow_a_cursor_through_every_order(cast, ana):
    days = ["2026-03-01", None, "2026-03-01", "2026-02-01", None, "2026-05-01", "2026-03-01"]
    for n, day in enumerate(days):
        doors.create("deviation", [{"title": f"Number {n}", **({"due_on": day} if day else {})}], by=cast.by.ana)
    for order in ("", "due_on", "-due_on", "title", "-priority", "owner"):
        whole = [item["uid"] for item in ana.get("deviation", {"order": order}).json()["items"]]
        walked, next_page = [], f"/api/deviation?order={order}&limit=2"
        while next_page:
            page = ana.client.get(next_page).json()
            walked += [item["uid"] for item in page["items"]]
            next_page = page["next"]

        assert (len(whole), walked) == (len(days), whole), order


def test_a_record_is_read_by_uid_and_number_and_a_kind_by_both_its_spellings(cast, ana):
    (visit,) = doors.create("supplier_visit", [{"title": "Visit", "supplier": "One"}], by=cast.by.ana)
    paths = [f"{kind}/{key}" for kind in ("supplier-visit", "supplier_visit") for key in (visit.uid, visit.number)]

    assert {ana.get(path).json()["uid"] for path in paths} == {str(visit.uid)}


def test_a_round_is_signed_seat_by_seat(cast, ana):
    (visit,) = doors.create(
        "supplier_visit",
        [{"title": "Visit", "supplier": "One", "summary": "Fine", "visited_on": "2026-03-02"}],
        by=cast.by.ana,
    )
    ana.post(at(visit, "/steps/report"), {})
    ana.post(at(visit, "/steps/agree"), {})
    signature = {"signature": {"password": cast.password}}
    stranger = ana.post(at(visit, "/seats/agree"), signature)
    unproved = Caller(cast.pat).post(at(visit, "/seats/agree"), {"signature": {"password": "wrong"}})
    first = Caller(cast.pat).post(at(visit, "/seats/agree"), signature)
    seats = ana.get(at(visit, "/steps")).json()["seats"]
    second = Caller(cast.quinn).post(at(visit, "/seats/agree"), signature)
    given = ana.get(at(visit, "/signatures")).json()["items"]

    assert (stranger.status_code, unproved.json()["error"]["code"]) == (403, "signature_needed")
    assert (first.json()["state"], second.json()["state"]) == ("reported", "agreed")
    assert [seat["state"] for seat in seats] == ["signed", "waiting"]
    assert [(s["name"], s["meaning"], s["still_valid"]) for s in given] == [
        ("Pat Owen", "approved", True),
        ("Quinn Meyer", "approved", True),
    ]


def test_lines_are_read_and_written_and_an_older_revision_conflicts(cast, ana, row):
    first = ana.put(at(row, "/parts/steps"), {"revision": 1, "lines": [{"what": "Stopped", "quantity": "2.50"}]}).json()
    kept = ana.put(at(row, "/parts/steps"), {"revision": 2, "lines": [*first["lines"], {"what": "Called"}]}).json()
    stale = ana.put(at(row, "/parts/steps"), {"revision": 2, "lines": []})

    assert first["lines"][0]["quantity"] == "2.5"
    assert ([line["what"] for line in kept["lines"]], kept["lines"][0]) == (["Stopped", "Called"], first["lines"][0])
    assert (stale.status_code, stale.json()["error"]["theirs"]["steps"][1]["what"]) == (409, "Called")


def test_a_task_is_given_moved_and_finished(cast, ana, row):
    made = ana.post(at(row, "/tasks"), {"title": "Measure", "assignee": "max", "due_on": "2030-01-31"}).json()
    top, max_ = f"tasks/{made['uid']}", Caller(cast.max)
    moved = max_.post(f"{top}/move", {"due_on": "2030-02-28", "reason": "Gauge away"}).json()
    mine = [item["of"]["number"] for item in max_.get("tasks").json()["items"]]
    work = [(item["what"], item["title"]) for item in max_.get("my-work").json()["items"]]
    done = max_.post(f"{top}/finish", {"evidence": "Report 7"}).json()
    again = max_.post(f"{top}/cancel", {"reason": "Changed my mind"})

    assert (moved["due_on"], moved["moved"], mine, work) == ("2030-02-28", 1, [row.number], [("task", "Measure")])
    assert (done["state"], again.status_code, Caller(cast.sol).get(top).status_code) == ("done", 409, 404)


def test_somebody_from_outside_learns_nobodys_name(cast):
    outsider = Caller(cast.stranger)

    assert [person["username"] for person in outsider.get("people").json()["items"]] == ["stranger"]
    assert outsider.get("units").json()["items"] == []


def test_the_uid_of_a_record_one_may_not_see_is_not_given_back(cast, ana):
    (secret,) = doors.create("deviation", [{"title": "Secret", "confidentiality": "restricted"}], by=cast.by.quinn)
    told = ana.post("deviation", {"uid": str(secret.uid), "values": {"title": "x"}})

    assert told.status_code in (409, 422) and "Secret" not in told.content.decode()


def test_the_documentation_is_a_page_without_scripts_of_others(cast):
    page = session_of(cast.ana).get("/api/docs")
    text = page.content.decode()

    assert (page.status_code, "supplier-visit" in text, "http://" in text or "https://" in text) == (200, True, False)
    assert "<style" not in text and " style=" not in text


def test_every_address_declares_its_policy():
    undeclared = [
        pattern for pattern, view in routes(get_resolver("hoshin.surfaces.api.urls")) if not hasattr(view, "policy")
    ]

    assert undeclared == []


def routes(resolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.pattern), pattern.callback


def test_every_address_stands_in_the_documentation():
    text = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
    spelled = {
        "/api/" + re.sub(r"<[a-z]+:([a-z]+)>", r"{\1}", path)
        for path, _view in routes(get_resolver("hoshin.surfaces.api.urls"))
        if not path.startswith("^")
    }

    assert {path for path in spelled if f"`{path}`" not in text} == set()
