"""A gauge study with published readings."""

import pytest

from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.signatures import Proof
from hoshin.processes.msa.worksheet import fill_in, lines_of
from hoshin.surfaces.web.addresses import url_of

# AIAG, Measurement Systems Analysis, 4th edition, chapter III section B: ten parts, appraisers A, B, C, three trials.
AIAG = {
    "A": (
        (0.29, -0.56, 1.34, 0.47, -0.80, 0.02, 0.59, -0.31, 2.26, -1.36),
        (0.41, -0.68, 1.17, 0.50, -0.92, -0.11, 0.75, -0.20, 1.99, -1.25),
        (0.64, -0.58, 1.27, 0.64, -0.84, -0.21, 0.66, -0.17, 2.01, -1.31),
    ),
    "B": (
        (0.08, -0.47, 1.19, 0.01, -0.56, -0.20, 0.47, -0.63, 1.80, -1.68),
        (0.25, -1.22, 0.94, 1.03, -1.20, 0.22, 0.55, 0.08, 2.12, -1.62),
        (0.07, -0.68, 1.34, 0.20, -1.28, 0.06, 0.83, -0.34, 2.19, -1.50),
    ),
    "C": (
        (0.04, -1.38, 0.88, 0.14, -1.46, -0.29, 0.02, -0.46, 1.77, -1.49),
        (-0.11, -1.13, 1.09, 0.20, -1.07, -0.67, 0.01, -0.56, 1.45, -1.77),
        (-0.15, -0.96, 0.67, 0.11, -1.45, -0.49, 0.21, -0.49, 1.87, -2.16),
    ),
}


def fresh(row):
    return registry.get(row.kind).rows().get(pk=row.pk)


@pytest.fixture
def study(cast):
    """Opens a gauge study and starts measuring."""

    def make(**values):
        told = {"title": "Bore gauge", "unit": str(cast.north.uid), **values}
        (row,) = doors.create("gauge_study", [told], by=cast.by.quinn)
        doors.perform([row], "start", by=cast.by.quinn)
        return fresh(row)

    return make


@pytest.fixture
def filled(cast):
    """Fills in a worksheet by a function of its lines."""

    def fill(row, reading):
        fill_in(row, {line["uid"]: str(reading(line)) for line in lines_of(row)}, by=cast.by.quinn)
        return fresh(row)

    return fill


@pytest.fixture
def aiag(study, filled):
    """The published study, all readings taken."""

    def make(**values):
        return filled(study(**values), lambda line: AIAG[line["operator"]][line["trial"] - 1][int(line["part"]) - 1])

    return make


@pytest.fixture
def evaluated(cast, aiag):
    row = aiag()
    doors.perform([row], "evaluate", by=cast.by.quinn, proof=Proof(cast.password))
    return fresh(row)


@pytest.fixture
def quinn_page(cast, browser_of):
    """The page of a record as the quality manager sees it."""
    browser = browser_of(cast.quinn)
    return lambda row: browser.get(url_of(row)).content.decode()
