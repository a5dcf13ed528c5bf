"""Attribute charts."""

from hoshin.stats.control_charts import c, np_, p, u
from tests.stats.reference.registry import adapter, line, one_based


def fields(chart):
    panel = chart.main
    return {
        "center": line(panel.center),
        "ucl": line(panel.ucl),
        "lcl": line(panel.lcl),
        "out": one_based(panel.beyond_limits()),
    }


def with_baseline(function, case, *columns):
    data = [case["input"][column] for column in columns]
    baseline = case["parameters"].get("baseline")
    if baseline is None:
        return fields(function(*data))
    first = function(*(column[:baseline] for column in data))
    return fields(function(*data, baseline=first.baseline))


@adapter("chart.p")
def proportion(case):
    return with_baseline(p, case, "defectives", "sizes")


@adapter("chart.np")
def number(case):
    return with_baseline(np_, case, "defectives", "sizes")


@adapter("chart.c")
def count(case):
    return with_baseline(c, case, "defects")


@adapter("chart.u")
def rate(case):
    return with_baseline(u, case, "defects", "sizes")
