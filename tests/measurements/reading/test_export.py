import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoshin.measurements import reading
from hoshin.measurements.reading import Labels, Table, export
from hoshin.measurements.reading.layout import MISSING

from .. import cast

# Words without what a reader trims or takes for missing: blanks at the ends, line breaks, marks.
LETTERS = st.characters(codec="utf-8", categories=("L", "Nd", "P", "S"))
WORDS = st.text(LETTERS, min_size=1, max_size=6).filter(lambda w: w not in MISSING and w[0] != "'")


def labels(draw, n):
    known = tuple(draw(st.lists(WORDS, max_size=3, unique=True)))
    codes = draw(st.lists(st.integers(0, len(known)), min_size=n, max_size=n))
    return Labels(np.array(codes, np.int64), known)


@st.composite
def tables(draw):
    rows = draw(cast.columns(min_size=1))
    names = tuple(draw(st.lists(WORDS, min_size=1, max_size=4, unique=True)))
    n = len(rows)
    return Table(
        names=names,
        row=np.arange(2, n + 2),
        characteristic=np.array(draw(st.lists(st.integers(0, len(names) - 1), min_size=n, max_size=n)), np.int64),
        time=rows.time,
        value=rows.value,
        size=np.abs(rows.size),
        subgroup=rows.subgroup - 1,
        subgroup_labels=(),
        lot=labels(draw, n),
        gauge=labels(draw, n),
        operator=labels(draw, n),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_what_was_exported_is_imported_as_it_was(tmp_path, table):
    reading.write_csv(tmp_path / "out.csv", table)

    found = reading.read(tmp_path / "out.csv", export.LAYOUT)

    assert [table.names[c] for c in table.characteristic] == [found.names[c] for c in found.characteristic]
    for name in ("row", "time", "value", "size", "subgroup"):
        assert np.array_equal(getattr(table, name), getattr(found, name), equal_nan=name in ("time", "value", "size"))
    for name in ("lot", "gauge", "operator"):
        assert getattr(table, name).texts() == getattr(found, name).texts()


def test_an_export_is_guessed_as_what_it_is(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("serial,width,depth\nS1,1.5,2.5\n=S2,1.25,2.25\n")
    table = reading.read(path, reading.guess(path).layout)
    reading.write_csv(tmp_path / "out.csv", table)

    guess = reading.guess(tmp_path / "out.csv")

    assert [column.role.value for column in guess.layout.columns] == [column.name for column in guess.layout.columns]
    assert "'=S2" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
