"""Holding what the API answers against what its description says of it."""

import json
import re
from functools import cache
from typing import Any

import jsonschema

from hoshin.surfaces.api.openapi import described


@cache
def document() -> dict[str, Any]:
    return described()


def operation_of(method: str, path: str) -> dict[str, Any]:
    """The operation that an address leads to; a written path comes before one with a hole."""
    found = [known for known in document()["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path)]
    return document()["paths"][min(found, key=lambda known: known.count("{"))][method.lower()]


def problems_with(answer: Any, method: str, path: str) -> list[str]:
    """Where an answer is not what the description says."""
    told = operation_of(method, path)["responses"].get(str(answer.status_code))
    if told is None:
        return [f"{method} {path} answered {answer.status_code}, which is not described"]
    if "$ref" in told:
        told = document()["components"]["responses"][told["$ref"].rpartition("/")[2]]
    media = answer.headers["Content-Type"].partition(";")[0]
    if media not in told["content"]:
        return [f"{method} {path} answered {media}; described are {', '.join(told['content'])}"]
    if media != "application/json":
        return []
    schema = {**told["content"][media]["schema"], "components": document()["components"]}
    found = jsonschema.Draft202012Validator(schema).iter_errors(json.loads(answer.content))
    return [f"{method} {path}: {error.json_path}: {error.message[:200]}" for error in found]
