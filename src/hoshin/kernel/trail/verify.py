"""Verification in place: the ledger by itself, and every current row, file and segment against the ledger."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction

from hoshin.ledger.commitments import COMMITTED, commitment
from hoshin.ledger.merkle import Frontier, root_of
from hoshin.ledger.values import written
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
from .append import TILE, newest_states, parse
from .models import CheckpointRow, Entry, Head, OpeningRow, Regulated, Tile
from .state import Committed, is_missing

SLICE = 500
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
)

# Checks of what higher floors keep outside their rows (files, segments); each is given the report.
_further: list[Callable[[Report], None]] = []


def also_verify(check: Callable[[Report], None]) -> Callable[[Report], None]:
    """Declare a check that ``hoshin verify`` runs too."""
    if check not in _further:
        _further.append(check)
    return check


def verify(*, reconcile: bool = True) -> Report:
    """Everything, on one snapshot: the report names whatever differs."""
    using = settings.HOSHIN_READS
    with transaction.atomic(using=using):
        head = Head.objects.using(using).get()
        report = Report(head.origin)
        report.facts["origin"], report.facts["entries"] = head.origin, head.size
        for name in sorted(triggers.missing()):
            report.add("trigger", name, "the database trigger that keeps the ledger append-only is missing")
        erased = _verify_entries(head, report, using)
        _verify_openings(report, erased, using)
        if reconcile:
            for model in subject_types():
                _reconcile(model, report, using)
            _subjects_without_rows(report, using)
            for check in _further:
                check(report)
    return report


def _verify_entries(head: Head, report: Report, using: str) -> set[str]:
    """Leaves, chain, tree, tiles, checkpoints, and the columns that repeat what the leaves say."""
    signed = [
        parse_signed(f"checkpoint of {row.size}", row.note)
        for row in CheckpointRow.objects.using(using).order_by("size")
    ]
    chain = Chain(report, head.origin, {s.checkpoint.size for s in signed if s.checkpoint})
    erased: set[str] = set()
    tile: list[bytes] = []
    tiles = {index: bytes(root) for index, root in Tile.objects.using(using).values_list("index", "root")}
    for row in Entry.objects.using(using).order_by("seq").values_list(*COLUMNS).iterator(chunk_size=2000):
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
    chain.finish(bytes(head.last_leaf).hex() or None)
    frontier = Frontier.from_bytes(bytes(head.frontier)) if head.size else Frontier()
    if (chain.frontier.size, chain.frontier.root()) != (head.size, frontier.root()):
        report.add("head", head.size, f"{chain.frontier.size} entries lie there, or their root is not the head's")
    _verify_checkpoints(signed, chain, head, report)
    return erased


def _compare_columns(row: tuple, leaf: Any, report: Report) -> None:
    seq, data, leaf_hash, state, subject_type, subject_uid, revision, record_uid, action, actor_uid = row
    told = {
        "subject_type": json.loads(leaf["subject_type"]),
        "subject_uid": json.loads(leaf["subject_uid"]),
        "revision": int(leaf["revision"]) if leaf["revision"] else None,
        "record_uid": json.loads(leaf["record"]) if leaf["record"] else None,
        "action": json.loads(leaf["action"]),
        "actor_uid": json.loads(leaf["actor"]).get("uid"),
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
    trusted = trusted_keys(report, [keys.public_line(head.origin)], [])
    for one in signed:
        report.count("checkpoints")
        check_signatures(report, one, trusted, head.origin)
        checkpoint = one.checkpoint
        if checkpoint is None:
            continue
        if checkpoint.size > chain.frontier.size:
            report.add(
                "checkpoint", checkpoint.size, f"covers {checkpoint.size} entries; only {chain.frontier.size} are left"
            )
        elif chain.roots.get(checkpoint.size) != checkpoint.root:
            report.add(
                "checkpoint", checkpoint.size, f"the first {checkpoint.size} entries are not those that were signed"
            )


def _verify_openings(report: Report, erased: set[str], using: str) -> None:
    wanted: dict[str, int] = {}
    for seq, state, leaf in (
        Entry.objects.using(using).order_by("seq").values_list("seq", "state", "leaf").iterator(chunk_size=2000)
    ):
        for data in (state, leaf):
            if data is not None:
                for found in _commitments(bytes(data)):
                    wanted.setdefault(found, seq)
    for row in OpeningRow.objects.using(using).iterator(chunk_size=2000):
        report.count("openings")
        if commitment_of(bytes(row.value), bytes(row.salt)) != row.commitment:
            report.add(
                "opening",
                row.commitment,
                f"does not open the commitment of entry {wanted.get(row.commitment, '?')} at {row.place}",
            )
        if row.commitment in erased:
            report.add("opening", row.commitment, "was erased by an entry and is still there")
        wanted.pop(row.commitment, None)
    for gone, seq in wanted.items():
        if gone in erased:
            report.note("opening", gone, f"of entry {seq} was erased, as an entry says")
        else:
            report.add("opening", gone, f"of entry {seq} is missing, and no entry says that it was erased")


def _commitments(data: bytes) -> Iterator[str]:
    at = data.find(b'{"#":"')
    while at >= 0:
        yield data[at + 6 : at + 70].decode("ascii", "replace")
        at = data.find(b'{"#":"', at + 70)


def subject_types() -> list[type[Regulated]]:
    """Every type of subject whose rows are reconciled."""
    return [model for model in apps.get_models() if issubclass(model, Regulated) and model.reconciled]


def _reconcile(model: type[Regulated], report: Report, using: str) -> None:
    for rows in model.sets_of_rows(SLICE, using):
        states = {uid: parse(state) for uid, state in newest_states([row.uid for row in rows], using=using)}
        openings = _openings_in(states.values(), using)
        for row, plain in zip(rows, model.states_of(rows), strict=True):
            report.count("rows")
            name = f"{model.subject} {row}"
            if row.uid not in states:
                report.add("row", str(row.uid), f"{name}: stands in the database, and no entry tells of it")
                continue
            for path, what in differing(plain, states[row.uid], openings):
                report.add("row", f"{row.uid} {path}", f"{name}: {path} {what}")


def _openings_in(documents: Iterable[dict], using: str) -> dict[str, tuple[bytes, bytes]]:
    wanted = list(
        {
            found
            for document in documents
            for found in _commitments(json.dumps(document, separators=(",", ":")).encode())
        }
    )
    found: dict[str, tuple[bytes, bytes]] = {}
    for start in range(0, len(wanted), SLICE):
        rows = OpeningRow.objects.using(using).filter(commitment__in=wanted[start : start + SLICE])
        found.update({row.commitment: (bytes(row.salt), bytes(row.value)) for row in rows})
    return found


def differing(plain: Any, sealed: Any, openings: dict, path: str = "") -> Iterator[tuple[str, str]]:
    """Where a row's present state is not the one its newest entry commits to."""
    if is_missing(plain) and sealed in (None, {}, []):
        return
    if isinstance(sealed, dict) and set(sealed) == {COMMITTED}:
        value = plain.value if isinstance(plain, Committed) else plain
        opening = openings.get(sealed[COMMITTED])
        if opening is not None and commitment(written(value), opening[0]) != sealed[COMMITTED]:
            yield path, "was changed past the doors: it is not the value the ledger commits to"
        return
    if isinstance(sealed, dict) and isinstance(plain, dict):
        for key in sorted({*plain, *sealed}):
            yield from differing(plain.get(key), sealed.get(key), openings, f"{path}.{key}" if path else key)
        return
    if isinstance(plain, list | tuple):
        sealed = sealed or []
        if len(sealed) != len(plain):
            yield path, f"has {len(plain)} lines, the ledger {len(sealed)}"
            return
        for place, (mine, kept) in enumerate(zip(plain, sealed, strict=True)):
            yield from differing(mine, kept, openings, f"{path}[{place}]")
        return
    value = plain.value if isinstance(plain, Committed) else plain
    if written(value) != sealed:
        yield path, f"was changed past the doors: it is {written(value)!r}, the ledger says {sealed!r}"


def _subjects_without_rows(report: Report, using: str) -> None:
    """Subjects the ledger tells of and the database has lost."""
    models = {model.subject: model for model in subject_types()}
    for subject, model in models.items():
        told = (
            Entry.objects.using(using)
            .filter(subject_type=subject, state__isnull=False)
            .values_list("subject_uid", flat=True)
            .distinct()
        )
        there = set(model.objects.using(using).values_list("uid", flat=True))
        for uid in told.iterator(chunk_size=2000):
            if uid not in there:
                report.add("row", str(uid), f"{subject}: the ledger tells of it, and it is gone from the database")
