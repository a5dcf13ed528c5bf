"""Runs rules on points with a given center and sigma."""

from hoshin.stats.rules import Rule
from hoshin.stats.signals import signals
from tests.stats.reference.registry import adapter, one_based


@adapter("rules")
def rules(case):
    parameters = case["parameters"]
    wanted = tuple(Rule(name, **rule) for name, rule in parameters["rules"].items())
    found = signals(case["input"]["values"], parameters["center"], parameters["sigma"], wanted)
    return {rule.name: one_based(points) for rule, points in found}
