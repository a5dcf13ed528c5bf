"""Analyses on paper: the answer, why the method, figures and pictures, where the numbers come from."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.organization.models import Unit
from hoshin.kernel.trail import clock
from hoshin.surfaces import pdf
from hoshin.surfaces.pdf.document import facts, files_of, head_of, history_of, names_for, signatures_of

from .answers import Answer
from .saving import again, agrees

MOST_LINES = 60


def analysis_pdf(row: Any, standing: Standing) -> bytes:
    """The report of a kept analysis, signed or not."""
    answer, drawings = again(row), {}
    fields = [
        row.spec.find(name) for name in ("question", "serves", "method", "concluded", "code_version", "data_hash")
    ]
    parts = [{"title": _("What the data say"), "text": row.found or _("Nothing was computed.")}]
    if answer is not None:
        parts = _answered(answer, drawings)
        if not agrees(row, answer):
            parts.insert(0, {"title": _("Computed anew with another result"), "text": row.found})
    parts.append({"title": _("Where the numbers come from"), "text": row.provenance})
    data = {
        **head_of(row, _("Analysis")), "fields": facts(row, fields, names_for(row, standing)), "parts": parts,
        "signatures": signatures_of(row), "files": files_of(row), "history": history_of(row, standing),
    }  # fmt: skip
    return pdf.render("record", data, drawings)


def answer_pdf(answer: Answer, title: str, number: str, provenance: str) -> bytes:
    """An answer that was not kept, on paper."""
    today, drawings = timezone.localtime(clock.now()), {}
    parts = [*_answered(answer, drawings), {"title": _("Where the numbers come from"), "text": provenance}]
    data = {
        "organisation": Unit.objects.filter(parent=None).values_list("name", flat=True).first() or "Hoshin", "number": number,
        "title": title, "kind": answer.method, "state": _("not kept as a record"), "subtitle": "", "language": get_language() or "en",
        "date": [today.year, today.month, today.day], "printed": date_format(today, "DATETIME_FORMAT"), "fields": [], "parts": parts,
    }  # fmt: skip
    return pdf.render("record", data, drawings)


def _answered(answer: Answer, drawings: dict[str, str]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"title": _("What the data say"), "text": "\n\n".join([*answer.conclusion, *answer.cautions])}
    ]
    parts.append({"title": _("Why this method"), "text": "\n\n".join(answer.reasons)})
    for place, picture in enumerate(answer.pictures):
        drawings[f"picture{place}"] = picture.drawing
        parts.append(
            {"title": picture.caption, "drawing": f"picture{place}", "caption": picture.caption, "alt": picture.caption}
        )
    parts += [
        {"title": table.title, "columns": list(table.columns), "rows": [list(row) for row in table.rows]}
        for table in answer.tables
    ]
    lines = answer.explained[:MOST_LINES] + [
        _("Takes for granted: %(what)s.") % {"what": said} for said in answer.assumptions
    ]
    lines += [_("Source: %(what)s.") % {"what": said} for said in answer.sources]
    return [*parts, {"title": _("How computed"), "text": "\n\n".join(lines)}] if lines else parts
