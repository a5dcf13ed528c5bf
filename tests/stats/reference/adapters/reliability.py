"""Life distributions and survival."""

from hoshin.stats.reliability import exponential, kaplan_meier, weibull
from tests.stats.reference.registry import adapter, given


@adapter("reliability.weibull_mle")
def weibull_fit(case):
    fit = weibull(**case["input"], **given(case["parameters"]))
    return {
        "shape": fit.parameters["shape"],
        "scale": fit.parameters["scale"],
        "loglik": fit.loglik,
        "mttf": fit.mttf,
        "failures": fit.failures,
        "b_life": fit.b_life,
        "scale_ci": fit.intervals["scale"],
        "shape_ci": fit.intervals["shape"],
    }


@adapter("reliability.kaplan_meier")
def survival(case):
    curve = kaplan_meier(**case["input"])
    names = ("time", "at_risk", "events", "survival", "std_err")
    rows = zip(*(getattr(curve, name).tolist() for name in names), strict=True)
    return {"table": [dict(zip(names, row, strict=True)) for row in rows]}


@adapter("reliability.exponential")
def constant_rate(case):
    life = exponential(**case["input"], **case["parameters"])
    return {name: getattr(life, name) for name in case["expected"]}
