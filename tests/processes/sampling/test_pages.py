"""The pages of sampling plans and their addresses for programs."""

import json

import pytest
from django.urls import reverse

from hoshin.surfaces.web.addresses import url_of

from .conftest import fresh

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def text_of(answer):
    return answer.content.decode()


def test_the_plan_says_what_to_do_and_shows_its_curve(quinn, in_force):
    page = text_of(quinn.get(url_of(in_force())))

    assert "Draw 80 items; accept with up to 2 nonconforming, do not accept from 3." in page
    assert "Operating characteristic" in page and "Inspection now: Normal" in page and "How computed" in page


def test_a_lot_is_recorded_on_its_page_and_shown_decided(quinn, in_force):
    row = in_force()
    quinn.post(reverse("sampling-lot", args=[row.number]), {"lot": "L-17", "size": "1000", "found": "3"})
    page = text_of(quinn.get(url_of(row)))

    assert "L-17" in page and "3 found, 3 or more do not accept." in page


def test_the_page_says_what_to_draw_from_another_lot_size(quinn, in_force):
    page = text_of(quinn.get(reverse("sampling-lot", args=[in_force().number]) + "?size=5000"))

    assert "Draw 200 items" in page


def test_a_lot_without_a_size_is_refused_and_keeps_what_was_typed(quinn, in_force):
    answer = quinn.post(reverse("sampling-lot", args=[in_force().number]), {"lot": "L-18", "size": "", "found": "1"})

    assert answer.status_code == 422 and 'value="L-18"' in text_of(answer)


def test_the_report_is_a_pdf(quinn, in_force):
    answer = quinn.get(reverse("sampling-report", args=[in_force().number]))

    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_a_program_records_a_lot_and_reads_the_standing(quinn, in_force):
    row = in_force()
    lot = json.dumps({"lot": "L1", "size": 1000, "found": 1})
    sent = quinn.post(reverse("api-sampling-lots", args=[row.number]), lot, "application/json")
    told = quinn.get(reverse("api-sampling-plan", args=[row.number])).json()

    assert (sent.status_code, sent.json()["decision"]) == (201, "accepted")
    assert told["inspection"] == "normal" and len(told["curve"]["pa"]) == len(told["curve"]["p"]) > 100
    assert len(fresh(row).lots) == 1


def test_who_does_not_see_the_plan_finds_nothing(cast, browser_of, in_force):
    row, stranger = in_force(), browser_of(cast.stranger)
    names = ("sampling-lot", "sampling-report", "api-sampling-plan")

    assert {stranger.get(reverse(name, args=[row.number])).status_code for name in names} == {404}


def test_the_page_says_what_the_next_lot_asks_for_as_inspection_stands(quinn, in_force):
    row = in_force()
    for lot, found in (("L1", "3"), ("L2", "3")):
        quinn.post(reverse("sampling-lot", args=[row.number]), {"lot": lot, "size": "1000", "found": found})
    page = text_of(quinn.get(url_of(row)))

    assert "Inspection now: Tightened" in page and "accept with up to 1 nonconforming, do not accept from 2" in page


def test_a_plan_that_inspects_the_whole_lot_has_its_page_and_report(quinn, in_force):
    row = in_force(lot_size=2, aql="1000")

    assert "At worst 0 % on average." in text_of(quinn.get(url_of(row)))
    assert quinn.get(reverse("sampling-report", args=[row.number])).content.startswith(b"%PDF")
