"""The 8D report: the whole CAPA on paper, discipline by discipline."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records.tasks import Task
from hoshin.methods.effectiveness.drawing import chart_of
from hoshin.methods.effectiveness.models import FAILED, OVERRIDDEN, PASSED
from hoshin.methods.effectiveness.rules import FIXES, conclusion_of
from hoshin.methods.root_cause.drawing import causes_drawing, whys_drawing
from hoshin.surfaces.drawing import control_chart
from hoshin.surfaces.pdf import render
from hoshin.surfaces.pdf.document import facts, files_of, head_of, names_for, part_section, signatures_of

from .rules import checks_of

PAPER = 680
WORDS = {PASSED.name: "effective", FAILED.name: "not effective", OVERRIDDEN.name: "accepted without proof"}


def eight_d(row: Any, standing: Standing) -> bytes:
    """The report of one CAPA as a PDF."""
    names = names_for(row, standing)
    drawings: dict[str, str] = {}
    data = {
        **head_of(row, _("8D report")),
        "fields": facts(
            row,
            [
                f
                for f in row.spec.all_fields
                if f.name in ("owner", "unit", "origin", "occurred_at", "due_on", "priority")
            ],
            names,
        ),
        "disciplines": [
            {"code": "D1", "title": _("Team"), **_table(row, "team", names)},
            {"code": "D2", "title": _("Problem"), "text": row.problem, **_table(row, "comparisons", names)},
            {
                "code": "D3",
                "title": _("Containment"),
                "text": row.containment,
                **_tasks(row, (Task.Purpose.CONTAINMENT,)),
            },
            _analysis(row, drawings),
            {"code": "D5", "title": _("Chosen actions"), "text": row.plan, **_tasks(row, FIXES)},
            _effectiveness(row, standing, drawings),
            {"code": "D7", "title": _("Prevention of recurrence"), "text": row.prevention},
            {"code": "D8", "title": _("Closing and recognition"), "text": row.lessons},
        ],
        "signatures": signatures_of(row),
        "files": files_of(row),
    }
    return render("report8d", data, drawings)


def _table(row: Any, part: str, names: Mapping[UUID, str]) -> dict[str, Any]:
    spec = row.spec.find(part)
    lines = spec.read(row)
    section = part_section(spec.part, lines, names) if lines else {}
    return {name: section[name] for name in ("columns", "rows") if name in section}


def _tasks(row: Any, purposes: Sequence[str]) -> dict[str, Any]:
    tasks = list(
        Task.objects.filter(record=row.uid, purpose__in=purposes).exclude(state="cancelled").select_related("assignee")
    )
    if not tasks:
        return {}
    return {
        "columns": [_("Action"), _("Who"), _("Due"), _("State"), _("Evidence")],
        "rows": [
            [
                task.title,
                task.assignee.name,
                str(task.due_on or ""),
                _("done") if task.state == "done" else _("open"),
                task.evidence,
            ]
            for task in tasks
        ],
    }


def _analysis(row: Any, drawings: dict[str, str]) -> dict[str, Any]:
    told = {
        "code": "D4",
        "title": _("Root cause"),
        "text": "\n\n".join(filter(None, (row.root_cause, row.escape_cause))),
    }
    drawing = whys_drawing(row.title, row.whys, _("Five whys")) or causes_drawing(
        row.title, row.causes, _("Cause and effect")
    )
    if drawing is not None:
        drawings["analysis"] = drawing
        told |= {"drawing": "analysis", "caption": _("The analysis"), "alt": row.root_cause or _("The analysis")}
    return told


def _effectiveness(row: Any, standing: Standing, drawings: dict[str, str]) -> dict[str, Any]:
    """What was declared, what the data said, and the drawing that shows it."""
    section: dict[str, Any] = {"code": "D6", "title": _("Implementation and effectiveness")}
    check = checks_of(row).order_by("-id").first()
    if check is None:
        return section | {"text": _("No effectiveness check is declared.")}
    proof: dict[str, Any] = {
        "verdict": WORDS.get(check.state, str(check.spec.workflow.state(check.state).label)),
        "statement": conclusion_of(check),
        "figures": facts(check, [f for f in check.spec.fields if f.name in FIGURES], names_for(check, standing)),
    }
    chart = chart_of(check)
    if chart is not None:
        drawings["effect"] = control_chart(chart, width=PAPER)
        proof |= {
            "drawing": "effect",
            "caption": _("Before and after the action"),
            "alt": conclusion_of(check) or check.title,
        }
    return section | {"effectiveness": proof}


FIGURES = (
    "characteristic", "test", "direction", "confidence", "baseline_first", "baseline_last", "amount", "n_later", "before", "after",
    "p_value", "evaluated_at",
)  # fmt: skip
