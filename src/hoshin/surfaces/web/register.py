"""The action register: every task of every source, with age, risk, owner, moved dates and site."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.organization.models import Unit, UnitWithin
from hoshin.kernel.records import registry
from hoshin.kernel.records.field_types import PERSON, UNIT, BadValue
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.record import Priority
from hoshin.kernel.records.tasks import CANCELLED, DONE, OPEN, Task
from hoshin.kernel.trail import clock

from .addresses import url_of, visible_records
from .forms.references import find
from .listing.filters import Choice, with_value
from .shown import due_words

SIZE = 50
STATES = {OPEN: gettext_lazy("Open"), DONE: gettext_lazy("Done"), CANCELLED: gettext_lazy("Cancelled")}
ORDERS = {
    "due": "due_at", "risk": "record__priority", "moved": "moved", "escalation": "escalation", "assignee": "assignee__name",
    "title": "title", "age": "record__created_at", "site": "record__unit__name",
}  # fmt: skip
WHO = FieldSpec("assignee", PERSON, gettext_lazy("Who"))


@dataclass(frozen=True)
class Action:
    """One task as the register shows it."""

    task: Task
    url: str
    record_url: str
    age: int
    words: str
    mood: str
    priority: int


@policy(SIGNED_IN)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The quality manager's daily screen."""
    problems: list[str] = []
    kept = filtered(request, problems)
    count = kept.count()
    number = request.GET.get("page", "1")
    page = min(
        max(1, int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1),
        max(1, -(-count // SIZE)),
    )
    sort = request.GET.get("sort", "due")
    rows = kept.select_related("record__unit", "record__owner", "assignee").order_by(*_order(sort))
    told = {
        "actions": [action(task) for task in rows[(page - 1) * SIZE : page * SIZE]], "count": count, "problems": problems,
        "controls": controls(request), "first": (page - 1) * SIZE + 1 if count else 0, "last": min(page * SIZE, count),
        "heads": heads(request, sort),
        "previous_url": _page(request, page - 1) if page > 1 else "",
        "next_url": _page(request, page + 1) if page * SIZE < count else "", "views": _views(request),
    }  # fmt: skip
    return render(request, "web/register.html", told, status=422 if problems else 200)


def heads(request: HttpRequest, sort: str) -> dict[str, dict[str, str]]:
    """The address and order of each column's head."""
    made = {}
    for name in ORDERS:
        url = with_value(request.GET, sort=f"-{name}" if sort == name else name)
        made[name] = {"url": url, "order": _direction(sort, name)}
    return made


def _page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _direction(sort: str, name: str) -> str:
    return {name: "ascending", f"-{name}": "descending"}.get(sort, "")


def _order(sort: str) -> list[Any]:
    path = F(ORDERS.get(sort.removeprefix("-"), "due_at"))
    return [path.desc(nulls_last=True) if sort.startswith("-") else path.asc(nulls_last=True), "id"]


def all_visible(request: HttpRequest) -> QuerySet:
    """Tasks of records one may see; asked per task, so that it costs by tasks and not by records."""
    return Task.objects.filter(Exists(visible_records(request).filter(uid=OuterRef("record"))))


def filtered(request: HttpRequest, problems: list[str]) -> QuerySet:
    kept, query = all_visible(request), request.GET
    state = query.get("state", OPEN)
    if state in STATES:
        kept = kept.filter(state=state)
    elif state != "all":
        problems.append(_("“%(found)s” is not a state of tasks.") % {"found": state})
    try:
        kept = kept.filter(_asked(request))
    except BadValue as bad:
        problems.append(str(bad))
    return kept.none() if problems else kept


def _asked(request: HttpRequest) -> Q:
    """What else the address narrows the register to."""
    query, asked = request.GET, Q()
    if query.get("late") == "yes":
        asked &= Q(state=OPEN, due_at__lte=clock.now())
    if query.get("mine") == "yes":
        asked &= Q(assignee=request.standing.uid)
    if query.get("moved") == "yes":
        asked &= Q(moved__gt=0)
    if query.get("escalated") == "yes":
        asked &= Q(escalation__gt=0)
    if purpose := query.get("purpose"):
        asked &= Q(purpose=purpose)
    if kind := query.get("kind"):
        asked &= Q(record__kind=kind)
    if priority := query.get("priority"):
        asked &= Q(record__priority=priority if priority in {str(value) for value in Priority.values} else -1)
    if text := query.get("q", "").strip():
        asked &= Q(title__icontains=text) | Q(record__title__icontains=text) | Q(record__number__istartswith=text)
    if unit := query.get("unit"):
        within = UnitWithin.objects.filter(whole=UNIT.parse(unit, None)).values_list("unit", flat=True)
        asked &= Q(record__unit__in=list(within))
    if who := query.get("assignee", "").strip():
        asked &= Q(assignee=_person(request, who))
    return asked


def _person(request: HttpRequest, text: str) -> Any:
    found = find([(WHO, text)], request.standing)
    for problem in found.problems.values():
        raise BadValue(problem)
    return found.uids[PERSON.name, text]


def action(task: Task) -> Action:
    record = task.record
    is_open = task.state == OPEN
    words, mood = due_words(task.due_on, task.due_at, is_open)
    age = (clock.now() - record.created_at).days
    pressed = (
        1
        if mood == "late" or record.priority >= Priority.CRITICAL
        else 2
        if mood or record.priority == Priority.HIGH
        else 3
    )
    mark = pressed if is_open else 0
    return Action(task, f"{url_of(record)}tasks/{task.uid}", url_of(record), age, words, mood, mark)


def controls(request: HttpRequest) -> list[Choice]:
    query = request.GET
    units = [(str(uid), name) for uid, name in Unit.objects.order_by("code").values_list("uid", "name")]
    kinds = [(spec.name, str(spec.label)) for spec in registry.every()]
    states = [("all", _("All")), *((name, str(label)) for name, label in STATES.items())]
    purposes = [(value, str(label)) for value, label in Task.Purpose.choices]
    priorities = [(str(value), str(label)) for value, label in Priority.choices]
    return [
        Choice("q", _("Text"), "text", query.get("q", "")),
        Choice("state", _("State"), "select", query.get("state", OPEN), states),
        Choice("assignee", _("Who"), "person", query.get("assignee", "")),
        Choice("unit", _("Site or unit"), "select", query.get("unit", ""), units),
        Choice("kind", _("Source"), "select", query.get("kind", ""), kinds),
        Choice("purpose", _("Purpose"), "select", query.get("purpose", ""), purposes),
        Choice("priority", _("Risk"), "select", query.get("priority", ""), priorities),
    ]


def _views(request: HttpRequest) -> list[dict[str, Any]]:
    here = request.GET.urlencode()
    views = (
        (_("Open"), ""), (_("Mine"), "mine=yes"), (_("Late"), "late=yes"), (_("Moved"), "moved=yes"),
        (_("Escalated"), "escalated=yes"), (_("Done"), "state=done"),
    )  # fmt: skip
    return [{"label": label, "url": f"?{query}", "current": here == query} for label, query in views]
