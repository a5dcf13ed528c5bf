"""Reconciliation: every current row of a regulated type against the state its newest entry commits to."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps

from hoshin.ledger.commitments import COMMITTED, commitment
from hoshin.ledger.values import written
from hoshin.ledger.verifier import Report

from .append import parse
from .models import UNREADABLE, Entry, OpeningRow, Regulated, Unreadable
from .state import Committed, commitments_in, is_missing
from .statements import newest_states

SLICE = 500


def subject_types() -> list[type[Regulated]]:
    """Every type of subject whose rows are reconciled."""
    return [model for model in apps.get_models() if issubclass(model, Regulated) and model.reconciled]


def reconcile(report: Report, using: str, models: Iterable[type[Regulated]] | None = None) -> None:
    """Report every row that is not what the ledger says, that it does not know, or that is gone."""
    for model in subject_types() if models is None else models:
        seen: set[UUID] = set()
        for found in model.sets_of_rows(SLICE, using):
            rows = [row for row in found if not isinstance(row, Unreadable)]
            for row in found:
                if isinstance(row, Unreadable):
                    report.add(
                        "row", f"{model.subject} {row.pk}", f"was changed past the doors, cannot be read: {row.why}"
                    )
            if rows:
                _reconcile_set(model, rows, report, using)
            seen.update(row.uid for row in rows)
        _report_gone(model, seen, report, using)


def _reconcile_set(model: type[Regulated], rows: list, report: Report, using: str) -> None:
    states = {uid: parse(state) for uid, state in newest_states([row.uid for row in rows], using=using)}
    openings = openings_in(states.values(), using)
    for row, plain in zip(rows, _plain_states(model, rows, report), strict=True):
        report.count("rows")
        if row.uid not in states:
            report.add("row", str(row.uid), f"{_name_of(row)}: stands in the database, and no entry tells of it")
        elif plain is not None:
            for path, what in differing(plain, states[row.uid], openings):
                report.add("row", f"{row.uid} {path}", f"{_name_of(row)}: {path} {what}")


def _plain_states(model: type[Regulated], rows: list, report: Report) -> list[dict | None]:
    """The state of each row; where one of the set cannot be told, each by itself, so that the bad one is named."""
    try:
        return model.states_of(rows)
    except UNREADABLE:
        return [_plain_state(model, row, report) for row in rows]


def _plain_state(model: type[Regulated], row: Regulated, report: Report) -> dict | None:
    try:
        return model.states_of([row])[0]
    except UNREADABLE as unreadable:
        report.add("row", str(row.uid), f"{_name_of(row)}: was changed past the doors, cannot be read: {unreadable}")
        return None


def _report_gone(model: type[Regulated], seen: set[UUID], report: Report, using: str) -> None:
    told = Entry.objects.using(using).filter(subject_type=model.subject, state__isnull=False)
    for uid in told.values_list("subject_uid", flat=True).distinct().iterator(chunk_size=2000):
        if uid not in seen:
            report.add("row", str(uid), f"{model.subject}: the ledger tells of it, and it is gone from the database")


def openings_in(documents: Iterable[dict], using: str) -> dict[str, tuple[bytes, bytes]]:
    """What opens the commitments of these documents."""
    wanted = list({found for document in documents for found in commitments_in(document)})
    found: dict[str, tuple[bytes, bytes]] = {}
    for start in range(0, len(wanted), SLICE):
        rows = OpeningRow.objects.using(using).filter(commitment__in=wanted[start : start + SLICE])
        found.update({row.commitment: (bytes(row.salt), bytes(row.value)) for row in rows})
    return found


def differing(plain: dict, sealed: dict, openings: dict) -> Iterator[tuple[str, str]]:
    """Where a row's present state is not the one its newest entry commits to.

    The schema is left out: it names the definition the state was written by, which is code and no row, and a release
    that adds an optional field changes it without changing any value.
    """
    yield from _differing(
        {name: value for name, value in plain.items() if name != "schema"},
        {name: value for name, value in sealed.items() if name != "schema"},
        openings,
        "",
    )


def _differing(plain: Any, sealed: Any, openings: dict, path: str) -> Iterator[tuple[str, str]]:
    if is_missing(plain) and sealed in (None, {}, []):
        return
    if isinstance(sealed, dict) and set(sealed) == {COMMITTED}:
        value = plain.value if isinstance(plain, Committed) else plain
        opening = openings.get(sealed[COMMITTED])
        if opening is not None and commitment(written(value), opening[0]) != sealed[COMMITTED]:
            yield path, "was changed past the doors: it is not the value the ledger commits to"
    elif isinstance(sealed, dict) and isinstance(plain, dict):
        for key in sorted({*plain, *sealed}):
            yield from _differing(plain.get(key), sealed.get(key), openings, f"{path}.{key}" if path else key)
    elif isinstance(plain, list | tuple):
        yield from _differing_lines(plain, sealed or [], openings, path)
    else:
        value = written(plain.value if isinstance(plain, Committed) else plain)
        # True is 1 and 1.0 is 1 to Python; to the ledger they are not.
        if value != sealed or type(value) is not type(sealed):
            yield path, f"was changed past the doors: it is {_short(value)}, the ledger says {_short(sealed)}"


def _differing_lines(plain: Any, sealed: Any, openings: dict, path: str) -> Iterator[tuple[str, str]]:
    if len(sealed) != len(plain):
        yield path, f"has {len(plain)} lines, the ledger {len(sealed)}"
        return
    for place, (mine, kept) in enumerate(zip(plain, sealed, strict=True)):
        yield from _differing(mine, kept, openings, f"{path}[{place}]")


def _short(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False)
    return told if len(told) <= 80 else f"{told[:79]}…"


def _name_of(row: Regulated) -> str:
    try:
        return f"{row.subject} {row}"
    except UNREADABLE:  # what it is called by may be what was changed
        return f"{row.subject} {row.uid}"
