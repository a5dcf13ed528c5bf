"""A field that only some may see is hidden everywhere: value, filter, order, history, past, export, search."""

from dataclasses import replace

import pytest

import tests.contract.kinds  # noqa: F401
from hoshin.kernel.access.rights import role
from hoshin.kernel.records import doors, registry
from hoshin.surfaces.exchange.export import export

from .callers import Caller, at


@pytest.fixture
def visit(cast):
    """A visit whose summary and score only quality managers see."""
    spec = registry.get("supplier_visit")
    hidden = [
        replace(f, visible_to=role("quality manager")) if f.name in ("summary", "score") else f for f in spec.fields
    ]
    registry.forget(spec.name)
    registry.register(replace(spec, fields=tuple(hidden)))
    values = {
        "title": "Visit",
        "supplier": "One",
        "summary": "Bribery suspected",
        "score": "12.5",
        "owner": str(cast.ana.uid),
    }
    (row,) = doors.create("supplier_visit", [values], by=cast.by.quinn)
    doors.edit([row], {"score": "13.5", "visitors": 3}, by=cast.by.quinn)
    yield row
    registry.forget(spec.name)
    registry.register(spec)


@pytest.mark.parametrize(("who", "sees"), [("ana", False), ("quinn", True)])
def test_it_shows_only_to_those_it_is_meant_for(cast, visit, who, sees):
    caller = Caller(getattr(cast, who))
    document = caller.get(at(visit)).json()
    listed = caller.get("supplier-visit", {"fields": "title,score"}).json()["items"][0]
    changes = {c["field"] for event in caller.get(at(visit, "/history")).json()["items"] for c in event["changes"]}
    past = caller.get(at(visit, "/as-of"), {"at": "2999-01-01"}).json()["fields"]
    found = [
        len(caller.get("supplier-visit", asked).json()["items"])
        for asked in ({"score>": "13"}, {"where": "not score = 99"}, {"order": "-score"}, {"summary~": "bribery"})
    ]
    exported = b"".join(export(visit.spec, "jsonl", by=getattr(cast.by, who)).pieces)
    proof = caller.get(at(visit, "/proof")).content

    assert ["score" in document["values"], "score" in listed["values"]] == [sees, sees]
    assert ("score" in changes, "visitors" in changes) == (sees, True)
    assert ("score" in past, "summary" in past, past["visitors"]) == (sees, sees, 3)
    assert found == [1, 1, 1, 1] if sees else found == [0, 0, 0, 0]
    assert (b"Bribery" in exported, b"13.5" in exported) == (sees, sees)
    assert (b"Bribery suspected" in proof) == sees


def test_search_finds_it_for_nobody_and_only_those_it_is_meant_for_write_it(cast, visit):
    told = [len(Caller(person).get("search", {"q": "bribery"}).json()["items"]) for person in (cast.ana, cast.quinn)]
    sent = {"values": {"score": "99"}, "revision": visit.revision}
    refused, taken = (Caller(person).patch(at(visit), sent) for person in (cast.ana, cast.quinn))

    assert told == [0, 0]
    assert (refused.status_code, taken.status_code) in ((422, 200), (422, 409)), refused.content


def test_a_conflict_names_it_and_keeps_its_value(cast, visit):
    doors.edit([visit], {"visited_on": "2026-03-02"}, by=cast.by.quinn)
    told = Caller(cast.ana).post(at(visit, "/steps/report"), {"revision": visit.revision})

    assert (told.status_code, told.json()["error"]["theirs"]) == (
        409,
        {"score": None, "visited_on": "2026-03-02", "visitors": 3},
    )
