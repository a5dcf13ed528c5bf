"""Finding records: what matches, among what somebody may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.records.record import Record, load_files

from . import table
from .documents import texts_of
from .question import any_of, match_of, words_of

# How many of a record's rarest words are asked for in others, and how many words are looked at to find them.
MOST_WORDS, LOOKED_AT = 12, 200


@dataclass(frozen=True)
class Hit:
    """A record that was found, and the words around what matched."""

    record: Record
    marked: str
    rank: float

    @property
    def snippet(self) -> str:
        """The text around the match."""
        return self.marked.replace(table.OPENING, "").replace(table.CLOSING, "")

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The snippet in pieces, each with whether it is what was looked for."""
        told = []
        for piece in self.marked.split(table.OPENING):
            matched, closed, rest = piece.rpartition(table.CLOSING)
            told += [(matched, True), (rest, False)] if closed else [(piece, False)]
        return [(text, is_match) for text, is_match in told if text]


def search(query: str, standing: Standing, *, kind: str | None = None, limit: int = 20) -> list[Hit]:
    """The records that hold all the words, the best first, among those the person may see."""
    match = match_of(query)
    if match is None or not table.is_there():
        return []
    return _hits(match, _among(standing, kind), limit)


def similar(row: Any, standing: Standing, *, kind: str | None = None, limit: int = 10) -> list[Hit]:
    """Records that share a record's rarest words: candidates for a person to judge."""
    load_files([row])
    words = words_of(f"{row.title}\n" + "\n".join(text for text in texts_of(row) if text))[:LOOKED_AT]
    known = table.frequencies(words) if words and table.is_there() else {}
    # A word that stands only in the record itself finds nothing else.
    rarest = sorted((word for word in known if known[word] > 1), key=known.__getitem__)[:MOST_WORDS]
    return _hits(any_of(rarest), _among(standing, kind).exclude(pk=row.pk), limit) if rarest else []


def _among(standing: Standing, kind: str | None) -> QuerySet:
    rows = Record.objects.filter(visible(standing))
    return rows.filter(kind=kind) if kind else rows


def _hits(match: str, rows: QuerySet, limit: int) -> list[Hit]:
    this = rows.filter(pk=RawSQL(f"{table.NAME}.rowid", ())).values("pk")
    found = table.find(match, this.query.sql_with_params(), limit)
    records = Record.objects.in_bulk([key for key, _marked, _rank in found])
    return [Hit(records[key], marked, rank) for key, marked, rank in found]
