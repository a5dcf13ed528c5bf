"""The addresses of records: a kind's list, one record, its lines."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.records import doors
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import Record

from . import lists
from .access import kind_at, row_at
from .answers import Refused, answer, invalid, malformed, missing
from .bodies import Body, body_of, read_json
from .documents import line_json, may_read, record_json, records_json
from .resource import resource

MOST_AT_ONCE = 500


def list_records(request: HttpRequest, kind: str) -> HttpResponse:
    spec = kind_at(kind)
    page, cursor, total = lists.records(request, spec)
    fields = lists.fields_of(request.GET, spec)
    told: dict[str, Any] = {"items": records_json(page, spec, request.standing, fields), "next": None}
    if cursor is not None:
        asked = [(name, value) for name in request.GET if name != "after" for value in request.GET.getlist(name)]
        told["next"] = f"/api/{spec.slug}?{urlencode([*asked, ('after', cursor)])}"
    return answer(told if total is None else {**told, "count": total})


def create_records(request: HttpRequest, kind: str) -> HttpResponse:
    """One record, or a set: all of them are opened, or none."""
    spec, sent = kind_at(kind), read_json(request)
    if isinstance(sent, Mapping) and "items" not in sent:
        one = Body(sent, "uid", "values", "reason")
        (row,), was_there = _open(request, spec, [sent], one.text("reason"))
        document = record_json(row, request.standing)
        return answer(document, 200 if was_there else 201, **_headers(row))
    items, reason = sent, ""
    if isinstance(sent, Mapping):
        body = Body(sent, "items", "reason")
        items, reason = body.list("items"), body.text("reason")
    if not isinstance(items, list):
        raise malformed(_("An object, or a list of them, is needed."))
    if len(items) > MOST_AT_ONCE:
        message = _("%(found)s records were sent; at most %(most)s are taken at once.")
        raise Refused(413, "too_large", message % {"found": len(items), "most": MOST_AT_ONCE})
    rows, was_there = _open(request, spec, items, reason)
    fields = [f for f in spec.all_fields if not f.is_part]
    return answer({"items": records_json(rows, spec, request.standing, fields)}, 200 if was_there else 201)


def _open(request: HttpRequest, spec: KindSpec, items: list, reason: str) -> tuple[list[Any], bool]:
    drafts = [_draft(item) for item in items]
    there = Record.objects.filter(uid__in=[draft.uid for draft in drafts]).count()
    rows = doors.create(spec, drafts, by=request.actor, reason=reason)
    if there and not all(may_see(request.standing, row) for row in rows):
        raise Refused(409, "uid_taken", _("One of the uids belongs to another record."))
    return rows, bool(drafts) and there == len({draft.uid for draft in drafts})


def _draft(item: Any) -> doors.Draft:
    body = Body(item, "uid", "values", "reason")
    uid = body.uid("uid")
    return doors.Draft(body.object("values"), **({"uid": uid} if uid else {}))


def read_record(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    return answer(record_json(row, request.standing), **_headers(row))


def edit_record(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    body = body_of(request, "values", "revision", "reason")
    values = body.object("values")
    (row,) = doors.edit(
        [row], values, by=request.actor, revision=seen_revision(request, body, needed=True), reason=body.text("reason")
    )
    return answer(record_json(row, request.standing), **_headers(row))


def seen_revision(request: HttpRequest, body: Body, *, needed: bool = False) -> int | None:
    """The revision the caller saw, from the body or from If-Match."""
    said, header = body.whole("revision"), request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if header and not (header.isascii() and header.isdigit() and len(header) < 10):
        raise malformed(_('If-Match carries the revision that was seen, such as "3".'))
    if said is None and header:
        said = int(header)
    elif said is not None and header and int(header) != said:
        raise malformed(_("If-Match says revision %(one)s, the body %(other)s.") % {"one": header, "other": said})
    if said is None and needed:
        raise invalid(
            "revision", _("Say which revision you saw, here or in If-Match; what others wrote since is kept.")
        )
    return said


def _headers(row: Any) -> dict[str, str]:
    return {"ETag": f'"{row.revision}"', "Location": f"/api/{row.spec.slug}/{row.number}"}


def _part(request: HttpRequest, row: Any, name: str) -> FieldSpec:
    f = row.spec.find(name)
    if f is None or not f.is_part or not may_read(f, row, request.standing):
        raise missing()
    return f


def read_lines(request: HttpRequest, kind: str, key: str, name: str) -> HttpResponse:
    row = row_at(request, kind, key)
    f = _part(request, row, name)
    lines = [line_json(line, f.part) for line in f.read(row)]
    return answer({"revision": row.revision, "lines": lines}, **_headers(row))


def write_lines(request: HttpRequest, kind: str, key: str, name: str) -> HttpResponse:
    """Write all lines of a part in their order; a line that keeps its uid stays the same line."""
    row = row_at(request, kind, key)
    f = _part(request, row, name)
    body = body_of(request, "lines", "revision", "reason")
    revision = seen_revision(request, body, needed=True)
    (row,) = doors.edit(
        [row], {name: body.list("lines")}, by=request.actor, revision=revision, reason=body.text("reason")
    )
    lines = [line_json(line, f.part) for line in f.read(row)]
    return answer({"revision": row.revision, "lines": lines}, **_headers(row))


collection = resource(get=list_records, post=create_records)
record = resource(get=read_record, patch=edit_record)
part = resource(get=read_lines, put=write_lines)
