"""Gauge studies."""

from dataclasses import asdict

from hoshin.stats.measurement_systems import (
    bias,
    gauge_rr_average_range,
    gauge_rr_crossed,
    gauge_rr_nested,
    linearity,
    type1,
)
from tests.stats.reference.registry import adapter


def study_fields(study):
    rows = {name: asdict(row) for name, row in study.anova.items()}
    fields = {
        "anova": rows,
        "components": {name: asdict(component) for name, component in study.components.items()},
        "pooled_repeatability_ms": study.pooled_repeatability_ms,
        "interaction_kept": study.interaction_kept,
        "ndc": study.ndc,
        "ndc_real": study.ndc_real,
    }
    for name in ("part", "operator", "interaction"):
        if name in rows:
            fields |= {f"f_{name}": rows[name]["f"], f"p_{name}": rows[name]["p_value"]}
            fields[f"{name}_p"] = rows[name]["p_value"]
    return fields


@adapter("msa.grr_crossed", "msa.grr_nested")
def gauge_rr(case):
    function = gauge_rr_crossed if case["kind"] == "msa.grr_crossed" else gauge_rr_nested
    return study_fields(function(case["input"]["data"], **case["parameters"]))


@adapter("msa.grr_average_range")
def average_range(case):
    return asdict(gauge_rr_average_range(case["input"]["data"], **case["parameters"]))


@adapter("msa.bias")
def bias_study(case):
    study = bias(case["input"]["values"], **case["parameters"])
    return asdict(study) | {"ci": study.ci}


@adapter("msa.type1")
def type_1(case):
    study = type1(case["input"]["values"], **case["parameters"])
    return asdict(study) | asdict(study.bias) | {"ci": study.bias.ci}


@adapter("msa.linearity")
def linearity_study(case):
    study = linearity(**case["input"], **case["parameters"])
    table = study.by_reference
    columns = zip(table.reference, table.bias, table.n, table.p_value, strict=True)
    rows = [dict(zip(("reference", "bias", "n", "p_value"), column, strict=True)) for column in columns]
    return asdict(study) | {"by_reference": rows}
