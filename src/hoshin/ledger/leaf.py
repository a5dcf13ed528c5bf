"""Leaves: the canonical bytes of one entry, as the tree hashes them."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from hoshin.ledger.canonical import canonical
from hoshin.ledger.values import instant
from hoshin.ledger.verifier import ACTOR_TYPES, ERASED, FORMAT, INTEGER_LIMIT, LEAF_FIELDS, encode, match_leaf

__all__ = ["ACTOR_TYPES", "ERASED", "leaf"]


def leaf(
    *,
    origin: str,
    seq: int,
    previous: bytes | None,
    recorded_at: dt.datetime,
    actor: dict[str, str],
    action: str,
    subject: dict[str, str],
    record: str | None = None,
    revision: int | None = None,
    occurred_at: dt.datetime | None = None,
    reason: str | dict | None = None,
    state: str | None = None,
    files: Iterable[str] = (),
    segments: Iterable[str] = (),
    batch: str | None = None,
    detail: Any = None,
) -> bytes:
    """The leaf of entry `seq`, counted from 0; `previous` is the leaf hash of entry `seq` - 1.

    `subject` is {"type", "uid"} of what changed, `revision` and `state` its revision and the hash of its state
    document after the change, `record` the uid of the record it belongs to. Free text in `reason` and `detail` is
    committed by the caller.
    """
    entry = {
        "action": action,
        "actor": _without_missing(actor),
        "batch": batch,
        "detail": detail,
        "files": sorted(set(files)) or None,
        "format": FORMAT,
        "occurred_at": occurred_at and instant(occurred_at),
        "origin": origin,
        "previous": previous and previous.hex(),
        "reason": reason,
        "record": record,
        "recorded_at": instant(recorded_at),
        "revision": revision,
        "segments": sorted(set(segments)) or None,
        "seq": seq,
        "state": state,
        "subject": subject,
    }
    entry = _without_missing(entry)
    _require_place(seq, previous, revision, state)
    return _checked(entry)


def _checked(entry: dict) -> bytes:
    # The pattern of a leaf refuses whatever is not canonical, `detail` apart; walking the entry again would cost more
    # than all the rest.
    try:
        detail = canonical(entry["detail"]).decode() if "detail" in entry else None
        text = encode(entry)
        found = match_leaf(text)
        if found and found["detail"] == detail:
            return text.encode("utf-8")
    except (TypeError, UnicodeEncodeError):
        canonical(entry)
        raise
    raise ValueError(_wrong_field(entry))


def _without_missing(members: dict) -> dict:
    return {name: value for name, value in members.items() if value is not None}


def _require_place(seq: int, previous: bytes | None, revision: int | None, state: str | None) -> None:
    if not 0 <= seq < INTEGER_LIMIT:
        raise ValueError(f"seq is {seq}; entries are counted from 0")
    if (seq == 0) != (previous is None):
        raise ValueError(f"entry {seq} {'has no' if seq == 0 else 'needs the hash of the'} previous entry")
    if revision is not None and not 0 <= revision < INTEGER_LIMIT:
        raise ValueError(f"revision is {revision}; expected a whole number from 0")
    if state is not None and revision is None:
        raise ValueError("a state is the state of a revision; give both")


def _wrong_field(entry: dict) -> str:
    for name, _, pattern in LEAF_FIELDS:
        if name in entry and not re.fullmatch(pattern, canonical(entry[name]).decode(), re.DOTALL):
            return f"{name} of a leaf cannot be {entry[name]!r}; FORMAT.md (Leaves) says what it may be"
    return f"not a leaf: {sorted(entry)}"
