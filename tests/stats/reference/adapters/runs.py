"""Run charts."""

from hoshin.stats.control_charts import run_chart
from tests.stats.reference.registry import adapter


@adapter("rules.anhoej")
def anhoej(case):
    center = case["parameters"].get("center", "median")
    chart = run_chart(case["input"]["values"], center=None if center == "median" else center)
    return {name: getattr(chart, name) for name in case["expected"]}
