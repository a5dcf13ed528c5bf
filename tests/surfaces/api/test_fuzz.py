"""Whatever is sent to any kind, the answer is JSON and never the server's failure; HOSHIN_FUZZ=300 makes it a campaign."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoshin.kernel.records import registry
from hoshin.kernel.trail.verify import verify
from tests.contract.kinds import every_kind
from tests.contract.values import open_one, values_for

from .callers import Caller, at

EXAMPLES = settings(
    max_examples=int(os.environ.get("HOSHIN_FUZZ", "15")), deadline=None, suppress_health_check=list(HealthCheck)
)
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.just([]), st.just({}),
    st.sampled_from([
        10**400, -(2**63), 2**53, 1e308, "1e999", "-0", "99999999999999999999.5", "123456789012.345", "0.000000001", 0.1, 1e-9,
        "9999-12-31", "0001-01-01T00:00:00-14:00", "2026-02-30", "\u202e", "a" * 5000, "=1+1", [[[[]]]], [None], [{"uid": []}],
        [{"parent": 1}], {"a": {"b": []}}, "me",
    ]),
)  # fmt: skip
CODES = {200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 422}


@pytest.fixture(params=every_kind())
def spec(request):
    return registry.get(request.param)


def is_proper(response):
    assert response.status_code in CODES, response.content[:300]
    if response.status_code >= 400:
        assert set(response.json()["error"]) >= {"code", "message", "problems"}
    return True


def test_values_of_any_type(cast, spec):
    quinn, row = Caller(cast.quinn), open_one(spec, cast)
    good = values_for(spec, cast)
    names = [f.name for f in spec.editable_fields]
    lines = {f.name: [inner.name for inner in f.part.fields] for f in spec.part_fields}
    line = st.dictionaries(
        st.sampled_from(sorted({n for inner in lines.values() for n in inner} | {"uid", "parent"})), ODD
    )

    @EXAMPLES
    @given(st.dictionaries(st.sampled_from(names), ODD | st.lists(line, max_size=3), min_size=1, max_size=4))
    def sent(odd):
        raw = json.dumps({"values": {**good, **odd}})
        steps = spec.workflow.transitions
        is_proper(quinn.post(spec.slug, raw))
        is_proper(quinn.patch(at(row), json.dumps({"values": odd, "revision": row.revision})))
        is_proper(quinn.post(at(row, f"/steps/{steps[0].name}"), json.dumps({"values": odd})))
        for name in lines:
            is_proper(quinn.put(at(row, f"/parts/{name}"), json.dumps({"lines": odd.get(name, []), "revision": 1})))

    sent()
    # Whatever was let in is the same in its row and in the ledger.
    assert verify().findings == []


JSON = st.recursive(
    ODD, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
MEMBERS = ("values", "revision", "reason", "signature", "uid", "items", "title", "assignee", "due_on", "purpose", "text",
           "relation", "target", "note", "decision", "evidence")  # fmt: skip


@pytest.mark.parametrize("kind", ["deviation", "supplier_visit"])
def test_bodies_of_any_shape(cast, kind):
    quinn, row = Caller(cast.quinn), open_one(registry.get(kind), cast)
    rest = ["", "/steps/close", "/steps/assess", "/seats/agree", "/void", "/tasks", "/comments", "/links", "/files"]

    @EXAMPLES
    @given(
        st.sampled_from(rest),
        st.sampled_from(["POST", "PATCH", "PUT", "DELETE"]),
        JSON.map(json.dumps) | st.dictionaries(st.sampled_from(MEMBERS), JSON).map(json.dumps) | st.binary(max_size=60),
    )
    def sent(path, method, raw):
        is_proper(quinn.send(method, at(row, path), raw))

    sent()


def test_queries_of_any_kind(cast, spec):
    quinn = Caller(cast.quinn)
    open_one(spec, cast)
    names = [f.name + ending for f in spec.all_fields for ending in ("", "<", ">", "!", "~")]
    known = ["where", "order", "limit", "after", "fields", "count", "q", "at", "before"]

    @EXAMPLES
    @given(
        st.dictionaries(st.sampled_from(names + known), ODD.map(str) | st.sampled_from(["today", "yes", "2026-01-01"]))
    )
    def asked(query):
        is_proper(quinn.get(spec.slug, query))

    asked()


@EXAMPLES
@given(st.text(max_size=40))
def test_cursors_of_any_kind(cast, cursor):
    caller = Caller(cast.ana)

    assert is_proper(caller.get("deviation", {"after": cursor, "order": "due_on"}))
