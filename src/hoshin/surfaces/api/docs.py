"""The API's documentation as a page, read from the same description a program reads."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hoshin.kernel.access.policy import SIGNED_IN, policy

from .openapi import ERRORS, described


@policy(SIGNED_IN)
def docs(request: HttpRequest) -> HttpResponse:
    document = described()
    groups: dict[str, list[dict]] = {}
    for operation in operations(document):
        groups.setdefault(operation["tag"], []).append(operation)
    said = {tag["name"]: tag["description"] for tag in document["tags"]}
    told = [{"name": name, "doc": said.get(name, ""), "operations": found} for name, found in sorted(groups.items())]
    return render(request, "api/docs.html", {"info": document["info"], "groups": told, "errors": ERRORS.items()})


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each operation in one line, with the members of what it takes."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            body = operation.get("requestBody", {}).get("content", {})
            yield {
                "tag": operation["tags"][0],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "members": sorted({name for kind in body.values() for name in members(kind["schema"], document)}),
            }


def members(schema: dict, document: dict) -> Iterator[str]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for inner in schema.get("anyOf", ()):
        yield from members(inner, document)
    yield from schema.get("properties", ())
