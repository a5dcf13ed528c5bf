"""Control chart constants."""

from dataclasses import asdict

from hoshin.stats.constants import chart_constants
from tests.stats.reference.registry import adapter


@adapter("constants")
def constants(case):
    return asdict(chart_constants(case["parameters"]["n"]))
