"""Records and what hangs on them as JSON."""

from collections.abc import Iterable, Sequence
from typing import Any

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records.fields import FieldSpec, PartSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import Record, load_lines

# What stands beside the values of every record.
FRAME = ("number", "state", "author", "created_at", "closed_at", "definition")


def may_read(f: FieldSpec, row: Any, standing: Standing) -> bool:
    return f.visible_to is None or f.visible_to.allows(standing, row)


def value_json(f: FieldSpec, value: Any) -> Any:
    if f.is_part:
        return [line_json(line, f.part) for line in value or ()]
    return f.type.json(None if value == "" else value)


def line_json(line: dict, part: PartSpec) -> dict[str, Any]:
    told: dict[str, Any] = {"uid": str(line["uid"])}
    if part.tree:
        told["parent"] = str(line["parent"]) if line.get("parent") else None
    return told | {f.name: value_json(f, line.get(f.name)) for f in part.fields}


def record_json(row: Any, standing: Standing, fields: Iterable[FieldSpec] | None = None) -> dict[str, Any]:
    """A record: what it is, its values (what may be written) and what was computed from them."""
    spec = row.spec
    shown = [f for f in (spec.all_fields if fields is None else fields) if may_read(f, row, standing)]
    values = {f.name: value_json(f, f.read(row)) for f in shown if f.editable}
    computed = {f.name: value_json(f, f.read(row)) for f in shown if not f.editable and f.name not in FRAME}
    frame = {name: value_json(spec.by_name[name], spec.by_name[name].read(row)) for name in FRAME}
    changed = spec.by_name["created_at"].type.json(row.changed_at)
    return {
        "uid": str(row.uid),
        "kind": spec.name,
        "revision": row.revision,
        **frame,
        "changed_at": changed,
        "values": values,
        "computed": computed,
    }


def records_json(
    rows: Sequence[Any], spec: KindSpec, standing: Standing, fields: Sequence[FieldSpec] | None = None
) -> list[dict]:
    """Records of one kind; their lines are read together, and only where they are asked for."""
    shown = [f for f in spec.all_fields if not f.is_part] if fields is None else list(fields)
    for f in shown:
        if f.is_part and f.part.model is not None and rows:
            load_lines(rows, f.part)
    return [record_json(row, standing, shown) for row in rows]


def brief_json(record: Record) -> dict[str, Any]:
    """A record in one line, as links, searches and work lists show it."""
    return {
        "uid": str(record.uid),
        "kind": record.kind,
        "number": record.number,
        "title": record.title,
        "state": record.state,
    }
