"""Charts of subgroup averages."""

from hoshin.stats.control_charts import xbar_r, xbar_s
from tests.stats.reference.registry import adapter, line, one_based, with_baseline


@adapter("chart.xbar_r")
def with_ranges(case):
    return fields(xbar(xbar_r, case), "r")


@adapter("chart.xbar_s")
def with_deviations(case):
    return fields(xbar(xbar_s, case), "s")


def xbar(function, case):
    options = {name: value for name, value in case["parameters"].items() if name != "baseline"}
    return with_baseline(function, case, "subgroups", **options)


def fields(chart, letter):
    average, spread = chart.panels
    return {
        "center": line(average.center),
        "sigma": chart.baseline.sigma,
        "ucl": line(average.ucl),
        "lcl": line(average.lcl),
        f"{letter}_center": line(spread.center),
        f"{letter}_ucl": line(spread.ucl),
        f"{letter}_lcl": line(spread.lcl),
        "out_xbar": one_based(average.beyond_limits()),
        f"out_{letter}": one_based(spread.beyond_limits()),
    }
