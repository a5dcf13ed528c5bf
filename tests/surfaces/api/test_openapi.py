"""The description is well formed OpenAPI 3.1: structure, references, parameters, unique names, errors everywhere."""

import re

import jsonschema
import pytest

import tests.contract.kinds  # noqa: F401
from hoshin.surfaces.api.answers import answer
from hoshin.surfaces.api.openapi import ERRORS, described
from tests.surfaces.api.described import problems_with

# The rules of the OpenAPI 3.1 specification that this description uses, as a schema of our own.
OPERATION = {
    "type": "object",
    "required": ["tags", "operationId", "summary", "responses"],
    "properties": {
        "responses": {
            "type": "object",
            "patternProperties": {
                "^[1-5][0-9][0-9]$": {"anyOf": [{"required": ["description"]}, {"required": ["$ref"]}]}
            },
            "additionalProperties": False,
        },
        "requestBody": {"type": "object", "required": ["content"]},
        "parameters": {"type": "array", "items": {"$ref": "#/$defs/parameter"}},
    },
    "patternProperties": {"^x-": {"type": "string"}},
    "additionalProperties": False,
}
METHODS = ("get", "put", "post", "delete", "patch")
OPERATIONS = {
    **OPERATION["properties"],
    "tags": {"type": "array"},
    "operationId": {"type": "string"},
    "summary": {"type": "string"},
}
RULES = {
    "$defs": {
        "parameter": {
            "type": "object",
            "required": ["name", "in", "required", "schema"],
            "properties": {"in": {"enum": ["path", "query"]}, "name": {"type": "string"}},
        }
    },
    "type": "object",
    "required": ["openapi", "info", "paths", "components"],
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version"]},
        "paths": {
            "type": "object",
            "patternProperties": {
                "^/api/": {
                    "type": "object",
                    "properties": {
                        **{method: {**OPERATION, "properties": OPERATIONS} for method in METHODS},
                        "parameters": {"type": "array", "items": {"$ref": "#/$defs/parameter"}},
                    },
                    "additionalProperties": False,
                }
            },
            "additionalProperties": False,
        },
    },
}


@pytest.fixture(scope="module")
def document():
    return described()


def operations(document):
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, methods, methods[method]


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def test_it_keeps_the_rules_of_the_specification(document):
    jsonschema.Draft202012Validator(RULES).validate(document)


def test_every_schema_is_a_schema(document):
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(document):
    def leads(reference):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found.get(step)
            if found is None:
                return False
        return True

    assert {reference for reference in references(document) if not leads(reference)} == set()


def test_names_of_operations_are_unique(document):
    names = [operation["operationId"] for _path, _methods, operation in operations(document)]

    assert len(names) == len(set(names))


def test_the_parameters_of_a_path_are_described(document):
    for path, methods, operation in operations(document):
        told = [*methods.get("parameters", ()), *operation.get("parameters", ())]

        assert set(re.findall(r"{(\w+)}", path)) == {p["name"] for p in told if p["in"] == "path"}, path


def test_every_operation_tells_its_errors(document):
    assert [path for path, _methods, o in operations(document) if not set(ERRORS) <= set(o["responses"])] == []


def test_a_step_tells_what_it_asks_for_and_whether_it_is_signed(document):
    def body(path):
        return document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assess, close, reopen = (body(f"/api/deviation/{{key}}/steps/{step}") for step in ("assess", "close", "reopen"))

    assert set(assess["properties"]["values"]["properties"]) == {"severity", "impact"}
    assert (close["required"], reopen["required"]) == (["signature"], ["reason"])


@pytest.mark.parametrize(
    ("told", "status", "found"),
    [
        ({"number": "MSA-1", "revision": 1, "worksheet": []}, 200, ""),
        ({"number": "MSA-1", "revision": "1", "worksheet": []}, 200, "'1' is not of type 'integer'"),
        ({"number": "MSA-1", "worksheet": [], "extra": 1}, 200, "'revision' is a required property"),
        ({}, 418, "answered 418, which is not described"),
        ({"error": {"code": "shrug"}}, 404, "'shrug' is not one of"),
    ],
)
def test_an_answer_that_is_not_as_described_is_found(told, status, found):
    problems = problems_with(answer(told, status), "GET", "/api/msa/MSA-1/worksheet")

    assert (problems == []) if not found else any(found in problem for problem in problems)
