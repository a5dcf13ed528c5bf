"""Every kind of control chart, from the first values to an alert: what a person or a program may ask a characteristic for."""

import re

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from scipy.signal import lfilter

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.products.models import Chart
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.signatures import Proof
from hoshin.kernel.trail.verify import verify
from hoshin.processes.spc import baselines, statements
from hoshin.processes.spc.board import summary_of
from hoshin.processes.spc.chart_kinds import KINDS
from hoshin.processes.spc.charts import chart_of
from hoshin.processes.spc.evaluation import MOST_MODELLED
from hoshin.processes.spc.panels import table_of
from hoshin.stats import control_charts as stats
from hoshin.surfaces.web.addresses import url_of

from .conftest import fresh, measurements

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

SIZE = {"p": 200, "np": 200, "laney_p": 5000, "u": 4, "laney_u": 400}


def values_of(name, n, *, off=False, seed=3):
    """What a quiet process gives such a chart, or one that has clearly moved."""
    rng = np.random.default_rng(seed)
    kind = KINDS[name]
    if kind.needs_sizes:
        return rng.poisson(SIZE[name] * (0.4 if off else 0.05), n).astype(float)
    if name == "c":
        return rng.poisson(40.0 if off else 8.0, n).astype(float)
    if name == "g":
        return np.full(n, 2000.0) if off else rng.geometric(0.02, n) - 1.0
    if name == "t":
        return np.full(n, 300.0) if off else rng.weibull(1.2, n) * 10
    if name == "arima_residuals":
        return (22.0 if off else 10.0) + lfilter([1.0], [1.0, -0.6], rng.normal(0.0, 1.0, n))
    return rng.normal(16.0 if off else 10.0, 1.0, n)


def settings_of(name):
    kind = KINDS[name]
    sort = "defectives" if kind.size == "units" else "defects" if name == "c" or kind.size == "area" else "variable"
    size = 4 if kind.grouping != "single" else 1
    return {"sort": sort, "chart": name, "rules": "nelson", "subgroup_size": size}


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return request.param


def recorded(cast, row, values, name):
    measuring.record(row, measurements(values.tolist(), size=SIZE.get(name)), by=cast.by.quinn)


@pytest.fixture
def watched(cast, in_use, kind):
    """A characteristic judged by such a chart, with a frozen baseline of enough points."""
    row = in_use(f"Judged by {kind}", reaction_plan="Stop and look.", **settings_of(kind))
    recorded(cast, row, values_of(kind, 30 * settings_of(kind)["subgroup_size"]), kind)
    draft = baselines.propose(row, by=cast.by.quinn)
    assert draft.problem == ""
    doors.perform([draft], "freeze", by=cast.by.quinn, proof=Proof(cast.password))
    return row


def test_every_chart_people_may_choose_can_be_computed():
    assert set(KINDS) == set(Chart.values) - {"automatic"}


def test_a_process_that_moved_opens_an_alert_with_its_chart_on_the_page(cast, browser_of, watched, kind):
    recorded(cast, watched, values_of(kind, 8, off=True), kind)
    (alert,) = registry.get("alert").rows()
    page = browser_of(cast.quinn).get(url_of(watched)).content.decode()

    assert alert.characteristic_id == watched.uid and alert.signals >= 1
    assert "How computed" in page and alert.number in page
    assert verify().findings == []


def test_the_report_on_paper_is_made_of_every_chart(cast, browser_of, watched, kind):
    answer = browser_of(cast.quinn).get(f"/characteristic/{watched.number}/chart.pdf")

    assert answer.status_code == 200 and answer.content[:4] == b"%PDF"


def test_the_frozen_limits_stay_when_the_characteristic_asks_for_another_shift(cast, watched, kind):
    before = chart_of(watched).result.main
    doors.edit([watched], {"shift": "2"}, by=cast.by.quinn)
    after = chart_of(fresh(watched)).result.main

    assert np.array_equal(before.ucl, after.ucl) and np.array_equal(before.points, after.points, equal_nan=True)
    assert verify().findings == []


def test_a_chart_with_a_memory_is_designed_for_the_shift(cast, in_use):
    row = in_use("Coating", chart="cusum", shift="0.5")
    recorded(cast, row, values_of("cusum", 40), "cusum")
    found = chart_of(row)

    assert found.result.baseline.options["slack"] == 0.25
    assert "0.5 standard deviations after 28.8 points" in found.reason


def test_a_cusum_chart_says_since_when_the_level_moved_and_where_to(cast, browser_of, in_use):
    row = in_use("Coating", chart="cusum", measure="µm", decimals=1)
    rng = np.random.default_rng(5)
    recorded(cast, row, rng.normal(10, 1, 40), "cusum")
    draft = baselines.propose(row, by=cast.by.quinn)
    doors.perform([draft], "freeze", by=cast.by.quinn, proof=Proof(cast.password))
    recorded(cast, row, rng.normal(12, 1, 20), "cusum")
    page = browser_of(cast.quinn).get(url_of(row)).content.decode()
    (told,) = chart_of(row).shifts
    since, level = re.fullmatch(
        r"The level moved at no\. (\d+), to about ([\d.]+) µm \(found at no\. \d+\)\.", told
    ).groups()

    assert told in page
    assert abs(int(since) - 41) <= 2 and 11 < float(level) < 13.5


def test_charts_with_a_memory_take_the_means_of_subgroups(cast, in_use):
    row = in_use("Coating", chart="ewma", subgroup_size=4)
    values = values_of("ewma", 80)
    recorded(cast, row, values, "ewma")
    found = chart_of(row)
    alone = stats.ewma(values.reshape(20, 4).mean(axis=1), **KINDS["ewma"].design(1.0))

    assert len(found.points) == 20 and np.allclose(found.result.main.points, alone.main.points)


def test_a_point_left_out_is_missing_from_the_model_of_a_series(cast, in_use):
    row = in_use("Bath temperature", chart="arima_residuals")
    recorded(
        cast,
        row,
        np.concatenate([values_of("arima_residuals", 40), [90.0], values_of("arima_residuals", 20)]),
        "arima_residuals",
    )
    draft = baselines.propose(row, by=cast.by.quinn)
    with_it = float(draft.sigma)
    doors.edit([draft], {"left_out": [{"measurement": 41, "cause": "The heater was switched off."}]}, by=cast.by.quinn)

    assert float(fresh(draft).sigma) < with_it / 3


def test_a_count_chart_does_not_take_a_way_to_estimate_sigma(cast, in_use):
    row = in_use("Scratches", **settings_of("c"))
    recorded(cast, row, values_of("c", 30), "c")
    draft = baselines.propose(row, by=cast.by.quinn)
    doors.edit([draft], {"sigma_method": "pooled_c4"}, by=cast.by.quinn)

    assert fresh(draft).problem == "On this chart sigma follows from the counts; it is not estimated otherwise."


WITH_A_MEMORY = [name for name in KINDS if KINDS[name].has_memory]


@pytest.mark.parametrize("kind", WITH_A_MEMORY)
def test_a_point_with_a_known_cause_moves_no_later_point(cast, in_use, kind):
    row = in_use("Coating", reaction_plan="Stop and look.", **settings_of(kind))
    size = row.subgroup_size
    quiet = values_of(kind, 60 * size)
    values = quiet.copy()
    values[30 * size : 31 * size] += 40.0
    recorded(cast, row, values, kind)
    draft = baselines.propose(row, by=cast.by.quinn)
    doors.edit([draft], {"left_out": [{"measurement": 30 * size + 1, "cause": "A cold batch"}]}, by=cast.by.quinn)
    doors.perform([draft], "freeze", by=cast.by.quinn, proof=Proof(cast.password))
    found = chart_of(row)

    assert found.left_out == {30: "A cold batch"} and np.isnan(found.shown.main.points[30])
    assert not [signal for signal in found.signals if 30 <= signal.index < 36]
    assert verify().findings == []

    (card,) = summary_of([fresh(row)])
    assert {int(i) for i in card.evaluated.signalling} == {signal.index for signal in found.signals}


@pytest.mark.parametrize("kind", WITH_A_MEMORY)
def test_an_excluded_point_is_carried_on_by_no_drawn_point(cast, watched, kind):
    size = watched.subgroup_size
    values = values_of(kind, 10 * size, seed=8)
    values[:size] += 40.0
    recorded(cast, watched, values, kind)
    numbers = list(range(30 * size + 1, 31 * size + 1))
    statements.say(watched, "exclude", numbers, by=cast.by.quinn, reason="A test piece")
    found = chart_of(fresh(watched))

    assert found.left_out == {30: "A test piece"}
    assert np.array_equal(found.shown.main.points, found.result.main.points, equal_nan=True)


@pytest.mark.parametrize(
    ("kind", "found", "said"),
    [
        ("t", -2.5, "The values are no times (no. 5 is -2.5); this chart needs numbers of 0 or more."),
        ("g", 2.5, "The values are not counts (no. 5 is 2.5); this chart needs whole numbers of 0 or more."),
    ],
)
def test_a_value_that_does_not_fit_the_chart_is_named(cast, in_use, kind, found, said):
    row = in_use("Days between leaks", **settings_of(kind))
    recorded(cast, row, np.array([3.0, 8.0, 1.0, 4.0, found, 6.0]), kind)

    assert chart_of(row).problem == said


def test_a_long_series_without_a_baseline_is_judged_by_a_model_of_its_newest_values(cast, in_use):
    row = in_use("Bath temperature", **settings_of("arima_residuals"))
    values = values_of("arima_residuals", MOST_MODELLED + 500)
    recorded(cast, row, values, "arima_residuals")
    found, newest = chart_of(row), stats.arima_residuals(values[500:])
    (card,) = summary_of([row])

    assert found.result.baseline == newest.baseline and len(found.result.main.points) == len(values)
    assert np.array_equal(card.evaluated.points, found.result.main.points)


def test_a_model_is_not_fitted_to_a_very_long_stretch(cast, in_use):
    row = in_use("Bath temperature", **settings_of("arima_residuals"))
    recorded(cast, row, values_of("arima_residuals", MOST_MODELLED + 1), "arima_residuals")
    draft = baselines.propose(row, by=cast.by.quinn, first=1, last=MOST_MODELLED + 1)

    assert draft.problem == "2001 points; a model is fitted to at most 2000: take a shorter stretch."


@pytest.mark.parametrize("kind", WITH_A_MEMORY)
def test_a_value_is_what_was_measured_and_not_what_the_chart_remembers(cast, watched, kind):
    size = watched.subgroup_size
    recorded(cast, watched, np.repeat([60.0, 60.0], size), kind)
    (alert,) = registry.get("alert").rows()
    (card,) = summary_of([fresh(watched)])
    found = chart_of(watched)
    (row,) = table_of(found, range(30, 31))

    assert float(alert.value) == 60.0 and card.newest == "60"
    assert float(row.value) == 60.0 and found.result.main.points[30] != 60.0


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        ("ewma", {"sigma_method": "pooled_c4"}, "“Pooled standard deviation”; there are: The chart's usual one, Mean moving range, "),
        ("xbar_r", {"sigma_method": "mr_mean"}, "“Mean moving range”; there are: The chart's usual one, Mean range, "),
        ("t", {"sigma_method": "mr_mean"}, "“Mean moving range”; there are: The chart's usual one."),
        ("i_mr", {"first": 90, "last": 99}, "No point lies between the measurements no. 90 and no. 99."),
        ("i_mr", {"first": 9, "last": 3}, "No point lies between the measurements no. 9 and no. 3."),
    ],
)  # fmt: skip
def test_what_a_baseline_cannot_be_computed_from_is_said_in_the_words_of_the_form(cast, in_use, kind, asked, said):
    row = in_use("Coating", **settings_of(kind))
    recorded(cast, row, values_of(kind, 30), kind)
    draft = baselines.propose(row, by=cast.by.quinn)
    doors.edit([draft], asked, by=cast.by.quinn)

    assert said in fresh(draft).problem


def test_the_board_asks_no_more_of_the_database_for_more_charts_with_a_memory(cast, in_use):
    rows, queries = [], []
    for place in range(3):
        row = in_use(f"Coating {place}", chart="ewma")
        recorded(cast, row, values_of("ewma", 30), "ewma")
        draft = baselines.propose(row, by=cast.by.quinn)
        doors.perform([draft], "freeze", by=cast.by.quinn, proof=Proof(cast.password))
        rows.append(row)
    for some in (rows[:1], rows):
        with CaptureQueriesContext(connection) as asked:
            summary_of(some)
        queries.append(len(asked))

    assert queries[0] == queries[1]
