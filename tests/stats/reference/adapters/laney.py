"""Laney's charts."""

from hoshin.stats.control_charts import laney_p, laney_u
from tests.stats.reference.registry import adapter, line, one_based


def fields(chart):
    panel = chart.main
    return {
        "center": line(panel.center),
        "sigma_z": chart.baseline.sigma,
        "ucl": line(panel.ucl),
        "lcl": line(panel.lcl),
        "out": one_based(panel.beyond_limits()),
    }


@adapter("chart.laney_p")
def proportion(case):
    return fields(laney_p(case["input"]["defectives"], case["input"]["sizes"]))


@adapter("chart.laney_u")
def rate(case):
    return fields(laney_u(case["input"]["defects"], case["input"]["sizes"]))
