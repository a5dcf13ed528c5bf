"""The gauge study on paper: verdict, components, pictures, worksheet, how it was computed, signatures."""

from typing import Any

from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.surfaces import pdf
from hoshin.surfaces.pdf.document import facts, files_of, head_of, history_of, names_for, signatures_of
from hoshin.surfaces.statistics import explained, translated, translated_all

from .drawing import components_drawing, readings_drawing
from .evaluation import FIGURES, Evaluation, stored
from .rules import GAUGE_RR, Sort, Verdict
from .words import Component, agreement_columns, agreement_rows, components_of, conclusion_of, figure_rows
from .worksheet import COLUMNS, lines_of, shown

PAPER = 640
NOT_ON_PAPER = ("computed", "data", "problem", "part_names", "operator_names", "references")


def study_pdf(row: Any, standing: Standing) -> bytes:
    """The report of one gauge study."""
    made, drawings = stored(row), {}
    fields = [f for f in row.spec.fields if f.part is None and f.name not in (*NOT_ON_PAPER, *FIGURES)]
    data = {
        **head_of(row, _("Gauge study")),
        "fields": facts(row, fields, names_for(row, standing)),
        "parts": [*(_result(row, made, drawings) if made else [_no_result(row)]), _worksheet(row)],
        "signatures": signatures_of(row),
        "files": files_of(row),
        "history": history_of(row, standing),
    }
    return pdf.render("record", data, drawings)


def _no_result(row: Any) -> dict[str, Any]:
    return {"title": _("Result"), "text": translated(row.problem) or _("Nothing is computed yet.")}


def _result(row: Any, made: Evaluation, drawings: dict[str, str]) -> list[dict[str, Any]]:
    verdict = dict(Verdict.choices).get(made.verdict, "")
    told = [{"title": _("Verdict: %(verdict)s") % {"verdict": verdict}, "text": " ".join(conclusion_of(row, made))}]
    told += _tables(row, made, drawings)
    picture = readings_drawing(row, made, PAPER)
    if picture is not None:
        drawings["readings"] = picture
        told.append({"title": _("Readings"), "drawing": "readings", "caption": _("The readings"), "alt": row.title})
    lines = explained(made.result)
    lines += [_("Takes for granted: %(what)s.") % {"what": "; ".join(translated_all(made.result.assumptions))}]
    lines += [_("Source: %(what)s.") % {"what": "; ".join(translated_all(made.result.sources))}]
    told.append({"title": _("How computed"), "text": "\n\n".join(lines)})
    return told


def _tables(row: Any, made: Evaluation, drawings: dict[str, str]) -> list[dict[str, Any]]:
    if row.sort in GAUGE_RR:
        drawings["components"] = components_drawing(made)
        return [{
            "title": _("Variance components"), "columns": _component_columns(),
            "rows": [
                _component_row(one)
                for one in components_of(made)
            ],
            "drawing": "components", "caption": _("% of the variation seen"), "alt": " ".join(conclusion_of(row, made)),
        }]  # fmt: skip
    if row.sort == Sort.ATTRIBUTE:
        return [{"title": _("Agreement"), "columns": agreement_columns(), "rows": agreement_rows(made)}]
    return [
        {
            "title": _("Figures"),
            "columns": [_("What"), _("Value"), _("Interval, p")],
            "rows": [list(r) for r in figure_rows(row, made)],
        }
    ]


def _component_row(one: Component) -> list[str]:
    against = (one.study_interval, one.tolerance, one.tolerance_interval)
    return [one.label, one.sd, one.contribution, one.study, *(text or "–" for text in against)]


def _component_columns() -> list[str]:
    return [
        _("Source"), _("Standard deviation"), _("% contribution"), _("% study variation"), _("95 % interval"), _("% tolerance"),
        _("95 % interval"),
    ]  # fmt: skip


def _worksheet(row: Any) -> dict[str, Any]:
    labels = {f.name: str(f.label) for f in row.spec.find("worksheet").part.fields}
    lines = lines_of(row)
    used = [name for name in COLUMNS if any(line[name] not in (None, "") for line in lines)]
    rows = [[str(line[name]) if isinstance(line[name], int) else shown(line[name]) for name in used] for line in lines]
    return {"title": _("Worksheet"), "columns": [labels[name] for name in used], "rows": rows}
