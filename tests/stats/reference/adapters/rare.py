"""Charts of rare events."""

from hoshin.stats.control_charts import g, t
from tests.stats.reference.registry import adapter, line, one_based


def fields(chart):
    panel = chart.main
    return {
        "center": line(panel.center),
        "ucl": line(panel.ucl),
        "lcl": line(panel.lcl),
        "out": one_based(panel.beyond_limits()),
    }


@adapter("chart.g")
def cases_between(case):
    chart = g(case["input"]["counts"], **case["parameters"])
    return fields(chart) | {"mean": chart.baseline.center}


@adapter("chart.t")
def time_between(case):
    chart = t(case["input"]["times"], **case["parameters"])
    return fields(chart) | dict(chart.baseline.options)
