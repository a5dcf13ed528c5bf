"""Saying something about a record."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records.comments import Comment, comment
from hoshin.kernel.records.errors import Invalid
from hoshin.kernel.records.kinds import KindSpec
from hoshin.surfaces.web.addresses import list_url, record_or_404, url_of
from hoshin.surfaces.web.forms.references import uid_in


@policy(SIGNED_IN)
@require_POST
def add(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    row = record_or_404(request, kind, number)
    text = request.POST.get("text", "")
    try:
        said = comment(row, text, by=request.actor, uid=uid_in(request.POST.get("uid", "")))
    except Invalid as refused:
        told = {
            "kind": kind, "row": row, "url": url_of(row), "list_url": list_url(kind), "comment_text": text,
            "comment_error": refused.problems[0].message,
            "comments": Comment.objects.filter(record=row.uid).select_related("author"),
        }  # fmt: skip
        return render(request, "web/record/comment_refused.html", told, status=422)
    return HttpResponseRedirect(f"{url_of(row)}#comment-{said.uid}")
