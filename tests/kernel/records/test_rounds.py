"""Signature rounds: no seat twice by the same hands, no step from another state, no signature that serves twice."""

from datetime import timedelta

import pytest

from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.actors import acting, acting_for
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.errors import Conflict, NotAllowed, NotYet
from hoshin.kernel.records.rounds import Seat
from hoshin.kernel.records.signatures import Proof, Signature, still_valid
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.verify import verify
from tests.contract import kinds  # noqa: F401  the kind made of plain data


@pytest.fixture
def visit(cast):
    values = {
        "title": "Visit",
        "supplier": "ACME",
        "summary": "Fine",
        "visited_on": "2026-03-02",
        "unit": cast.north.uid,
    }
    (row,) = doors.create("supplier_visit", [values], by=cast.by.ana)
    doors.perform([row], "report", by=cast.by.ana)
    doors.perform([row], "agree", by=cast.by.ana)
    return row


def sign(row, by, cast, **told):
    return doors.sign_seat(row, "agree", by=by, proof=Proof(cast.password), **told)


def state_of(row) -> str:
    return registry.get("supplier_visit").rows().get(pk=row.pk).state


def test_the_last_signature_takes_the_step(cast, visit):
    sign(visit, cast.by.pat, cast)
    assert state_of(visit) == "reported"
    sign(visit, cast.by.quinn, cast)

    assert state_of(visit) == "agreed"


def test_a_round_of_a_record_that_went_another_way_is_over(cast, visit):
    sign(visit, cast.by.pat, cast)
    doors.void([visit], by=cast.by.quinn, reason="Opened twice")
    with pytest.raises(NotAllowed):
        sign(visit, cast.by.quinn, cast)

    assert state_of(visit) == "void"
    assert not Seat.objects.filter(record=visit.uid, over=False).exists()


def test_signatures_of_one_round_do_not_serve_another(cast, visit):
    sign(visit, cast.by.pat, cast)
    sign(visit, cast.by.quinn, cast)
    doors.perform([visit], "close", by=cast.by.quinn, proof=Proof(cast.password))
    doors.perform([visit], "reopen", by=cast.by.quinn, reason="Again")
    doors.perform([visit], "report", by=cast.by.ana)
    doors.perform([visit], "agree", by=cast.by.ana)

    assert state_of(visit) == "reported"
    with pytest.raises(NotYet):
        doors.perform([visit], "agree", by=cast.by.ana)


def test_the_same_hands_sign_one_seat_only(cast, visit):
    organization.grant(cast.max, "process owner", cast.north, by=cast.by.adi)
    organization.delegate(cast.quinn, cast.max, by=cast.by.quinn, since=clock.now(), until=None)
    sign(visit, acting_for(cast.max, cast.quinn), cast)
    for by in (acting(cast.max), cast.by.quinn):
        with pytest.raises(NotAllowed):
            sign(visit, by, cast)
    sign(visit, cast.by.pat, cast)

    assert state_of(visit) == "agreed"


def test_changed_content_ends_the_round_and_its_signatures(cast, visit):
    sign(visit, cast.by.pat, cast)
    (given,) = Signature.objects.filter(record=visit.uid)
    doors.edit([visit], {"summary": "Not so fine"}, by=cast.by.ana)

    assert still_valid([given]) == {given.uid: False}
    with pytest.raises(NotAllowed):
        sign(visit, cast.by.quinn, cast)


def test_moving_a_due_day_leaves_a_signature_valid(cast, visit):
    sign(visit, cast.by.pat, cast)
    (given,) = Signature.objects.filter(record=visit.uid)
    doors.edit([visit], {"due_on": (clock.now() + timedelta(days=9)).date()}, by=cast.by.ana)

    assert still_valid([given]) == {given.uid: True}


def test_nobody_signs_what_changed_since_they_looked(cast, visit):
    seen = registry.get("supplier_visit").rows().get(pk=visit.pk).revision
    doors.edit([visit], {"summary": "Not so fine"}, by=cast.by.ana)
    doors.perform([visit], "agree", by=cast.by.ana)
    with pytest.raises(Conflict):
        sign(visit, cast.by.pat, cast, revision=seen)


def test_a_rejection_needs_a_reason_and_ends_the_round(cast, visit):
    with pytest.raises(NotYet):
        sign(visit, cast.by.pat, cast, reject=True)
    sign(visit, cast.by.pat, cast, reject=True, reason="Not enough seen")
    with pytest.raises(NotAllowed):
        sign(visit, cast.by.quinn, cast)

    assert state_of(visit) == "reported"
    assert verify().findings == []
