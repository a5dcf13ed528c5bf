"""Attribute charts."""

from hoshin.stats.control_charts import c, np_, p, u
from tests.stats.reference.registry import adapter, line, one_based, with_baseline


def fields(chart):
    panel = chart.main
    return {
        "center": line(panel.center),
        "ucl": line(panel.ucl),
        "lcl": line(panel.lcl),
        "out": one_based(panel.beyond_limits()),
    }


@adapter("chart.p")
def proportion(case):
    return fields(with_baseline(p, case, "defectives", "sizes"))


@adapter("chart.np")
def number(case):
    return fields(with_baseline(np_, case, "defectives", "sizes"))


@adapter("chart.c")
def count(case):
    return fields(with_baseline(c, case, "defects"))


@adapter("chart.u")
def rate(case):
    return fields(with_baseline(u, case, "defects", "sizes"))
