"""What the demonstration holds, counted, and who can sign in; the documentation's table is held against it."""

from hoshin.kernel.measuring.models import Batch, HotRow, SegmentRow
from hoshin.kernel.organization.models import Delegation, Person, Unit
from hoshin.kernel.organization.roles import ROLES
from hoshin.kernel.records import registry
from hoshin.kernel.records.attachments import Attachment
from hoshin.kernel.records.comments import Comment
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.links import Link
from hoshin.kernel.records.record import FormRecord
from hoshin.kernel.records.signatures import Signature
from hoshin.kernel.records.tasks import Task

from . import cast


def kinds() -> list[KindSpec]:
    """The kinds of the house, without those made from plain data."""
    return [
        spec
        for spec in registry.every()
        if spec.model is not FormRecord and spec.model.__module__.startswith("hoshin.")
    ]


def inventory() -> dict[str, int]:
    """How many of everything, by the words the documentation uses."""
    counts = {
        "people": Person.objects.count(),
        "units": Unit.objects.count(),
        "delegations": Delegation.objects.count(),
    }
    counts |= {str(spec.label_plural): spec.rows().count() for spec in kinds()}
    sealed = sum(row.rows for row in SegmentRow.objects.filter(live=True))
    return counts | {
        "tasks": Task.objects.count(),
        "comments": Comment.objects.count(),
        "attachments": Attachment.objects.filter(removed=False).count(),
        "links": Link.objects.count(),
        "signatures": Signature.objects.count(),
        "files of measurements": Batch.objects.count(),
        "measurements": sealed + HotRow.objects.count(),
    }


def states() -> dict[str, dict[str, int]]:
    """How many records of each kind are in each state."""
    found: dict[str, dict[str, int]] = {}
    for spec in kinds():
        by_state = found.setdefault(spec.name, {})
        for state in spec.rows().values_list("state", flat=True):
            by_state[state] = by_state.get(state, 0) + 1
    return found


def who_can_sign_in() -> str:
    """A short table: a few of each role."""
    chosen: dict[str, list[cast.Part]] = {}
    for part in cast.CAST:
        chosen.setdefault(part.role, []).append(part)
    rows = [(str(ROLES[role].label), part.username, part.does) for role, parts in chosen.items() for part in parts[:2]]
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    lines = [f"  {role:<{widths[0]}}  {username:<{widths[1]}}  {does}" for role, username, does in rows]
    return "\n".join(
        [f"Everybody's password is {cast.PASSWORD} (invented people; docs/demo.md lists all of them):", *lines]
    )
