"""Acceptance sampling."""

from dataclasses import asdict

from hoshin.stats.sampling import (
    acceptance_by_variables,
    double_plan,
    find_plan,
    find_variables_plan,
    operating_characteristic,
    outgoing_quality_limit,
    sequential_plan,
    single_plan,
    variables_plan,
    z14_letter_plan,
    z14_plan,
    zero_plan,
)
from hoshin.stats.sampling.z14 import AQLS, LETTERS, LEVELS, LOT_UPPER
from tests.stats.reference.registry import adapter


def chance(parameters):
    distribution = parameters.get("type", "binomial")
    return {"distribution": distribution, "lot_size": parameters.get("N")}


def characteristic_fields(plan, case):
    curve = operating_characteristic(plan, case["parameters"]["pd"], **chance(case["parameters"]))
    fields = asdict(curve) | {"p_decide_first": curve.p_decide_first}
    if "aoql" in case["expected"]:
        limit = outgoing_quality_limit(plan, **chance(case["parameters"]))
        fields |= {"aoql": limit.aoql, "aoql_p": limit.p}
    return fields


@adapter("sampling.oc_single")
def single(case):
    q = case["parameters"]
    return characteristic_fields(single_plan(q["n"], q["c"]), case)


@adapter("sampling.oc_double")
def double(case):
    q = case["parameters"]
    return characteristic_fields(double_plan(q["n1"], q["c1"], q["r1"], q["n2"], q["c2"], q.get("r2")), case)


@adapter("sampling.find_attributes")
def find_attributes(case):
    q = case["parameters"]
    found = find_plan(q["prp"], q["crp"], **chance(q))
    return asdict(found) | {"n": found.plan.n[0], "c": found.plan.ac[0]}


@adapter("sampling.find_variables")
def find_variables(case):
    found = find_variables_plan(**case["parameters"])
    return asdict(found) | {"n": found.plan.n, "k": found.plan.k}


@adapter("sampling.oc_variables")
def oc_variables(case):
    q = case["parameters"]
    return {"pa": acceptance_by_variables(variables_plan(q["n"], q["k"], sigma=q["sigma"]), q["pd"])}


@adapter("sampling.sprt")
def sprt(case):
    q = dict(case["parameters"])
    at = q.pop("at")
    plan = sequential_plan(**q)
    return asdict(plan) | {"accept_line": plan.accept_line(at), "reject_line": plan.reject_line(at)}


@adapter("sampling.c0")
def c0(case):
    q = case["parameters"]
    return asdict(zero_plan(q["rql"], q["beta"], lot_size=q.get("N")))


@adapter("sampling.z14_single")
def z14_single(case):
    found = z14_plan(**case["parameters"])
    return {"letter": found.letter, "n": found.n, "ac": found.ac, "re": found.re}


@adapter("sampling.z14_code_letters")
def z14_code_letters(case):
    return {"lot_upper": list(LOT_UPPER), "letters": {level: list(row) for level, row in LEVELS.items()}}


@adapter("sampling.z14_table")
def z14_table(case):
    inspection = case["parameters"]["inspection"]
    reduced = inspection == "reduced"
    aql, letters = AQLS[:16] if reduced else AQLS, LETTERS[3:] if reduced else LETTERS
    plans = {}
    for letter in letters:
        found = [z14_letter_plan(letter, value, inspection=inspection) for value in aql]
        plans[letter] = [[plan.n, plan.ac, plan.re] for plan in found]
    return {"aql": list(aql), "plans": plans}
