"""Every text on the pages of the assistants can be said in another language."""

import numpy as np
import pytest
from django.urls import reverse

from hoshin.processes.analysis.assistants import ASSISTANTS
from tests.spelling import english_in, english_on, in_other_letters, papers  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
GIVEN = "Meridian North South site Quinn Meyer quinn Heat Dose Seed Yield standard rectangular"
FACTORS = "Heat; 160; 180\nDose; 20; 40\nSeed; 0; 1"
RNG = np.random.default_rng(11)


def pasted(values):
    return "\n".join(f"{value:.4f}" for value in values)


NORMAL, OTHER, SKEW = RNG.normal(10, 1, 40), RNG.normal(11, 1, 40), np.exp(RNG.normal(0, 1.4, 12))
LONG = np.exp(RNG.normal(0, 0.6, 80))
SIZING = {
    "difference": "1", "margin": "1", "half_width": "0.5", "sd": "1", "p1": "5", "p2": "10", "rate1": "1", "rate2": "2", "ratio": "1.5",
    "alternative": "two-sided", "power": "80", "risk": "5",
}  # fmt: skip
SHARES = {"count1": "18", "n1": "200", "count2": "6", "n2": "210", "margin": "5"}
PLANNED = {"factors": FACTORS, "response": "Yield", "replicates": "1", "centers": "0", "seed": "1"}
TOGETHER = {"risk": "0.27", "weight": "0.1", "every": "370", "left_out": "3: Heat\n5: Dose"}
KINDS_OF_TIME = [kind for kind, _label in ASSISTANTS["time"].kinds]
ASKED = [
    ("compare", {"kind": "values", "a": pasted(NORMAL), "b": pasted(OTHER), "margin": "0.5"}),
    ("compare", {"kind": "values", "a": pasted(SKEW), "b": pasted(2 * SKEW)}),
    ("compare", {"kind": "values", "a": pasted(NORMAL), "b": pasted(OTHER), "what": "spread"}),
    ("compare", {"kind": "values", "a": pasted(SKEW), "b": pasted(2 * SKEW), "what": "spread"}),
    ("compare", {"kind": "values", "a": "1 1 1", "b": "1 1 1"}),
    ("compare", {"kind": "pairs", "a": pasted(NORMAL), "b": pasted(OTHER), "margin": "0.5"}),
    ("compare", {"kind": "pairs", "a": pasted(SKEW), "b": pasted(SKEW**2)}),
    ("compare", {"kind": "proportions", **SHARES}),
    ("compare", {"kind": "rates", "count1": "12", "count2": "4", "exposure1": "100", "exposure2": "110"}),
    ("capability", {"a": pasted(NORMAL), "lsl": "6", "usl": "14", "target": "10", "subgroup": "5"}),
    ("capability", {"a": pasted(LONG), "usl": "9", "lsl": "0"}),
    ("capability", {"a": pasted(LONG), "usl": "9", "method": "johnson"}),
    ("capability", {"a": pasted(LONG), "usl": "9", "method": "boxcox"}),
    ("capability", {"a": pasted(LONG), "usl": "9", "method": "empirical"}),
    ("capability", {"a": "1 1 1 1", "usl": "9"}),
    ("chart", {"kind": "data", "a": pasted(LONG)}),
    ("chart", {"kind": "questions", "sort": "variable", "size": "5", "equal": "yes"}),
    *(("size", {"kind": kind, **SIZING}) for kind, _label in ASSISTANTS["size"].kinds),
    *(("experiment", {"kind": kind, **PLANNED}) for kind, _label in ASSISTANTS["experiment"].kinds),
    ("experiment", {"kind": "full", **PLANNED, "responses": "60 72 54 68 52 83 45 80"}),
    ("experiment", {"kind": "full", **PLANNED, "replicates": "2", "responses": pasted(RNG.normal(60, 8, 16))}),
    ("experiment", {"kind": "box_behnken", **PLANNED, "responses": pasted(RNG.normal(60, 8, 15))}),
    *(("together", {"kind": kind, "a": pasted(NORMAL), "b": pasted(OTHER), **TOGETHER}) for kind in ("t2", "mewma")),
    ("accept", {"kind": "sequential", "good": "1", "bad": "6", "producer": "5", "consumer": "10"}),
    ("accept", {"kind": "skip_lot", "n": "20", "ac": "1", "run": "8", "fraction": "25"}),
    ("accept", {"kind": "continuous", "limit": "1.98", "fraction": "20"}),
    ("accept", {"kind": "match", "n": "80", "ac": "2"}),
    ("lifetime", {"kind": "life", "a": pasted(LONG[:12] * 100), "running": "500 500 500", "mission": "100"}),
    ("lifetime", {"kind": "repairs", "a": "100 250 420 500 610 700", "end": "1000"}),
    (
        "uncertainty",
        {"formula": "x1 + 2 * x2", "inputs": "x1; 1; 0.1; standard\nx2; 2; 0.2; rectangular", "level": "95"},
    ),
    *(
        ("time", {"kind": kind, "a": pasted([*NORMAL, *(OTHER + 3)]), "period": "4", "ahead": "3", "level": "95"})
        for kind in KINDS_OF_TIME
    ),
]


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def test_the_assistants_ask_in_the_readers_language(quinn, in_other_letters):  # noqa: F811
    in_other_letters()
    pages = [reverse("analysis-assistants")]
    for one in ASSISTANTS.values():
        pages += [f"{reverse('analysis-assistant', args=[one.name])}?kind={kind}" for kind, _label in one.kinds]

    left = {page: english_on(quinn.get(page).content.decode(), GIVEN) for page in pages}

    assert {page: texts for page, texts in left.items() if texts} == {}


def test_the_assistants_answer_in_the_readers_language(quinn, in_other_letters):  # noqa: F811
    in_other_letters()
    left, refused = {}, []
    for place, (name, sent) in enumerate(ASKED):
        answer = quinn.post(reverse("analysis-assistant", args=[name]), sent)
        left[f"{name} {sent.get('kind', '')} {place}"] = english_on(answer.content.decode(), GIVEN)
        refused += [sent["a"]] if answer.status_code == 422 else []

    assert {page: texts for page, texts in left.items() if texts} == {} and refused == ["1 1 1", "1 1 1 1"]


def test_answers_on_paper(quinn, papers, in_other_letters):  # noqa: F811
    in_other_letters()
    for name, sent in (ASKED[0], ASKED[9], ASKED[-1]):
        quinn.post(reverse("analysis-assistant", args=[name]), sent | {"do": "pdf"})

    assert [english_in(paper, GIVEN) for paper in papers] == [[]] * 3
