"""From worksheet to verdict: the kind of study is computed, its figures told apart, judged by the usual thresholds."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records import registry
from hoshin.kernel.records.workflow import Message, say
from hoshin.ledger.canonical import canonical
from hoshin.stats import agreement, measurement_systems
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result, decoded, encoded

from .layout import Layout, NotComputable, layout_of
from .rules import DESTRUCTIVE, ENOUGH_CATEGORIES, GOOD_KAPPA, POOR_KAPPA, SIGNIFICANT, WANTED_CG, Sort, Verdict

LARGEST_FIGURE = 1e14
# AIAG calls an appraiser marginal where it calls a gauge conditional.
MARGINAL = {"marginal": Verdict.CONDITIONAL.value}
FIGURES = ("pct_study", "pct_tolerance", "ndc", "bias", "p_value", "cg", "cgk", "agreement", "kappa", "verdict")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was computed of a study: the result, what goes with it (intervals, effectiveness), figures and verdict."""

    result: Result
    more: Mapping[str, Result] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    verdict: str = ""

    def to_json(self) -> str:
        told = {"result": encoded(self.result), "more": {name: encoded(one) for name, one in self.more.items()}}
        return json.dumps(told, allow_nan=False)


def stored(row: Any) -> Evaluation | None:
    """The evaluation that stands in a study, as it was computed."""
    if not row.computed:
        return None
    told = json.loads(row.computed)
    more = {name: decoded(one) for name, one in told["more"].items()}
    return Evaluation(decoded(told["result"]), more, {name: getattr(row, name) for name in FIGURES}, row.verdict)


def yardstick_of(row: Any) -> dict[str, float]:
    """What the gauge's variation is compared with: the study's tolerance, else the characteristic's specification."""
    if row.tolerance:
        return {"tolerance": float(row.tolerance)}
    limits = registry.get("characteristic").rows().filter(uid=row.characteristic_id).values_list("lsl", "usl").first()
    named = zip(("lsl", "usl"), limits or (), strict=False)
    return {name: float(limit) for name, limit in named if limit is not None}


def fingerprint_of(row: Any) -> str:
    """The hash of everything the figures follow from: the lines and the options."""
    lines = [
        [
            line["run"],
            line["part"],
            line["operator"],
            line["trial"],
            _plain(line["value"]),
            line["rating"],
            line["reference"],
        ]
        for line in layout_of(row).lines
    ]
    options = [
        row.sort,
        _plain(row.process_sd),
        _plain(row.study_multiplier),
        _plain(row.interaction_level),
        row.bad_rating,
        *([_plain(row.within_batch_sd)] if row.sort in DESTRUCTIVE else []),
    ]
    against = {name: repr(limit) for name, limit in yardstick_of(row).items()}
    return hashlib.sha256(canonical({"lines": lines, "options": options, "against": against})).hexdigest()


def _plain(value: Any) -> str | None:
    return None if value is None else format(Decimal(value).normalize(), "f")


def computed_from_this_worksheet(row: Any) -> Message | None:
    """What is signed follows from the worksheet and the specification as they are now."""
    if not row.computed or fingerprint_of(row) == row.data:
        return None
    return say(_("The specification changed since the study was computed; save the study again to compute anew."))


def evaluate(row: Any) -> Evaluation:
    """Compute a study from its worksheet; raises NotComputable or StatisticsError."""
    layout = layout_of(row)
    layout.check_complete()
    return EVALUATORS[Sort(row.sort)](row, layout)


def figures_of(row: Any) -> dict[str, Any]:
    """Everything the system writes into a study: figures, verdict, the result in full, the hash of the data."""
    layout = layout_of(row)
    told: dict[str, Any] = dict.fromkeys(FIGURES) | {"verdict": "", "computed": "", "problem": ""}
    told |= {"measured": len(layout.lines) - len(layout.waiting), "data": fingerprint_of(row)}
    if not layout.lines:
        return told
    try:
        made = evaluate(row)
    except (NotComputable, StatisticsError) as refused:
        return told | {"problem": str(refused)[:300]}
    written = {name: _figure(value) for name, value in made.figures.items()}
    return told | written | {"verdict": made.verdict, "computed": made.to_json()}


def _figure(value: Any) -> Any:
    """A figure as it is stored: twelve digits; nothing where there is no number."""
    if isinstance(value, int | np.integer):
        return int(value)
    if value is None or not math.isfinite(value) or abs(value) > LARGEST_FIGURE:
        return None
    return Decimal(f"{float(value):.12g}").quantize(Decimal("1e-9"))


# ---------- gauge R&R ----------


def _crossed(row: Any, layout: Layout) -> Evaluation:
    options = yardstick_of(row) | _process(row) | {"study_multiplier": float(row.study_multiplier)}
    if layout.is_balanced:
        study = measurement_systems.gauge_rr_crossed(
            layout.crossed().astype(float), alpha_remove_interaction=float(row.interaction_level), **options
        )
    else:
        # Lines that were struck out leave unequal numbers, which the expanded study takes.
        factors = {
            "part": [line["part"] for line in layout.lines],
            "operator": [line["operator"] for line in layout.lines],
        }
        terms = ["part", "operator", "part:operator"]
        study = measurement_systems.gauge_rr_expanded(layout.values(), factors, terms, **options)
    return _components(study)


def _nested(row: Any, layout: Layout) -> Evaluation:
    options = yardstick_of(row) | _process(row) | {"study_multiplier": float(row.study_multiplier)}
    return _components(measurement_systems.gauge_rr_nested(layout.nested().astype(float), **options))


def _destructive(row: Any, layout: Layout) -> Evaluation:
    nested = row.sort == Sort.DESTRUCTIVE
    study = measurement_systems.gauge_rr_destructive(
        (layout.nested() if nested else layout.crossed()).astype(float), design="nested" if nested else "crossed",
        within_batch_sd=float(row.within_batch_sd or 0), study_multiplier=float(row.study_multiplier),
        alpha_remove_interaction=float(row.interaction_level), **yardstick_of(row),
    )  # fmt: skip
    grr = study.components["grr"]
    figures = {"pct_study": grr.pct_study_variation, "pct_tolerance": grr.pct_tolerance, "ndc": study.ndc}
    return Evaluation(study, {}, figures, gauge_verdict(study.verdict, int(study.ndc)))


def _process(row: Any) -> dict[str, float]:
    return {"process_sd": float(row.process_sd)} if row.process_sd else {}


def _components(study: Any) -> Evaluation:
    grr = study.components["grr"]
    figures = {"pct_study": grr.pct_study_variation, "pct_tolerance": grr.pct_tolerance, "ndc": study.ndc}
    intervals = measurement_systems.gauge_intervals(study)
    return Evaluation(study, {"intervals": intervals}, figures, gauge_verdict(study.verdict, int(study.ndc)))


def _average_range(row: Any, layout: Layout) -> Evaluation:
    options = yardstick_of(row) | {"study_multiplier": float(row.study_multiplier)}
    if row.process_sd:
        options["total_sd"] = float(row.process_sd)
    study = measurement_systems.gauge_rr_average_range(layout.crossed().astype(float), **options)
    tolerance = None if study.pct_tolerance is None else study.pct_tolerance["GRR"]
    figures = {"pct_study": study.pct_GRR, "pct_tolerance": tolerance, "ndc": study.ndc}
    intervals = measurement_systems.gauge_intervals(study)
    return Evaluation(study, {"intervals": intervals}, figures, gauge_verdict(study.verdict, int(study.ndc)))


def gauge_verdict(by_percent: str, ndc: int) -> str:
    """AIAG's word for the percentage; a gauge that tells too few categories apart is at best conditional."""
    if by_percent == Verdict.ACCEPTABLE and ndc < ENOUGH_CATEGORIES:
        return Verdict.CONDITIONAL.value
    return by_percent


# ---------- against references ----------


def _bias(row: Any, layout: Layout) -> Evaluation:
    study = measurement_systems.bias(layout.values(), layout.one_reference())
    verdict = Verdict.UNACCEPTABLE if study.significant else Verdict.ACCEPTABLE
    return Evaluation(study, {}, {"bias": study.bias, "p_value": study.p_value}, verdict.value)


def _linearity(row: Any, layout: Layout) -> Evaluation:
    sd = float(row.process_sd) if row.process_sd else None
    variation = None if sd is None else float(row.study_multiplier) * sd
    study = measurement_systems.linearity(layout.references(), layout.values(), process_variation=variation)
    lowest = min(float(study.intercept_p), float(study.slope_p))
    verdict = Verdict.UNACCEPTABLE if lowest <= SIGNIFICANT else Verdict.ACCEPTABLE
    return Evaluation(study, {}, {"bias": study.average_bias, "p_value": lowest}, verdict.value)


def _stability(row: Any, layout: Layout) -> Evaluation:
    references = {line["reference"] for line in layout.lines if line["reference"]}
    reference = layout.one_reference() if references else None
    values = layout.by_part().astype(float)
    study = measurement_systems.stability(values if values.shape[1] > 1 else values[:, 0], reference=reference)
    verdict = Verdict.ACCEPTABLE if study.stable else Verdict.UNACCEPTABLE
    return Evaluation(study, {}, {"bias": study.bias, "p_value": study.drift_p_value}, verdict.value)


def _type1(row: Any, layout: Layout) -> Evaluation:
    against = yardstick_of(row)
    width = against.get("tolerance") or (against["usl"] - against["lsl"] if len(against) == 2 else None)
    if width is None:
        raise NotComputable(_("A type 1 study needs a tolerance, or a characteristic with two specification limits."))
    study = measurement_systems.type1(
        layout.values(), layout.one_reference(), width, study_multiplier=float(row.study_multiplier)
    )
    capable = min(float(study.Cg), float(study.Cgk)) >= WANTED_CG
    figures = {"bias": study.bias.bias, "p_value": study.bias.p_value, "cg": study.Cg, "cgk": study.Cgk}
    return Evaluation(study, {}, figures, (Verdict.ACCEPTABLE if capable else Verdict.UNACCEPTABLE).value)


# ---------- ratings ----------


def _attribute(row: Any, layout: Layout) -> Evaluation:
    ratings = layout.crossed()
    by_operator = {name: ratings[:, place] for place, name in enumerate(layout.operators)}
    standard = layout.standard()
    study = agreement.attribute_study(by_operator, standard)
    more: dict[str, Result] = {}
    if standard is not None and row.bad_rating:
        more["effectiveness"] = agreement.effectiveness(by_operator, standard, row.bad_rating)
    overall = study.all_vs_standard or study.between
    kappa = lowest_kappa(study)
    figures = {"agreement": None if overall is None else overall.percent, "kappa": kappa}
    return Evaluation(study, more, figures, worst(kappa_verdict(kappa), *_judged(more.get("effectiveness"))))


def _judged(effectiveness: Any) -> list[str]:
    """AIAG's word for each appraiser's correct decisions, misses and false alarms."""
    if effectiveness is None:
        return []
    return [MARGINAL.get(one.verdict, one.verdict) for one in effectiveness.appraisers.values()]


def worst(*verdicts: str) -> str:
    """The hardest of some verdicts; nothing where there is none."""
    order = ["", *Verdict.values]
    return max(verdicts, key=order.index, default="")


def lowest_kappa(study: Any) -> float | None:
    """The weakest appraiser's kappa with the standard; without a standard the agreement between or within."""
    found = list((study.fleiss_each_vs_standard or {}).values())
    found = found or ([study.fleiss_between] if study.fleiss_between is not None else [])
    found = found or list((study.fleiss_within or {}).values())
    known = [float(kappa) for kappa in found if kappa is not None and math.isfinite(kappa)]
    return min(known) if known else None


def kappa_verdict(kappa: float | None) -> str:
    if kappa is None:
        return ""
    if kappa >= GOOD_KAPPA:
        return Verdict.ACCEPTABLE.value
    return (Verdict.UNACCEPTABLE if kappa < POOR_KAPPA else Verdict.CONDITIONAL).value


EVALUATORS = {
    Sort.CROSSED: _crossed,
    Sort.AVERAGE_RANGE: _average_range,
    Sort.NESTED: _nested,
    **dict.fromkeys(DESTRUCTIVE, _destructive),
    Sort.BIAS: _bias,
    Sort.LINEARITY: _linearity,
    Sort.STABILITY: _stability,
    Sort.TYPE1: _type1,
    Sort.ATTRIBUTE: _attribute,
}
