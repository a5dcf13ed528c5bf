"""Measurement rows for tests: made by hand, or drawn by Hypothesis."""

import numpy as np
from hypothesis import strategies as st

from hoshin.measurements.columns import Columns

REALS = st.one_of(st.floats(-1e9, 1e9), st.just(float("nan")))
TIMES = st.one_of(
    st.none(), st.integers(0, 2_000_000_000_000_000)
)  # microseconds since 1970, to the year 2033; None is missing


def some(n: int = 20, characteristics: int = 4, first_row: int = 1) -> Columns:
    """Rows in time order over several characteristics, with a missing value and a missing time."""
    row = np.arange(first_row, first_row + n)
    value = np.round(np.sin(row) * 10, 3)
    value[3] = np.nan
    time = np.datetime64("2024-03-01T08:00", "us") + row * np.timedelta64(1, "m")
    time[5] = np.datetime64("NaT")
    return Columns(
        row=row,
        characteristic=row % characteristics + 1,
        sequence=row // characteristics,
        time=time,
        value=value,
        subgroup=row // 5,
        lot=row % 3,
    )


@st.composite
def columns(draw, min_size: int = 0, max_size: int = 40) -> Columns:
    row = draw(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=min_size, max_size=max_size, unique=True))
    n = len(row)

    def drawn(one):
        return draw(st.lists(one, min_size=n, max_size=n))

    small = st.integers(0, 5)
    return Columns(
        row=np.array(row, np.int64),
        characteristic=np.array(drawn(st.integers(-3, 3)), np.int64),
        sequence=np.array(drawn(st.integers(0, 20)), np.int64),
        time=np.array([np.datetime64("NaT") if t is None else t for t in drawn(TIMES)], "datetime64[us]"),
        value=np.array(drawn(REALS), float),
        size=np.array(drawn(REALS), float),
        subgroup=np.array(drawn(small), np.int64),
        lot=np.array(drawn(small), np.int64),
        gauge=np.array(drawn(small), np.int64),
        operator=np.array(drawn(small), np.int64),
    )
