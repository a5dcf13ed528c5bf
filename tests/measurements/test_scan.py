import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoshin.measurements import segments
from hoshin.measurements.aggregates import Aggregates
from hoshin.measurements.columns import Columns
from hoshin.measurements.overlay import Annotation, Correction, Exclusion, Overlay, apply
from hoshin.measurements.scan import scan, summarize

from . import cast

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def overlays(draw, rows):
    some = st.sampled_from(rows.row.tolist())
    corrections = st.builds(
        lambda row, value, time: Correction(row, 1, 2, value=value, time=time and np.datetime64(time, "us")),
        some,
        st.one_of(st.none(), cast.REALS),
        cast.TIMES,
    )
    return Overlay(
        tuple(draw(st.lists(corrections, max_size=6))),
        tuple(draw(st.lists(st.builds(Exclusion, some, st.just(3)), max_size=6))),
    )


def test_a_correction_shows_and_the_sealed_row_stays(tmp_path):
    sealed = [segments.write_segment(tmp_path, cast.some(20))]
    overlay = Overlay(corrections=(Correction(2, 1, 1, value=5.0), Correction(2, 1, 1, value=6.0)))

    reading = scan(tmp_path, sealed, overlay=overlay)

    assert reading.columns.value[reading.corrected].tolist() == [6.0]
    assert reading.columns.row[reading.corrected].tolist() == [2]
    assert cast.some(20).sorted().equals(segments.read(tmp_path, sealed))


def test_a_correction_may_say_that_the_value_is_missing():
    reading = apply(cast.some(20), Overlay(corrections=(Correction(2, 1, 1, value=float("nan")),)))

    assert np.isnan(reading.columns.value[1])
    assert not reading.counted[1]


def test_an_exclusion_stays_visible():
    reading = apply(cast.some(20), Overlay(exclusions=(Exclusion(7, reason=31),), annotations=(Annotation(8, 5),)))

    assert len(reading) == 20
    assert reading.columns.row[reading.excluded].tolist() == [7]
    assert reading.reason[6] == 31
    assert reading.columns.row[reading.annotated].tolist() == [8]


def test_fresh_rows_are_read_with_sealed_ones(tmp_path):
    rows = cast.some(30)
    sealed = [segments.write_segment(tmp_path, rows.take(slice(0, 20)))]

    reading = scan(tmp_path, sealed, hot=rows.take(slice(20, 30)), characteristics=[2, 3])

    assert rows.take(np.isin(rows.characteristic, [2, 3])).sorted().equals(reading.columns)


def test_a_corrected_time_moves_a_row_into_the_window(tmp_path):
    rows = cast.some(20)
    sealed = [segments.write_segment(tmp_path, rows)]
    year, day = np.datetime64("2030-01-01"), np.timedelta64(1, "D")
    overlay = Overlay(corrections=(Correction(4, 1, 1, time=year), Correction(5, 1, 1, time=year - day)))

    reading = scan(tmp_path, sealed, overlay=overlay, since=year, until=year + day)

    assert reading.columns.row.tolist() == [4]


def same(one: Aggregates, other: Aggregates) -> bool:
    return all(
        np.allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-6, equal_nan=True)
        if getattr(one, name).dtype.kind == "f"
        else np.array_equal(getattr(one, name), getattr(other, name), equal_nan=getattr(one, name).dtype.kind == "M")
        for name in Aggregates.__dataclass_fields__
    )


@quick
@given(data=st.data(), rows=cast.columns(min_size=2), cut=st.integers(1, 39))
def test_a_summary_is_that_of_the_rows_scanned(tmp_path, data, rows, cut):
    overlay = data.draw(overlays(rows))
    cut = min(cut, len(rows) - 1)
    sealed, hot = [segments.write_segment(tmp_path, rows.take(slice(0, cut)))], rows.take(slice(cut, None))
    since = data.draw(st.sampled_from([None, np.datetime64("1990-01-01")]))

    expected = Aggregates.of(scan(tmp_path, sealed, hot=hot, overlay=overlay, since=since))

    assert same(expected, summarize(tmp_path, sealed, hot=hot, overlay=overlay, since=since))


def test_nothing_has_an_empty_summary(tmp_path):
    assert len(summarize(tmp_path, [], hot=Columns.empty())) == 0
