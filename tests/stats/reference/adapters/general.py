"""Description, normality, outliers, trend, Pareto and tolerance intervals."""

from hoshin.stats.comparisons import one_way_anova
from hoshin.stats.descriptive import describe
from hoshin.stats.normality import anderson_darling_normal, shapiro_wilk
from hoshin.stats.outliers import generalized_esd, grubbs, hampel
from hoshin.stats.pareto import pareto
from hoshin.stats.tolerance import nonparametric_tolerance, normal_tolerance, tolerance_factor
from hoshin.stats.trend import mann_kendall
from tests.stats.reference.registry import adapter, given, one_based


@adapter("stats.univariate")
def univariate(case):
    found = describe(case["input"]["values"])
    return {"mean": found.mean, "sd": found.sd, "lag1_autocorrelation": found.lag1_autocorrelation}


@adapter("stats.anova_oneway")
def anova_oneway(case):
    found = one_way_anova(*case["input"]["groups"])
    return {**found.summary, "f": found.statistic, "p_value": found.pvalue}


@adapter("stats.anderson_darling_normal")
def anderson_darling(case):
    found = anderson_darling_normal(case["input"]["values"])
    return {"a2": found.statistic, "a2_adjusted": found.summary["a2_adjusted"], "p_value": found.pvalue}


@adapter("stats.shapiro_wilk")
def shapiro(case):
    found = shapiro_wilk(case["input"]["values"])
    return {"w": found.statistic, "p_value": found.pvalue}


@adapter("stats.grubbs")
def grubbs_test(case):
    found = grubbs(case["input"]["values"], **case["parameters"])
    return {"g": found.g, "index": found.index + 1, "critical": found.critical}


@adapter("stats.generalized_esd")
def esd(case):
    found = generalized_esd(case["input"]["values"], **case["parameters"])
    return {
        "r": found.r,
        "critical": found.critical,
        "n_outliers": found.n_outliers,
        "outliers": one_based(found.outliers),
    }


@adapter("stats.hampel")
def hampel_rule(case):
    found = hampel(case["input"]["values"], **case["parameters"])
    return {"median": found.median, "mad": found.mad, "outliers": one_based(found.outliers)}


@adapter("stats.mann_kendall")
def trend(case):
    found = mann_kendall(case["input"]["values"])
    return {"s": found.s, "var_s": found.var_s, "z": found.z, "p_value": found.pvalue}


@adapter("pareto")
def pareto_chart(case):
    found = pareto(case["input"]["counts"])
    return {name: getattr(found, name) for name in case["expected"]}


@adapter("tolerance.normal")
def normal(case):
    wanted = given(case["parameters"])
    if wanted.get("sides") == 1:
        # The cases' source has one factor on one side, whatever the method is called.
        wanted["method"] = "exact"
    if "values" in case["input"]:
        wanted.pop("n", None)
        found = normal_tolerance(case["input"]["values"], **wanted)
        return {name: getattr(found, name) for name in case["expected"]}
    return {"k": tolerance_factor(**wanted)}


@adapter("tolerance.nonparametric")
def nonparametric(case):
    found = nonparametric_tolerance(case["input"].get("values"), **case["parameters"])
    return {name: getattr(found, name) for name in case["expected"]}
