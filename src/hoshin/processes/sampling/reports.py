"""The sampling plan on paper: what to do, its risks and curves, the lots it was used on."""

from typing import Any

from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.surfaces import pdf
from hoshin.surfaces.pdf.document import facts, files_of, head_of, history_of, names_for, signatures_of
from hoshin.surfaces.statistics import explained, translated, translated_all

from .drawing import oc_drawing, outgoing_drawing
from .lots import series_of
from .panels import curve_rows, plan_of, risk_rows, stages_of, standing_of
from .plans import asked_of, switches
from .rules import Decision, Inspection

NOT_ON_PAPER = ("computed", "basis", "problem")


def plan_pdf(row: Any, standing: Standing) -> bytes:
    """The report of one plan."""
    made, drawings = plan_of(row), {}
    fields = [f for f in row.spec.fields if f.part is None and f.name not in NOT_ON_PAPER]
    parts = [{"title": _("The plan"), "text": translated(row.problem) or _("There is no plan yet.")}]
    if made is not None:
        parts = _plan(row, made, drawings)
    data = {
        **head_of(row, _("Sampling plan")), "fields": facts(row, fields, names_for(row, standing)), "parts": [*parts, *_lots(row)],
        "signatures": signatures_of(row), "files": files_of(row), "history": history_of(row, standing),
    }  # fmt: skip
    return pdf.render("record", data, drawings)


def _plan(row: Any, made: Any, drawings: dict[str, str]) -> list[dict[str, Any]]:
    drawings["oc"] = oc_drawing(made)
    first = dict(Inspection.choices).get(row.first_inspection, "")
    title = _("What to do with a lot")
    if switches(asked_of(row)):
        title = _("What to do with a lot, %(inspection)s inspection") % {"inspection": str(first).lower()}
    told = [
        {"title": title, "text": "\n\n".join(stages_of(made))},
        {
            "title": _("Risks"), "columns": [_("What"), _("Figure")], "rows": [list(r) for r in risk_rows(made)], "drawing": "oc",
            "caption": _("Operating characteristic"), "alt": " ".join(stages_of(made)),
        },
    ]  # fmt: skip
    outgoing = outgoing_drawing(made)
    if outgoing is not None:
        drawings["outgoing"] = outgoing
        columns = [_("Nonconforming"), _("Accepted"), _("Average sample"), _("Outgoing"), _("Average total")]
        told.append({
            "title": _("What leaves inspection"), "columns": columns, "rows": curve_rows(made), "drawing": "outgoing",
            "caption": _("Average outgoing quality; lots not accepted are inspected completely"), "alt": _("Average outgoing quality"),
        })  # fmt: skip
    lines = [*explained(made.result), _("Source: %(what)s.") % {"what": "; ".join(translated_all(made.result.sources))}]
    return [*told, {"title": _("How computed"), "text": "\n\n".join(lines)}]


def _lots(row: Any) -> list[dict[str, Any]]:
    if not row.lots:
        return []
    series, words, names = series_of(row), dict(Decision.choices), dict(Inspection.choices)
    rows = [
        [lot["lot"], str(lot["size"]), str(names[one.inspection]), one.samples, str(words[one.decision]), one.why]
        for lot, one in zip(row.lots, series.decided, strict=True)
    ]
    columns = [_("Lot"), _("Size"), _("Inspection"), _("Sample"), _("Decision"), _("Why")]
    told = {"title": _("Lots"), "columns": columns, "rows": rows}
    return [told | ({"text": standing_of(series)} if switches(asked_of(row)) else {})]
