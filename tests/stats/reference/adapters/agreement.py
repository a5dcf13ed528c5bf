"""Agreement of people who judge."""

from dataclasses import asdict

from hoshin.stats.agreement import (
    attribute_study,
    cohen_kappa,
    fleiss_kappa,
    kendall_tau_b,
    kendall_w,
    percent_agreement,
)
from tests.stats.reference.registry import adapter, given


@adapter("agreement.cohen_kappa")
def cohen(case):
    return asdict(cohen_kappa(case["input"]["rater1"], case["input"]["rater2"], **given(case["parameters"])))


@adapter("agreement.fleiss_kappa")
def fleiss(case):
    fields = asdict(fleiss_kappa(case["input"]["ratings"], **case["parameters"]))
    # Keys of JSON are words, whatever the ratings were.
    return fields | {"by_category": {str(name): kappa for name, kappa in fields["by_category"].items()}}


@adapter("agreement.kendall_w")
def concordance(case):
    return asdict(kendall_w(case["input"]["ratings"], **case["parameters"]))


@adapter("agreement.kendall_tau_b")
def tau_b(case):
    return asdict(kendall_tau_b(case["input"]["x"], case["input"]["y"], **case["parameters"]))


def share(found):
    return asdict(found) | {"ci": found.ci}


@adapter("agreement.percent")
def percent(case):
    return share(percent_agreement(**case["input"], **case["parameters"]))


@adapter("agreement.attribute_study")
def study(case):
    found = attribute_study(case["input"]["ratings"], case["input"].get("reference"), **case["parameters"])
    fields = asdict(found)
    for name in ("within", "each_vs_standard"):
        group = getattr(found, name)
        fields[name] = group and {person: share(one) for person, one in group.items()}
    for name in ("between", "all_vs_standard"):
        fields[name] = getattr(found, name) and share(getattr(found, name))
    return fields
