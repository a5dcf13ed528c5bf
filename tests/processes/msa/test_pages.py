"""The pages of gauge studies and their addresses for programs."""

import json

import pytest
from django.urls import reverse

from hoshin.processes.msa.worksheet import csv_of, lines_of
from hoshin.surfaces.web.addresses import url_of

from .conftest import fresh

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def text_of(answer):
    return answer.content.decode()


def test_the_study_shows_verdict_components_intervals_and_how_computed(quinn, aiag):
    page = text_of(quinn.get(url_of(aiag(tolerance="8"))))

    assert "Conditional" in page and "Repeatability (gauge)" in page and "22.7" in page
    assert "95 % interval" in page and "How computed" in page and page.count('class="drawing') >= 2


def test_what_is_typed_run_by_run_is_recorded_and_the_next_runs_stay(quinn, study):
    row = study(parts=2, operators=2, trials=2)
    lines = lines_of(row)
    sent = {f"value-{line['uid']}": "" for line in lines} | {f"seen-{line['uid']}": "" for line in lines}
    answer = quinn.post(reverse("msa-worksheet", args=[row.number]), sent | {f"value-{lines[2]['uid']}": "3.25"})

    assert answer.status_code == 302
    assert [line["value"] and float(line["value"]) for line in lines_of(fresh(row))] == [None, None, 3.25] + [None] * 5


def test_the_page_shows_one_operators_runs_when_asked(quinn, study):
    row = study(parts=2, operators=2, trials=2)
    page = text_of(quinn.get(reverse("msa-worksheet", args=[row.number]) + "?operator=B"))

    assert page.count("data-reading") == 4 and "4 runs left" in page


def test_a_wrong_cell_keeps_what_was_typed(quinn, study):
    row = study(parts=2, operators=2, trials=2)
    uid = lines_of(row)[0]["uid"]
    answer = quinn.post(reverse("msa-worksheet", args=[row.number]), {f"value-{uid}": "abc", f"seen-{uid}": ""})

    assert answer.status_code == 422 and 'value="abc"' in text_of(answer) and "run 1" in text_of(answer)


def test_the_report_is_a_pdf(quinn, aiag):
    answer = quinn.get(reverse("msa-report", args=[aiag(tolerance="8").number]))

    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_who_does_not_see_the_study_finds_nothing(cast, browser_of, aiag):
    row = aiag()
    stranger = browser_of(cast.stranger)
    names = ("msa-worksheet", "msa-worksheet-csv", "msa-report", "api-msa-worksheet", "api-msa-result")

    assert {stranger.get(reverse(name, args=[row.number])).status_code for name in names} == {404}


def test_a_program_sends_readings_and_reads_the_result(quinn, study, aiag):
    values = {(line["part"], line["operator"], line["trial"]): line["value"] for line in lines_of(aiag())}
    row = study()
    readings = [
        {"run": line["run"], "value": float(values[line["part"], line["operator"], line["trial"]])}
        for line in lines_of(row)
    ]
    address = reverse("api-msa-worksheet", args=[row.number])
    token = quinn.get("/").context["csrf_token"]
    sent = quinn.post(
        address, json.dumps({"readings": readings}), "application/json", headers={"X-CSRFToken": str(token)}
    )
    told = quinn.get(reverse("api-msa-result", args=[row.number])).json()

    assert sent.status_code == 200, text_of(sent)
    assert (round(told["figures"]["pct_study"], 1), told["figures"]["verdict"]) == (27.9, "conditional")
    assert told["computed"]["result"]["result"] == "GaugeStudy"


def test_a_run_that_is_not_there_is_named_and_nothing_is_written(quinn, study):
    row = study(parts=2, operators=2, trials=2)
    sent = json.dumps({"readings": [{"run": 1, "value": 1.5}, {"run": 99, "value": 2}]})
    answer = quinn.post(reverse("api-msa-worksheet", args=[row.number]), sent, "application/json")

    assert answer.status_code == 422 and answer.json()["error"]["problems"][0]["index"] == 1
    assert all(line["value"] is None for line in lines_of(fresh(row)))


def test_a_csv_file_is_taken_over(quinn, study, aiag):
    full, row = aiag(), study()
    text = csv_of(full).replace("run,", "order,")
    quinn.post(reverse("msa-worksheet", args=[row.number]), {"pasted": text})

    assert fresh(row).ndc == 4
