"""What the doors promise: rights, needs, signatures, conflicts, entries."""

import json

import pytest

from hoshin.kernel.records import doors, history, registry
from hoshin.kernel.records.errors import Conflict, Invalid, NotAllowed, NotSigned, NotYet
from hoshin.kernel.records.record import Record, StateAssigned
from hoshin.kernel.records.signatures import Proof, Signature, still_valid
from hoshin.kernel.trail.doors import PastTheDoors
from hoshin.kernel.trail.models import Entry, new_uid


@pytest.fixture
def deviation(cast):
    (row,) = doors.create("deviation", [{"title": "Oven too cold"}], by=cast.by.ana)
    return row


def test_creating_numbers_and_enters_the_record(cast, deviation):
    entry = Entry.objects.get(subject_uid=deviation.uid)
    leaf = json.loads(bytes(entry.leaf))

    assert (deviation.number, deviation.state, deviation.revision) == (
        f"DEV-{deviation.created_at.year}-0001",
        "open",
        1,
    )
    assert (deviation.owner, deviation.unit) == (cast.ana, cast.north)
    assert (entry.action, leaf["actor"]["uid"]) == ("deviation.opened", str(cast.ana.uid))


def test_the_title_is_committed_and_the_number_open(deviation):
    state = json.loads(bytes(Entry.objects.get(subject_uid=deviation.uid).state))

    assert set(state["fields"]["title"]) == {"#"}
    assert state["fields"]["number"] == deviation.number


def test_creating_the_same_uid_twice_writes_once(cast):
    draft = doors.Draft({"title": "Once"}, uid=new_uid())
    (first,) = doors.create("deviation", [draft], by=cast.by.ana)
    before = Entry.objects.count()
    (second,) = doors.create("deviation", [draft], by=cast.by.ana)

    assert (first.pk, before) == (second.pk, Entry.objects.count())


def test_all_problems_are_told_at_once_and_nothing_is_written(cast):
    with pytest.raises(Invalid) as refused:
        doors.create(
            "deviation", [{"title": "", "severity": "huge", "owner": "nobody", "colour": "red"}], by=cast.by.ana
        )

    assert {problem.field for problem in refused.value.problems} == {"title", "severity", "owner", "colour"}
    assert not Record.objects.exists()


def test_a_stranger_may_not_open_one(cast):
    with pytest.raises(NotAllowed):
        doors.create("deviation", [{"title": "x", "unit": str(cast.north.uid)}], by=cast.by.stranger)


def test_a_state_is_never_assigned(deviation):
    with pytest.raises(StateAssigned):
        deviation.state = "closed"


def test_rows_are_not_written_past_the_doors(deviation):
    with pytest.raises(PastTheDoors):
        deviation.save()
    with pytest.raises(PastTheDoors):
        Record.objects.filter(pk=deviation.pk).update(title="x")


def test_a_step_asks_for_what_it_needs(cast, deviation):
    with pytest.raises(Invalid) as refused:
        doors.perform([deviation], "assess", by=cast.by.pat)

    assert {problem.field for problem in refused.value.problems} == {"severity", "impact"}


def test_a_step_is_taken_with_what_it_asks_for(cast, deviation):
    (row,) = doors.perform([deviation], "assess", by=cast.by.pat, values={"severity": "major", "impact": "Scrap"})

    assert (row.state, row.severity) == ("assessed", "major")


def test_closing_is_signed_and_not_by_the_author(cast, deviation):
    doors.perform([deviation], "assess", by=cast.by.pat, values={"severity": "major", "impact": "Scrap"})
    with pytest.raises(NotAllowed):
        doors.perform([deviation], "close", by=cast.by.ana, proof=Proof(cast.password))
    with pytest.raises(NotSigned):
        doors.perform([deviation], "close", by=cast.by.quinn)
    with pytest.raises(NotSigned):
        doors.perform([deviation], "close", by=cast.by.quinn, proof=Proof("wrong"))
    (row,) = doors.perform([deviation], "close", by=cast.by.quinn, proof=Proof(cast.password))
    signature = Signature.objects.get(record=row.uid)

    assert row.state == "closed" and row.closed_at is not None
    assert (signature.printed_name, signature.meaning) == ("Quinn Meyer", "approved")
    assert still_valid([signature]) == {signature.uid: True}


def test_a_step_that_does_not_start_there_is_refused(cast, deviation):
    with pytest.raises(NotYet):
        doors.perform([deviation], "close", by=cast.by.quinn, proof=Proof(cast.password))


def test_editing_different_fields_merges_and_the_same_field_conflicts(cast, deviation):
    doors.edit([deviation], {"impact": "Hers"}, by=cast.by.ana, revision=1)
    doors.edit([deviation], {"severity": "minor"}, by=cast.by.quinn, revision=1)
    with pytest.raises(Conflict) as conflict:
        doors.edit([deviation], {"impact": "His"}, by=cast.by.quinn, revision=1)

    assert (conflict.value.theirs, conflict.value.mine) == ({"impact": "Hers"}, {"impact": "His"})


def test_lines_are_written_by_the_records_door(cast, deviation):
    doors.edit(
        [deviation], {"steps": [{"what": "Stopped the oven", "quantity": "12.50"}, {"what": "Called"}]}, by=cast.by.ana
    )
    row = registry.find(deviation.uid, Record.objects.all())

    assert [(line["what"], line["quantity"]) for line in row.steps] == [
        ("Stopped the oven", row.steps[0]["quantity"]),
        ("Called", None),
    ]
    assert str(row.steps[0]["quantity"].normalize()) == "12.5"


def test_history_reads_as_prose(cast, deviation):
    doors.edit([deviation], {"title": "Oven far too cold"}, by=cast.by.ana, reason="Measured again")
    doors.void([deviation], by=cast.by.quinn, reason="Opened twice")
    events = history.events_of(registry.find(deviation.uid, Record.objects.all()))

    assert [(event.who, event.words, event.reason) for event in events] == [
        ("Quinn Meyer", "voided the record", "Opened twice"),
        ("Ana Silva", "changed", "Measured again"),
        ("Ana Silva", "opened the record", ""),
    ]
    assert [(d.label, d.old, d.new) for d in events[1].differences] == [("Title", "Oven too cold", "Oven far too cold")]


def test_a_set_is_created_in_few_statements(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        doors.create("deviation", [{"title": f"Number {n}"} for n in range(200)], by=cast.by.ana)

    assert Record.objects.count() == 200
