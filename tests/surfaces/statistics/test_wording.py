"""Results, refusals and rules are said in the reader's language, with the reader's numbers."""

import json

import numpy as np
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils import formats, translation

from hoshin.stats import agreement, capability, comparisons, control_charts, measurement_systems, sampling
from hoshin.stats.errors import StatisticsError, check_enough
from hoshin.stats.results import Step
from hoshin.stats.rules import same_side
from hoshin.surfaces.statistics import explained, filled, line, number, range_words, refusal, translated, wording
from tests.spelling import english_in, in_other_letters, spelled  # noqa: F401

VALUES = np.random.default_rng(8).normal(10, 1, 40).round(3)


RATINGS = {"Ann": [["ok", "ok"], ["nok", "ok"]], "Bob": [["ok", "ok"], ["nok", "nok"]]}
RESULTS = [
    control_charts.i_mr(VALUES),
    control_charts.xbar_r(VALUES.reshape(8, 5)),
    control_charts.p([3, 5, 2, 8], 50),
    capability.normal(VALUES, lsl=7, usl=13),
    comparisons.two_means(VALUES[:20], VALUES[20:] + 1),
    comparisons.two_proportions(18, 200, 6, 210),
    measurement_systems.bias(VALUES, 10),
    measurement_systems.gauge_rr_crossed(VALUES[:36].reshape(6, 2, 3), tolerance=8),
    agreement.attribute_study(RATINGS),
    sampling.z14_plan(1000, 1.0),
]


@pytest.fixture
def with_comma(settings, monkeypatch):
    """A language that writes 0,5."""
    monkeypatch.setattr(wording, "get_format", lambda name: ",")


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_in_the_source_language_nothing_changes(result):
    assert explained(result) == [str(step) for step in result.steps()]


def test_in_another_language_no_line_of_a_computation_is_left(in_other_letters):  # noqa: F811
    in_other_letters()
    lines = [told for result in RESULTS for told in explained(result)]

    assert english_in(lines, "Ann Bob nok") == []


def test_numbers_are_written_as_the_reader_writes_them(with_comma):
    step = Step("mean", "{total} / {n}", {"total": 12.5, "n": 4}, 3.125)

    assert line(step) == "mean = 12,5 / 4 = 3,125"
    assert number((0.5, 1)) == "[0,5; 1]" and number(np.array([0.25, 1.25])) == "[0,25; 1,25]"


def test_a_refusal_is_said_with_its_parameters(in_other_letters, with_comma):  # noqa: F811
    in_other_letters()
    refused = StatisticsError("{name} is {found}; a number between 0 and 1 is needed", name="confidence", found=1.5)

    assert (
        refusal(refused)
        == f"{spelled('confidence')} {spelled('is')} 1,5; {spelled('a number between 0 and 1 is needed')}"
    )


def test_a_text_that_was_stored_with_its_numbers_is_said_anew(in_other_letters):  # noqa: F811
    in_other_letters()

    assert translated("4 values found; at least 5 are needed") == spelled("{4} values found; at least {5} are needed").replace(
        "{", ""
    ).replace("}", "")  # fmt: skip


def test_what_is_no_text_of_the_statistics_stays(in_other_letters):  # noqa: F811
    in_other_letters()

    assert translated("Line 4, left spindle") == "Line 4, left spindle" and translated("") == ""


def test_a_translation_with_a_wrong_hole_gives_way_to_the_source(monkeypatch):
    monkeypatch.setattr(wording, "gettext", lambda words: words.replace("{n}", "{m}"))
    with translation.override("de"):
        assert filled("{n} values found", {"n": 3}) == "3 values found"


def test_the_decimal_sign_is_the_languages_own():
    with translation.override("de"):
        assert formats.get_format("DECIMAL_SEPARATOR") == "," and number(0.25) == "0,25"
    assert json.loads(number(0.25)) == 0.25


GERMAN = {
    "Individuals": "Einzelwerte",
    "{name}: center line": "{name}: Mittellinie",
    "{n} points in a row on one side of the center line": "{n} Punkte in Folge auf einer Seite der Mittellinie",
    "{found} {what} found; at least {needed} are needed": "Mindestens {needed} {what} sind nötig, gefunden: {found}",
    "values": "Werte",
}


@pytest.fixture
def german(settings, tmp_path):
    """A translated catalogue in its folder, as translators deliver it."""
    found = Catalog(locale="de")
    for words, said in GERMAN.items():
        found.add(words, said)
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, found)
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("de"):
        yield


def test_a_translated_catalogue_speaks_with_its_own_order_of_words_and_numbers(german):
    chart = control_charts.i_mr([10, 12.5, 11, 13, 12], rules=[same_side(9)])

    assert "Einzelwerte: Mittellinie = 11,7" in explained(chart)
    assert translated(chart.panels[0].signals.rules[0].text) == "9 Punkte in Folge auf einer Seite der Mittellinie"
    with pytest.raises(StatisticsError) as refused:
        check_enough(2, 5)
    assert refusal(refused.value) == translated(str(refused.value)) == "Mindestens 5 Werte sind nötig, gefunden: 2"


def test_a_range_below_0_has_no_dash_beside_a_sign():
    assert range_words(1.602, 2.698, ".4g") == "1.602 – 2.698"
    assert range_words(-2.698, -1.602, ".4g") == "-2.698 to -1.602"
