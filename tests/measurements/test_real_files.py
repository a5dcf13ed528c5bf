"""Real files, taken as they lie with the guessed layout, against the table in docs/measurements-formats.md."""

import os
import re
from pathlib import Path

import pytest

from hoshin.measurements import reading
from hoshin.measurements.reading import Layout, Role

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("HOSHIN_SHARED", ROOT / ".." / "shared")) / "data" / "measurements"
PAGE = ROOT / "docs" / "measurements-formats.md"
FOLDERS = ("secom", "qcc", "nist-handbook", "hospital-spc", "tep", "sixsigma")
HEADER = "| file | layout | rows | characteristics | values | missing | other columns |"

needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here (HOSHIN_SHARED)")


def documented() -> dict[str, str]:
    """The rows of the page's table by file."""
    below = PAGE.read_text(encoding="utf-8").split(HEADER, 1)[1].splitlines()[2:]
    rows = [line for line in below[: below.index("")] if line.startswith("|")]
    return {re.match(r"\| `(.+?)`", row)[1]: row for row in rows}


def files() -> list[str]:
    found = [path for folder in FOLDERS for path in (SHARED / folder).iterdir() if path.is_file()]
    return sorted(str(path.relative_to(SHARED)) for path in found if path.name != "LICENSE")


def row(name: str) -> str:
    """The table's row of a file, as the code reads it today."""
    layout = reading.guess(SHARED / name).layout
    table = reading.read(SHARED / name, layout)
    figures = (len(set(table.row.tolist())), len(table.names), len(table) - table.missing, table.missing)
    cells = [f"`{name}`", layout.kind, *(f"{figure:,}" for figure in figures), others(layout)]
    return f"| {' | '.join(cells)} |"


def others(layout: Layout) -> str:
    """What the columns hold that are no values, as the page says it."""
    roles = [role for role in Role if role not in (Role.VALUE, Role.IGNORE)]
    held = [f"{role}: {names(layout, role)}" for role in roles if layout.positions(role)]
    left = names(layout, Role.IGNORE)
    return "; ".join([*held, f"left out: {left}"] if left else held)


def names(layout: Layout, role: Role) -> str:
    return ", ".join(layout.columns[place].name for place in layout.positions(role))


@needs_data
def test_the_page_lists_every_file():
    assert files() == sorted(documented())


@needs_data
@pytest.mark.parametrize("name", documented())
def test_a_file_comes_in_as_the_page_says(name):
    assert documented()[name] == row(name)


@needs_data
def test_a_dry_run_of_secom_says_what_the_read_brings():
    path = SHARED / "secom" / "secom_1567x207.csv.gz"
    layout = reading.guess(path).layout

    dry = reading.dry_run(path, layout)

    assert (dry.rows, len(dry.characteristics), dry.values, dry.missing) == (1567, 207, 1567 * 207 - 15490, 15490)
    assert dry.fine


@needs_data
def test_montgomerys_orange_juice_comes_in_with_its_known_fraction():
    path = SHARED / "qcc" / "orangejuice.csv"
    table = reading.read(path, reading.guess(path).layout)

    # Montgomery, Introduction to Statistical Quality Control, 6th ed., section 7.2: 347 of 1,500 in the first 30 samples.
    assert table.value[:30].sum() / table.size[:30].sum() == pytest.approx(0.2313, abs=5e-5)
