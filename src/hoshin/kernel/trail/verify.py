"""Verification in place: the ledger by itself, and every current row, file and segment against the ledger."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import transaction

from hoshin.ledger.commitments import COMMITTED
from hoshin.ledger.merkle import Frontier, root_of
from hoshin.ledger.values import instant
from hoshin.ledger.verifier import (
    ERASED,
    Chain,
    Report,
    check_signatures,
    commitment_of,
    parse_signed,
    trusted_keys,
)

from . import keys, triggers
from .append import TILE, parse
from .models import UNREADABLE, CheckpointRow, Entry, Head, OpeningRow, Tile
from .reconciliation import reconcile as reconcile_rows

COLUMNS = (
    "seq",
    "leaf",
    "leaf_hash",
    "state",
    "subject_type",
    "subject_uid",
    "revision",
    "record_uid",
    "action",
    "actor_uid",
    "recorded_at",
)
# The first of them are bytes and a number, which any reader can read.
BYTES = 4
SLICE = 2_000

MARK = b'{"#":"'

# Checks of what higher floors keep outside their rows (files, segments); each is given the report.
_further: list[Callable[[Report], None]] = []


def also_verify(check: Callable[[Report], None]) -> Callable[[Report], None]:
    """Declare a check that ``hoshin verify`` runs too."""
    if check not in _further:
        _further.append(check)
    return check


def further_checks() -> tuple[Callable[[Report], None], ...]:
    return tuple(_further)


def verify(*, reconcile: bool = True) -> Report:
    """Everything, on one snapshot: the report names whatever differs."""
    using = settings.HOSHIN_READS
    with transaction.atomic(using=using):
        head = Head.objects.using(using).get()
        report = Report(head.origin)
        report.facts["origin"], report.facts["entries"] = head.origin, head.size
        for name in sorted(triggers.missing()):
            report.add("trigger", name, "the database trigger that keeps the ledger append-only is missing or altered")
        erased = _verify_entries(head, report, using)
        _attempt(report, "openings", lambda: _verify_openings(report, erased, using))
        if reconcile:
            _attempt(report, "rows", lambda: reconcile_rows(report, using))
            for check in _further:
                _attempt(report, check.__name__, lambda check=check: check(report))
    return report


def _attempt(report: Report, name: str, check: Callable[[], None]) -> None:
    """A value that cannot even be read must not keep the other checks from being made."""
    try:
        check()
    except UNREADABLE as unreadable:
        report.add("check", name, f"could not be finished, something was changed past the doors: {unreadable}")


def _verify_entries(head: Head, report: Report, using: str) -> set[str]:
    """Leaves, chain, tree, tiles, checkpoints, and the columns that repeat what the leaves say."""
    signed = [parse_signed(_name_of(row.size), row.note) for row in CheckpointRow.objects.using(using).order_by("size")]
    chain = Chain(report, head.origin, {s.checkpoint.size for s in signed if s.checkpoint})
    erased: set[str] = set()
    tile: list[bytes] = []
    tiles = {index: bytes(root) for index, root in Tile.objects.using(using).values_list("index", "root")}
    for row in _entries(using):
        leaf = chain.read(bytes(row[1]))
        report.count("entries")
        if leaf is not None:
            _compare_columns(row, leaf, report)
            if leaf["action"] == f'"{ERASED}"':
                erased.update(json.loads(leaf["detail"])["commitments"])
        tile.append(bytes(row[2]))
        if len(tile) == TILE:
            index = row[0] // TILE
            if tiles.get(index) != root_of(tile):
                report.add("tile", index, "the kept root of these 256 leaves is not theirs")
            tile = []
    for index in sorted(set(tiles) - set(range(chain.frontier.size // TILE))):
        report.add("tile", index, "stands for leaves that are not there")
    chain.finish(bytes(head.last_leaf).hex() or None)
    last_at = instant(head.last_at) if head.last_at else ""
    if chain.time.strip('"') != last_at:
        report.add("head", head.size, f"says the newest entry is of {last_at}, the entry of {chain.time}")
    if (chain.frontier.size, chain.frontier.root()) != (head.size, _root_of(head)):
        report.add("head", head.size, f"{chain.frontier.size} entries lie there, or their root is not the head's")
    _verify_checkpoints(signed, chain, head, report)
    return erased


def _root_of(head: Head) -> bytes | None:
    try:
        return Frontier.from_bytes(bytes(head.frontier)).root() if head.size else Frontier().root()
    except ValueError:
        return None


def _checkpoints(report: Report, using: str) -> Iterator[Any]:
    for size, note in CheckpointRow.objects.using(using).order_by("size", "id").values_list("size", "note"):
        try:
            yield parse_signed(_name_of(size), note)
        except ValueError as broken:
            report.add("checkpoint", size, f"is not a signed note: {broken}")


def _entries(using: str) -> Iterator[tuple]:
    """The entries in their order; where columns cannot be read they are left empty, and so differ from the leaf."""
    rows, last = Entry.objects.using(using).order_by("seq"), None
    while found := _some_entries(rows if last is None else rows.filter(seq__gt=last)):
        yield from found
        last = found[-1][0]


def _some_entries(rows: Any) -> list[tuple]:
    try:
        return list(rows.values_list(*COLUMNS)[:SLICE])
    except UNREADABLE:
        return [_entry(rows.filter(seq=seq)) for seq in rows.values_list("seq", flat=True)[:SLICE]]


def _entry(row: Any) -> tuple:
    try:
        return row.values_list(*COLUMNS).get()
    except UNREADABLE:
        return (*row.values_list(*COLUMNS[:BYTES]).get(), *[None] * (len(COLUMNS) - BYTES))


def _compare_columns(row: tuple, leaf: Any, report: Report) -> None:
    seq, data, leaf_hash, state, subject_type, subject_uid, revision, record_uid, action, actor_uid, recorded_at = row
    told = {
        "subject_type": json.loads(leaf["subject_type"]),
        "subject_uid": json.loads(leaf["subject_uid"]),
        "revision": int(leaf["revision"]) if leaf["revision"] else None,
        "record_uid": json.loads(leaf["record"]) if leaf["record"] else None,
        "action": json.loads(leaf["action"]),
        "actor_uid": json.loads(leaf["actor"]).get("uid"),
        "recorded_at": json.loads(leaf["recorded_at"]),
        "state": json.loads(leaf["state"]) if leaf["state"] else None,
        "leaf_hash": hashlib.sha256(b"\x00" + bytes(data)).hexdigest(),
    }
    found = {
        "subject_type": subject_type,
        "subject_uid": str(subject_uid),
        "revision": revision,
        "record_uid": str(record_uid) if record_uid else None,
        "action": action,
        "actor_uid": actor_uid,
        "recorded_at": instant(recorded_at) if recorded_at else None,
        "state": hashlib.sha256(bytes(state)).hexdigest() if state is not None else None,
        "leaf_hash": bytes(leaf_hash).hex(),
    }
    for name, expected in told.items():
        if found[name] != expected:
            report.add(
                "state" if name == "state" else "column",
                f"{seq}.{name}",
                f"says {found[name]!r}, the leaf {expected!r}",
            )


def _verify_checkpoints(signed: Iterable[Any], chain: Chain, head: Head, report: Report) -> None:
    trusted = trusted_keys(report, _own_key(head, report), [])
    for one in signed:
        report.count("checkpoints")
        check_signatures(report, one, trusted, head.origin)
        checkpoint = one.checkpoint
        if checkpoint is None:
            continue
        if one.name != _name_of(checkpoint.size):
            report.add("checkpoint", checkpoint.size, f"is kept as the {one.name}")
        if checkpoint.size > chain.frontier.size:
            report.add(
                "checkpoint", checkpoint.size, f"covers {checkpoint.size} entries; only {chain.frontier.size} are left"
            )
        elif chain.roots.get(checkpoint.size) != checkpoint.root:
            report.add(
                "checkpoint", checkpoint.size, f"the first {checkpoint.size} entries are not those that were signed"
            )


def _name_of(size: int) -> str:
    return f"checkpoint of {size}"


def _own_key(head: Head, report: Report) -> list[str]:
    try:
        return [keys.public_line(head.origin)]
    except keys.NoKey as gone:
        report.add("key", keys.key_file().name, str(gone))
        return []


def _verify_openings(report: Report, erased: set[str], using: str) -> None:
    wanted = _committed(using)
    there: set[str] = set()
    for row in OpeningRow.objects.using(using).iterator(chunk_size=2000):
        report.count("openings")
        seq, subject, place = wanted.get(row.commitment, ("?", None, None))
        if commitment_of(bytes(row.value), bytes(row.salt)) != row.commitment:
            report.add("opening", row.commitment, f"does not open the commitment of entry {seq} at {row.place}")
        elif (row.subject_uid, row.place) != (subject, place):
            # Erasure and exports choose openings by subject and place.
            report.add("opening", row.commitment, f"stands for {row.subject_uid} {row.place}, not {subject} {place}")
        if row.commitment in erased:
            report.add("opening", row.commitment, "was erased by an entry and is still there")
        there.add(row.commitment)
    for gone in wanted.keys() - there:
        seq = wanted[gone][0]
        if gone in erased:
            report.note("opening", gone, f"of entry {seq} was erased, as an entry says")
        else:
            report.add("opening", gone, f"of entry {seq} is missing, and no entry says that it was erased")


def _committed(using: str) -> dict[str, tuple[int, Any, str]]:
    """Each commitment in the ledger: the entry it first stands in, its subject and its place in the document."""
    found: dict[str, tuple[int, Any, str]] = {}
    entries = Entry.objects.using(using).order_by("seq").values_list("seq", "subject_uid", "state", "leaf")
    for seq, subject, state, leaf in entries.iterator(chunk_size=2000):
        for data in (state, leaf):
            # Most leaves commit to nothing; looking for the mark is far cheaper than reading them.
            if data is not None and MARK in bytes(data):
                for commitment, place in _places(_readable(bytes(data)), ""):
                    found.setdefault(commitment, (seq, subject, place))
    return found


def _readable(data: bytes) -> Any:
    try:
        return parse(data)
    except ValueError:  # an altered leaf or state; what reads the chain has named it
        return None


def _places(document: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(document, dict):
        if set(document) == {COMMITTED}:
            yield document[COMMITTED], place
            return
        for name, value in document.items():
            yield from _places(value, f"{place}.{name}" if place else name)
    elif isinstance(document, list):
        for value in document:
            yield from _places(value, place)
