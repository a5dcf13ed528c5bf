"""JSON schemas of kinds, fields and errors, read from the kinds as they are at the moment of asking."""

from typing import Any

from hoshin.kernel.records import tasks
from hoshin.kernel.records.fields import FieldSpec, PartSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.links import relations

UID = {"type": "string", "format": "uuid"}
INSTANT = {"type": "string", "format": "date-time"}
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
NUMBER = {"type": "number"}
YES_OR_NO = {"type": "boolean"}
# A result of the statistics in full, as ``to_json`` writes it.
RESULT = {"type": "object", "properties": {"result": {"type": "string"}}, "required": ["result"]}
REVISION = {"type": "integer", "minimum": 1}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: dict) -> dict:
    return {"anyOf": [schema, {"type": "null"}]}


def of(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "object", "properties": properties, **more}
    return {**told, "required": list(required)} if required else told


def in_path(name: str) -> dict[str, Any]:
    """A parameter in the address."""
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def in_query(name: str, schema: dict, said: str, *, needed: bool = False) -> dict[str, Any]:
    """A parameter in the query."""
    return {"name": name, "in": "query", "required": needed, "schema": schema, "description": said}


def several(item: dict, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, **more}


def whole_of(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An object all of whose members are always there, and no others."""
    return of(properties, *properties, additionalProperties=False, **more)


def listing(item: dict, **more: dict) -> dict[str, Any]:
    return of({"items": {"type": "array", "items": item}, **more}, "items")


def name_of(spec: KindSpec) -> str:
    """The kind's name among the schemas: SupplierVisit."""
    return "".join(word.capitalize() for word in spec.name.split("_"))


def line_name(spec: KindSpec, part: PartSpec) -> str:
    return f"{name_of(spec)}{''.join(word.capitalize() for word in part.name.split('_'))}Line"


def field_schema(spec: KindSpec, f: FieldSpec) -> dict[str, Any]:
    """A field's value, with what people read about it."""
    inner = {"type": "array", "items": ref(line_name(spec, f.part))} if f.part else f.type.schema(f)
    schema = inner if f.part else or_null(inner)
    said = " ".join(str(text) for text in (f.help, _needed(f), f"In {f.measure}." if f.measure else "") if text)
    return {"title": str(f.label), **({"description": said} if said else {}), **schema}


def _needed(f: FieldSpec) -> str:
    return f"Needed before: {', '.join(f.needed_for)}." if f.needed_for else ""


def values_schema(spec: KindSpec) -> dict[str, Any]:
    return of({f.name: field_schema(spec, f) for f in spec.editable_fields}, additionalProperties=False)


def line_schema(spec: KindSpec, part: PartSpec) -> dict[str, Any]:
    known: dict[str, Any] = {"uid": UID, **({"parent": or_null(UID)} if part.tree else {})}
    known |= {f.name: field_schema(spec, f) for f in part.fields}
    return of(known, *[f.name for f in part.fields if f.required], additionalProperties=False)


def record_schema(spec: KindSpec) -> dict[str, Any]:
    computed = {f.name: field_schema(spec, f) for f in spec.all_fields if not f.editable}
    states = {"type": "string", "examples": [state.name for state in spec.workflow.states]}
    return of(
        {
            "uid": UID, "kind": {"const": spec.name}, "revision": REVISION, "number": TEXT, "state": states,
            "author": or_null(UID), "created_at": INSTANT, "changed_at": INSTANT, "closed_at": or_null(INSTANT),
            "definition": WHOLE, "values": ref(f"{name_of(spec)}Values"), "computed": of(computed),
        },
        "uid", "kind", "revision", "number", "state", "values",
        description=spec.doc,
    )  # fmt: skip


def create_schema(spec: KindSpec) -> dict[str, Any]:
    needed = [f.name for f in spec.editable_fields if f.required and f.default is None]
    values = {"allOf": [ref(f"{name_of(spec)}Values"), {"required": needed}]}
    uid = {**UID, "description": "Made by the caller: the same uid again opens nothing and answers with what is there."}
    return of({"uid": uid, "values": values, "reason": TEXT}, "values", additionalProperties=False)


def edit_schema(spec: KindSpec) -> dict[str, Any]:
    revision = {**REVISION, "description": "The revision that was seen; it may stand in If-Match instead."}
    values = ref(f"{name_of(spec)}Values")
    return of({"values": values, "revision": revision, "reason": TEXT}, "values", additionalProperties=False)


def schemas_of(spec: KindSpec) -> dict[str, Any]:
    """Every schema of one kind by its name."""
    name = name_of(spec)
    made = {
        name: record_schema(spec),
        f"{name}Values": values_schema(spec),
        f"{name}Create": create_schema(spec),
        f"{name}Edit": edit_schema(spec),
    }
    return made | {line_name(spec, f.part): line_schema(spec, f.part) for f in spec.part_fields}


PROBLEM = of(
    {"field": TEXT, "message": TEXT, "index": WHOLE, "line": WHOLE, "row": WHOLE, "found": TEXT}, "field", "message"
)
ERROR = of(
    {
        "error": of(
            {
                "code": {
                    "enum": [
                        "malformed", "unauthenticated", "forbidden", "signature_needed", "csrf", "not_found", "method",
                        "not_yet", "conflict", "uid_taken", "too_large", "invalid",
                    ]
                },
                "message": TEXT,
                "problems": {"type": "array", "items": ref("Problem")},
                "position": {**WHOLE, "description": "Of a mistake in an expression: the character, from 0."},
                "revision": {**REVISION, "description": "Of a conflict: the revision there is now."},
                "theirs": {"type": "object", "description": "Of a conflict: what stands there now."},
                "mine": {"type": "object", "description": "Of a conflict: what was sent."},
            },
            "code", "message", "problems",
        )
    },
    "error",
)  # fmt: skip
BRIEF = of({"uid": UID, "kind": TEXT, "number": TEXT, "title": TEXT, "state": TEXT}, "uid", "kind", "number", "title")
SIGNATURE_PROOF = of({"password": {"type": "string", "format": "password"}}, "password", additionalProperties=False)


def shared() -> dict[str, Any]:
    """The schemas every kind uses."""
    return {
        "Problem": PROBLEM,
        "Error": ERROR,
        "Brief": BRIEF,
        "SignatureProof": SIGNATURE_PROOF,
        "Step": of({
            "name": TEXT, "title": TEXT, "target": TEXT, "ready": {"type": "boolean"},
            "missing": {"type": "array", "items": of({"field": TEXT, "label": TEXT})},
            "reasons": {"type": "array", "items": TEXT}, "asks": {"type": "array", "items": TEXT},
            "reason_needed": {"type": "boolean"}, "signed_as": or_null(TEXT), "round": {"type": "boolean"},
        }),
        "Seat": of({
            "step": TEXT, "place": WHOLE, "who": TEXT, "state": {"enum": ["waiting", "signed", "rejected", "lapsed"]},
            "signer": or_null(UID), "yours": {"type": "boolean"},
        }),
        "Steps": of({
            "revision": REVISION, "state": of({"name": TEXT, "label": TEXT, "category": TEXT}), "may_edit": {"type": "boolean"},
            "may_void": {"type": "boolean"}, "steps": {"type": "array", "items": ref("Step")},
            "seats": {"type": "array", "items": ref("Seat")},
        }),
        "Task": of({
            "uid": UID, "record": UID, "title": TEXT, "purpose": {"enum": list(tasks.Task.Purpose.values)}, "assignee": UID,
            "due_on": or_null({"type": "string", "format": "date"}), "state": {"enum": ["open", "done", "cancelled"]},
            "late": {"type": "boolean"}, "evidence": or_null(TEXT), "done_by": or_null(UID), "escalation": WHOLE, "moved": WHOLE,
        }),
        "Comment": of({"uid": UID, "author": or_null(UID), "text": TEXT, "at": INSTANT}),
        "Link": of({
            "uid": UID, "relation": {"enum": [relation.name for relation in relations()]}, "label": TEXT, "note": or_null(TEXT),
            "outward": {"type": "boolean"}, "record": ref("Brief"),
        }),
        "File": of({"id": WHOLE, "name": TEXT, "size": WHOLE, "media_type": TEXT, "sha256": TEXT, "removed": {"type": "boolean"}}),
        "Signature": of({
            "uid": UID, "signer": UID, "name": TEXT, "role": or_null(TEXT), "meaning": TEXT, "step": TEXT, "revision": REVISION,
            "signed_at": INSTANT, "zone": TEXT, "method": TEXT, "reason": or_null(TEXT), "content": TEXT,
            "content_fields": {"type": "array", "items": TEXT}, "on_behalf_of": or_null(UID), "still_valid": {"type": "boolean"},
        }),
        "Event": of({
            "seq": WHOLE, "at": INSTANT, "who": TEXT, "on_behalf_of": or_null(TEXT), "action": TEXT, "words": TEXT,
            "reason": or_null(TEXT), "occurred_at": or_null(INSTANT),
            "changes": {"type": "array", "items": of({"field": TEXT, "label": TEXT, "old": TEXT, "new": TEXT})},
        }),
    }  # fmt: skip
