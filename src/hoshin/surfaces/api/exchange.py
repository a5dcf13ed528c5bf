"""The addresses of whole lists as files: out in three formats, in again with a dry run."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from hoshin.surfaces.exchange.export import WRITERS, export
from hoshin.surfaces.exchange.importing import Report, import_records
from hoshin.surfaces.exchange.tables import NotATable, read_table

from . import lists
from .access import kind_at
from .answers import Refused, answer, malformed
from .resource import resource

YES = ("1", "yes", "true")


def export_list(request: HttpRequest, kind: str) -> HttpResponse:
    """The records a list with the same parameters would show, all of them, as a file. It leaves an entry."""
    spec, asked = kind_at(kind), request.GET.copy()
    format, labels = asked.pop("format", ["csv"])[-1], asked.pop("labels", [""])[-1] in YES
    if format not in WRITERS:
        raise malformed(_("“format” is one of: %(formats)s.") % {"formats": ", ".join(WRITERS)})
    condition = lists.condition_of(asked, spec)
    made = export(spec, format, by=request.actor, condition=condition, labels=labels)
    told = StreamingHttpResponse(made.pieces, content_type=made.media_type)
    told["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return told


def import_list(request: HttpRequest, kind: str) -> HttpResponse:
    """Open and change records by a file; with ``?dry_run=yes`` only tell what would happen."""
    spec, sent = kind_at(kind), next(iter(request.FILES.values()), None)
    if sent is None:
        raise malformed(_("A file is sent as multipart/form-data with a file name."))
    try:
        table = read_table(sent.read(), sent.name or "")
    except NotATable as wrong:
        raise malformed(str(wrong))
    dry_run = request.GET.get("dry_run") in YES
    report = import_records(spec, table, by=request.actor, dry_run=dry_run, reason=request.GET.get("reason", "")[:2000])
    if not report.is_clean:
        raise BadCells(report)
    told = {"dry_run": dry_run, "opened": report.opened, "changed": report.changed, "ignored": report.ignored}
    return answer({**told, "numbers": [row.number for row in report.records]})


class BadCells(Refused):
    """A file with cells that cannot be accepted: each is told by row and column."""

    def __init__(self, report: Report):
        cells = [Cell(problem) for problem in report.problems]
        super().__init__(
            422, "invalid", _("Nothing was written: %(n)s cells are not right.") % {"n": len(cells)}, cells
        )


class Cell:
    """A problem of a file in the API's shape."""

    def __init__(self, problem: Any):
        self.problem = problem

    def as_json(self) -> dict[str, Any]:
        told = asdict(self.problem)
        return {"field": told["column"], "message": told["message"], "row": told["row"], "found": told["found"]}


export_of = resource(get=export_list)
import_of = resource(post=import_list)
