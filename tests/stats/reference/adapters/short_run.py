"""Short run charts."""

from hoshin.stats.control_charts import dnom, z_mr
from tests.stats.reference.registry import adapter, line, one_based


@adapter("chart.short_run_zmr")
def standardized(case):
    chart = z_mr(case["input"]["values"], case["input"]["part"])
    z, ranges = chart.panels
    # Keys of JSON are words, whatever the parts are called.
    options = chart.baseline.options
    of_parts = {
        name: {str(part): number for part, number in options[name].items()} for name in ("part_mean", "part_sigma")
    }
    return {
        **of_parts,
        "z": z.points,
        "mr": ranges.points[1:],
        "ucl": line(z.ucl),
        "lcl": line(z.lcl),
        "mr_center": line(ranges.center),
        "mr_ucl": line(ranges.ucl),
        "out_z": one_based(z.beyond_limits()),
        "out_mr": one_based(ranges.beyond_limits()),
    }


@adapter("chart.short_run_dnom")
def deviations(case):
    chart = dnom(case["input"]["values"], case["input"]["part"], case["parameters"]["nominal"])
    level, ranges = chart.panels
    return {
        "deviation": level.points,
        "center": line(level.center),
        "sigma": chart.baseline.sigma,
        "ucl": line(level.ucl),
        "lcl": line(level.lcl),
        "mr_center": line(ranges.center),
        "mr_ucl": line(ranges.ucl),
        "out_i": one_based(level.beyond_limits()),
        "out_mr": one_based(ranges.beyond_limits()),
    }
