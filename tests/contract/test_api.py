"""What the API promises of every kind, unasked: of models, of kinds of plain data, of those planted for the tests."""

import json
from io import BytesIO

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.records import registry
from hoshin.kernel.records.steps import may_edit, steps_for
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.models import Entry, new_uid
from hoshin.kernel.trail.verify import verify
from hoshin.surfaces.api.lists import OWN
from hoshin.surfaces.api.openapi import described
from tests.contract.kinds import every_kind
from tests.contract.values import TITLE, may_open, open_one, values_for
from tests.surfaces.api.callers import Caller, at

PEOPLE = ("ana", "quinn", "pat", "ed", "adi", "max")
MOST_QUERIES = 12


@pytest.fixture(params=every_kind())
def spec(request):
    return registry.get(request.param)


@pytest.fixture
def row(cast, spec):
    made = open_one(spec, cast)
    return spec.rows().get(pk=made.pk)


@pytest.fixture
def call(cast):
    """``call.quinn.get(…)``: each of the cast with a token of their own."""

    class Everybody:
        def __getattr__(self, name):
            caller = Caller(getattr(cast, name))
            setattr(self, name, caller)
            return caller

    return Everybody()


def actions_of(row):
    return list(Entry.objects.filter(record_uid=row.uid).order_by("seq").values_list("action", flat=True))


def who_may(cast, row, question):
    """The first of the cast for whom the question has an answer."""
    for name in PEOPLE:
        found = question(row, standing_of(getattr(cast.by, name)))
        if found:
            return name, found
    return None, None


def test_a_list_shows_it(cast, spec, row, call):
    told = call.quinn.get(spec.slug, {"count": "yes", "where": f'number = "{row.number}"'})

    assert (told.status_code, told.json()["count"], told.json()["next"]) == (200, 1, None)
    assert told.json()["items"][0]["values"]["title"] == TITLE


def test_it_is_found_by_the_value_of_each_of_its_fields_and_sorted_by_each(cast, spec, row, call):
    document = call.quinn.get(at(row)).json()
    known = {**document["values"], **document["computed"], **{n: document[n] for n in ("number", "state", "author")}}
    for name, value in known.items():
        f = spec.by_name[name]
        if f.is_part:
            continue
        asked = {name: "" if value is None else str(value)} if f.type.name != "instant" else {f"{name}>": value or "x"}
        if f.type.name == "instant" and value is None:
            asked = {name: ""}
        if name in OWN:  # the query's own parameter; the language still reaches the field
            asked = {"where": f'{name} = "{value}"' if value is not None else f"{name} is missing"}
        found = call.quinn.get(spec.slug, asked)
        ordered = call.quinn.get(spec.slug, {"order": f"-{name}"})

        assert (found.status_code, ordered.status_code) == (200, 200), (name, found.content)
        assert str(row.uid) in {item["uid"] for item in found.json()["items"]}, name
        assert str(row.uid) in {item["uid"] for item in ordered.json()["items"]}, name


def test_what_is_sent_comes_back_and_the_same_uid_opens_nothing_twice(cast, spec, call):
    values, uid = values_for(spec, cast), str(new_uid())
    sent = {"uid": uid, "values": values, "reason": "By contract"}
    first, second = call.ana.post(spec.slug, sent), call.ana.post(spec.slug, sent)
    if not may_open(spec, cast):
        assert {first.status_code, second.status_code} == {403}
        return
    back = first.json()["values"]

    assert (first.status_code, second.status_code) == (201, 200), first.content
    assert first.json() == second.json()
    assert json.dumps({name: back[name] for name in values if plain(spec, name)}, sort_keys=True) == json.dumps(
        {name: values[name] for name in values if plain(spec, name)}, sort_keys=True
    )
    assert Entry.objects.filter(subject_uid=uid, action=f"{spec.name}.opened").count() == 1


def plain(spec, name):
    """Fields whose JSON is the same when it comes back as when it was sent."""
    return spec.by_name[name].type.name not in ("instant", "parts", "number", "text", "long text")


def test_a_set_is_opened_as_a_whole_or_not_at_all(cast, spec, call):
    if not may_open(spec, cast):
        pytest.skip("This kind is opened by the system alone.")
    values = values_for(spec, cast)
    before = spec.rows().count()
    refused = call.ana.post(spec.slug, [{"values": values}, {"values": {**values_for(spec, cast), "title": ""}}])
    between = spec.rows().count()
    taken = call.ana.post(spec.slug, [{"values": values}, {"values": values_for(spec, cast)}])

    assert (refused.status_code, between, taken.status_code, spec.rows().count()) == (422, before, 201, before + 2)
    assert [(p["field"], p["index"]) for p in refused.json()["error"]["problems"]] == [("title", 1)]


def test_an_edit_is_kept_and_an_older_one_conflicts(cast, spec, row, call):
    name, _may = who_may(cast, row, may_edit)
    if name is None:
        assert call.ana.patch(at(row), {"revision": 1, "values": {"title": "x"}}).status_code in (403, 409)
        return
    caller = getattr(call, name)
    first = caller.patch(at(row), {"values": {"title": "Changed once"}}, headers={"If-Match": f'"{row.revision}"'})
    stale = caller.patch(at(row), {"revision": row.revision, "values": {"title": "Changed twice"}})
    told = stale.json()["error"]

    assert (first.status_code, first.json()["values"]["title"]) == (200, "Changed once"), first.content
    assert (stale.status_code, told["code"], told["theirs"], told["mine"]) == (
        409, "conflict", {"title": "Changed once"}, {"title": "Changed twice"},
    )  # fmt: skip
    assert f"{spec.name}.edited" in actions_of(row)


def test_a_step_is_offered_and_taken_or_says_why_not(cast, spec, row, call):
    name, offered = who_may(cast, row, steps_for)
    if name is None:
        pytest.skip("Nobody of the cast takes this kind's first step.")
    step, caller = offered[0], getattr(call, name)
    told = {s["name"]: s for s in caller.get(at(row, "/steps")).json()["steps"]}[step.name]
    values = {f: v for f, v in values_for(spec, cast).items() if f in told["asks"]}
    sent = {"values": values, "reason": "By contract", "signature": {"password": cast.password}}
    taken = caller.post(at(row, f"/steps/{step.name}"), sent)
    if told["reasons"]:
        assert (taken.status_code, taken.json()["error"]["code"]) == (409, "not_yet")
        assert all(problem["message"] for problem in taken.json()["error"]["problems"])
        return
    state = row.state if step.transition.round else step.transition.target.name

    assert (taken.status_code, taken.json()["state"]) == (200, state), taken.content


def test_a_step_that_is_not_there_is_not_found(cast, spec, row, call):
    assert call.quinn.post(at(row, "/steps/fly"), {}).status_code == 404


@pytest.mark.parametrize("who", ["sol", "stranger"])
def test_without_right_it_is_as_if_it_were_not_there(cast, spec, row, call, who):
    if who == "sol" and row.unit_id not in (cast.north.uid,):
        pytest.skip("This kind does not lie in one site.")
    caller, uid = getattr(call, who), new_uid()
    for method, rest, data in [
        ("GET", "", b""), ("PATCH", "", {"revision": 1, "values": {"title": "x"}}), ("GET", "/steps", b""),
        ("POST", f"/steps/{spec.workflow.transitions[0].name}", {}), ("POST", "/void", {"reason": "x"}),
        ("GET", "/history", b""), ("GET", "/as-of?at=2030-01-01", b""), ("GET", "/proof", b""), ("GET", "/files", b""),
        ("POST", "/comments", {"text": "x"}), ("POST", "/tasks", {"title": "x", "assignee": "ana"}),
        ("GET", "/signatures", b""), ("GET", "/links", b""),
    ]:  # fmt: skip
        hidden = caller.send(method, at(row, rest), data)
        absent = caller.send(method, f"{spec.slug}/{uid}{rest}", data)

        assert (hidden.status_code, hidden.json()) == (404, absent.json()), (method, rest)
    assert caller.get(spec.slug, {"count": "yes"}).json()["count"] == 0
    assert caller.get("search", {"q": row.number}).json()["items"] == []


def test_every_door_leaves_its_entry(cast, spec, row, call):
    other = open_one(spec, cast)
    is_open = spec.workflow.state(row.state).is_open
    call.quinn.post(at(row, "/comments"), {"text": "Seen"})
    call.quinn.post(at(row, "/links"), {"relation": "related", "target": other.number})
    if is_open:
        call.quinn.post(at(row, "/tasks"), {"title": "Do it", "assignee": "max", "due_on": "2030-01-31"})
        upload = SimpleUploadedFile("seen.txt", b"seen")
        call.quinn.client.post(f"/api/{at(row, '/files')}", {"file": upload})
    voided = call.quinn.post(at(row, "/void"), {"reason": "By contract"})
    expected = ["comment.made", "link.made", *(["task.assigned", f"{spec.name}.attached"] if is_open else [])]
    expected += [f"{spec.name}.voided"] if voided.status_code == 200 else []
    found = actions_of(row)

    assert voided.status_code in (200, 403)
    assert [action for action in expected if action not in found] == []


def test_a_file_comes_back_as_it_was_sent(cast, spec, row, call):
    if not spec.workflow.state(row.state).is_open:
        pytest.skip("This kind takes no files.")
    sent = call.quinn.client.post(f"/api/{at(row, '/files')}", {"file": SimpleUploadedFile("a.html", b"<b>x</b>")})
    back = call.quinn.get(at(row, f"/files/{sent.json()['items'][0]['id']}"))

    assert (back.status_code, BytesIO(b"".join(back.streaming_content)).read()) == (200, b"<b>x</b>")
    assert back["Content-Disposition"].startswith("attachment") and "sandbox" in back["Content-Security-Policy"]


def test_search_finds_it_by_number_and_title(cast, spec, row, call):
    for query in (row.number, "nonpareil examples"):
        found = call.quinn.get("search", {"q": query}).json()["items"]

        assert row.number in {hit["record"]["number"] for hit in found}, query


def test_its_state_of_a_former_moment_is_told(cast, spec, row, call):
    before = clock.now()
    name, _may = who_may(cast, row, may_edit)
    if name is not None:
        getattr(call, name).patch(at(row), {"revision": row.revision, "values": {"title": "Changed"}})
    past = call.quinn.get(at(row, "/as-of"), {"at": before.isoformat().replace("+00:00", "Z")}).json()
    present = call.quinn.get(at(row, "/as-of"), {"at": "2999-12-31"}).json()

    assert past["fields"]["title"] == TITLE
    assert present["fields"]["title"] == ("Changed" if name else TITLE)
    assert call.quinn.get(at(row, "/as-of"), {"at": "2001-01-01"}).status_code == 404


def test_history_reads_as_prose_and_the_proof_is_whole(cast, spec, row, call):
    call.quinn.post(at(row, "/comments"), {"text": "Seen"})
    events = call.quinn.get(at(row, "/history")).json()["items"]
    proof = call.quinn.get(at(row, "/proof"))

    assert events[0]["who"] == "Quinn Meyer" and all(event["words"] for event in events)
    assert (proof.status_code, bool(proof.json())) == (200, True)


def test_openapi_names_all_of_it_and_its_documents_are_of_that_shape(cast, spec, row, call):
    document = described()
    one = f"/api/{spec.slug}/{{key}}"
    wanted = {f"/api/{spec.slug}", one, f"{one}/void", f"{one}/as-of", f"{one}/signatures", f"{one}/proof"}
    wanted |= {f"{one}/steps/{t.name}" for t in spec.workflow.transitions if not t.hidden}
    wanted |= {f"{one}/seats/{t.name}" for t in spec.workflow.transitions if t.round}
    wanted |= {f"{one}/parts/{f.name}" for f in spec.part_fields}
    name = "".join(word.capitalize() for word in spec.name.split("_"))
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    told = call.quinn.get(at(row))

    assert wanted - set(document["paths"]) == set()
    jsonschema.Draft202012Validator(schema).validate(told.json())
    create = {"$ref": f"#/components/schemas/{name}Create", "components": document["components"]}
    jsonschema.Draft202012Validator(create).validate({"values": values_for(spec, cast)})


def test_a_list_takes_few_queries_whatever_its_length(cast, spec, row, call):
    parts = ",".join(["title", *(f.name for f in spec.part_fields)])
    counts, caller = [], call.quinn
    for more in (1, 12):
        for _ in range(more):
            open_one(spec, cast)
        for asked in ({}, {"fields": parts, "count": "yes", "order": "due_on"}):
            with CaptureQueriesContext(connection) as queries:
                told = caller.get(spec.slug, asked)
            assert len(told.json()["items"]) >= more
            counts.append(len(queries))

    assert counts[:2] == counts[2:]
    assert max(counts) <= MOST_QUERIES


def test_rows_and_ledger_agree_after_all_of_it(cast, spec, row, call):
    call.quinn.post(at(row, "/comments"), {"text": "Seen by @max"})
    call.quinn.post(at(row, "/links"), {"relation": "related", "target": open_one(spec, cast).number})
    call.quinn.client.post(f"/api/{at(row, '/files')}", {"file": SimpleUploadedFile("a.txt", b"x")})
    exported = call.quinn.get(f"{spec.slug}/export", {"where": 'title contains "example"', "format": "jsonl"})
    lines = b"".join(exported.streaming_content).splitlines()

    assert len(lines) == 2
    assert verify().findings == []
