"""A record is opened from another: prefilled, linked, in one step."""

import pytest

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.links import links_of
from hoshin.kernel.records.record import Record


@pytest.fixture
def nonconformity(cast):
    values = {"title": "Cans leak", "description": "A fifth leaks", "containment": "Held", "unit": cast.north.uid}
    return doors.create("nonconformity", [values], by=cast.by.ana)[0]


def test_the_record_offers_what_it_may_open(browser_of, cast, nonconformity):
    page = browser_of(cast.ana).get(f"/nonconformity/{nonconformity.number}/").content.decode()

    assert f"/capa/new?source={nonconformity.uid}" in page


def test_the_form_comes_prefilled_and_leaves_a_link(browser_of, cast, nonconformity):
    browser = browser_of(cast.ana)
    page = browser.get(f"/capa/new?source={nonconformity.uid}")
    form = page.context["form"]
    answer = browser.post("/capa/new", {**form.typed.values, "source": nonconformity.uid, "uid": "", "save": "1"})
    capa = registry.find(Record.objects.get(kind="capa").uid, Record.objects.all())

    assert answer.status_code == 302
    assert (capa.problem, capa.containment, capa.origin_id) == ("A fifth leaks", "Held", nonconformity.uid)
    assert [seen.other.uid for seen in links_of(nonconformity, Standing(cast.ana))] == [capa.uid]


def test_what_one_does_not_see_opens_nothing(browser_of, cast, nonconformity):
    page = browser_of(cast.sol).get(f"/capa/new?source={nonconformity.uid}")

    assert page.context["origin"] is None
    assert page.context["form"].typed.values["problem"] == ""
