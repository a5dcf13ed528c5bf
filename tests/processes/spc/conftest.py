"""Characteristics in use, with published counts and made-up values."""

from datetime import UTC, datetime, timedelta

import pytest

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.signatures import Proof
from hoshin.processes.spc import baselines

# D. C. Montgomery, Introduction to Statistical Quality Control: frozen orange juice concentrate, nonconforming cans in
# samples of 50. Thirty samples, of which 15 and 23 have assignable causes; then 24 after the machine was adjusted.
JUICE = (12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6)
ADJUSTED = (9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5)
START = datetime(2026, 1, 5, 6, tzinfo=UTC)


def measurements(values, *, start=START, size=None, step=timedelta(hours=1), **told):
    return [measuring.Measurement(value, time=start + i * step, size=size, **told) for i, value in enumerate(values)]


def fresh(row):
    """The record as it stands now."""
    return registry.get(row.kind).rows().get(pk=row.pk)


@pytest.fixture
def in_use(cast):
    """Opens a characteristic and puts it into use."""

    def make(title="Bore diameter", **values):
        told = {"title": title, "unit": str(cast.north.uid), **values}
        (row,) = doors.create("characteristic", [told], by=cast.by.quinn)
        return doors.perform([row], "activate", by=cast.by.quinn)[0]

    return make


@pytest.fixture
def juice(cast, in_use):
    """Nonconforming cans, thirty samples of 50 recorded."""
    row = in_use("Leaking cans", sort="defectives", rules="beyond", reaction_plan="Check the seam rollers.")
    measuring.record(row, measurements(JUICE, size=50), by=cast.by.quinn)
    return row


@pytest.fixture
def frozen_juice(cast, juice):
    """The cans' baseline without samples 15 and 23, frozen."""
    draft = baselines.propose(juice, by=cast.by.quinn, first=1, last=30)
    causes = [{"measurement": 15, "cause": "New batch of cardboard"}, {"measurement": 23, "cause": "New operator"}]
    doors.edit([draft], {"left_out": causes}, by=cast.by.quinn)
    doors.perform([draft], "freeze", by=cast.by.quinn, proof=Proof(cast.password))
    return fresh(draft)
