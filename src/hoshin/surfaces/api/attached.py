"""The addresses of what hangs on a record: comments, links, files, signatures."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hoshin.kernel.records import attachments, comments, links, signatures
from hoshin.kernel.records.attachments import Attachment
from hoshin.kernel.records.comments import Comment
from hoshin.kernel.records.field_types import INSTANT

from .access import record_named, row_at
from .answers import Refused, answer, invalid, malformed, missing
from .bodies import body_of
from .documents import brief_json
from .resource import resource


def comment_json(said: Comment) -> dict[str, Any]:
    author = str(said.author_id) if said.author_id else None
    return {"uid": str(said.uid), "author": author, "text": said.text, "at": INSTANT.json(said.at)}


def list_comments(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    return answer({"items": [comment_json(said) for said in Comment.objects.filter(record=row.uid)]})


def add_comment(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row, body = row_at(request, kind, key), body_of(request, "uid", "text")
    said = comments.comment(row, body.text("text"), by=request.actor, uid=body.uid("uid"))
    if said.record_id != row.uid:
        raise Refused(409, "uid_taken", _("The uid belongs to another comment."))
    return answer(comment_json(said), 201)


def list_links(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    items = [
        {
            "uid": str(seen.link.uid), "relation": seen.link.relation, "label": str(seen.label), "note": seen.link.note or None,
            "outward": seen.link.source_id == row.uid, "record": brief_json(seen.other),
        }
        for seen in links.links_of(row, request.standing)
    ]  # fmt: skip
    return answer({"items": items})


def add_link(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row, body = row_at(request, kind, key), body_of(request, "relation", "target", "note")
    target, note = record_named(body.text("target"), request.standing, "target"), body.text("note")
    if len(note) > 200:
        raise invalid("note", _("The note has %(found)s characters; at most 200 are accepted.") % {"found": len(note)})
    (made,) = links.link(row, body.text("relation"), [target], by=request.actor, note=note)
    return answer({"uid": str(made.uid), "relation": made.relation, "record": brief_json(target)}, 201)


def end_link(request: HttpRequest, kind: str, key: str, uid: UUID) -> HttpResponse:
    row, body = row_at(request, kind, key), body_of(request, "reason")
    found = next((seen.link for seen in links.links_of(row, request.standing) if seen.link.uid == uid), None)
    if found is None:
        raise missing()
    links.unlink(found, by=request.actor, reason=body.text("reason"))
    return HttpResponse(status=204)


def file_json(file: Attachment) -> dict[str, Any]:
    told = {"id": file.pk, "name": file.name, "size": file.size, "media_type": file.media_type, "sha256": file.sha256}
    return {**told, "removed": file.removed}


def list_files(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    return answer({"items": [file_json(file) for file in Attachment.objects.filter(record=row.uid).order_by("id")]})


def add_files(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    sent = [file for name in request.FILES for file in request.FILES.getlist(name)]
    if not sent:
        raise malformed(_("A file is sent as multipart/form-data with a file name."))
    made = attachments.attach(row, [(file.name or "", file.file) for file in sent], by=request.actor)
    return answer({"items": [file_json(file) for file in made]}, 201)


def _file_at(request: HttpRequest, kind: str, key: str, id: str) -> Attachment:
    row = row_at(request, kind, key)
    known = id.isascii() and id.isdigit() and len(id) < 19
    file = Attachment.objects.filter(record=row.uid, pk=int(id), removed=False).first() if known else None
    if file is None:
        raise missing()
    return file


def read_file(request: HttpRequest, kind: str, key: str, id: str) -> HttpResponse:
    """The bytes of a file, always to be saved and never to be run by the browser."""
    file = _file_at(request, kind, key, id)
    told = FileResponse(file.path.open("rb"), as_attachment=True, filename=file.name, content_type=file.media_type)
    told["Content-Security-Policy"] = "sandbox; default-src 'none'"
    told["ETag"] = f'"{file.sha256}"'
    return told


def remove_file(request: HttpRequest, kind: str, key: str, id: str) -> HttpResponse:
    file = _file_at(request, kind, key, id)
    attachments.remove(file, by=request.actor, reason=body_of(request, "reason").text("reason"))
    return HttpResponse(status=204)


def list_signatures(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Who signed what, with what meaning, and whether the content is still what was signed."""
    row = row_at(request, kind, key)
    given = list(signatures.Signature.objects.filter(record=row.uid))
    valid = signatures.still_valid(given)
    items = [
        {
            "uid": str(s.uid), "signer": str(s.signer_id), "name": s.printed_name, "role": s.role or None, "meaning": s.meaning,
            "step": s.transition, "revision": s.record_revision, "signed_at": INSTANT.json(s.signed_at), "zone": s.zone,
            "method": s.method, "reason": s.reason or None, "content": s.content, "content_fields": s.content_fields,
            "on_behalf_of": str(s.on_behalf_of_id) if s.on_behalf_of_id else None, "still_valid": valid[s.uid],
        }
        for s in given
    ]  # fmt: skip
    return answer({"items": items})


comments_of = resource(get=list_comments, post=add_comment)
links_of = resource(get=list_links, post=add_link)
link = resource(delete=end_link)
files = resource(get=list_files, post=add_files)
file = resource(get=read_file, delete=remove_file)
signatures_of = resource(get=list_signatures)
