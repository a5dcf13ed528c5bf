"""Every address of the API is in its description, and what is described is there, for those who may."""

import re

import pytest
from django.test import Client
from django.urls import resolve

from hoshin.kernel.records import openings, registry
from hoshin.surfaces.api.checks import every_added_address_is_described
from hoshin.surfaces.api.descriptions import CONVERTED, added, describes, routes
from hoshin.surfaces.api.openapi import described
from hoshin.surfaces.api.resource import resource
from tests.contract.kinds import every_kind
from tests.surfaces.api.callers import Caller
from tests.surfaces.api.described import problems_with

METHODS = ("get", "post", "put", "patch", "delete")
HOLES = {"uid": "0198c5f0-7b1a-7c3e-9d2f-4a5b6c7d8e9f", "id": "1", "key": "NONE-1", "number": "NONE-1", "name": "none"}
# A step, a seat, a part and an opening are described by their names, where a kind has any.
NAMED = {
    "steps/<str:name>": lambda spec: any(not step.hidden for step in spec.workflow.transitions),
    "seats/<str:name>": lambda spec: any(step.round for step in spec.workflow.transitions if not step.hidden),
    "parts/<str:name>": lambda spec: bool(spec.part_fields),
    "openings": lambda spec: any(opening.source == spec.name for opening in openings.every()),
    "openings/<str:target>": lambda spec: any(opening.source == spec.name for opening in openings.every()),
}


@pytest.fixture(scope="module")
def document():
    every_kind()
    return described()


def operations(document):
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method, path, methods[method]


def filled(path):
    """A path without holes, as one asks for something that is not there."""
    return re.sub(r"{(\w+)}", lambda hole: HOLES[hole[1]], path)


def wanted(route):
    """The paths a route must be described by, as patterns: one, or one for each kind that has such a thing."""
    rest = route.removeprefix("api/<str:kind>").removeprefix("/<str:key>").strip("/")
    specs = [None]
    if "<str:kind>" in route:
        specs = [spec for spec in registry.every() if NAMED.get(rest, lambda spec: True)(spec)]
    for spec in specs:
        told = route if spec is None else route.replace("<str:kind>", spec.slug)
        hole = r"(\\{\g<name>\\}|[\\w-]+)" if spec else r"\\{\g<name>\\}"
        yield re.compile("/" + CONVERTED.sub(hole, told))


def test_every_route_is_described_with_its_methods(document):
    missing = []
    for route, pattern in routes():
        if pattern.name == "api-nothing":
            continue
        handlers = getattr(pattern.callback, "handlers", {"GET": None})
        for path in wanted(route):
            known = {method for m in document["paths"] if path.fullmatch(m) for method in document["paths"][m]}
            missing += [
                (method, path.pattern) for method in handlers if method != "HEAD" and method.lower() not in known
            ]

    assert missing == []


def test_a_route_that_is_not_described_is_found(document):
    (gone,) = wanted("api/msa/<str:number>/worksheet")
    (kept,) = wanted("api/msa/<str:number>/nothing")

    assert [path for path in document["paths"] if gone.fullmatch(path)] == ["/api/msa/{number}/worksheet"]
    assert not any(kept.fullmatch(path) for path in document["paths"])


def test_what_is_described_is_there_and_says_who_may(document):
    wrong = []
    for method, path, _operation in operations(document):
        view = resolve(filled(path)).func
        if method.upper() not in getattr(view, "handlers", {"GET": None}) or view.policy.public:
            wrong.append((method, path))

    assert wrong == []


def test_added_addresses_tell_who_may_what_for_and_what_they_take():
    made = described()["paths"]
    told = [made[address.path][method.lower()] for address in added() for method in address.handlers]

    assert len(told) >= 12 and all(one["x-may"] and one["summary"] for one in told)
    assert all("requestBody" in made[a.path]["post"] for a in added() if "POST" in a.handlers)


@pytest.mark.django_db
def test_nobody_gets_an_answer_without_signing_in(document):
    stranger = Client()
    answers = {
        (method, path): stranger.generic(method.upper(), filled(path), "{}", content_type="application/json")
        for method, path, _operation in operations(document)
    }

    assert {one.status_code for one in answers.values()} == {401}
    assert all(one.json()["error"]["code"] == "unauthenticated" for one in answers.values())


def test_what_is_not_there_is_refused_as_described(cast, document):
    caller, problems = Caller(cast.quinn), []
    for address in added():
        for method in address.handlers:
            path = filled(address.path)
            answer = caller.send(method, path.removeprefix("/api/"), {})
            problems += problems_with(answer, method, path)
            problems += [f"{method} {path}: {answer.status_code}"] * (answer.status_code not in (404, 422))

    assert problems == []


def test_an_address_that_describes_nothing_stops_the_start(monkeypatch):
    def silent(request):
        """Says nothing of itself."""

    assert every_added_address_is_described() == []
    monkeypatch.setitem(added()[0].view.handlers, "PUT", silent)
    (found,) = every_added_address_is_described()

    assert found.id == "api.E002" and "PUT /api/" in found.msg
    monkeypatch.setitem(added()[0].view.handlers, "PUT", describes(None)(silent))
    assert every_added_address_is_described() == [] and resource(get=silent).policy.words
