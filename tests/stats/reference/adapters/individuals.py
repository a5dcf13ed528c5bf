"""Individuals and moving range charts."""

import numpy as np

from hoshin.stats.control_charts import i_mr
from tests.stats.reference.registry import adapter, line, one_based, with_baseline


@adapter("chart.i_mr")
def individuals(case):
    options = {name: value for name, value in case["parameters"].items() if name != "baseline"}
    chart = with_baseline(i_mr, case, "values", **options)
    individual, moving = chart["Individuals"], chart["Moving range"]
    return {
        "center": line(individual.center),
        "sigma": chart.baseline.sigma,
        "ucl": line(individual.ucl),
        "lcl": line(individual.lcl),
        "mr_center": line(moving.center),
        "mr_ucl": line(moving.ucl),
        "mr_lcl": line(moving.lcl),
        "out_i": one_based(individual.beyond_limits()),
        "out_mr": one_based(moving.beyond_limits()),
    }


@adapter("chart.stages_i_mr")
def staged(case):
    chart = i_mr(case["input"]["values"], stages=case["input"]["stage"], **case["parameters"])
    return {"stages": [one_stage(chart, i) for i in range(len(chart.stages))]}


def one_stage(chart, i):
    stage, base = chart.stages[i], chart.baseline_of(i)
    individual, moving = chart.panels
    out = individual.beyond_limits()
    return {
        "stage": stage.label,
        "center": line(base.center),
        "sigma": base.sigma,
        "ucl": individual.ucl[stage.start],
        "lcl": individual.lcl[stage.start],
        "mr_ucl": moving.ucl[stage.start],
        "out_i": one_based(out[np.logical_and(out >= stage.start, out < stage.stop)]),
    }
