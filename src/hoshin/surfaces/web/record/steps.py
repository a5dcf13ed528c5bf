"""Taking a step of the workflow, filling a seat of a signature round, voiding: a page each, asking for what is needed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records import doors, drafts
from hoshin.kernel.records.errors import Conflict, Invalid, NotAllowed, NotSigned, NotYet
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.rounds import current, turn
from hoshin.kernel.records.signatures import Proof
from hoshin.kernel.records.steps import asked_fields, missing_fields, reasons_against
from hoshin.kernel.records.workflow import Transition
from hoshin.surfaces.web.addresses import list_url, record_or_404, url_of
from hoshin.surfaces.web.drafting import forget, kept_for
from hoshin.surfaces.web.forms.lines import asked, rearrange
from hoshin.surfaces.web.forms.page import RecordForm
from hoshin.surfaces.web.forms.typed import typed_from, typed_of
from hoshin.surfaces.web.names import Names, wanted_by
from hoshin.surfaces.web.shown import seen_by
from hoshin.surfaces.web.writing import changed_by_me, lay_over, revision_sent, tell_conflict


def transition_or_404(request: HttpRequest, row: Any, step: str) -> Transition:
    """The step of an address, where this person may take it at all."""
    try:
        transition = row.spec.workflow.transition(step)
    except LookupError:
        raise Http404
    if transition.hidden or not transition.by.allows(request.standing, row):
        raise Http404
    return transition


def fields_asked(row: Any, transition: Transition, request: HttpRequest) -> list[FieldSpec]:
    """Exactly the fields that a step asks for."""
    return seen_by(request.standing, asked_fields(row.spec, transition), row)


@policy(SIGNED_IN)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, kind: KindSpec, number: str, step: str) -> HttpResponse:
    """The page of one step: what it needs, why, and the signature where it is signed."""
    row = record_or_404(request, kind, number)
    transition = transition_or_404(request, row, step)
    if row.state not in {state.name for state in transition.sources}:
        told = {"number": number, "state": kind.workflow.state(row.state).label, "step": transition.title}
        messages.warning(request, _("%(number)s is %(state)s; “%(step)s” does not start there.") % told)
        return HttpResponseRedirect(url_of(row))
    fields = fields_asked(row, transition, request)
    names = Names(request.standing, wanted_by(fields, [row]))
    typed = typed_of(fields, row, names)
    draft_name = drafts.form_of(row.uid, transition.name)
    if request.method != "POST":
        kept = kept_for(request, draft_name)
        reason = ""
        if kept:
            sent = typed_from(fields, kept.values)
            typed.values.update(sent.values)
            typed.lines.update(sent.lines)
            reason = kept.values.get("reason", "")
        form = RecordForm(kind, fields, typed, request.standing, step=transition.name)
        return _step_page(request, row, transition, form, reason=reason, kept=kept)
    sent = typed_from(fields, request.POST)
    changed = changed_by_me(request, row, fields, revision_sent(request, row), typed, sent)
    lay_over(typed, sent, {*sent.values, *sent.lines} if asked(request.POST) else changed)
    form = RecordForm(kind, fields, typed, request.standing, step=transition.name)
    if asked(request.POST):
        rearrange(form.typed, fields, request.POST)
        return _step_page(request, row, transition, form, reason=request.POST.get("reason", ""))
    return _take(request, row, transition, form, changed)


def is_signed(row: Any, transition: Transition) -> bool:
    """Whether the step is signed at the moment it is taken; with a round the seats are."""
    return transition.signed_as is not None


def _take(request: HttpRequest, row: Any, transition: Transition, form: RecordForm, changed: set[str]) -> HttpResponse:
    password, reason = request.POST.get("password", ""), request.POST.get("reason", "").strip()
    proof = Proof(password) if is_signed(row, transition) and password else None
    seen = revision_sent(request, row)
    errors: dict[str, Any] = {}
    try:
        (done,) = doors.perform(
            [row],
            transition.name,
            by=request.actor,
            values=form.to_send(changed),
            reason=reason,
            proof=proof,
            revision=seen,
        )
    except Invalid as refused:
        form.refuse(refused.problems)
    except NotSigned as refused:
        errors["password"] = str(refused)
    except NotYet as refused:
        form.general.extend(refused.reasons)
    except Conflict as conflict:
        tell_conflict(form, conflict, request.standing)
        return _step_page(request, row, transition, form, reason=reason, revision=conflict.revision, status=409)
    except NotAllowed:
        raise Http404
    else:
        forget(request, drafts.form_of(row.uid, transition.name))
        messages.success(request, _said(done, transition))
        return HttpResponseRedirect(url_of(done))
    return _step_page(request, row, transition, form, reason=reason, errors=errors, revision=seen, status=422)


def _said(row: Any, transition: Transition) -> str:
    if row.state == transition.target.name:
        return _("%(number)s is now %(state)s.") % {"number": row.number, "state": transition.target.label}
    return _("The signatures for “%(step)s” were asked for.") % {"step": transition.title}


def _step_page(
    request: HttpRequest, row: Any, transition: Transition, form: RecordForm, *, reason: str = "", kept: Any = None,
    errors: dict[str, Any] | None = None, revision: int | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    filled = {name for name, text in form.typed.values.items() if text} | {
        n for n, ls in form.typed.lines.items() if ls
    }
    told = {
        "kind": row.spec, "row": row, "transition": transition, "form": form, "reason": reason, "kept": kept,
        "errors": errors or {}, "revision": revision or (kept.revision if kept and kept.revision else row.revision),
        "draft_name": drafts.form_of(row.uid, transition.name), "url": url_of(row), "list_url": list_url(row.spec),
        "signs": is_signed(row, transition), "against": list(reasons_against(row, transition)),
        "elsewhere": [f for f in missing_fields(row, transition) if f.name not in filled and f not in form.fields],
        "meaning": transition.signed_as.label if transition.signed_as else "",
    }  # fmt: skip
    return render(request, "web/record/step.html", told, status=status)


@policy(SIGNED_IN)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest, kind: KindSpec, number: str, step: str) -> HttpResponse:
    """The page on which somebody signs their seat of a round, or rejects with a reason."""
    row = record_or_404(request, kind, number)
    try:
        transition = kind.workflow.transition(step)
    except LookupError:
        raise Http404
    mine = turn(row, transition, request.standing) if transition.round and current(row, transition) else None
    if mine is None:
        raise Http404
    reject = request.POST.get("decision") == "reject"
    reason, error = request.POST.get("reason", "").strip(), ""
    if request.method == "POST":
        try:
            proof = Proof(request.POST.get("password", ""))
            done = doors.sign_seat(row, step, by=request.actor, proof=proof, reject=reject, reason=reason)
        except (NotSigned, NotYet, Invalid, NotAllowed) as refused:
            error = str(refused)
        else:
            words = _("You rejected “%(step)s”.") if reject else _("You signed “%(step)s”.")
            messages.success(request, words % {"step": transition.title})
            return HttpResponseRedirect(url_of(done))
    told = {
        "kind": kind, "row": row, "transition": transition, "url": url_of(row), "list_url": list_url(kind), "error": error,
        "reason": reason, "reject": reject, "meaning": transition.round.meaning.label,
    }  # fmt: skip
    return render(request, "web/record/seat.html", told, status=422 if error else 200)


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    """The page on which a record is struck out, with a reason."""
    row = record_or_404(request, kind, number)
    if not kind.void_by.allows(request.standing, row):
        raise Http404
    error, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            doors.void([row], by=request.actor, reason=reason)
        except (NotYet, NotAllowed) as refused:
            error = str(refused)
        else:
            messages.success(request, _("%(number)s is void. It stays, with all its history.") % {"number": row.number})
            return HttpResponseRedirect(url_of(row))
    told = {"kind": kind, "row": row, "url": url_of(row), "list_url": list_url(kind), "error": error, "reason": reason}
    return render(request, "web/record/void.html", told, status=422 if error else 200)
