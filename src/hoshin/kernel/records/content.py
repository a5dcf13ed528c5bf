"""What a signature stands for: the declared fields, lines and files of a record's state, as one hash."""

from collections.abc import Iterable, Mapping
from typing import Any

from hoshin.kernel.trail.unit import Unit as Work
from hoshin.kernel.trail.unit import latest_states
from hoshin.ledger.state import signed_content


def content_hash(state: Mapping[str, Any], fields: Iterable[str], revision: int) -> str:
    """What a signature of ``revision`` covers, taken from a state that may be a later one."""
    return signed_content({**state, "revision": revision}, list(fields))


def current_state(row: Any, work: Work | None = None) -> dict:
    """The sealed state of a record: the one this unit of work has written, or the ledger's newest."""
    pending = work.pending_state(row.uid) if work is not None else None
    return pending if pending is not None else latest_states([row.uid])[row.uid]
