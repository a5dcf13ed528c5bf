"""590 characteristics of a semiconductor line at once: every chart equals the one drawn alone."""

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from hoshin.stats.control_charts import NELSON, i_mr
from hoshin.stats.errors import StatisticsError

SHARED = Path(os.environ.get("HOSHIN_SHARED") or Path(__file__).parents[3] / "../shared")
SECOM = SHARED / "data" / "measurements" / "secom" / "secom_392x590.csv.gz"


@pytest.fixture(scope="module")
def sensors():
    if not SECOM.exists():
        pytest.skip(f"no {SECOM}")
    with gzip.open(SECOM, "rt", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return np.array([[float(cell) if cell else np.nan for cell in row[3:]] for row in rows]).T.copy()


def test_every_sensor_gets_the_chart_it_gets_alone(sensors):
    charts = i_mr(sensors, rules=NELSON, on_error="mark")

    different = [i for i in range(590) if i not in charts.problems and charts[i] != i_mr(sensors[i], rules=NELSON)]
    assert different == []


def test_every_sensor_without_a_chart_is_refused_alone_in_the_same_words(sensors):
    charts = i_mr(sensors, rules=NELSON, on_error="mark")

    for i, problem in charts.problems.items():
        with pytest.raises(StatisticsError) as refused:
            i_mr(sensors[i])
        assert problem == f"characteristic {i}: {refused.value}"
