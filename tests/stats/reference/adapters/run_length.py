"""Average run lengths and designs."""

from hoshin.stats.rules import beyond, m_of_n, same_side
from hoshin.stats.run_length import (
    cusum_arl,
    cusum_design,
    ewma_arl,
    ewma_design,
    mewma_arl,
    runs_rules_arl,
    shewhart_arl,
)
from tests.stats.reference.registry import adapter, given


def by_shift(case, result):
    """The cases name each run length by its shift, 0 or 0.0."""
    lengths = dict(zip(result.shifts, result.arl, strict=True))
    return {"arl": {name: lengths.get(float(name)) for name in case["expected"]["arl"]}}


def renamed(parameters):
    """``lambda`` is a word of the language."""
    return {"lam" if name == "lambda" else name: value for name, value in parameters.items()}


@adapter("arl.shewhart")
def shewhart(case):
    return by_shift(case, shewhart_arl(**case["parameters"]))


@adapter("arl.cusum")
def cusum(case):
    return by_shift(case, cusum_arl(**given(case["parameters"])))


@adapter("arl.ewma")
def ewma(case):
    return by_shift(case, ewma_arl(**renamed(case["parameters"])))


@adapter("arl.mewma")
def mewma(case):
    return {"arl0": mewma_arl(**renamed(case["parameters"])).arl[0]}


@adapter("arl.runs_rules")
def runs_rules(case):
    rules = [beyond(3)]
    for m, n, k in case["parameters"]["rules"]:
        rules.append(same_side(n) if m == n and k == 0 else m_of_n(m, n, k))
    return by_shift(case, runs_rules_arl(rules, case["parameters"]["shifts"]))


@adapter("crit.ewma")
def ewma_limit(case):
    return ewma_design(**renamed(case["parameters"])).parameters


@adapter("crit.cusum")
def cusum_interval(case):
    return cusum_design(**case["parameters"]).parameters
