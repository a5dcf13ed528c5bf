"""Opening and changing records: the form of a kind, nothing typed ever lost."""

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import doors, drafts, history
from hoshin.kernel.records.errors import Conflict, Invalid, NotAllowed, NotYet
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.steps import is_locked, may_edit
from hoshin.kernel.trail.models import new_uid

from .addresses import list_url, record_or_404, url_of
from .drafting import Kept, forget, kept_for
from .forms.lines import asked, rearrange
from .forms.page import RecordForm, preset_from
from .forms.references import uid_in
from .forms.typed import Typed, blank, changed_names, typed_from, typed_of
from .names import Names, wanted_by
from .origin import Origin, origin_of
from .past import past_row
from .shown import seen_by


def units_to_create_in(spec: KindSpec, standing: Standing) -> frozenset[UUID]:
    """The units in which this person may open a record of the kind."""
    held = standing.units(standing.roles)
    return frozenset(unit for unit in held if spec.create_by.allows(standing, _to_be(standing, unit)))


def _to_be(standing: Standing, unit: UUID) -> SimpleNamespace:
    """What rights may ask of a record that is not there yet."""
    return SimpleNamespace(unit_id=unit, owner_id=standing.uid, author_id=standing.uid, uid=None, party=None)


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, kind: KindSpec) -> HttpResponse:
    """The page that opens a record."""
    units = units_to_create_in(kind, request.standing)
    if not units:
        raise Http404
    fields = seen_by(request.standing, kind.editable_fields, _to_be(request.standing, min(units)))
    origin = origin_of(request, kind, request.POST if request.method == "POST" else request.GET)
    draft_name = origin.draft_name if origin else f"new:{kind.name}"
    if request.method == "POST":
        form = RecordForm(kind, fields, typed_from(fields, request.POST), request.standing, opening=True)
        form.units_allowed = units
        uid = uid_in(request.POST.get("uid", "")) or new_uid()
        if not asked(request.POST):
            return _create(request, kind, form, uid, draft_name, origin)
        rearrange(form.typed, fields, request.POST)
        return _create_page(request, kind, form, uid, draft_name, origin)
    kept = kept_for(request, draft_name)
    preset = {"unit": _home_unit(request, units)} | preset_from(request.GET, fields)
    preset |= origin.preset(kind, request.standing) if origin else {}
    typed = typed_from(fields, kept.values) if kept else blank(fields, preset)
    form = RecordForm(kind, fields, typed, request.standing, opening=True)
    form.units_allowed = units
    uid = (uid_in(kept.values.get("uid", "")) if kept else None) or new_uid()
    return _create_page(request, kind, form, uid, draft_name, origin, kept=kept)


def _home_unit(request: HttpRequest, units: frozenset[UUID]) -> str:
    home = request.person.unit_id
    return str(home if home in units else next(iter(units)))


def _create(
    request: HttpRequest, kind: KindSpec, form: RecordForm, uid: UUID, draft_name: str, origin: Origin | None
) -> HttpResponse:
    sent = {name: value for name, value in form.to_send().items() if value not in ("", None)}
    try:
        draft = doors.Draft(sent, uid=uid)
        row = origin.open(draft, request.actor) if origin else doors.create(kind, [draft], by=request.actor)[0]
    except Invalid as refused:
        form.refuse(refused.problems)
        return _create_page(request, kind, form, uid, draft_name, origin, status=422)
    except NotAllowed as refused:
        form.errors.setdefault("unit", []).append(str(refused))
        return _create_page(request, kind, form, uid, draft_name, origin, status=422)
    drafts.drop(request.person, draft_name)
    messages.success(request, _("%(number)s was opened.") % {"number": row.number})
    return HttpResponseRedirect(url_of(row))


def _create_page(
    request: HttpRequest, kind: KindSpec, form: RecordForm, uid: UUID, draft_name: str, origin: Origin | None = None, *,
    kept: Kept | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    told = {
        "kind": kind, "form": form, "uid": uid, "draft_name": draft_name, "kept": kept, "list_url": list_url(kind),
        "lead": kind.doc.split("\n\n")[0], "origin": origin,
    }  # fmt: skip
    return render(request, "web/create.html", told, status=status)


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    """The page that changes a record."""
    row = record_or_404(request, kind, number)
    if not kind.edit_by.allows(request.standing, row):
        raise Http404
    if not may_edit(row, request.standing):
        state = kind.workflow.state(row.state).label
        messages.warning(
            request, _("%(number)s is %(state)s; it is changed no more.") % {"number": number, "state": state}
        )
        return HttpResponseRedirect(url_of(row))
    fields = [f for f in seen_by(request.standing, kind.editable_fields, row) if not (f.content and is_locked(row))]
    names = Names(request.standing, wanted_by(fields, [row]))
    if request.method == "POST":
        return _edit_sent(request, row, fields, names)
    typed = typed_of(fields, row, names)
    typed.values.update(preset_from(request.GET, fields))
    kept = kept_for(request, drafts.form_of(row.uid))
    revision = row.revision
    if kept:
        _lay_over(typed, typed_from(fields, kept.values))
        revision = kept.revision or revision
    return _edit_page(request, row, RecordForm(kind, fields, typed, request.standing), revision, kept=kept)


def _lay_over(typed: Typed, over: Typed) -> None:
    typed.values.update(over.values)
    typed.lines.update(over.lines)


def _edit_sent(request: HttpRequest, row: Any, fields: list, names: Names) -> HttpResponse:
    typed = typed_of(fields, row, names)
    sent = typed_from(fields, request.POST)
    revision = revision_sent(request, row)
    if asked(request.POST):
        _lay_over(typed, sent)
        form = RecordForm(row.spec, fields, typed, request.standing)
        rearrange(form.typed, fields, request.POST)
        return _edit_page(request, row, form, revision)
    mine = changed_by_me(request, row, fields, revision, typed, sent)
    lay_over(typed, sent, mine)
    form = RecordForm(row.spec, fields, typed, request.standing)
    return _save(request, row, form, mine, revision)


def changed_by_me(
    request: HttpRequest, row: Any, fields: Sequence[FieldSpec], revision: int, now: Typed, sent: Typed
) -> set[str]:
    """What somebody changed against the record they saw, without the fields where they keep the other's text."""
    theirs = {
        name.removeprefix("take-")
        for name in request.POST
        if name.startswith("take-") and request.POST[name] == "theirs"
    }
    return changed_names(fields, _seen(row, fields, revision, now, request.standing), sent) - theirs


def _seen(row: Any, fields: Sequence[FieldSpec], revision: int, now: Typed, standing: Standing) -> Typed:
    """What the form first showed: the record of the revision it was opened on."""
    state = history.state_at_revision(row.uid, revision) if revision != row.revision else None
    if state is None:
        return now
    past = past_row(row.spec, state)
    return typed_of(fields, past, Names(standing, wanted_by(fields, [past])))


def lay_over(typed: Typed, sent: Typed, names: Iterable[str]) -> None:
    """Put what was sent for some fields over what stands there."""
    for name in names:
        if name in sent.lines:
            typed.lines[name] = sent.lines[name]
        else:
            typed.values[name] = sent.values[name]


def revision_sent(request: HttpRequest, row: Any) -> int:
    """The revision the form was opened on."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else row.revision


def _save(request: HttpRequest, row: Any, form: RecordForm, mine: set[str], revision: int) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    try:
        doors.edit([row], form.to_send(mine), by=request.actor, revision=revision, reason=reason)
    except Invalid as refused:
        form.refuse(refused.problems)
        return _edit_page(request, row, form, revision, status=422)
    except Conflict as conflict:
        tell_conflict(form, conflict, request.standing)
        return _edit_page(request, row, form, conflict.revision, status=409)
    except NotYet as refused:
        form.general.extend(refused.reasons)
        return _edit_page(request, row, form, revision, status=422)
    forget(request, drafts.form_of(row.uid))
    messages.success(request, _("Saved.") if mine else _("Nothing was changed."))
    return HttpResponseRedirect(url_of(row))


def tell_conflict(form: RecordForm, conflict: Conflict, standing: Standing) -> None:
    """Show at each field what the other one wrote; what was typed stays in the control."""
    specs = [f for f in form.fields if f.name in conflict.theirs]
    theirs = SimpleNamespace(lines=lambda part: conflict.theirs[part.name], **{f.path[0]: None for f in specs})
    for spec in specs:
        if spec.part is None and len(spec.path) == 1:
            setattr(theirs, spec.path[0], conflict.theirs[spec.name])
    names = Names(standing, wanted_by(specs, [theirs]))
    for spec in specs:
        value = conflict.theirs[spec.name]
        told = lines_in_words(spec, value, names) if spec.part is not None else spec.words(value, names)
        form.theirs[spec.name] = told or _("nothing")


def lines_in_words(spec: FieldSpec, lines: list[dict], names: Names) -> str:
    """The lines of a part, one below the other."""
    told = ([f.words(line.get(f.name), names) for f in spec.part.fields] for line in lines)
    return "\n".join(" · ".join(words for words in line if words) for line in told)


def _edit_page(
    request: HttpRequest, row: Any, form: RecordForm, revision: int, *, kept: Kept | None = None, status: int = 200
) -> HttpResponse:
    told = {
        "kind": row.spec, "row": row, "form": form, "revision": revision, "draft_name": drafts.form_of(row.uid),
        "kept": kept, "list_url": list_url(row.spec), "url": url_of(row),
    }  # fmt: skip
    return render(request, "web/edit.html", told, status=status)
