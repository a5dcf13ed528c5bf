"""Two people at one record: what others changed since somebody looked is neither overwritten nor signed unseen."""

from collections.abc import Mapping
from typing import Any

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.trail.unit import Unit as Work

from . import history
from .content import current_state
from .errors import Conflict


def check_no_conflict(row: Any, seen: int, mine: Mapping[str, Any], work: Work) -> None:
    """Fields that both sides changed since the revision the editor saw."""
    both = history.fields_changed_since(row, seen, current_state(row, work)) & set(mine)
    if both:
        spec = row.spec
        theirs = {name: spec.by_name[name].read(row) for name in sorted(both)}
        raise Conflict(row.revision, theirs, {name: mine[name] for name in sorted(both)})


def check_seen(row: Any, revision: int | None, standing: Standing, work: Work) -> None:
    """Nobody takes a step, and nobody signs, on content that changed since they looked."""
    if revision is None or revision == row.revision:
        return
    spec = row.spec
    changed = sorted(history.fields_changed_since(row, revision, current_state(row, work)) & set(spec.content_fields))
    if changed:
        fields = [spec.by_name[name] for name in changed if name in spec.by_name]
        shown = {f.name: f.visible_to is None or f.visible_to.allows(standing, row) for f in fields}
        raise Conflict(row.revision, {f.name: f.read(row) if shown[f.name] else None for f in fields}, {})
