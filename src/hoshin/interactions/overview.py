"""Where quality stands, for those who lead it: a few figures over all they see, and the exceptions that matter most."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.access.policy import holding
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.records import registry
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.work import asks_for_something
from hoshin.kernel.trail import clock
from hoshin.methods.effectiveness.models import FAILED, PASSED, EffectivenessCheck
from hoshin.processes.nonconformity.models import Nonconformity, Severity
from hoshin.surfaces.web.addresses import url_of
from hoshin.surfaces.web.pages import Figure, home_panel
from hoshin.surfaces.web.shown import due_words

EXCEPTIONS = 3
KINDS = ("alert", "nonconformity", "capa")


def list_of(kind: str, query: str) -> str:
    return f"{reverse('records', args=[registry.get(kind)])}?{query}"


def overview(request: HttpRequest) -> dict[str, Any]:
    """The figures, each with the list it counts, and the three gravest open records."""
    seen = Q(visible(request.standing))
    waiting = Record.objects.filter(asks_for_something(), seen, kind__in=KINDS)
    gravest = waiting.select_related("owner").order_by("-priority", F("due_at").asc(nulls_last=True), "pk")[:EXCEPTIONS]
    return {
        "figures": [_alerts(seen), _grave(seen), _late_capas(seen), _proven(seen)],
        "exceptions": [
            (record, registry.get(record.kind), url_of(record), *due_words(record.due_on, record.due_at))
            for record in gravest
        ],
    }


def _alerts(seen: Q) -> Figure:
    count = Record.objects.filter(seen, kind="alert", closed_at=None).count()
    note = _("processes out of control") if count else _("every watched process is in control")
    return Figure(count, _("alerts open"), list_of("alert", "state=any-open"), note, "alarm" if count else "well")


def _grave(seen: Q) -> Figure:
    grave = (Severity.MAJOR, Severity.CRITICAL)
    count = Nonconformity.objects.filter(seen, closed_at=None, severity__in=grave).count()
    url = list_of("nonconformity", f"state=any-open&severity={grave[0]}&severity={grave[1]}")
    return Figure(count, _("grave nonconformities"), url, _("major or critical, open"), "watch" if count else "well")


def _late_capas(seen: Q) -> Figure:
    count = Record.objects.filter(seen, kind="capa", closed_at=None, due_at__lte=clock.now()).count()
    return Figure(
        count, _("CAPAs late"), list_of("capa", "late=yes"), _("past their day"), "alarm" if count else "well"
    )


def _proven(seen: Q) -> Figure:
    """How many fixes the data proved; those they refuted are told beside."""
    decided = EffectivenessCheck.objects.filter(seen, state__in=(PASSED.name, FAILED.name)).values_list(
        "state", flat=True
    )
    passed = sum(state == PASSED.name for state in decided)
    note = _("of %(decided)s fixes decided by data") % {"decided": len(decided)}
    return Figure(
        passed,
        _("proven effective"),
        list_of("effectiveness_check", f"state={PASSED.name}"),
        note,
        "well" if passed else "",
    )


home_panel(
    "quality", gettext_lazy("Where quality stands"), "interactions/overview.html", overview,
    policy=holding("executive", "quality manager"), order=10, aside=False,
)  # fmt: skip
