"""The OpenAPI 3.1 description, expanded for every kind there is at the moment of asking."""

import re
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponse

from hoshin.kernel.records import openings, registry
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.steps import asked_fields
from hoshin.kernel.records.workflow import Transition

from . import schemas
from .answers import answer
from .descriptions import Address, added, words_of
from .resource import resource
from .schemas import INSTANT, REVISION, TEXT, UID, in_path, in_query, listing, name_of, of, ref

ERRORS = {
    "400": "The request cannot be understood.",
    "401": "Nobody is signed in.",
    "403": "This person may not do this, or has not signed.",
    "404": "Nothing is there, or nothing this person may see.",
    "409": "Somebody changed it meanwhile, or the step is not yet possible.",
    "413": "The request is too large.",
    "422": "Some values cannot be accepted.",
}
KEY = {"name": "key", "in": "path", "required": True, "schema": TEXT, "description": "The record's uid or its number."}
LIST_PARAMETERS = (
    ("where", TEXT, 'A condition, such as: severity = "major" and due_on < today + 7'),
    ("order", TEXT, "A field's name; with - before it the other way round. Missing values come last."),
    ("limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}, "How many on a page."),
    ("after", TEXT, "The cursor of the last page's “next”."),
    ("fields", TEXT, "Names of fields, separated by commas; lines come only when they are named."),
    ("count", {"enum": ["yes"]}, "Also tell how many there are."),
)


def described() -> dict[str, Any]:
    """The whole description."""
    kinds = registry.every()
    made = schemas.shared()
    paths = general_paths()
    own = added()
    paths |= {address.path: added_path(address) for address in own}
    for spec in kinds:
        made |= schemas.schemas_of(spec)
        paths |= paths_of(spec)
    tags = {spec.name: spec.doc or str(spec.label) for spec in kinds} | {a.tag: words_of(a.module) for a in own}
    error = {"application/json": {"schema": ref("Error")}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hoshin",
            "version": version("hoshin"),
            "description": "Every record of the quality management system, with the rights of whoever asks. "
            "Numbers with decimals are text, so that none is lost; instants are in UTC.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "tags": [{"name": name, "description": said} for name, said in tags.items()],
        "paths": paths,
        "components": {
            "schemas": made,
            "responses": {f"E{code}": {"description": said, "content": error} for code, said in ERRORS.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
        },
    }


def operation(
    tag: str, id: str, summary: str, schema: dict | None, *, status: str = "200", body: dict | None = None,
    media: str = "application/json", sent: str = "application/json", parameters: list | None = None,
) -> dict[str, Any]:  # fmt: skip
    content = {"content": {media: {"schema": schema}}} if schema is not None else {}
    answers = {status: {"description": summary, **content}}
    answers |= {code: {"$ref": f"#/components/responses/E{code}"} for code in ERRORS}
    told: dict[str, Any] = {"tags": [tag], "operationId": id, "summary": summary, "responses": answers}
    if parameters:
        told["parameters"] = parameters
    if body is not None:
        told["requestBody"] = {"required": True, "content": {sent: {"schema": body}}}
    return told


def added_path(address: Address) -> dict[str, Any]:
    """An address that a process adds, as its handlers describe it."""
    told: dict[str, Any] = {}
    for method, handler in address.handlers.items():
        said = handler.described
        name = "".join(word.capitalize() for word in address.name.removeprefix("api-").split("-"))
        made = operation(
            address.tag, f"{method.lower()}{name}", words_of(handler), said.answer, status=str(said.status),
            body=said.body() if callable(said.body) else said.body,
            sent=said.sent, parameters=list(said.parameters),
        )  # fmt: skip
        content = made["responses"][str(said.status)].get("content", {})
        content |= {media: {"schema": TEXT} for media in said.media}
        for status, schema in said.also.items():
            made["responses"][str(status)] = {
                "description": made["summary"],
                "content": {"application/json": {"schema": schema}},
            }
        told[method.lower()] = made | {"x-may": address.view.policy.words}
    names = re.findall(r"{(\w+)}", address.path)
    return told | ({"parameters": [in_path(name) for name in names]} if names else {})


def list_parameters(spec: KindSpec) -> list[dict]:
    """What every list takes, then each field of the kind by its name."""
    told = [in_query(name, schema, said) for name, schema, said in LIST_PARAMETERS]
    signs = "Equal; several: one of them; empty: missing. With !, ~, < or > before the = sign: not, contains, at most, at least."
    plain = [f for f in spec.all_fields if not f.is_part]
    return told + [in_query(f.name, TEXT, f"{f.label}. {signs}") for f in plain]


def paths_of(spec: KindSpec) -> dict[str, Any]:
    """The addresses of one kind."""
    name, base, tag = name_of(spec), f"/api/{spec.slug}", spec.name
    one, label, plural = f"{base}/{{key}}", str(spec.label), str(spec.label_plural)
    create = {"anyOf": [ref(f"{name}Create"), {"type": "array", "items": ref(f"{name}Create"), "maxItems": 500}, of(
        {"items": {"type": "array", "items": ref(f"{name}Create"), "maxItems": 500}, "reason": TEXT}, "items"
    )]}  # fmt: skip
    made = {"anyOf": [ref(name), listing(ref(name))]}
    page = listing(ref(name), next=schemas.or_null(TEXT), count=schemas.WHOLE)
    known: dict[str, Any] = {
        base: {
            "get": operation(tag, f"list{name}", f"{plural}: a page", page, parameters=list_parameters(spec)),
            "post": operation(tag, f"create{name}", f"Open one, or a set: {label}", made, status="201", body=create),
        },
        one: {
            "get": operation(tag, f"read{name}", label, ref(name)),
            "patch": operation(tag, f"edit{name}", f"Change fields: {label}", ref(name), body=ref(f"{name}Edit")),
        },
        f"{one}/steps": {"get": operation(tag, f"steps{name}", "What may be done now, and why not yet", ref("Steps"))},
        f"{one}/void": {
            "post": operation(
                tag,
                f"void{name}",
                "Strike the record out, with a reason",
                ref(name),
                body=of({"reason": TEXT}, "reason"),
            )
        },
    }
    for t in spec.workflow.transitions:
        if not t.hidden:
            known |= step_paths(spec, t, one)
    for f in spec.part_fields:
        known |= part_paths(spec, f, one)
    known |= opening_paths(spec, one)
    known |= exchange_paths(spec, base) | attached_paths(spec, one)
    for path, methods in known.items():
        if path.startswith(one):
            methods["parameters"] = [KEY, *[in_path(n) for n in ("uid", "id") if f"{{{n}}}" in path]]
    return known


def exchange_paths(spec: KindSpec, base: str) -> dict[str, Any]:
    """The kind's list as a file, out and in."""
    name, tag, plural = name_of(spec), spec.name, str(spec.label_plural)
    file = {"type": "string", "format": "binary"}
    out = [
        in_query("format", {"enum": ["csv", "jsonl", "xlsx"]}, "CSV, if nothing is said."),
        in_query("labels", {"enum": ["yes"]}, "Head the columns with labels."),
        *list_parameters(spec)[:1],
    ]
    way_in = [in_query("dry_run", {"enum": ["yes"]}, "Only tell what would happen."), in_query("reason", TEXT, "Why.")]
    taken, sent = f"{plural}: open and change them by a CSV or Excel file", "multipart/form-data"
    return {
        f"{base}/export": {
            "get": operation(
                tag, f"export{name}", f"{plural}: all of them as a file", file, media="*/*", parameters=out
            )
        },
        f"{base}/import": {
            "post": operation(
                tag, f"import{name}", taken, of({}), body=of({"file": file}, "file"), sent=sent, parameters=way_in
            )
        },
    }


def step_paths(spec: KindSpec, t: Transition, one: str) -> dict[str, Any]:
    name, tag = name_of(spec), spec.name
    asked = {f.name: schemas.field_schema(spec, f) for f in asked_fields(spec, t)}
    members = {"values": of(asked, additionalProperties=False), "reason": TEXT, "revision": REVISION}
    if t.signed_as is not None:
        members["signature"] = ref("SignatureProof")
    needed = [*(["reason"] if t.reason_needed else []), *(["signature"] if t.signed_as else [])]
    said = f"{t.title}: {', '.join(s.name for s in t.sources)} → {t.target.name}, by {t.by.words}"
    body = of(members, *needed, additionalProperties=False)
    paths = {f"{one}/steps/{t.name}": {"post": operation(tag, f"{t.name}{name}", said, ref(name), body=body)}}
    if t.round is not None:
        body = of(
            {"decision": {"enum": ["sign", "reject"], "default": "sign"}, "reason": TEXT, "revision": REVISION,
             "signature": ref("SignatureProof")},
            "signature", additionalProperties=False,
        )  # fmt: skip
        seat = operation(
            tag, f"seat_{t.name}{name}", f"Sign one's seat of “{t.title}”, or reject", ref(name), body=body
        )
        paths[f"{one}/seats/{t.name}"] = {"post": seat}
    return paths


def opening_paths(spec: KindSpec, one: str) -> dict[str, Any]:
    """The records that one of this kind may open."""
    name, tag, there = name_of(spec), spec.name, [o for o in openings.every() if o.source == spec.name]
    if not there:
        return {}
    item = of(
        {"target": TEXT, "label": TEXT, "relation": TEXT, "values": {"type": "object"}}, "target", "label", "values"
    )
    paths = {
        f"{one}/openings": {"get": operation(tag, f"openingsOf{name}", "What it may open, prefilled", listing(item))}
    }
    for opening in there:
        target = registry.get(opening.target)
        made = name_of(target)
        body = of({"uid": UID, "values": {"type": "object"}}, additionalProperties=False)
        op = operation(tag, f"open{made}From{name}", str(opening.label), ref(made), status="201", body=body)
        paths[f"{one}/openings/{target.slug}"] = {"post": op}
    return paths


def part_paths(spec: KindSpec, f: Any, one: str) -> dict[str, Any]:
    name, tag, lines = name_of(spec), spec.name, {"type": "array", "items": ref(schemas.line_name(spec, f.part))}
    shape = of({"revision": REVISION, "lines": lines}, "revision", "lines")
    body = of({"lines": lines, "revision": REVISION, "reason": TEXT}, "lines", additionalProperties=False)
    return {
        f"{one}/parts/{f.name}": {
            "get": operation(tag, f"{f.name}Of{name}", str(f.label), shape),
            "put": operation(tag, f"write_{f.name}Of{name}", f"Write all lines: {f.label}", shape, body=body),
        }
    }


def attached_paths(spec: KindSpec, one: str) -> dict[str, Any]:
    """What every record has beside its fields."""
    name, tag = name_of(spec), spec.name

    def op(id: str, summary: str, schema: dict | None, **more: Any) -> dict:
        return operation(tag, f"{id}{name}", summary, schema, **more)

    task = of({"uid": UID, "title": TEXT, "assignee": TEXT, "due_on": {"type": "string", "format": "date"}, "purpose": TEXT},
              "title", "assignee", additionalProperties=False)  # fmt: skip
    comment = of({"uid": UID, "text": TEXT}, "text", additionalProperties=False)
    link = of({"relation": TEXT, "target": TEXT, "note": TEXT}, "relation", "target", additionalProperties=False)
    file = of({"file": {"type": "string", "format": "binary"}}, "file")
    reason = of({"reason": TEXT}, additionalProperties=False)
    at = in_query("at", INSTANT, "A moment, or a date for the end of that day.", needed=True)
    history = listing(ref("Event"), before=schemas.or_null(schemas.WHOLE))
    octets = {"type": "string", "format": "binary"}
    return {
        f"{one}/tasks": {
            "get": op("tasksOf", "Its tasks", listing(ref("Task"))),
            "post": op("assignTaskOf", "Give somebody a task", ref("Task"), status="201", body=task),
        },
        f"{one}/comments": {
            "get": op("commentsOf", "Its comments", listing(ref("Comment"))),
            "post": op("commentOn", "Say something", ref("Comment"), status="201", body=comment),
        },
        f"{one}/links": {
            "get": op("linksOf", "Its links", listing(ref("Link"))),
            "post": op("link", "Link it to another record", ref("Link"), status="201", body=link),
        },
        f"{one}/links/{{uid}}": {"delete": op("endLink", "End a link", None, status="204", body=reason)},
        f"{one}/files": {
            "get": op("filesOf", "Its files", listing(ref("File"))),
            "post": op(
                "attachTo", "Add files", listing(ref("File")), status="201", body=file, sent="multipart/form-data"
            ),
        },
        f"{one}/files/{{id}}": {
            "get": op("fileOf", "The bytes of a file", octets, media="application/octet-stream"),
            "delete": op("removeFileOf", "Take a file off, with a reason", None, status="204", body=reason),
        },
        f"{one}/signatures": {"get": op("signaturesOf", "Its signatures", listing(ref("Signature")))},
        f"{one}/history": {"get": op("historyOf", "What happened to it", history)},
        f"{one}/as-of": {"get": op("asOf", "Its state as of a moment", of({}), parameters=[at])},
        f"{one}/proof": {"get": op("proofOf", "The inclusion proof of its entries", of({}))},
    }


def general_paths() -> dict[str, Any]:
    """The addresses that belong to no kind."""
    hit = of({"record": ref("Brief"), "snippet": TEXT, "rank": {"type": "number"}}, "record")
    limit = in_query("limit", {"type": "integer", "minimum": 1, "maximum": 500}, "How many.")
    q = in_query("q", TEXT, "The words to find.", needed=True)
    anything = listing(of({}))

    def get(tag: str, id: str, summary: str, schema: dict, *parameters: dict) -> dict:
        return {"get": operation(tag, id, summary, schema, parameters=list(parameters))}

    def post(id: str, summary: str, *members: str) -> dict:
        body = of(dict.fromkeys(members, TEXT), *members, additionalProperties=False)
        return {"post": operation("tasks", id, summary, ref("Task"), body=body), "parameters": [in_path("uid")]}

    return {
        "/api/tasks": get("tasks", "listTasks", "One's own tasks", anything, limit, in_query("assignee", TEXT, "Whose."),
                          in_query("state", {"enum": ["open", "done", "cancelled"]}, "Open ones, if nothing is said.")),
        "/api/tasks/{uid}": {**get("tasks", "readTask", "A task", ref("Task")), "parameters": [in_path("uid")]},
        "/api/tasks/{uid}/finish": post("finishTask", "Report it done, with evidence", "evidence"),
        "/api/tasks/{uid}/move": post("moveTask", "Put its day off, with a reason", "due_on", "reason"),
        "/api/tasks/{uid}/cancel": post("cancelTask", "Take it back, with a reason", "reason"),
        "/api/my-work": get("tasks", "myWork", "What waits for me, the most consequential first", anything),
        "/api/people": get("organisation", "listPeople", "People", anything, in_query("q", TEXT, "Part of a name."), limit),
        "/api/units": get("organisation", "listUnits", "Units", anything),
        "/api/search": get("search", "search", "Find records", listing(hit), q, in_query("kind", TEXT, "Of one kind."), limit),
        "/api/openapi.json": get("description", "readDescription", "This description", of({"openapi": TEXT}, "openapi")),
        "/api/docs": {"get": operation("description", "readDocs", "This description as a page", TEXT, media="text/html")},
        "/api/kinds": get("kinds", "listKinds", "The kinds, their fields and steps", anything),
    }  # fmt: skip


def read_openapi(request: HttpRequest) -> HttpResponse:
    return answer(described())


openapi = resource(get=read_openapi)
