"""Statements that are built once read and write what the ORM would."""

import json
from datetime import timedelta

import pytest

from hoshin.kernel.access.held import units_by_role
from hoshin.kernel.organization.models import Grant, UnitWithin
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.models import Entry, new_uid
from hoshin.kernel.trail.readings import rows_with
from hoshin.kernel.trail.statements import newest_states

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(cast):
    drafts = [{"title": f"Deviation {n}", "severity": "major", "steps": [{"what": "Stop"}]} for n in range(3)]
    return doors.create("deviation", drafts, by=cast.by.ana)


def columns(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_rows_are_read_as_the_orm_reads_them(rows, count):
    spec, keys = registry.get("deviation"), [row.pk for row in rows[:count]]
    expected = [columns(row) for row in spec.rows().filter(pk__in=keys).order_by("id")]

    assert expected == [columns(row) for row in rows_with(spec.model, "id", keys, ("id",))]


def test_lines_of_one_record_come_in_their_order(cast, rows):
    part = registry.get("deviation").by_name["steps"].part
    doors.edit([rows[0]], {"steps": [{"what": "Third"}, {"what": "First"}, {"what": "Second"}]}, by=cast.by.ana)
    found = rows_with(part.model, "record", [rows[0].uid], ("record_id", "position"))

    assert [line.what for line in found] == ["Third", "First", "Second"]


def test_a_set_gets_the_keys_the_database_gave(rows):
    expected = dict(Record.objects.values_list("uid", "pk"))

    assert expected == {row.uid: row.pk for row in rows}


def test_newest_states_are_the_last_ones_and_a_stranger_has_none(cast, rows):
    for n in range(3):
        doors.edit([rows[0]], {"title": f"Again {n}"}, by=cast.by.ana)
    subjects = [row.uid for row in rows]
    newest = Entry.objects.filter(subject_uid__in=subjects).order_by("seq").values_list("subject_uid", "state")
    expected = {uid: bytes(state) for uid, state in newest}

    assert expected == dict(newest_states([*subjects, new_uid()]))


def test_newest_states_of_a_past_moment_are_those_of_then(cast, rows):
    before = clock.now()
    doors.edit([rows[0]], {"title": "Again"}, by=cast.by.ana)
    ((_uid, state),) = newest_states([rows[0].uid], until=before)

    assert json.loads(state)["revision"] == 1


def test_roles_reach_the_units_within_those_of_the_grants(cast):
    at = clock.now()
    expected: dict = {}
    for role, unit in Grant.objects.valid(at).filter(person=cast.quinn).values_list("role", "unit"):
        within = UnitWithin.objects.filter(whole=unit).values_list("unit", flat=True)
        expected[role] = expected.get(role, frozenset()) | {unit, *within}

    assert expected and expected == units_by_role(cast.quinn, at)


def test_a_grant_reaches_nothing_before_it_begins(cast):
    before = min(Grant.objects.values_list("since", flat=True)) - timedelta(days=1)

    assert units_by_role(cast.quinn, before) == {}
