"""What values, sets and steps may not do: break the store, open twice, sign what was not seen."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.kernel.access.rights import role
from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.records import doors
from hoshin.kernel.records.errors import Conflict, Invalid
from hoshin.kernel.records.field_types import INSTANT, NUMBER, TEXT, BadValue
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.signatures import Proof
from hoshin.kernel.trail.models import new_uid

NUMBER_FIELD = FieldSpec("n", NUMBER, "n", decimal_places=9)


@given(st.one_of(st.decimals(), st.floats(), st.integers(), st.text(), st.sampled_from(["1e400", "1e20", "-1e-400"])))
def test_a_number_is_read_or_refused_with_words(raw):
    try:
        value = NUMBER.parse(raw if isinstance(raw, float) else str(raw), NUMBER_FIELD)
    except BadValue as bad:
        assert str(bad)
    else:
        assert value is None or len(value.as_tuple().digits) <= 15


@pytest.mark.parametrize("raw", ["-0", -0.0, -1e-12])
def test_zero_has_no_sign_so_that_the_ledger_and_the_database_say_the_same(raw):
    assert NUMBER.json(NUMBER.parse(raw, NUMBER_FIELD)) == "0" == NUMBER.json(Decimal("-0.000000000"))


@pytest.mark.parametrize(
    ("value", "measure", "editable", "told"),
    [
        ("16.443555508", "%", False, "16.4 %"),
        ("0.087400000", "%", False, "0.0874 %"),
        ("50.012345678", "mm", False, "50.0123 mm"),
        ("1234567.800000000", "", False, "1234568"),
        ("50.012345678", "mm", True, "50.012345678 mm"),
        ("0.000000000", "%", False, "0 %"),
    ],
)
def test_what_was_computed_is_shown_with_the_digits_that_count_and_what_was_entered_with_all(
    value, measure, editable, told
):
    assert NUMBER.words(Decimal(value), FieldSpec("n", NUMBER, "n", measure=measure, editable=editable)) == told
    assert NUMBER.json(Decimal(value)) == format(Decimal(value).normalize(), "f")


def test_half_a_character_is_refused():
    with pytest.raises(BadValue, match="surrogate"):
        TEXT.parse("\ud800", FieldSpec("t", TEXT, "t"))


def test_an_instant_is_written_with_six_decimals_so_that_text_sorts_as_time():
    assert INSTANT.json(datetime(2026, 3, 2, 8, 30, tzinfo=UTC)) == "2026-03-02T08:30:00.000000Z"


@pytest.mark.parametrize("raw", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_an_instant_that_some_time_zone_cannot_show_is_refused(raw):
    with pytest.raises(BadValue, match="lies outside the years that can be stored"):
        INSTANT.parse(raw, None)


def test_an_instant_is_read_as_it_was_said():
    assert INSTANT.parse("2026-03-02T09:30:00+01:00", None) == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_a_large_set_sent_twice_is_opened_once(cast):
    drafts = [doors.Draft({"title": f"Number {n}"}) for n in range(501)]
    doors.create("deviation", drafts, by=cast.by.ana)
    doors.create("deviation", drafts, by=cast.by.ana)

    assert Record.objects.count() == 501


def test_a_record_without_a_unit_lies_in_nobodys(cast):
    standing = standing_of(cast.by.ana)
    row = Record(unit_id=None)

    assert role("employee").allows(standing, row) is False


def test_a_step_is_not_taken_on_content_that_changed_since_it_was_seen(cast):
    (row,) = doors.create("deviation", [{"title": "x", "severity": "major", "impact": "y"}], by=cast.by.ana)
    (row,) = doors.perform([row], "assess", by=cast.by.pat)
    seen = row.revision
    doors.edit([row], {"impact": "quite another"}, by=cast.by.ana)
    with pytest.raises(Conflict) as refused:
        doors.perform([row], "close", by=cast.by.quinn, proof=Proof(cast.password), revision=seen)

    assert refused.value.theirs == {"impact": "quite another"}


def test_a_line_is_not_taken_from_another_record(cast):
    uid = new_uid()
    line = {"uid": str(uid), "what": "Stopped the oven"}
    with pytest.raises(Invalid) as within:
        doors.create("deviation", [{"title": "a", "steps": [line]}, {"title": "b", "steps": [line]}], by=cast.by.ana)
    (row,) = doors.create("deviation", [{"title": "a", "steps": [line]}], by=cast.by.ana)
    (kept,) = doors.edit([row], {"steps": [line, {"what": "Called"}]}, by=cast.by.ana)
    with pytest.raises(Invalid) as across:
        doors.create("deviation", [{"title": "b", "steps": [line]}], by=cast.by.ana)

    assert [problem.index for problem in within.value.problems] == [1]
    assert (kept.steps[0]["uid"], across.value.problems[0].field) == (uid, "steps")
