"""Every text on the pages of gauge studies can be said in another language."""

import pytest
from django.urls import reverse

from hoshin.surfaces.web.addresses import url_of
from tests.spelling import english_in, english_on, in_other_letters, papers  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
GIVEN = "Bore gauge Meridian North South site Quinn Meyer quinn nok Ann Bob"


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def near(line):
    """A reading near the number of the part."""
    return int(line["part"].rpartition("-")[2]) + 0.01 * (line["run"] % 7) - 0.02


@pytest.fixture
def studies(aiag, study, filled, in_other_letters):  # noqa: F811
    """A study of every sort, computed, and one that cannot be computed."""
    in_other_letters()
    standard = ["ok", "nok"] * 5
    rated = study(
        sort="attribute", parts=10, operators=2, trials=2, references=", ".join(standard), bad_rating="nok",
        operator_names="Ann, Bob",
    )  # fmt: skip
    wrong = ("Ann", "2", 1)
    return [
        aiag(tolerance="8"),
        aiag(sort="average_range", tolerance="8"),
        filled(study(sort="nested", parts=4, operators=2, trials=3), near),
        filled(study(sort="bias", trials=15, references="1"), near),
        filled(study(sort="linearity", parts=5, trials=6, references="1,2,3,4,5"), near),
        filled(study(sort="stability", parts=12, trials=3, references="5"), near),
        filled(study(sort="type1", trials=20, references="1", tolerance="2"), near),
        filled(rated, lambda a: "ok" if (a["operator"], a["part"], a["trial"]) == wrong else standard[int(a["part"]) - 1]),
        filled(study(sort="bias", trials=5, references="1"), lambda line: 1),
        study(parts=2, operators=2, trials=2),
    ]  # fmt: skip


def test_studies_and_their_worksheets(quinn, studies):
    pages = [url_of(row) for row in studies] + [reverse("msa-worksheet", args=[studies[-1].number])]

    left = {page: english_on(quinn.get(page).content.decode(), GIVEN) for page in pages}

    assert {page: texts for page, texts in left.items() if texts} == {}


def test_studies_on_paper(quinn, studies, papers):  # noqa: F811
    for row in studies:
        quinn.get(reverse("msa-report", args=[row.number]))

    assert len(papers) == len(studies)
    assert [english_in(paper, GIVEN) for paper in papers] == [[]] * len(studies)
