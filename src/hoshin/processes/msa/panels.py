"""What the process puts on the page of a gauge study: verdict, components, readings, how it was computed."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import Panel
from hoshin.kernel.records.steps import may_edit
from hoshin.surfaces.statistics import explained, range_words, translated_all

from .drawing import components_drawing, readings_drawing
from .evaluation import fingerprint_of, stored
from .layout import layout_of
from .rules import GAUGE_RR, Sort, Verdict
from .words import agreement_columns, agreement_rows, components_of, conclusion_of, figure_rows

MOODS = {Verdict.ACCEPTABLE: "success", Verdict.CONDITIONAL: "warning", Verdict.UNACCEPTABLE: "error"}


def study_panel(row: Any, request: HttpRequest) -> dict[str, Any]:
    """The result where there is one, else how far the worksheet has come."""
    layout = layout_of(row)
    told: dict[str, Any] = {
        "lines": len(layout.lines), "taken": len(layout.lines) - len(layout.waiting),
        "may_enter": row.state == "collecting" and may_edit(row, request.standing),
    }  # fmt: skip
    made = stored(row)
    if made is None:
        return told
    return told | {
        "made": made, "verdict": dict(Verdict.choices).get(made.verdict, ""), "mood": MOODS.get(made.verdict, ""),
        "conclusion": conclusion_of(row, made), "readings": readings_drawing(row, made),
        "stale": fingerprint_of(row) != row.data, "explained": explained(made.result),
        "assumptions": translated_all(made.result.assumptions), "sources": translated_all(made.result.sources), **_tables(row, made),
    }  # fmt: skip


def _tables(row: Any, made: Any) -> dict[str, Any]:
    if row.sort in GAUGE_RR:
        components = components_of(made)
        interval = made.more.get("intervals")
        ndc = getattr(interval, "ndc_real", None)
        return {
            "components": components, "picture": components_drawing(made), "ndc": made.figures["ndc"],
            "ndc_interval": range_words(ndc.lower, ndc.upper, ".1f") if ndc is not None else "",
            "has_intervals": interval is not None, "has_tolerance": any(one.tolerance for one in components),
        }  # fmt: skip
    if row.sort == Sort.ATTRIBUTE:
        return {"agreement": agreement_rows(made), "agreement_columns": agreement_columns()}
    return {"figures": figure_rows(row, made)}


registry.put_panel("gauge_study", Panel("study", _("What the study says"), "msa/study.html", study_panel, first=True))
