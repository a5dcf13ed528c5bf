"""Linking a record to another by its meaning, and ending a link."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records import links
from hoshin.kernel.records.errors import DoorRefused, NotAllowed
from hoshin.kernel.records.field_types import RECORD
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.links import Link
from hoshin.kernel.records.record import Record
from hoshin.surfaces.web.addresses import list_url, record_or_404, url_of
from hoshin.surfaces.web.forms.references import find

TARGET = FieldSpec("target", RECORD, _("Record"))


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    """The page that links a record; the other one is found by number or title."""
    row = record_or_404(request, kind, number)
    target, relation = request.POST.get("target", "").strip(), request.POST.get("relation", "related")
    note, error = request.POST.get("note", "").strip()[:200], ""
    if request.method == "POST":
        found = find([(TARGET, target)], request.standing)
        error = next(iter(found.problems.values()), "") if target else _("This is needed.")
        if not error:
            other = Record.objects.get(uid=found.uids[RECORD.name, target])
            try:
                links.link(row, relation, [other], by=request.actor, note=note)
            except DoorRefused as refused:
                error = str(refused)
            else:
                messages.success(request, _("Linked to %(number)s.") % {"number": other.number})
                return HttpResponseRedirect(f"{url_of(row)}#links")
    told = {
        "kind": kind, "row": row, "url": url_of(row), "list_url": list_url(kind), "error": error, "target": target,
        "relation": relation, "relations": links.relations(), "note": note,
    }  # fmt: skip
    return render(request, "web/record/link.html", told, status=422 if error else 200)


@policy(SIGNED_IN)
@require_POST
def end(request: HttpRequest, kind: KindSpec, number: str, uid: str) -> HttpResponse:
    row = record_or_404(request, kind, number)
    found = get_object_or_404(Link, uid=uid, ended=False)
    if row.uid not in (found.source_id, found.target_id):
        raise Http404
    try:
        links.unlink(found, by=request.actor)
    except NotAllowed:
        raise Http404
    messages.success(request, _("The link was ended; it stays in the history."))
    return HttpResponseRedirect(f"{url_of(row)}#links")
