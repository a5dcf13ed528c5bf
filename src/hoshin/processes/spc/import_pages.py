"""Import in the browser: upload, see how the file is read, correct it, see what would come in, let it in."""

import threading
from typing import Any
from zoneinfo import available_timezones

import numpy as np
from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hoshin.kernel.access.policy import INSIDERS, policy
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch, HotRow
from hoshin.kernel.measuring.reading import folder, hot_columns, live_segments
from hoshin.kernel.records import registry
from hoshin.kernel.records.errors import DoorRefused, Invalid
from hoshin.kernel.trail.actors import Actor
from hoshin.measurements import reading
from hoshin.measurements.reading import Layout, LayoutError, ReadingError, Role
from hoshin.measurements.scan import scan
from hoshin.surfaces.statistics import translated

from . import uploads
from .board_page import products
from .imports import corrected, guessed, import_measurements_file, matches, product_of
from .uploads import Upload

# Larger files are read beside the request, with progress told.
AT_ONCE = 2_000_000
# Larger files are tried only when somebody asks for it.
TRIED_AT_ONCE = 30_000_000
SHOWN_CELLS, BATCHES = 200, 50
# Of larger batches the result page names no characteristics: that would read the whole history.
NAMED_UP_TO = 2_000_000


@policy(INSIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Where a file is handed in, with the batches that came before."""
    problem = ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        try:
            if sent is None:
                raise ReadingError(_("Found no file; a CSV or Excel file with measurements is accepted."))
            kept = uploads.keep(sent.name or "file", sent.chunks(), request.person)
            return _looked_at(request, kept)
        except (ReadingError, Invalid) as refused:
            problem = refused.problems[0].message if isinstance(refused, Invalid) else str(refused)
    told = {"problem": problem, "batches": Batch.objects.select_related("recorded_by")[:8]}
    return render(request, "spc/import.html", told, status=422 if problem else 200)


def _looked_at(request: HttpRequest, kept: Upload) -> HttpResponse:
    found = guessed(kept.path)
    layout = found.layout
    if not found.remembered and layout.positions(Role.TIME):
        layout = Layout.from_json(layout.to_json() | {"zone": zone_name(request)})
    kept.layout, kept.reasons, kept.notes = layout.to_json(), list(found.reasons), list(found.notes)
    kept.questions = [{"about": q.about, "text": q.text} for q in found.questions]
    kept.remembered = found.remembered
    kept.save()
    return HttpResponseRedirect(reverse("spc-import-file", args=[kept.token]))


def zone_name(request: HttpRequest) -> str:
    """The time zone of the person's unit, in which their files are most likely written."""
    unit = request.person.unit
    return unit.timezone if unit and unit.timezone in available_timezones() else settings.TIME_ZONE


def upload_or_404(request: HttpRequest, token: str) -> Upload:
    kept = uploads.find(token, request.person)
    if kept is None:
        raise Http404
    return kept


@policy(INSIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, token: str) -> HttpResponse:
    """How the file is read, what would come in, and what its names mean."""
    kept = upload_or_404(request, token)
    if kept.stage in ("running", "done"):
        return HttpResponseRedirect(reverse("spc-import-progress", args=[token]))
    if request.method != "POST":
        return _file_page(request, kept)
    try:
        _correct(kept, request)
    except LayoutError as refused:
        return _file_page(request, kept, str(refused), 422)
    kept.save()
    if request.POST.get("action") != "import":
        return HttpResponseRedirect(f"{reverse('spc-import-file', args=[token])}?try=1")
    return _start(request, kept)


def _correct(kept: Upload, request: HttpRequest) -> None:
    """Keep what somebody corrected: roles, dates, what new characteristics measure, what names mean."""
    sent = request.POST
    known = Layout.from_json(kept.layout)
    roles = {i: sent[f"role-{i}"] for i in range(len(known.columns)) if f"role-{i}" in sent}
    told = {name: sent.get(name, "") for name in ("date_order", "decimal", "zone")}
    kept.layout = corrected(known, roles, **told).to_json()
    kept.product, kept.sort = sent.get("product", ""), sent.get("sort", "")
    names = sent.getlist("name")
    for name, meaning in zip(names, sent.getlist("meaning"), strict=False):
        if meaning.strip():
            kept.mapping[name] = meaning.strip()
        else:
            kept.mapping.pop(name, None)


def _file_page(request: HttpRequest, kept: Upload, problem: str = "", status: int = 200) -> HttpResponse:
    layout = Layout.from_json(kept.layout)
    tried, names = None, []
    if not problem and (kept.size <= TRIED_AT_ONCE or request.GET.get("try")):
        try:
            tried = reading.dry_run(kept.path, layout, limit=SHOWN_CELLS)
            names = _meanings(request, kept, tried)
        except ReadingError as refused:
            problem, status = str(refused), 422
    before = measuring.read_before(reading.fingerprint(kept.path))
    told = {
        "kept": kept, "layout": layout, "problem": problem, "tried": tried, "names": names, "before": before,
        "columns": _columns(layout, kept), "roles": [(role.value, ROLE_LABELS[role]) for role in Role],
        "orders": DATE_ORDERS, "zones": sorted(available_timezones()), "has_time": bool(layout.positions(Role.TIME)),
        "has_size": bool(layout.positions(Role.SIZE)), "products": products(request),
        "new": sum(1 for one in names if one["new"]), "unclear": sum(1 for one in names if one["problem"]),
        "known": registry.get("characteristic").rows().filter(visible(request.standing), state="active")[:500],
    }  # fmt: skip
    return render(request, "spc/import_file.html", told, status=status)


ROLE_LABELS = {
    Role.CHARACTERISTIC: translation.gettext_lazy("names the characteristic"),
    Role.VALUE: translation.gettext_lazy("value"),
    Role.TIME: translation.gettext_lazy("time"),
    Role.SIZE: translation.gettext_lazy("sample size"),
    Role.SUBGROUP: translation.gettext_lazy("subgroup"),
    Role.LOT: translation.gettext_lazy("lot"),
    Role.GAUGE: translation.gettext_lazy("gauge"),
    Role.OPERATOR: translation.gettext_lazy("operator"),
    Role.IGNORE: translation.gettext_lazy("not read"),
}
DATE_ORDERS = (
    ("YMD", translation.gettext_lazy("year, month, day")),
    ("DMY", translation.gettext_lazy("day, month, year")),
    ("MDY", translation.gettext_lazy("month, day, year")),
)


def _columns(layout: Layout, kept: Upload) -> list[dict[str, Any]]:
    reasons = kept.reasons + [""] * (len(layout.columns) - len(kept.reasons))
    return [
        {"place": place, "name": column.name, "role": column.role.value, "reason": translated(reason)}
        for place, (column, reason) in enumerate(zip(layout.columns, reasons, strict=False))
    ]


def _meanings(request: HttpRequest, kept: Upload, tried: Any) -> list[dict[str, Any]]:
    """Each name in the file with its figures, and the characteristic it means."""
    try:
        product = product_of(kept.product, by=request.actor)
    except Invalid:
        product = None
    asked = {one.name: kept.mapping.get(one.name, one.name) for one in tried.characteristics}
    found = matches(list(dict.fromkeys(asked.values())), by=request.actor, product=None if kept.mapping else product)
    told = []
    for one in tried.characteristics:
        match = found[asked[one.name]]
        corrected_by_hand = one.name in kept.mapping
        problem = match.problem
        if corrected_by_hand and match.characteristic is None and not problem:
            problem = _("“%(found)s” names no characteristic.") % {"found": asked[one.name]}
        told.append(
            {
                "name": one.name, "n": one.n, "missing": one.missing, "low": _short(one.minimum), "high": _short(one.maximum),
                "mean": _short(one.mean), "meaning": kept.mapping.get(one.name, ""), "match": match.characteristic,
                "problem": problem, "new": match.characteristic is None and not problem,
            }
        )  # fmt: skip
    return told


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _start(request: HttpRequest, kept: Upload) -> HttpResponse:
    """Read the file: at once where it is small, else beside the request."""
    kept.stage, kept.progress, kept.message = "running", 0.0, ""
    kept.save()
    told = (kept, request.actor, bool(request.POST.get("again")), translation.get_language() or "en")
    if kept.size <= AT_ONCE:
        work(*told)
    else:
        threading.Thread(target=work_beside, args=told, daemon=True, name=f"import {kept.token[:6]}").start()
    return HttpResponseRedirect(reverse("spc-import-progress", args=[kept.token]))


def work_beside(*told: Any) -> None:
    """The same in a thread, with a database connection of its own."""
    try:
        work(*told)
    finally:
        connection.close()


def work(kept: Upload, by: Actor, again: bool, language: str) -> None:
    """Read the file and say how it went; the file is dropped once it is in."""

    def tell(part: float) -> None:
        if part - kept.progress >= 0.02 or part == 1.0:
            kept.progress = part
            kept.save()

    with translation.override(language):
        try:
            product = product_of(kept.product, by=by)
            found = import_measurements_file(
                kept.path, by=by, layout=kept.read_layout, product=product, again=again, progress=tell, name=kept.name,
                sort=kept.sort, mapping=_mapping(kept, by),
            )  # fmt: skip
        except (DoorRefused, ReadingError) as refused:
            kept.stage, kept.message = "guessed", str(refused)[:2000]
            kept.save()
            return
        except BaseException:
            kept.stage, kept.message = "guessed", _("The import failed; nothing was read. The log says why.")
            kept.save()
            raise
        kept.stage, kept.batch, kept.created = "done", str(found.batch.uid), len(found.created)
        kept.save()
        kept.drop_file()


def _mapping(kept: Upload, by: Actor) -> dict[str, Any]:
    """The characteristics that somebody named by hand."""
    found = matches(list(dict.fromkeys(kept.mapping.values())), by=by)
    return {
        name: found[meaning].characteristic
        for name, meaning in kept.mapping.items()
        if found[meaning].characteristic is not None
    }


@policy(INSIDERS)
@require_GET
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """How far the file has come; asks again by itself until it is in."""
    kept = upload_or_404(request, token)
    if kept.stage == "done":
        told = {"n": kept.created}
        if kept.created:
            messages.success(request, _("%(n)s characteristics were opened for the file.") % told)
        return HttpResponseRedirect(reverse("spc-batch", args=[kept.batch]))
    if kept.is_running:
        answer = render(request, "spc/import_progress.html", {"kept": kept, "percent": round(100 * kept.progress)})
        answer["Refresh"] = "1"
        return answer
    if kept.stage == "running":
        kept.stage, kept.message = "guessed", _("The import was interrupted; nothing was read. Start it again.")
        kept.save()
    messages.error(request, kept.message)
    return HttpResponseRedirect(reverse("spc-import-file", args=[token]))


# ---------- batches ----------


@policy(INSIDERS)
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """Everything that came in, the newest first."""
    before = request.GET.get("before", "")
    rows = Batch.objects.select_related("recorded_by")
    if before.isascii() and before.isdigit() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: BATCHES + 1])
    told = {"batches": shown[:BATCHES], "earlier": shown[BATCHES - 1].pk if len(shown) > BATCHES else None}
    return render(request, "spc/batches.html", told)


@policy(INSIDERS)
@require_GET
def batch(request: HttpRequest, uid: Any) -> HttpResponse:
    """One batch: who, when, how it was read, and of which characteristics."""
    row = Batch.objects.select_related("recorded_by").filter(uid=uid).first()
    if row is None:
        raise Http404
    layout = Layout.from_json(row.layout) if row.layout else None
    told = {"batch": row, "layout": layout, "characteristics": characteristics_in(row, request)}
    return render(request, "spc/batch.html", told)


def characteristics_in(row: Batch, request: HttpRequest) -> list[dict[str, Any]] | None:
    """Which characteristics a batch speaks of, of those one may see; None where the batch is too large to look."""
    if row.rows > NAMED_UP_TO:
        return None
    if row.sealed_in:
        wanted = ("row", "characteristic", "sequence", "value")
        sealed = [segment for segment in live_segments() if segment.sha256 == row.sealed_in]
        columns = scan(folder(), sealed or live_segments(), columns=wanted).columns
    else:
        columns = hot_columns(HotRow.objects.filter(batch=row))
    mine = columns.take((columns.row >= row.first_row) & (columns.row <= row.last_row))
    keys, inverse, counts = np.unique(mine.characteristic, return_inverse=True, return_counts=True)
    missing = np.bincount(inverse, weights=np.isnan(mine.value), minlength=keys.size).astype(int)
    numbers = {k: (int(c), int(m)) for k, c, m in zip(keys.tolist(), counts, missing, strict=True)}
    seen = registry.get("characteristic").rows().filter(visible(request.standing))
    found: list[dict[str, Any]] = []
    for start in range(0, len(numbers), 500):
        some = seen.filter(pk__in=list(numbers)[start : start + 500]).order_by("number")
        found += [{"row": r, "n": numbers[r.pk][0], "missing": numbers[r.pk][1]} for r in some]
    return found
