"""What a signature stands for: the declared fields, lines and files of a record's state, as one hash."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from hoshin.kernel.trail.unit import Unit as Work
from hoshin.kernel.trail.unit import latest_states
from hoshin.ledger.canonical import canonical


def content_document(state: Mapping[str, Any], fields: Iterable[str], revision: int) -> dict:
    """The part of a sealed state document that a signature covers. Workflow columns are not in it."""
    names = set(fields)
    told = {
        "uid": state["uid"],
        "kind": state["kind"],
        "revision": revision,
        "fields": {name: value for name, value in state.get("fields", {}).items() if name in names},
        "parts": {name: lines for name, lines in state.get("parts", {}).items() if name in names},
        "files": state.get("files", []),
    }
    return {name: value for name, value in told.items() if value not in ({}, [])}


def content_hash(state: Mapping[str, Any], fields: Iterable[str], revision: int) -> str:
    return hashlib.sha256(canonical(content_document(state, fields, revision))).hexdigest()


def current_state(row: Any, work: Work | None = None) -> dict:
    """The sealed state of a record: the one this unit of work has written, or the ledger's newest."""
    pending = work.pending_state(row.uid) if work is not None else None
    return pending if pending is not None else latest_states([row.uid])[row.uid]
