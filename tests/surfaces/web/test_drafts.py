"""Drafts: kept while typing, given back, dropped when saved, private."""

import json

import pytest

from hoshin.kernel.records import doors, drafts
from hoshin.kernel.records.record import Record
from hoshin.surfaces.web.addresses import url_of


def keep(client, name, values):
    return client.post("/drafts", json.dumps(values), content_type="application/json", headers={"X-Draft": name})


def test_a_draft_is_given_back_with_its_lines_and_a_notice(ana):
    kept = keep(ana, "new:deviation", {"title": ["Half typed"], "steps-0-what": ["One"], "steps-7-what": ["Two"]})
    page = ana.get("/deviation/new").content.decode()

    assert kept.status_code == 204
    assert "was restored" in page
    assert 'value="Half typed"' in page and 'value="One"' in page and 'value="Two"' in page


def test_a_draft_is_gone_when_its_form_was_saved(cast, ana):
    keep(ana, "new:deviation", {"title": ["Half typed"]})
    ana.post("/deviation/new", {"title": "Whole"})

    assert drafts.kept(cast.ana, "new:deviation") is None


def test_a_draft_can_be_thrown_away(ana):
    keep(ana, "new:deviation", {"title": ["Half typed"]})
    back = ana.post("/drafts/discard", {"form": "new:deviation", "next": "/deviation/new"})

    assert back["Location"] == "/deviation/new"
    assert "Half typed" not in ana.get("/deviation/new").content.decode()


def test_a_draft_is_private(ana, quinn):
    keep(ana, "new:deviation", {"title": ["Half typed"]})

    assert "Half typed" not in quinn.get("/deviation/new").content.decode()


def test_a_draft_of_an_older_revision_conflicts_and_overwrites_nothing(cast, ana, deviation):
    keep(ana, drafts.form_of(deviation.uid), {"title": ["Oven too cold"], "impact": ["Mine"], "revision": ["1"]})
    doors.edit([deviation], {"impact": "Theirs"}, by=cast.by.quinn)
    page = ana.get(f"{url_of(deviation)}edit").content.decode()
    answer = ana.post(f"{url_of(deviation)}edit", {"revision": "1", "title": "Oven too cold", "impact": "Mine"})

    assert 'name="revision" value="1"' in page and "Mine" in page
    assert answer.status_code == 409
    assert Record.objects.get(uid=deviation.uid).revision == 2


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("anything", "{}"),
        ("new:deviation", "no json"),
        ("new:deviation", '{"title": 5}'),
        ("new:deviation", "[]"),
        ("", "{}"),
    ],
)
def test_what_is_no_draft_is_refused_in_words(ana, name, body):
    answer = ana.post("/drafts", body, content_type="application/json", headers={"X-Draft": name})

    assert answer.status_code == 422 and answer.json()["error"]["message"]
