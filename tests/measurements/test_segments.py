import hashlib
import itertools
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoshin.measurements import segments
from hoshin.measurements.columns import Columns
from hoshin.measurements.manifest import FileRange, Segment, ranges
from hoshin.measurements.segments import SegmentDiffers

from . import cast

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(rows=cast.columns(min_size=1))
def test_what_is_written_is_read(tmp_path, rows):
    sealed = segments.write_segment(tmp_path, rows)

    assert rows.sorted().equals(segments.read(tmp_path, [sealed]))
    assert rows.fingerprint() == segments.read(tmp_path, [sealed]).fingerprint()


@quick
@given(rows=cast.columns(min_size=2), cut=st.integers(1, 39), size=st.integers(1, 10))
def test_compaction_changes_no_row(tmp_path, rows, cut, size):
    cut = min(cut, len(rows) - 1)
    old = [
        segments.write_segment(tmp_path, rows.take(slice(None, cut))),
        segments.write_segment(tmp_path, rows.take(slice(cut, None))),
    ]

    new = segments.compact(tmp_path, old, rows_per_segment=size)

    assert rows.sorted().equals(segments.read(tmp_path, new))
    assert all(a.characteristic_max < b.characteristic_min for a, b in itertools.pairwise(new))


def test_a_segment_knows_its_extent(tmp_path):
    sealed = segments.write_segment(tmp_path, cast.some(20))

    assert (
        sealed.rows,
        sealed.characteristic_min,
        sealed.characteristic_max,
        sealed.row_min,
        sealed.row_max,
    ) == (20, 1, 4, 1, 20)
    assert sealed.time_min == datetime(2024, 3, 1, 8, 1, tzinfo=UTC)
    assert sealed.time_max == datetime(2024, 3, 1, 8, 20, tzinfo=UTC)
    assert (tmp_path / sealed.name).stat().st_size == sealed.bytes
    assert Segment.from_json(sealed.to_json()) == sealed


def test_an_unknown_field_in_a_segment_is_named():
    with pytest.raises(ValueError, match="colour"):
        Segment.from_json({"colour": 1})


def test_the_same_rows_make_the_same_file(tmp_path):
    rows = cast.some(50)

    assert segments.write_segment(tmp_path, rows) == segments.write_segment(tmp_path, rows.take(np.arange(50)[::-1]))


def test_one_characteristic_is_read_alone(tmp_path):
    rows = cast.some(40)
    sealed = [
        segments.write_segment(tmp_path, rows.take(slice(0, 20))),
        segments.write_segment(tmp_path, rows.take(slice(20, 40))),
    ]

    expected = rows.take(rows.characteristic == 3).sorted()
    assert expected.equals(segments.read(tmp_path, sealed, [3]))
    assert len(segments.read(tmp_path, sealed, [99])) == 0
    assert len(segments.read(tmp_path, sealed, [])) == 0


def test_many_characteristics_are_read_together(tmp_path):
    rows = cast.some(300, characteristics=100)
    sealed = [segments.write_segment(tmp_path, rows)]
    wanted = np.arange(1, 100, 3)

    for chosen in (wanted, np.arange(1, 81)):
        expected = rows.take(np.isin(rows.characteristic, chosen)).sorted()
        assert expected.equals(segments.read(tmp_path, sealed, chosen))


def test_a_window_includes_since_and_excludes_until(tmp_path):
    sealed = [segments.write_segment(tmp_path, cast.some(20))]
    since, until = np.datetime64("2024-03-01T08:03"), np.datetime64("2024-03-01T08:08")

    found = segments.read(tmp_path, sealed, since=since, until=until)

    assert sorted(found.row.tolist()) == [3, 4, 5, 7]
    assert len(segments.read(tmp_path, sealed, since=np.datetime64("2030-01-01"))) == 0


def test_columns_not_asked_for_are_not_given(tmp_path):
    rows = cast.some(20)
    sealed = [segments.write_segment(tmp_path, rows)]

    found = segments.read(tmp_path, sealed, columns=("value",))

    assert np.array_equal(rows.sorted().value, found.value, equal_nan=True)
    assert np.isnat(found.time).all()
    assert found.lot.tolist() == [0] * 20


def test_a_truncated_segment_is_found(tmp_path):
    sealed = segments.write_segment(tmp_path, cast.some(20))
    segments.verify(tmp_path, sealed)
    path = tmp_path / sealed.name
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(SegmentDiffers, match=sealed.name):
        segments.verify(tmp_path, sealed)


def test_a_flipped_bit_is_found(tmp_path):
    sealed = segments.write_segment(tmp_path, cast.some(20))
    path = tmp_path / sealed.name
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)

    with pytest.raises(SegmentDiffers, match="sealed were"):
        segments.verify(tmp_path, sealed)


def test_a_lost_segment_is_found(tmp_path):
    sealed = segments.write_segment(tmp_path, cast.some(20))
    (tmp_path / sealed.name).unlink()

    with pytest.raises(SegmentDiffers, match="missing"):
        segments.verify(tmp_path, sealed)


def test_what_a_crash_leaves_behind_is_harmless_and_listed(tmp_path):
    listed = segments.write_segment(tmp_path, cast.some(20))
    orphan = segments.write_segment(tmp_path, cast.some(20, first_row=100))
    (tmp_path / f"{segments.TEMPORARY}torn").write_bytes(b"PAR1 torn")

    assert cast.some(20).sorted().equals(segments.read(tmp_path, [listed]))
    assert [f"{segments.TEMPORARY}torn", orphan.name] == [p.name for p in segments.unlisted(tmp_path, [listed])]


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full_disk(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(segments, "_flush_and_hash", full_disk)

    with pytest.raises(OSError, match="No space"):
        segments.write_segment(tmp_path, cast.some(20))
    assert list(tmp_path.iterdir()) == []


def test_no_rows_are_no_segment(tmp_path):
    with pytest.raises(ValueError, match="no rows"):
        segments.write_segment(tmp_path, Columns.empty())


def test_a_row_id_that_stands_twice_is_refused(tmp_path):
    twice = Columns(row=[7, 5, 7], characteristic=[1, 1, 1], sequence=[1, 2, 3], value=[1.0, 2.0, 3.0])

    with pytest.raises(ValueError, match="7 more than once"):
        segments.write_segment(tmp_path, twice)


def test_ranges_cover_every_row_once(tmp_path):
    rows = cast.some(400, characteristics=37)
    sealed = [segments.write_segment(tmp_path, rows.take(slice(k, k + 100))) for k in range(0, 400, 100)]
    by_name = {segment.name: segment for segment in sealed}

    pieces = [
        segments.read(
            tmp_path,
            [by_name[name] for name in piece.names],
            np.arange(piece.characteristic_min, piece.characteristic_max + 1),
        )
        for piece in ranges(sealed, parts=5)
    ]

    assert len(pieces) == 5
    assert rows.sorted().equals(Columns.concatenate(*pieces))


def test_ranges_of_some_characteristics_name_no_other():
    extent = {"sha256": "", "rows": 10, "bytes": 1, "row_min": 1, "row_max": 9, "time_min": None, "time_max": None}
    sealed = [
        Segment(name="a", characteristic_min=1, characteristic_max=9, **extent),
        Segment(name="b", characteristic_min=10, characteristic_max=19, **extent),
    ]

    pieces = ranges(sealed, [12, 15], parts=1)

    assert [FileRange(("b",), 12, 15)] == pieces


def test_threads_read_and_write_side_by_side(tmp_path):
    found = []

    def work(k):
        rows = cast.some(2000, first_row=k * 10_000)
        sealed = segments.write_segment(tmp_path, rows)
        found.append(all(rows.sorted().equals(segments.read(tmp_path, [sealed])) for _ in range(5)))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [True] * 6


def test_a_folder_with_a_quote_in_its_name_is_a_folder(tmp_path):
    folder = tmp_path / "it's here"

    sealed = segments.write_segment(folder, cast.some(20))

    assert len(segments.read(folder, [sealed])) == 20


def test_what_is_unlisted_and_old_is_swept(tmp_path):
    listed = segments.write_segment(tmp_path, cast.some(20))
    orphan = segments.write_segment(tmp_path, cast.some(20, first_row=100))
    spill = tmp_path / f"{segments.TEMPORARY}spill"
    spill.mkdir()

    assert segments.sweep(tmp_path, [listed]) == []
    assert [spill, tmp_path / orphan.name] == segments.sweep(tmp_path, [listed], age=timedelta(0))
    assert [tmp_path / listed.name] == list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_reads_with_an_engine_of_its_own(tmp_path):
    sealed = segments.write_segment(tmp_path, cast.some(20))

    child = os.fork()
    if not child:
        os._exit(len(segments.read(tmp_path, [sealed])))
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 20


def test_a_process_killed_while_sealing_leaves_what_was_listed(tmp_path):
    program = """
import sys
from hoshin.measurements import segments
from tests.measurements import cast
for k in range(10_000):
    sealed = segments.write_segment(sys.argv[1], cast.some(5_000, first_row=k * 5_000))
    print(sealed.name, sealed.sha256, sealed.bytes, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    acknowledged = [process.stdout.readline().split() for _ in range(10)]
    process.kill()
    process.wait()
    process.stdout.close()

    for name, sha256, size in acknowledged:
        content = (tmp_path / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (sha256, int(size))
