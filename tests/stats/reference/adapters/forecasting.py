"""Exponential smoothing."""

from hoshin.stats.forecasting import exponential_smoothing
from tests.stats.reference.registry import adapter


@adapter("forecast.exponential_smoothing")
def smoothing(case):
    wanted = dict(case["parameters"])
    if "start_index" in wanted:
        wanted["start"] = wanted.pop("start_index") - 1
    found = exponential_smoothing(case["input"]["values"], **wanted)
    return {name: getattr(found, name) for name in case["expected"]}
