"""The full-text table of SQLite (FTS5), the one module that knows its SQL.

The rowid is the record's key. Words are kept as they are written, folded to small letters without accents: stemming
happens in the question (``question.py``), where a stem is asked for as a prefix. An index of stems would lose the
beginnings of words that people type: of "calibration" it keeps "calibr", and "calibrat*" finds nothing.

PostgreSQL: the same four functions over a ``tsvector`` column ('simple' configuration, GIN index), ``ts_rank_cd`` and
``ts_headline``; ``to_tsquery`` knows ``word:*`` and ``|`` as the question needs them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

NAME, TERMS = "search_document", "search_term"
# What a match in the number, the title and the text weighs.
WEIGHTS = "bm25(10.0, 4.0, 1.0)"
OPENING, CLOSING = "\x02", "\x03"
SNIPPET = f"snippet({NAME}, -1, '{OPENING}', '{CLOSING}', '…', 24)"


def make(using: Any) -> None:
    if using.vendor != "sqlite":
        return
    with using.cursor() as cursor:
        cursor.execute(
            f"CREATE VIRTUAL TABLE {NAME} USING fts5(number, title, body, "
            "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4 5 6')"
        )
        cursor.execute(f"INSERT INTO {NAME}({NAME}, rank) VALUES ('rank', '{WEIGHTS}')")
        cursor.execute(f"CREATE VIRTUAL TABLE {TERMS} USING fts5vocab({NAME}, 'row')")


def drop(using: Any) -> None:
    if using.vendor != "sqlite":
        return
    with using.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TERMS}")
        cursor.execute(f"DROP TABLE IF EXISTS {NAME}")


def is_there() -> bool:
    """Whether this database has a full-text table."""
    return connection.vendor == "sqlite"


def put(documents: Iterable[tuple[int, str, str, str]]) -> None:
    """Write documents (key, number, title, text) in the place of what stood under their keys."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {NAME}(rowid, number, title, body) VALUES (%s, %s, %s, %s)", documents
        )


def keep_only(records: str) -> None:
    """Drop the documents of records that are no longer in the table of this name."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {NAME} WHERE rowid NOT IN (SELECT id FROM {records})")


def find(match: str, among: tuple[str, Sequence[Any]], most: int) -> list[tuple[int, str, float]]:
    """Keys, snippets and ranks of the best matches for which the subquery ``among`` has a row; the best first."""
    condition, params = among
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid, {SNIPPET}, -rank FROM {NAME} WHERE {NAME} MATCH %s AND EXISTS ({condition}) "
            "ORDER BY rank LIMIT %s",
            [match, *params, most],
        )
        return cursor.fetchall()


def frequencies(words: Sequence[str]) -> dict[str, int]:
    """In how many documents each of these words stands."""
    places = ", ".join(["%s"] * len(words))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT term, doc FROM {TERMS} WHERE term IN ({places})", list(words))
        return dict(cursor.fetchall())
