"""What every paper of a record carries: its head, fields, lines, signatures, files and history, in the reader's words."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.organization.models import Unit
from hoshin.kernel.records.attachments import Attachment
from hoshin.kernel.records.fields import FieldSpec, PartSpec
from hoshin.kernel.records.history import events_of, names_of
from hoshin.kernel.records.signatures import Signature, still_valid
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.head import is_demo
from hoshin.kernel.trail.models import CheckpointRow
from hoshin.ledger.note import parse
from hoshin.surfaces.web.shown import seen_by, told_to, words_of

from .renderer import render


def moment(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""


def head_of(row: Any, subtitle: str = "") -> dict[str, Any]:
    """The head, the foot and the checkpoint that a paper is printed under."""
    today = timezone.localtime(clock.now())
    organisation = Unit.objects.filter(parent=None).values_list("name", flat=True).first() or "Hoshin"
    told = {
        "organisation": organisation,
        "number": row.number,
        "title": row.title,
        "kind": str(row.spec.label),
        "state": str(row.spec.workflow.state(row.state).label),
        "subtitle": subtitle or _("Revision %(revision)s") % {"revision": row.revision},
        "language": get_language() or "en",
        "date": [today.year, today.month, today.day],
        "printed": moment(today),
    }
    newest = CheckpointRow.objects.order_by("-size").first()
    if newest is not None:
        checkpoint = parse(newest.note)
        told["checkpoint"] = {"size": str(checkpoint.size), "root": checkpoint.root.hex()}
    if is_demo():
        told["watermark"] = _("Demonstration")
    return told


def uids_of(row: Any) -> set[UUID]:
    """Everybody and everything a record speaks of."""
    values = [f.read(row) for f in row.spec.all_fields if f.part is None]
    values += [value for f in row.spec.part_fields for line in f.read(row) for value in line.values()]
    return {value for value in values if isinstance(value, UUID)}


def facts(row: Any, fields: Sequence[FieldSpec], names: Mapping[UUID, str]) -> list[dict[str, str]]:
    """Label and words of the fields that say something."""
    told = [{"label": str(f.label), "value": words_of(f, f.read(row), names)} for f in fields if f.part is None]
    return [fact for fact in told if fact["value"]]


def part_section(part: PartSpec, lines: Sequence[Mapping], names: Mapping[UUID, str]) -> dict[str, Any]:
    """A part as a table; lines of a tree are set in by their depth."""
    depths: dict[Any, int] = {None: -1}
    rows = []
    for line in lines:
        depths[line["uid"]] = depths.get(line.get("parent"), -1) + 1
        cells = [f.words(line.get(f.name), names) for f in part.fields]
        cells[0] = "    " * depths[line["uid"]] * part.tree + cells[0]
        rows.append(cells)
    return {"title": str(part.label), "columns": [str(f.label) for f in part.fields], "rows": rows}


def signatures_of(row: Any) -> list[dict[str, str]]:
    """Name, meaning, time and zone of each signature; one whose content has changed since says so."""
    signatures = list(Signature.objects.filter(record=row.uid))
    valid = still_valid(signatures)
    return [_signature(signature, valid[signature.uid]) for signature in signatures]


def _signature(signature: Signature, is_valid: bool) -> dict[str, str]:
    meaning = signature.meaning_label
    return {
        "name": signature.printed_name,
        "meaning": meaning if is_valid else _("%(meaning)s (content changed since)") % {"meaning": meaning},
        "time": moment(signature.signed_at),
        "zone": signature.zone,
        "reason": signature.reason,
    }


def files_of(row: Any) -> list[dict[str, str]]:
    files = Attachment.objects.filter(record=row.uid, removed=False).order_by("id")
    return [{"name": file.name, "size": f"{file.size:,}", "sha256": file.sha256} for file in files]


def history_of(row: Any, standing: Standing) -> list[dict[str, Any]]:
    return [
        {
            "time": moment(event.at),
            "actor": event.who,
            "text": event.words + (f" — {event.reason}" if event.reason else ""),
            "entry": str(event.seq),
            "changes": [f"{d.label}: {d.old or '–'} → {d.new or '–'}" for d in event.differences],
        }
        for event in told_to(standing, row, events_of(row, limit=100, standing=standing))
    ]


def names_for(row: Any, standing: Standing) -> dict[UUID, str]:
    """What this reader calls those the record speaks of; a record they may not see by its number alone."""
    return names_of(uids_of(row), titled=visible(standing))


def record_pdf(row: Any, standing: Standing) -> bytes:
    """Any record as a paper, for this reader."""
    names = names_for(row, standing)
    seen = seen_by(standing, row.spec.all_fields, row)
    data = {
        **head_of(row),
        "fields": facts(row, [f for f in seen if f.name != "title"], names),
        "parts": [part_section(f.part, f.read(row), names) for f in seen if f.part is not None and f.read(row)],
        "signatures": signatures_of(row),
        "files": files_of(row),
        "history": history_of(row, standing),
    }
    return render("record", data)
