"""A field that only some may see shows nowhere to others: not on the page, in the form, the history, or through a filter."""

import pytest

from hoshin.kernel.access.rights import role
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.kinds import kind_from_dict
from hoshin.surfaces.web.addresses import url_of
from tests.contract.kinds import RIGHTS

REFEREE = {
    "name": "referee_visit",
    "label": "Referee visit",
    "prefix": "RV",
    "fields": [
        {"name": "remark", "label": "Remark", "type": "text"},
        {"name": "verdict", "label": "Secret verdict", "type": "integer", "visible_to": role("quality manager")},
    ],
    "states": [{"name": "open", "category": "new"}, {"name": "closed", "category": "done"}],
    "transitions": [{"name": "close", "source": "open", "target": "closed", "by": "quality manager"}],
}


@pytest.fixture
def visit(cast):
    registry.register(kind_from_dict(REFEREE, RIGHTS))
    (row,) = doors.create("referee_visit", [{"title": "One", "remark": "Fine"}], by=cast.by.ana)
    doors.edit([row], {"verdict": 4711}, by=cast.by.quinn)
    yield row
    registry.forget("referee_visit")


def test_who_may_see_it_sees_it(quinn, visit):
    assert "4711" in quinn.get(url_of(visit)).content.decode()
    assert "4711" in quinn.get(f"{url_of(visit)}edit").content.decode()
    assert 'data-total="1"' in quinn.get("/referee-visit/?verdict=4711").content.decode()


@pytest.mark.parametrize("page", ["", "edit", "history", "?as_of=2999-01-01"])
def test_others_see_it_on_no_page(ana, visit, page):
    text = ana.get(url_of(visit) + page).content.decode()

    assert "One" in text
    assert "4711" not in text and "Secret verdict" not in text


@pytest.mark.parametrize("query", ["?verdict=4711", "?verdict_from=4000", "?verdict_to=5000", "?verdict=none"])
def test_others_learn_nothing_by_filtering(ana, visit, query):
    assert 'data-total="0"' in ana.get(f"/referee-visit/{query}").content.decode()


def test_others_cannot_order_by_it(ana, visit):
    assert ana.get("/referee-visit/?sort=verdict").status_code == 422


def test_saving_the_form_without_it_leaves_it(cast, ana, visit):
    ana.post(f"{url_of(visit)}edit", {"revision": "2", "title": "Renamed", "remark": "Fine"})
    row = registry.get("referee_visit").rows().get(pk=visit.pk)

    assert (row.title, row.values["verdict"]) == ("Renamed", 4711)
