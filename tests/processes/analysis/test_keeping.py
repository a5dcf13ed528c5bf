"""Pages of the assistants, kept analyses, their papers, their proof, and addresses for programs."""

import json
import re

import numpy as np
import pytest
from django.db import connection
from django.urls import reverse

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.errors import NotAllowed, NotYet
from hoshin.kernel.records.links import links_of
from hoshin.kernel.records.signatures import Proof
from hoshin.ledger.verifier import Report
from hoshin.processes.analysis.assistants import ASSISTANTS
from hoshin.processes.analysis.saving import again, agrees
from hoshin.processes.analysis.verification import verify_analyses
from hoshin.surfaces.web.addresses import url_of

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
SHARES = {"kind": "proportions", "count1": "18", "n1": "200", "count2": "6", "n2": "210"}


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


@pytest.fixture
def kept(quinn):
    """An analysis kept by its page."""

    def make(**more):
        told = {**SHARES, "do": "keep", "title": "Leaks before and after", **more}
        quinn.post(reverse("analysis-assistant", args=["compare"]), told)
        return registry.get("analysis").rows().order_by("-pk").first()

    return make


def text_of(answer):
    return answer.content.decode()


def test_every_assistant_opens_with_its_questions_for_every_kind(quinn):
    pages = [(a.name, kind) for a in ASSISTANTS.values() for kind, _label in a.kinds]
    answers = {
        quinn.get(reverse("analysis-assistant", args=[name]) + f"?kind={kind}").status_code for name, kind in pages
    }

    assert answers == {200} and "Compare groups" in text_of(quinn.get(reverse("analysis-assistants")))


def test_an_answer_stands_with_reasons_figures_and_what_was_asked(quinn):
    page = text_of(quinn.post(reverse("analysis-assistant", args=["compare"]), SHARES))

    assert "The first group has the higher share: 9 % against 2.86 %." in page and "First: out of: 200" in page
    assert "Why this method" in page and "Fisher" in page and 'value="210"' in page and "Keep this analysis" in page


def test_what_cannot_be_answered_says_what_is_needed_and_keeps_what_was_typed(quinn):
    answer = quinn.post(reverse("analysis-assistant", args=["compare"]), SHARES | {"n2": "many"})

    assert answer.status_code == 422 and "“many” is no number" in text_of(answer) and 'value="18"' in text_of(answer)


def test_a_kept_analysis_holds_its_numbers_and_comes_out_the_same(quinn, kept):
    row = kept(question="Did the new seal help?")
    page = text_of(quinn.get(url_of(row)))

    assert (row.title, row.assistant, len(row.data_hash)) == ("Leaks before and after", "compare", 64)
    assert agrees(row, again(row)) and "again now with the same result" in page and "Did the new seal help?" in page


def test_points_left_out_are_kept_with_their_reasons(quinn):
    values = ("10.2 10.9 11.4 10.1 9.8 10.6 10.7 9.9 10.4 11.0", "5.1 5.6 5.3 4.9 5.0 5.2 5.7 4.8 5.5 5.4")
    told = {"kind": "t2", "risk": "1", "a": values[0], "b": values[1], "left_out": "4: new batch\n6: wrong gauge"}
    quinn.post(reverse("analysis-assistant", args=["together"]), told | {"do": "keep"})
    row = registry.get("analysis").rows().order_by("-pk").first()
    page = text_of(quinn.get(url_of(row)))

    assert "Points left out: 4: new batch / 6: wrong gauge" in row.provenance and agrees(row, again(row))
    assert json.loads(row.inputs)["left_out"] == told["left_out"] and "wrong gauge" in page
    assert json.loads(row.computed)["chart"]["excluded"] == {"map": [[3, "new batch"], [5, "wrong gauge"]]}


def test_it_serves_the_record_it_was_made_for(cast, kept):
    (capa,) = doors.create("capa", [{"title": "Leaks"}], by=cast.by.quinn)

    row = kept(serves=capa.number)
    (seen,) = links_of(capa, Standing(cast.quinn))

    assert row.serves_id == capa.uid and (seen.other.number, str(seen.label)) == (row.number, "served by")


def test_somebody_else_reviews_it(cast, kept):
    row = kept()
    doors.edit([row], {"concluded": "The seal helps."}, by=cast.by.quinn)
    with pytest.raises(NotAllowed):
        doors.perform([row], "review", by=cast.by.quinn, proof=Proof(cast.password))
    doors.perform([row], "review", by=cast.system)

    assert row.spec.rows().get(pk=row.pk).state == "reviewed"


def test_a_text_without_numbers_is_not_reviewed(cast):
    (row,) = doors.create("analysis", [{"title": "A thought", "concluded": "So it is."}], by=cast.by.quinn)
    with pytest.raises(NotYet, match="Nothing was computed"):
        doors.perform([row], "review", by=cast.system)


def test_verification_computes_anew_and_finds_changed_data(kept):
    row = kept()
    sound = Report("analyses")
    verify_analyses(sound)
    with connection.cursor() as cursor:
        told = json.dumps(json.loads(row.inputs) | {"count1": "28"}, sort_keys=True)
        cursor.execute("UPDATE analysis_analysis SET inputs = %s WHERE record_id = %s", [told, row.pk])
    tampered = Report("analyses")
    verify_analyses(tampered)

    assert (sound.findings, sound.counts) == ([], {"analyses": 1})
    assert [finding.item for finding in tampered.findings] == [row.number]


def test_answers_and_kept_analyses_are_papers(quinn, kept):
    row = kept()
    papers = [
        quinn.post(reverse("analysis-assistant", args=["compare"]), SHARES | {"do": "pdf"}),
        quinn.get(reverse("analysis-report", args=[row.number])),
    ]

    assert all(paper.content.startswith(b"%PDF") for paper in papers)


def test_the_run_sheet_is_csv_in_random_order(quinn):
    told = {"kind": "full", "factors": "Heat; 1; 2\nTime; 3; 4", "seed": "5", "response": "Yield", "do": "csv"}
    lines = text_of(quinn.post(reverse("analysis-assistant", args=["experiment"]), told)).split("\r\n")

    assert lines[0] == "run,Heat,Time,Yield" and len(lines) == 6
    assert sorted(line.split(",", 1)[1] for line in lines[1:5]) == ["1,3,", "1,4,", "2,3,", "2,4,"]


def test_a_program_asks_and_keeps(quinn):
    inputs = {"a": [10.1, 10.2, 9.9, 10.0, 10.3, 9.8], "b": [11.1, 11.3, 10.9, 11.0, 11.2, 10.8]}
    sent = json.dumps({"kind": "values", "inputs": inputs, "keep": True, "title": "Two machines"})
    made = quinn.post(reverse("api-analysis-assistant", args=["compare"]), sent, "application/json")
    told = quinn.get(reverse("api-analysis-result", args=[made.json()["number"]])).json()

    assert made.status_code == 201 and told["reproduced"] is True
    assert told["data"][0]["values"] == inputs["a"] and told["title"] == "Two machines"


def test_a_program_that_asks_nonsense_is_told_what_is_needed(quinn):
    sent = json.dumps({"kind": "proportions", "inputs": {"count1": 3}})
    answer = quinn.post(reverse("api-analysis-assistant", args=["compare"]), sent, "application/json")

    assert answer.status_code == 422 and "is needed" in answer.json()["error"]["message"]


def test_who_does_not_see_the_analysis_finds_nothing(cast, browser_of, kept):
    row, stranger = kept(), browser_of(cast.stranger)
    names = ("analysis-report", "api-analysis-result")

    assert {stranger.get(reverse(name, args=[row.number])).status_code for name in names} == {404}


def test_a_characteristics_capability_is_a_paper_or_a_word_why_not(cast, quinn):
    (row,) = doors.create("characteristic", [{"title": "Bore", "lsl": "1", "usl": "9"}], by=cast.by.quinn)
    answer = quinn.get(reverse("analysis-capability", args=[row.number]))

    assert answer["Location"] == url_of(row)


def answered(name, kind, person, **told):
    inputs, samples = ASSISTANTS[name].read(told, kind, Standing(person))
    return ASSISTANTS[name].answer(inputs, kind, samples)


def measured(cast, title, values, left_out=()):
    (row,) = doors.create("characteristic", [{"title": title, "unit": str(cast.north.uid)}], by=cast.by.quinn)
    (row,) = doors.perform([row], "activate", by=cast.by.quinn)
    measuring.record(row, [measuring.Measurement(value) for value in values], by=cast.by.quinn)
    if left_out:
        said = measurements_of([row.pk]).columns.row[list(left_out)]
        measuring.exclude(row, said.tolist(), by=cast.by.quinn, reason="gauge dropped")
    return row


def test_measurements_of_two_characteristics_stay_side_by_side_where_some_do_not_count(cast):
    values = [20 + n % 7 for n in range(30)]
    bore = measured(cast, "Bore", values, left_out=[0])
    depth = measured(cast, "Depth", [value + 0.1 * (n % 3) for n, value in enumerate(values)], left_out=[12])
    together, pairs = (
        answered(name, kind, cast.quinn, a_characteristic=bore.number, b_characteristic=depth.number)
        for name, kind in (("together", "t2"), ("compare", "pairs"))
    )

    assert np.flatnonzero(np.isnan(together.results["chart"].t2)).tolist() == [0, 12]
    assert "2 points lack a measurement of some characteristic and have no T²: no. 1, 13." in together.cautions
    assert "2 pairs lack a measurement that counts and are left out." in pairs.reasons
    assert pairs.results["test"].n[0] == 28 and abs(pairs.results["test"].estimate) < 0.21


def test_the_chart_that_was_chosen_is_one_click_away_from_being_the_characteristics(cast, quinn):
    (row,) = doors.create(
        "characteristic", [{"title": "Bath temperature", "unit": str(cast.north.uid)}], by=cast.by.quinn
    )
    (row,) = doors.perform([row], "activate", by=cast.by.quinn)
    walk = [20 + 0.9 * (n % 12) for n in range(60)]
    measuring.record(row, [measuring.Measurement(value) for value in walk], by=cast.by.quinn)
    told = {"kind": "data", "a_characteristic": row.number, "answer": "1"}
    page = text_of(quinn.get(reverse("analysis-assistant", args=["chart"]), told))
    form = f"/characteristic/{row.number}/edit?chart=arima_residuals"

    assert f'href="{form}"' in page and f"Use this chart for {row.number}" in page
    assert re.search(r'<option value="arima_residuals"[^>]* selected', text_of(quinn.get(form)))
    kept = re.search(
        rf'<option value="{row.chart}"[^>]* selected', text_of(quinn.get(form.replace("arima", "nonsense")))
    )
    assert kept, "an address that names no chart leaves the one there is"


def test_who_may_not_edit_the_characteristic_is_not_led_to_its_form(cast, quinn, browser_of):
    (row,) = doors.create("characteristic", [{"title": "Bore", "unit": str(cast.north.uid)}], by=cast.by.quinn)
    (row,) = doors.perform([row], "activate", by=cast.by.quinn)
    measuring.record(row, [measuring.Measurement(20 + n % 7) for n in range(30)], by=cast.by.quinn)
    told = {"kind": "data", "a_characteristic": row.number, "answer": "1"}
    pages = [
        text_of(one.get(reverse("analysis-assistant", args=["chart"]), told)) for one in (quinn, browser_of(cast.ana))
    ]

    assert ["Take: Individuals and moving range." in page for page in pages] == [True, True]
    assert [f"/characteristic/{row.number}/edit" in page for page in pages] == [True, False]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"kind": "nextweek", "inputs": {}}, "“nextweek” is no question of this assistant; there are: last, since, ahead."),
        ({"kind": "last", "inputs": {"a": [1, 2], "periode": 4}}, "“periode” is not asked for; there are: a, a_characteristic, "),
    ],
)  # fmt: skip
def test_a_program_is_told_of_a_name_that_no_question_has(quinn, sent, said):
    answer = quinn.post(reverse("api-analysis-assistant", args=["time"]), sent, "application/json")

    assert answer.status_code == 422 and said in answer.json()["error"]["message"]
