"""Laney's charts."""

from hoshin.stats.control_charts import laney_p, laney_u
from tests.stats.reference.registry import adapter, line, one_based, with_baseline


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
    return fields(with_baseline(laney_p, case, "defectives", "sizes"))


@adapter("chart.laney_u")
def rate(case):
    return fields(with_baseline(laney_u, case, "defects", "sizes"))
