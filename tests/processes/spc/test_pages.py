"""The pages of charts, entering, saying and the board, as people use them."""

import json
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch, Statement
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records import doors, registry
from hoshin.processes.spc.charts import chart_of, labels_of_points
from hoshin.surfaces.web.addresses import url_of

from .conftest import fresh, measurements

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def text_of(answer):
    return answer.content.decode()


def test_the_characteristics_page_shows_chart_table_baseline_and_how_it_was_computed(quinn, juice, frozen_juice):
    page = text_of(quinn.get(url_of(juice)))
    payload = json.loads(re.search(r'class="chart-data">(.*?)</script>', page)[1])

    assert len(payload["rows"]) == 30 and payload["panels"][0]["excluded"] == [14, 22]
    assert frozen_juice.number in page and "How computed" in page and 'data-point="29"' in page


def test_an_open_alert_stands_with_its_link_above_the_chart(cast, quinn, juice, frozen_juice):
    measuring.record(juice, measurements((30,), size=50), by=cast.by.quinn)
    (alert,) = registry.get("alert").rows()
    page = text_of(quinn.get(url_of(juice)))
    (told,) = re.findall(r'<div class="message error".*?</div></div>', page, re.DOTALL)

    assert f'href="{url_of(alert)}"' in told and "beyond the control limits" in told


def test_the_table_names_the_rules_of_a_point_and_says_once_what_they_mean(cast, quinn, juice, frozen_juice):
    doors.edit([juice], {"rules": "western_electric"}, by=cast.by.quinn)
    measuring.record(juice, measurements((30, 31, 32), size=50), by=cast.by.quinn)
    page = text_of(quinn.get(url_of(juice)))
    cells = re.findall(r"<td>([^<]*)</td></tr>", page)

    assert cells[:3] == ["Western Electric 1, 2", "Western Electric 1, 2", "Western Electric 1"]
    assert page.count("Western Electric 1: one point more than 3 sigma from the center line<br>") == 1


def test_a_baseline_is_proposed_with_one_click(quinn, juice):
    answer = quinn.post(f"/characteristic/{juice.number}/baseline")
    (draft,) = registry.get("control_baseline").rows()

    assert answer["Location"] == url_of(draft) and (draft.window_first, draft.window_last) == (1, 30)


def test_capability_stands_beside_the_chart_and_is_marked_when_the_process_is_unstable(cast, in_use, quinn):
    row = in_use(lsl="5", usl="15")
    values = np.random.default_rng(3).normal(10, 1, 60)
    values[40] = 30.0
    measuring.record(row, measurements(values), by=cast.by.quinn)
    page = text_of(quinn.get(url_of(row)))

    assert "Ppk" in page and "the process is not stable" in page


def test_pasted_lines_become_subgroups_that_go_on_from_the_last(cast, in_use, quinn):
    row = in_use(subgroup_size=2)
    measuring.record(row, [m for s in (0, 1) for m in measurements((1.0, 1.1), subgroup=s)], by=cast.by.quinn)
    quinn.post(f"/characteristic/{row.number}/enter", {"values": "1,2\t1,3\n1,4\t-\n", "lot": "L7"})
    columns = measurements_of([row.pk]).columns

    assert np.array_equal(columns.value[4:], [1.2, 1.3, 1.4, np.nan], equal_nan=True)
    assert columns.subgroup.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_cell_that_is_no_number_is_named_and_what_was_typed_stays(in_use, quinn):
    row = in_use()
    answer = quinn.post(f"/characteristic/{row.number}/enter", {"values": "7.4\n7.x2\n", "gauge": "G1"})

    assert answer.status_code == 422 and "Line 2, value 1: found “7.x2”" in text_of(answer)
    assert "7.x2" in text_of(answer) and not Batch.objects.exists()


def test_counts_take_the_usual_sample_size_or_their_own(juice, quinn):
    quinn.post(f"/characteristic/{juice.number}/enter", {"values": "7\n9 60\n", "size": "50"})
    columns = measurements_of([juice.pk]).columns

    assert (columns.value[-2:].tolist(), columns.size[-2:].tolist()) == ([7, 9], [50, 60])


def test_a_signal_is_told_at_once_where_the_value_was_typed(quinn, juice, frozen_juice):
    answer = quinn.post(f"/characteristic/{juice.number}/enter", {"values": "30", "size": "50"}, follow=True)

    assert "The newest point signals." in text_of(answer) and "Check the seam rollers." in text_of(answer)


def test_points_are_excluded_with_a_reason_and_the_reason_is_needed(quinn, juice):
    address = f"/characteristic/{juice.number}/say"
    without = quinn.post(address, {"no": ["15", "23"], "what": "exclude", "reason": " "})
    quinn.post(address, {"no": ["15", "23"], "what": "exclude", "reason": "New cardboard"})

    assert without.status_code == 422 and "A reason is needed." in text_of(without)
    assert measurements_of([juice.pk]).excluded.nonzero()[0].tolist() == [14, 22]


def test_a_value_is_corrected_and_a_subgroup_chosen_as_a_stretch(quinn, juice):
    quinn.post(
        f"/characteristic/{juice.number}/say", {"no": "3", "what": "correct", "value": "9", "reason": "Miscount"}
    )
    page = text_of(quinn.get(f"/characteristic/{juice.number}/say?no=81-85"))
    several = text_of(quinn.get(f"/characteristic/{juice.number}/say?no=4-6"))

    assert measurements_of([juice.pk]).columns.value[2] == 9
    assert "About 3 measurements" in several and "About" not in page


def test_only_stewards_say_something_about_measurements(cast, browser_of, juice):
    answer = browser_of(cast.ana).post(
        f"/characteristic/{juice.number}/say", {"no": "1", "what": "exclude", "reason": "Dislike"}
    )

    assert answer.status_code == 404 and not Statement.objects.exists()


def test_chart_and_measurements_leave_the_house_as_pdf_and_csv(cast, quinn, juice, frozen_juice):
    measuring.record(juice, measurements((5,), size=50, lot="=1+1"), by=cast.by.quinn)
    pdf = quinn.get(f"/characteristic/{juice.number}/chart.pdf").content
    rows = text_of(quinn.get(f"/characteristic/{juice.number}/measurements.csv")).splitlines()

    assert pdf.startswith(b"%PDF")
    assert rows[1].startswith("1,2026-01-05T06:00:00Z,12,50") and ",'=1+1," in rows[-1]


def test_the_board_puts_the_open_alert_first_and_the_calm_last(cast, in_use, quinn, juice, frozen_juice):
    calm = in_use("Calm one")
    measuring.record(calm, measurements(np.random.default_rng(2).normal(0, 1, 40)), by=cast.by.quinn)
    measuring.record(juice, measurements((30,), size=50), by=cast.by.quinn)
    page = text_of(quinn.get("/board/"))

    assert page.index("Leaking cans") < page.index("Calm one") and "alert ALR-" in page
    assert text_of(quinn.get("/board/?q=calm")).count("spark-card") == 1


def test_the_board_shows_nobody_what_they_may_not_see(cast, browser_of, juice):
    assert "Leaking cans" not in text_of(browser_of(cast.sol).get("/board/"))


def queries_of_board(cast, browser):
    browser.get("/board/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/board/")
    return len(queries)


def test_the_board_costs_the_same_number_of_queries_for_one_and_for_many(cast, in_use, quinn, juice):
    one = queries_of_board(cast, quinn)
    for i in range(6):
        measuring.record(in_use(f"More {i}"), measurements(np.arange(5.0)), by=cast.by.quinn)
    many = queries_of_board(cast, quinn)

    assert (many, many <= 25) == (one, True)


def test_an_alert_shows_its_signal_and_is_closed_with_its_cause(cast, quinn, juice, frozen_juice):
    measuring.record(juice, measurements((30,), size=50), by=cast.by.quinn)
    (alert,) = registry.get("alert").rows()
    page = text_of(quinn.get(url_of(alert)))
    told = {"assignable_cause": "Worn roller", "revision": fresh(alert).revision, "save": "1"}
    quinn.post(f"{url_of(alert)}step/close", told)

    assert "one point more than 3 sigma" in page or "one point beyond the control limits" in page
    assert fresh(alert).state == "closed"


def test_a_characteristic_without_measurements_teaches_the_next_step(cast, quinn):
    (row,) = doors.create("characteristic", [{"title": "New", "unit": str(cast.north.uid)}], by=cast.by.quinn)
    doors.perform([row], "activate", by=cast.by.quinn)

    assert "Nothing measured yet" in text_of(quinn.get(url_of(row)))


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_at_the_end_of_the_calendar_is_shown_in_every_time_zone(cast, quinn, in_use, year):
    row = in_use()
    start = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, 18, tzinfo=UTC)
    measuring.record(row, measurements((5.0, 6.0), start=start), by=cast.by.quinn)

    for zone in ("America/Sao_Paulo", "Asia/Tokyo"):
        with timezone.override(zone):
            assert labels_of_points(chart_of(row), range(2))
    assert quinn.get(url_of(row)).status_code == 200
