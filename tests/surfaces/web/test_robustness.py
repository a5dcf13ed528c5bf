"""Whatever an address or a form holds, the answer is a page that says so, never a failure."""

import random

import pytest
from django.test import Client

from hoshin.kernel.records import registry
from hoshin.surfaces.web.addresses import url_of
from tests.contract.kinds import SUPPLIER_VISIT
from tests.contract.values import open_one

JUNK = (
    "", "x", "-1", "9" * 30, "\x00", "💥", "None", "2026-13-45", "2026-01-01", "9999-12-31", "0001-01-01", "1e999", "NaN", "Infinity",
    "%", "_", "a" * 3000, "00000000-0000-0000-0000-000000000000", "[]", "yes", "²", "１２", "0001-01-01T00:00",
    "9999-12-31T23:59", "12:30", "'; --", "../..", "a:b:c", "steps:0:up", "causes:0:in", "causes:99:below",
)  # fmt: skip
PARAMETERS = (
    "q",
    "page",
    "sort",
    "state",
    "late",
    "mine",
    "unit",
    "owner",
    "density",
    "size",
    "as_of",
    "before",
    "only",
    "kinds",
)
SENT = (
    "text",
    "target",
    "relation",
    "title",
    "assignee",
    "due_on",
    "purpose",
    "uid",
    "name",
    "query",
    "note",
    "reason",
    "revision",
)
KINDS = ("deviation", SUPPLIER_VISIT["name"])


@pytest.fixture(params=KINDS)
def visit(request, cast):
    return open_one(registry.get(request.param), cast)


@pytest.fixture
def quinn(cast):
    client = Client(raise_request_exception=True)
    client.post("/sign-in", {"username": "quinn", "password": cast.password})
    return client


def pick(chance: random.Random, names) -> dict[str, str]:
    return {name: chance.choice(JUNK) for name in names}


def test_no_address_fails(visit, quinn):
    spec, chance = visit.spec, random.Random(1)
    filters = [f.name + end for f in spec.all_fields for end in ("", "_from", "_to")]
    for name in (*PARAMETERS, *filters):
        for junk in chance.sample(JUNK, 3):
            assert quinn.get(f"/{spec.slug}/", {name: junk}).status_code in (200, 422), (name, junk)
    for name in PARAMETERS:
        for page in ("", "history", "edit"):
            assert quinn.get(url_of(visit) + page, {name: chance.choice(JUNK)}).status_code < 500, (page, name)


@pytest.mark.parametrize("page", ["/", "/tasks/", "/search", "/find/people", "/find/records", "/me"])
def test_no_other_page_fails(cast, quinn, page):
    chance = random.Random(5)
    for name in (*PARAMETERS, "assignee", "purpose", "priority", "kind", "field"):
        for junk in chance.sample(JUNK, 3):
            assert quinn.get(page, {name: junk}).status_code < 500, (name, junk)


def test_no_form_fails(visit, quinn):
    spec, chance = visit.spec, random.Random(2)
    steps = [f"step/{t.name}" for t in spec.workflow.transitions]
    for _n in range(25):
        sent = pick(chance, [f.name for f in spec.editable_fields if f.part is None]) | pick(chance, SENT)
        for f in spec.part_fields:
            for line in range(2):
                names = [
                    f"{f.name}-{line}-{inner}" for inner in ("uid", "depth", "delete", *(p.name for p in f.part.fields))
                ]
                sent |= pick(chance, names)
        if chance.random() < 0.2:
            sent |= pick(chance, chance.sample(("add-line", "move-line", "remove-line"), 1))
        for page in (f"/{spec.slug}/new", f"{url_of(visit)}edit", url_of(visit) + chance.choice(steps)):
            assert quinn.post(page, sent).status_code < 500, (page, sent)


def test_no_button_fails(visit, quinn):
    chance = random.Random(3)
    for _n in range(15):
        for page in ("comments", "link", "tasks/new", "files", "sign/agree"):
            sent = pick(chance, SENT)
            assert quinn.post(url_of(visit) + page, sent).status_code < 500, (page, sent)
        assert quinn.post(f"/{visit.spec.slug}/views", pick(chance, SENT)).status_code < 500


def test_no_form_of_the_organisation_fails(cast):
    adi, chance = Client(), random.Random(4)
    adi.post("/sign-in", {"username": "adi", "password": cast.password})
    names = (
        "name",
        "username",
        "email",
        "unit",
        "password",
        "code",
        "sort",
        "parent",
        "timezone",
        "days",
        "role",
        "until",
        "new",
        "again",
    )
    for _n in range(15):
        for page in (
            "/people/new",
            "/units/",
            "/me/tokens",
            f"/people/{cast.ana.uid}/roles",
            f"/people/{cast.ana.uid}/password",
        ):
            sent = pick(chance, names)
            assert adi.post(page, sent).status_code < 500, (page, sent)
