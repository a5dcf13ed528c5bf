"""Every text on the pages of sampling plans can be said in another language."""

import pytest
from django.urls import reverse

from hoshin.surfaces.web.addresses import url_of
from tests.spelling import english_in, english_on, in_other_letters, papers  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
GIVEN = "Incoming housings Meridian North South site Quinn Meyer quinn"
RISKS = {"good_quality": "1", "producer_risk": "5", "bad_quality": "5", "consumer_risk": "10"}


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


@pytest.fixture
def plans(in_force, plan):
    """A plan of every sort, and one there is none for."""
    return [
        in_force(),
        in_force(samples="double"),
        in_force(samples="multiple"),
        in_force(standard="iso2859"),
        in_force(sort="variables_aql"),
        plan(sort="risks", **RISKS),
        plan(sort="risks", samples="double", **RISKS),
        plan(sort="variables_risks", **RISKS),
        plan(sort="zero", **RISKS, lot_size=500),
        plan(sort="risks", **RISKS | {"bad_quality": "0.5"}),
    ]


def test_plans_and_their_lots(quinn, plans, in_other_letters):  # noqa: F811
    in_other_letters()
    lots = [reverse("sampling-lot", args=[row.number]) for row in plans[:5]]
    for page in lots[:2]:
        for number, found in enumerate((5, 5, 0)):
            quinn.post(page, {"lot": f"L-{number}", "size": "1000", "found": str(found)})
    pages = [*map(url_of, plans), *lots, f"{lots[0]}?size=1"]

    left = {page: english_on(quinn.get(page).content.decode(), GIVEN) for page in pages}

    assert {page: texts for page, texts in left.items() if texts} == {}


def test_plans_on_paper(quinn, plans, papers, in_other_letters):  # noqa: F811
    in_other_letters()
    for row in plans:
        quinn.get(reverse("sampling-report", args=[row.number]))

    assert len(papers) == len(plans)
    assert [english_in(paper, GIVEN) for paper in papers] == [[]] * len(plans)
