"""Whatever the file, the answer is a reading or a message, never a crash."""

import gzip

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoshin.measurements import reading
from hoshin.measurements.reading import ReadingError

any_file = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELLS = st.one_of(
    st.integers(-99, 99).map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.text(max_size=6),
    st.sampled_from(["", "NA", "1,5", "1_0", "٣", "-999", "31/12/2024 7:61", "2024-12-31 25:00", '"', "=1+1", "1e999"]),
)
TABLES = st.lists(st.lists(CELLS, max_size=5), max_size=12)


def message(path) -> str:
    """Why the file is refused, or nothing where a dry run of its guess works; then the read must agree with it."""
    try:
        layout = reading.guess(path).layout
        dry = reading.dry_run(path, layout)
    except ReadingError as refused:
        return str(refused)
    if dry.fine:
        table = reading.read(path, layout)
        assert (dry.values + dry.missing, dry.missing) == (len(table), table.missing)
    return "\n".join(map(str, dry.bad))


def says_what_would_do(text: str) -> bool:
    return not text or "accepted" in text


@any_file
@given(content=st.binary(max_size=300))
def test_any_bytes(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)

    assert says_what_would_do(message(path))


@any_file
@given(table=TABLES, separator=st.sampled_from(",;\t |"))
def test_any_table(tmp_path, table, separator):
    path = tmp_path / "file"
    text = "\n".join(separator.join(row) for row in table)
    path.write_bytes(gzip.compress(text.encode("utf-8", "replace")))

    assert says_what_would_do(message(path))
