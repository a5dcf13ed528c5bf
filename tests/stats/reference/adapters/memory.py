"""Charts with memory."""

from hoshin.stats.control_charts import cusum, ewma, moving_average
from tests.stats.reference.registry import adapter, one_based


@adapter("chart.ewma")
def exponential(case):
    p = dict(case["parameters"])
    chart = ewma(case["input"]["values"], weight=p.pop("lambda"), k=p.pop("L"), **p)
    return fields(chart.main, "ewma")


@adapter("chart.moving_average")
def average(case):
    return fields(moving_average(case["input"]["values"], **case["parameters"]).main, "ma")


def fields(panel, name):
    lines = (line if hasattr(line, "size") else [line] * panel.points.size for line in (panel.ucl, panel.lcl))
    return {
        name: panel.points,
        **dict(zip(("ucl", "lcl"), lines, strict=True)),
        "out": one_based(panel.beyond_limits()),
    }


@adapter("chart.cusum")
def cumulative(case):
    p = case["parameters"]
    chart = cusum(
        case["input"]["values"],
        target=p.get("target"),
        sigma=p.get("sigma"),
        slack=p["k"],
        interval=p["h"],
        fir=p.get("fir") or 0.0,
    )
    up, down = chart.panels
    return {
        "c_plus": up.points,
        "c_minus": down.points,
        "out_plus": one_based(up.beyond_limits()),
        "out_minus": one_based(down.beyond_limits()),
    }
