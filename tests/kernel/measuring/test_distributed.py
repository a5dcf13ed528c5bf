"""A history studied in pieces, by threads, Dask or Spark, gives what one run over all of it gives, to the last bit."""

import os
import pickle
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.distributed import (
    HistoryStudy,
    Question,
    Specification,
    plan,
    study,
    study_of,
    with_dask,
    with_threads,
)
from hoshin.kernel.measuring.distributed.live import tasks_of
from hoshin.kernel.records import doors
from hoshin.measurements.columns import Columns
from hoshin.measurements.overlay import Correction, Exclusion, Overlay, apply
from hoshin.measurements.segments import write_segment
from hoshin.stats import capability
from hoshin.stats.control_charts import NELSON, i_mr
from hoshin.stats.errors import StatisticsError


def history(lengths, seed: int = 1, missing=()) -> Columns:
    """Characteristics 10, 20, … of these lengths; some of them with a missing value."""
    random = np.random.default_rng(seed)
    characteristic = np.repeat(10 * np.arange(1, len(lengths) + 1), lengths)
    sequence = np.concatenate([np.arange(n) for n in lengths])
    value = 10 + random.standard_normal(characteristic.size).round(4) + 0.1 * (characteristic % 7)
    for key in missing:
        value[np.flatnonzero(characteristic == key)[4]] = np.nan
    return Columns(
        row=1000 + np.arange(characteristic.size), characteristic=characteristic, sequence=sequence, value=value
    )


ROWS = history([120, 45, 120, 80, 120, 45, 300, 120, 1, 60], missing=(20, 30, 70))
KEYS = np.unique(ROWS.characteristic)
LIMITS = Specification.of(KEYS[::-1], np.full(KEYS.size, 7.0), np.full(KEYS.size, 13.5), np.full(KEYS.size, 10.0))
LAID_OVER = Overlay((Correction(1050, 1, 1, value=17.0),), (Exclusion(1130, 3), Exclusion(1300, 3)))


@pytest.fixture
def tasks(tmp_path):
    """Two sealed files whose characteristics overlap, fresh rows, corrections, and five tasks or so."""
    order = np.random.default_rng(5).permutation(len(ROWS))
    first, second, fresh = (ROWS.take(np.sort(part)) for part in np.split(order, (500, 900)))
    sealed = [write_segment(tmp_path, first), write_segment(tmp_path, second)]
    return plan(tmp_path, sealed, hot=fresh, overlay=LAID_OVER, specification=LIMITS, rows_per_task=200)


@pytest.fixture(scope="module")
def whole():
    """The study of all rows at once."""
    return study_of(apply(ROWS, LAID_OVER), specification=LIMITS)


def test_each_characteristic_gets_its_own_chart_and_capability(whole):
    values = ROWS.value[ROWS.characteristic == 10]
    values = np.where(np.arange(120) == 50, 17.0, values)
    chart, study = i_mr(values, rules=NELSON), capability.normal(values, lsl=7.0, usl=13.5, target=10.0)
    found = whole.characteristic == 10
    signals = (whole.signal_characteristic == 10) & (whole.signal_panel == 0)
    expected = (chart.main.center, chart.main.ucl, chart.panels[1].ucl, study.Cpk, study.Ppk_ci[1])

    assert expected == (
        *(float(getattr(whole, name)[found][0]) for name in ("center", "ucl", "range_ucl")),
        *(float(whole.indices[name][found][0]) for name in ("Cpk", "Ppk_high")),
    )
    assert [len(points) for _, points in chart.main.signals] == whole.signal_counts()[found][0].tolist()
    assert np.unique(whole.signal_sequence[signals]).tolist() == chart.main.signals.indices.tolist()
    assert 1050 in whole.signal_row[signals]


def test_an_excluded_measurement_counts_as_missing(whole):
    values = ROWS.value.copy()
    values[[130, 300]] = np.nan
    apart = study_of(apply(ROWS.replace(value=values), Overlay(LAID_OVER.corrections)), specification=LIMITS)

    assert apart == whole


def test_what_supports_no_figures_says_why(whole):
    assert whole.problems == {90: "1 value(s) found; at least 2 are needed for a moving range"}
    assert np.isnan(whole.center[whole.characteristic == 90]).all()


def test_threads_give_the_study_of_the_whole(tasks, whole):
    found = with_threads(tasks)

    assert len(tasks) > 3
    assert found == whole


def test_a_study_goes_to_json_and_back(whole):
    assert HistoryStudy.from_json(whole.to_json()) == whole


def test_only_the_characteristics_wanted_are_studied(tmp_path, whole):
    sealed = [write_segment(tmp_path, ROWS)]
    tasks = plan(tmp_path, sealed, characteristics=[70, 20, 999], overlay=LAID_OVER, specification=LIMITS)

    assert with_threads(tasks).characteristic.tolist() == [20, 70]


def test_rows_that_all_wait_in_the_database_are_studied(tmp_path):
    tasks = plan(tmp_path, [], hot=ROWS)

    assert with_threads(tasks) == study_of(apply(ROWS))


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.sampled_from([2, 3, 9, 40, 129, 1000, 70_000]), min_size=1, max_size=7),
    cut=st.integers(0, 7),
    missing=st.sets(st.integers(1, 7)),
    seed=st.integers(0, 1000),
)
def test_no_way_of_cutting_changes_a_bit(lengths, cut, missing, seed):
    rows = history(lengths, seed, [10 * m for m in missing if m <= len(lengths) and lengths[m - 1] > 8])
    limits = Specification.of([10, 20, 30], 6.0, 14.0)
    low = rows.characteristic <= 10 * cut
    parts = [study_of(apply(rows.take(which)), None, limits) for which in (~low, low)]

    assert HistoryStudy.joined(parts) == study_of(apply(rows), None, limits)


@pytest.mark.parametrize("wanted", [None, [10, 20, 50, 60, 100]])
def test_fresh_rows_below_between_and_above_the_files_are_studied(tmp_path, wanted):
    lies_sealed = np.isin(ROWS.characteristic, (20, 30, 70, 80))
    sealed = [write_segment(tmp_path, ROWS.take(lies_sealed))]
    tasks = plan(tmp_path, sealed, hot=ROWS.take(~lies_sealed), characteristics=wanted, rows_per_task=100)
    expected = ROWS if wanted is None else ROWS.take(np.isin(ROWS.characteristic, wanted))

    assert len(tasks) > 2
    assert with_threads(tasks) == study_of(apply(expected))


def test_a_characteristic_in_two_studies_is_refused(whole):
    with pytest.raises(StatisticsError, match="overlap"):
        HistoryStudy.joined([whole, whole])


def test_a_characteristic_with_two_specifications_is_refused():
    with pytest.raises(StatisticsError, match="two specifications"):
        Specification.of([1, 1], 0.0, 1.0)


def test_the_estimator_asked_for_is_used(tasks):
    medians = study_of(apply(ROWS, LAID_OVER), Question(rules=(), sigma_method="mr_median"))
    expected = i_mr(ROWS.value[ROWS.characteristic == 80], sigma_method="mr_median").main.sigma

    assert expected == float(medians.sigma[medians.characteristic == 80][0])


def test_the_history_of_the_running_organisation_is_studied(cast):
    titles = [{"title": title, "measure": "mm", "lsl": 0.0, "usl": 4.0} for title in ("Bore", "Width")]
    made = doors.create("characteristic", titles, by=cast.by.quinn)
    doors.perform(made, "activate", by=cast.by.quinn)
    bore, width = doors.lock(made)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for row, values in ((bore, (1.5, 2.5, 1.0, 9.0)), (width, (2.0, 2.25, 2.5, 2.0))):
        measuring.record(row, [measuring.Measurement(v, time=at) for v in values], by=cast.by.quinn)
    measuring.seal(by=cast.system)
    measuring.record(bore, [measuring.Measurement(2.0, time=at)], by=cast.by.quinn)
    reading = measuring.measurements_of([bore.pk])
    measuring.exclude(bore, [int(reading.columns.row[3])], reason="Gauge fell down", by=cast.by.quinn)
    found = with_threads(tasks_of([width, bore]))

    # The exclusion leaves 1.5, 2.5, 1.0, none, 2.0: moving ranges 1.0 and 1.5.
    assert found.center.tolist() == [1.75, 2.1875]
    assert found.sigma[0] == i_mr([1.5, 2.5, 1.0, np.nan, 2.0]).main.sigma
    assert found.indices["Cp"][1] == capability.normal([2.0, 2.25, 2.5, 2.0], lsl=0.0, usl=4.0).Cp


def test_dask_gives_the_study_of_the_whole(tasks, whole):
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = with_dask(tasks, client)

    assert found == whole


@pytest.fixture
def session(monkeypatch):
    pytest.importorskip("pyspark", reason="the extra 'spark' is not installed")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java, and none is found")
    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    local = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    session = SparkSession.builder.master("local[2]").config(map=local).getOrCreate()
    yield session
    session.stop()


def test_spark_gives_the_study_of_the_whole(tasks, whole, session):
    from hoshin.kernel.measuring.distributed.spark import LINES, WHOLE, dataframe, with_spark

    assert with_spark(tasks, session) == whole
    assert dataframe(tasks, session).columns == [*WHOLE, *LINES, *whole.indices, "signals", "problem"]


def test_a_task_needs_no_django(tasks, tmp_path):
    (tmp_path / "task").write_bytes(pickle.dumps(tasks[0]))
    program = """
import pathlib, pickle, sys
sys.modules["django"] = None
from hoshin.kernel.measuring.distributed import study
print(study(pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())).to_json())
"""
    ran = subprocess.run([sys.executable, "-c", program, str(tmp_path / "task")], capture_output=True, text=True)

    assert ran.stdout.strip() == study(tasks[0]).to_json(), ran.stderr
