"""T², generalised variance and multivariate EWMA charts."""

from hoshin.stats.multivariate import generalized_variance, mewma, t2_individuals, t2_subgroups
from tests.stats.reference.registry import adapter, one_based


def t2_fields(chart):
    return {
        "center": chart.center,
        "cov": chart.cov,
        "t2": chart.t2,
        "ucl_phase1": chart.ucl_phase1,
        "ucl_phase1_beta": chart.ucl_phase1,
        "ucl_phase2": chart.ucl_phase2,
        "ucl_phase2_f": chart.ucl_phase2,
        "out_phase1": one_based(chart.out),
    }


@adapter("chart.t2_individuals")
def individuals(case):
    return t2_fields(t2_individuals(case["input"]["data"], **case["parameters"]))


@adapter("chart.t2_subgroups")
def subgroups(case):
    return t2_fields(t2_subgroups(case["input"]["data"], **case["parameters"]))


@adapter("chart.generalized_variance")
def determinants(case):
    chart = generalized_variance(case["input"]["data"])
    return {name: getattr(chart, name) for name in case["expected"]} | {"out": one_based(chart.out)}


@adapter("chart.mewma")
def averages(case):
    wanted = {"lam" if name == "lambda" else name: value for name, value in case["parameters"].items()}
    chart = mewma(case["input"]["data"], **wanted)
    return {"t2": chart.t2, "out": one_based(chart.out)}
