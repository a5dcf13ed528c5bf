"""`hoshin import measurements FILE`: a dry run, the import, the same file again, a bad cell."""

import argparse

import numpy as np
import pytest

from hoshin.kernel.measuring.models import Batch, SegmentRow
from hoshin.kernel.trail.verify import verify
from hoshin.server import run


def command(file, **told):
    options = {"file": file, "username": "quinn", "layout": None, "dry_run": False, "again": False, "json": False}
    return run.import_measurements(argparse.Namespace(**{**options, **told}))


@pytest.fixture
def wide(tmp_path):
    """120 characteristics of 60 values: enough to be sealed at once, too many to be named in a leaf."""
    rng = np.random.default_rng(3)
    head = ",".join(f"sensor {n}" for n in range(120))
    rows = "\n".join(",".join(f"{value:.4f}" for value in rng.normal(size=120)) for _ in range(60))
    file = tmp_path / "wide.csv"
    file.write_text(f"{head}\n{rows}\n")
    return file


def test_a_wide_file_comes_in_with_its_characteristics(cast, wide, capsys):
    assert command(wide, dry_run=True) == 0
    assert "values: 7200" in capsys.readouterr().out
    assert not Batch.objects.exists()
    assert command(wide) == 0
    assert "rows: 7200" in capsys.readouterr().out

    assert SegmentRow.objects.get().rows == 7200
    assert verify().findings == []


def test_the_same_file_again_is_refused(cast, wide, capsys):
    command(wide)
    assert command(wide) == 1
    assert "was read on" in capsys.readouterr().err

    assert Batch.objects.count() == 1


def test_a_bad_cell_is_named_and_nothing_comes_in(cast, tmp_path, capsys):
    file = tmp_path / "bad.csv"
    days = [f"2026-01-{day:02},{day}.5" for day in range(1, 21)]
    days[2] = "2026-01-03,about two"
    file.write_text("\n".join(["time,bore", *days]) + "\n")
    assert command(file) == 1
    said = capsys.readouterr().err

    assert "about two" in said and "row 4" in said
    assert not Batch.objects.exists()


def test_somebody_without_an_account_imports_nothing(cast, wide, capsys):
    assert command(wide, username="nobody") == 2
