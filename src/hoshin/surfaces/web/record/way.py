"""The workflow as a drawing, with the record's way through it."""

from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from hoshin.kernel.records.workflow import VOID
from hoshin.kernel.trail.append import parse
from hoshin.kernel.trail.models import Entry
from hoshin.surfaces.drawing import Drawing, StateBox, Way, workflow_diagram


def diagram_of(row: Any) -> Drawing:
    """The states and steps of the record's kind, the steps it took, and where it is."""
    workflow = row.spec.workflow
    travelled = _travelled(row)
    shown = {name for step in travelled for name in step} | {row.state}
    states = [StateBox(s.name, str(s.label)) for s in workflow.states if s.name != VOID or VOID in shown]
    known = {state.name for state in states}
    states += [StateBox(name, str(workflow.state(name).label)) for name in sorted(shown - known)]
    ways = [Way(s.name, t.target.name, str(t.title)) for t in workflow.transitions for s in t.sources]
    drawn = {(way.source, way.target) for way in ways}
    ways += [Way(a, b, _("void") if b == VOID else "") for a, b in dict.fromkeys(travelled) if (a, b) not in drawn]
    title = _("Workflow of %(number)s") % {"number": row.number}
    return workflow_diagram(states, ways, title=title, travelled=travelled, current=row.state)


def _travelled(row: Any) -> list[tuple[str, str]]:
    """Each step from one state to another that the ledger knows of."""
    spec = row.spec
    actions = {t.action(spec.name) for t in spec.workflow.transitions} | {f"{spec.name}.voided", f"{spec.name}.opened"}
    entries = Entry.objects.filter(subject_uid=row.uid, action__in=actions, state__isnull=False).order_by("seq")
    states = [parse(bytes(state))["fields"].get("state") for state in entries.values_list("state", flat=True)]
    return [(a, b) for a, b in pairwise(states) if a and b and a != b]
