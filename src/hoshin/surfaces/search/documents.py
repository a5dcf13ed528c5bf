"""What can be found of a record: its number, title, texts, lines, comments and the names of its files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from hoshin.kernel.records.comments import Comment
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.record import SLICE, load_files, load_lines
from hoshin.kernel.trail.readings import rows_with

# These stand in columns of their own, or say nothing worth finding.
APART = ("number", "title", "state")
UNMARKED = str.maketrans("\x02\x03\x00", "   ")


def documents_of(rows: Sequence[Any], comments: Mapping[UUID, list[str]]) -> Iterator[tuple[int, str, str, str]]:
    """The document of each typed row."""
    for row in rows:
        body = "\n".join(text for text in (*texts_of(row), *comments.get(row.uid, ()), *file_names(row)) if text)
        yield row.pk, row.number, row.title.translate(UNMARKED), body.translate(UNMARKED)


def texts_of(row: Any) -> Iterator[str]:
    for f in row.spec.all_fields:
        if f.name in APART or not is_found(f):
            continue
        if f.is_part:
            inside = [field for field in f.part.fields if is_found(field)]
            yield from (line[field.name] for line in f.read(row) for field in inside if line.get(field.name))
        else:
            yield f.read(row)


def is_found(f: FieldSpec) -> bool:
    """Fields that only some may see are left out: a snippet would show them to everybody who sees the record."""
    return f.type.searchable and f.visible_to is None


def file_names(row: Any) -> Iterator[str]:
    return (file.name for file in row.__dict__.get("_files", ()) if not file.removed)


def comments_of(uids: Sequence[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for start in range(0, len(uids), SLICE):
        for said in rows_with(Comment, "record", uids[start : start + SLICE], ("id",)):
            found.setdefault(said.record_id, []).append(said.text)
    return found


def load(rows: Sequence[Any]) -> None:
    """Read the lines and files of rows of one kind in a fixed number of queries."""
    for f in rows[0].spec.part_fields:
        if f.part.model is not None:
            load_lines(rows, f.part)
    load_files(rows)
