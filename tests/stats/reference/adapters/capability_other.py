"""Capability of attributes and of processes that are not normal."""

from hoshin.stats import capability
from tests.stats.reference.registry import adapter


def fields(case, study, **renamed):
    return {name: getattr(study, renamed.get(name, name)) for name in case["expected"]}


@adapter("capability.binomial")
def binomial(case):
    return fields(case, capability.binomial(**case["input"], **case["parameters"]))


@adapter("capability.poisson")
def poisson(case):
    return fields(case, capability.poisson(**case["input"], **case["parameters"]))


@adapter("capability.yield")
def yields(case):
    return fields(case, capability.yields(**case["input"], **case["parameters"]))


@adapter("capability.nonnormal_percentile")
def percentile(case):
    study = capability.percentile(**case["input"], **case["parameters"])
    return {name: getattr(study, name, None) for name in case["expected"]} | {
        "fit": study.fit.parameters,
        "loglik": study.fit.loglik,
    }


@adapter("capability.boxcox")
def boxcox(case):
    parameters = dict(case["parameters"])
    parameters["lmbda"] = parameters.pop("lambda", None)
    return fields(case, capability.boxcox(**case["input"], **parameters), **{"lambda": "lmbda"})


@adapter("capability.johnson")
def johnson(case):
    return fields(case, capability.johnson(**case["input"], **case["parameters"]), **{"lambda": "lmbda"})
