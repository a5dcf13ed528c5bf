"""Files of a record: added, downloaded as they are and never shown in the page, taken off with a reason."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records import attachments
from hoshin.kernel.records.attachments import Attachment
from hoshin.kernel.records.errors import DoorRefused, NotAllowed
from hoshin.kernel.records.kinds import KindSpec
from hoshin.surfaces.web.addresses import list_url, record_or_404, url_of

# Types that a browser cannot take for a page even when it ignores what it is told; everything else is mere bytes.
HARMLESS = {
    "application/pdf", "application/zip", "image/png", "image/jpeg", "image/gif", "image/webp", "text/csv", "text/plain",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip


@policy(SIGNED_IN)
@require_POST
def add(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    row = record_or_404(request, kind, number)
    sent = [(file.name, file) for file in request.FILES.getlist("files")]
    if not sent:
        messages.error(request, _("No file was chosen."))
        return HttpResponseRedirect(f"{url_of(row)}#files")
    try:
        made = attachments.attach(row, sent, by=request.actor)
    except DoorRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, ngettext("%(n)s file was added.", "%(n)s files were added.", len(made)) % {"n": len(made)}
        )
    return HttpResponseRedirect(f"{url_of(row)}#files")


def file_or_404(row: Any, key: int) -> Attachment:
    found = Attachment.objects.filter(pk=key, record=row.uid).first()
    if found is None:
        raise Http404
    return found


@policy(SIGNED_IN)
@require_GET
def download(request: HttpRequest, kind: KindSpec, number: str, key: int) -> HttpResponse:
    """The bytes, to be saved: never rendered in the house's own name."""
    row = record_or_404(request, kind, number)
    found = file_or_404(row, key)
    if not found.path.exists():
        raise Http404
    media_type = found.media_type if found.media_type in HARMLESS else "application/octet-stream"
    answer = FileResponse(found.path.open("rb"), as_attachment=True, filename=found.name, content_type=media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, kind: KindSpec, number: str, key: int) -> HttpResponse:
    """The page on which a file is taken off, with a reason. The bytes stay."""
    row = record_or_404(request, kind, number)
    found = file_or_404(row, key)
    if found.removed or not kind.edit_by.allows(request.standing, row):
        raise Http404
    error, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            attachments.remove(found, by=request.actor, reason=reason)
        except NotAllowed:
            raise Http404
        except DoorRefused as refused:
            error = str(refused)
        else:
            messages.success(request, _("“%(name)s” was taken off.") % {"name": found.name})
            return HttpResponseRedirect(f"{url_of(row)}#files")
    told = {
        "kind": kind, "row": row, "url": url_of(row), "list_url": list_url(kind), "file": found, "error": error, "reason": reason,
    }  # fmt: skip
    return render(request, "web/record/file_remove.html", told, status=422 if error else 200)
