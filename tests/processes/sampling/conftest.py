"""Sampling plans, in draft or in force."""

import pytest

from hoshin.kernel.records import doors, registry


def fresh(row):
    return registry.get(row.kind).rows().get(pk=row.pk)


@pytest.fixture
def plan(cast):
    """Opens a sampling plan."""

    def make(**values):
        told = {"title": "Incoming housings", "unit": str(cast.north.uid), **values}
        (row,) = doors.create("sampling_plan", [told], by=cast.by.quinn)
        return fresh(row)

    return make


@pytest.fixture
def in_force(cast, plan):
    """A plan in force: Z1.4 or ISO 2859-1, lots of 1000, AQL 1.0, level II."""

    def make(**values):
        row = plan(**{"lot_size": 1000, "aql": "1.0", **values})
        doors.perform([row], "put_in_force", by=cast.by.quinn)
        return fresh(row)

    return make
