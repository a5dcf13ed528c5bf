"""Capability of normal processes."""

from hoshin.stats import capability
from tests.stats.reference.registry import adapter


@adapter("capability.normal")
def normal(case):
    study = capability.normal(**case["input"], **case["parameters"], cpm_interval="qcc")
    return {name: getattr(study, name) for name in case["expected"]}
