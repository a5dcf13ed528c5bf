"""Nobody does through one door what another would refuse them: strangers, delegates, closed accounts, past grants."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError

from hoshin.kernel.access import identity
from hoshin.kernel.access.identity import NotProved
from hoshin.kernel.access.models import Participant, Token
from hoshin.kernel.access.rights import not_author, owner, role
from hoshin.kernel.access.standing import Standing, standing_of
from hoshin.kernel.access.visibility import may_see, visible
from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.actors import NotDelegated, acting, acting_for
from hoshin.kernel.organization.doors import NotAdministrator
from hoshin.kernel.organization.models import Delegation, Grant
from hoshin.kernel.records import attachments, doors, history, tasks
from hoshin.kernel.records.comments import comment
from hoshin.kernel.records.errors import Invalid, NotAllowed, NotYet
from hoshin.kernel.records.links import link, links_of, unlink
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.signatures import Proof
from hoshin.kernel.records.work import my_work
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import UNATTRIBUTED, outside
from hoshin.kernel.trail.models import Entry, new_uid


@pytest.fixture
def deviation(cast):
    (row,) = doors.create("deviation", [{"title": "Oven too cold"}], by=cast.by.ana)
    return row


@pytest.fixture
def restricted(cast):
    (row,) = doors.create(
        "deviation", [{"title": "Somebody drinks", "confidentiality": "restricted"}], by=cast.by.quinn
    )
    return row


@pytest.fixture
def max_for_ana(cast):
    now = clock.now()
    organization.delegate(cast.ana, cast.max, by=cast.by.ana, since=now, until=now + timedelta(days=7))
    return acting_for(cast.max, cast.ana, via="test")


def test_no_door_opens_for_a_stranger(cast, deviation):
    by, entries = cast.by.stranger, Entry.objects.count()
    (other,) = doors.create("deviation", [{"title": "Another"}], by=cast.by.ana)
    found = link(deviation, "related", [other], by=cast.by.ana)[0]
    task = tasks.assign(deviation, "Look", cast.max, by=cast.by.ana)
    attached = attachments.attach(deviation, [("a.txt", BytesIO(b"a"))], by=cast.by.ana)[0]
    entries = Entry.objects.count()
    attempts = [
        lambda: doors.create("deviation", [{"title": "Mine", "unit": cast.north.uid}], by=by),
        lambda: doors.edit([deviation], {"title": "Mine"}, by=by),
        lambda: doors.perform([deviation], "assess", by=by, values={"severity": "major", "impact": "x"}),
        lambda: doors.void([deviation], by=by, reason="x"),
        lambda: link(deviation, "causes", [other], by=by),
        lambda: unlink(found, by=by),
        lambda: attachments.attach(deviation, [("b.txt", BytesIO(b"b"))], by=by),
        lambda: attachments.remove(attached, by=by, reason="x"),
        lambda: comment(deviation, "x", by=by),
        lambda: tasks.assign(deviation, "x", cast.stranger, by=by),
        lambda: tasks.finish(task, by=by, evidence="x"),
        lambda: tasks.cancel(task, by=by, reason="x"),
        lambda: tasks.move(task, clock.now().date(), by=by, reason="x"),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()

    assert Entry.objects.count() == entries


@pytest.mark.parametrize("by", [UNATTRIBUTED, outside("ACME", "mail")], ids=["unattributed", "outside"])
def test_a_task_of_a_record_without_an_owner_is_not_anybodys(cast, deviation, by):
    (row,) = doors.create("deviation", [{"title": "Nobody's", "unit": cast.north.uid}], by=cast.system)
    task = tasks.assign(row, "Look", cast.max, by=cast.system)
    assert row.owner_id is None
    with pytest.raises(NotAllowed):
        tasks.finish(task, by=by, evidence="Done")

    assert tasks.Task.objects.get(pk=task.pk).state == tasks.OPEN


def test_a_stored_row_decides_and_not_the_copy_in_hand(cast, deviation):
    deviation.owner_id = deviation.author_id = cast.sol.uid
    for attempt in (
        lambda: comment(deviation, "x", by=cast.by.sol),
        lambda: link(deviation, "related", [deviation], by=cast.by.sol),
        lambda: tasks.assign(deviation, "x", cast.sol, by=cast.by.sol),
        lambda: doors.edit([deviation], {"title": "x"}, by=cast.by.sol),
    ):
        with pytest.raises((NotAllowed, Invalid)):
            attempt()

    assert Record.objects.get(pk=deviation.pk).title == "Oven too cold"


# Delegates


def test_a_delegate_touches_nothing_that_is_the_delegators_alone(cast, max_for_ana):
    password = cast.ana.password
    with pytest.raises(NotAdministrator):
        organization.set_password(cast.ana, "another long password", by=max_for_ana)
    with pytest.raises(NotProved):
        identity.give_token(cast.ana, "back door", by=max_for_ana)
    with pytest.raises(NotAdministrator):
        organization.delegate(cast.ana, cast.sol, by=max_for_ana, since=clock.now(), until=None)
    cast.ana.refresh_from_db()

    assert (cast.ana.password, Token.objects.count(), Delegation.objects.count()) == (password, 0, 1)


def test_a_delegate_does_not_approve_as_themselves_what_they_opened_for_another(cast, max_for_ana):
    organization.grant(cast.max, "quality manager", cast.north, by=cast.by.adi)
    (row,) = doors.create("deviation", [{"title": "x", "severity": "minor", "impact": "y"}], by=max_for_ana)
    doors.perform([row], "assess", by=cast.by.quinn)
    with pytest.raises(NotAllowed):
        doors.perform([row], "close", by=acting(cast.max), proof=Proof(cast.password))
    (row,) = doors.perform([row], "close", by=cast.by.quinn, proof=Proof(cast.password))

    assert (row.author_id, row.opened_by_hand_id, row.state) == (cast.ana.uid, cast.max.uid, "closed")


def test_lists_and_doors_say_the_same_of_authors_and_delegates(cast, max_for_ana):
    doors.create("deviation", [{"title": "Through Max"}], by=max_for_ana)
    doors.create("deviation", [{"title": "By Ana"}], by=cast.by.ana)
    doors.create("deviation", [{"title": "By Quinn", "unit": cast.north.uid}], by=cast.by.quinn)
    doors.create("deviation", [{"title": "By the house", "unit": cast.north.uid}], by=cast.system)
    for right in (not_author(), owner(), role("quality manager") & not_author(), role("employee") | owner()):
        for actor in (cast.by.ana, cast.by.max, max_for_ana, cast.by.quinn, cast.by.stranger, UNATTRIBUTED):
            standing = standing_of(actor)
            listed = set(Record.objects.filter(right.q(standing)).values_list("title", flat=True))
            allowed = {row.title for row in Record.objects.all() if right.allows(standing, row)}

            assert listed == allowed, (str(right.words), actor)


def test_a_delegation_ends_with_its_time_and_with_either_account(cast):
    now = clock.now()
    organization.delegate(
        cast.ana, cast.max, by=cast.by.ana, since=now - timedelta(days=2), until=now - timedelta(days=1)
    )
    with pytest.raises(NotDelegated):
        acting_for(cast.max, cast.ana)
    organization.delegate(cast.ana, cast.max, by=cast.by.ana, since=now, until=None)
    organization.change_person(cast.ana, by=cast.by.adi, active=False)
    with pytest.raises(NotDelegated):
        acting_for(cast.max, cast.ana)


# Closed accounts and past grants


def test_a_closed_account_keeps_nothing_it_owned(cast, deviation):
    task = tasks.assign(deviation, "Look", cast.ana, by=cast.by.ana)
    organization.change_person(cast.ana, by=cast.by.adi, active=False)
    by = acting(cast.ana)
    for attempt in (
        lambda: doors.edit([deviation], {"title": "x"}, by=by),
        lambda: comment(deviation, "x", by=by),
        lambda: tasks.finish(task, by=by, evidence="x"),
        lambda: doors.perform([deviation], "assess", by=by, values={"severity": "major", "impact": "x"}),
    ):
        with pytest.raises(NotAllowed):
            attempt()

    assert not may_see(Standing(cast.ana), deviation)
    assert not Record.objects.filter(visible(Standing(cast.ana))).exists()
    assert my_work(Standing(cast.ana)) == []


def test_a_closed_administrator_administers_no_more(cast):
    organization.change_person(cast.adi, by=cast.system, active=False)
    with pytest.raises(NotAdministrator):
        organization.grant(cast.max, "administrator", cast.root, by=acting(cast.adi))


def test_an_ended_grant_gives_nothing(cast, deviation):
    given = Grant.objects.get(person=cast.max)
    assert may_see(Standing(cast.max), deviation)
    organization.end_grant(given, by=cast.by.adi, reason="Left")

    assert not may_see(Standing(cast.max), deviation)
    with pytest.raises(ValidationError):
        organization.end_grant(given, by=cast.by.adi, at=clock.now() + timedelta(days=365))


def test_an_assignee_acts_until_the_last_task_is_done_and_goes_on_seeing(cast, deviation):
    task = tasks.assign(deviation, "Look", cast.sol, by=cast.by.ana)
    standing = Standing(cast.sol)
    assert Participant.objects.valid().filter(person=cast.sol, why="assignee").exists()
    tasks.finish(task, by=cast.by.sol, evidence="Looked")

    assert not Participant.objects.valid().filter(person=cast.sol, why="assignee").exists()
    assert may_see(Standing(cast.sol), deviation) and standing.person == cast.sol


def test_only_those_who_may_change_a_record_let_somebody_in(cast, deviation):
    with pytest.raises(NotAllowed, match="does not see"):
        tasks.assign(deviation, "Have a look", cast.stranger, by=cast.by.max)
    tasks.assign(deviation, "Have a look", cast.pat, by=cast.by.max)
    tasks.assign(deviation, "Have a look", cast.stranger, by=cast.by.ana)

    assert may_see(Standing(cast.stranger), deviation)


# Tasks: what is done is done


def test_a_task_that_is_done_is_neither_cancelled_nor_moved_nor_done_again(cast, deviation):
    stale = tasks.assign(deviation, "Look", cast.max, by=cast.by.ana)
    tasks.finish(tasks.Task.objects.get(pk=stale.pk), by=cast.by.max, evidence="Looked")
    for attempt in (
        lambda: tasks.cancel(stale, by=cast.by.ana, reason="x"),
        lambda: tasks.move(stale, clock.now().date(), by=cast.by.ana, reason="x"),
        lambda: tasks.finish(stale, by=cast.by.max, evidence="x"),
    ):
        with pytest.raises(NotYet):
            attempt()


# Restricted records


def test_a_restricted_record_is_not_reached_by_its_uid(cast, deviation, restricted):
    by = cast.by.ana
    for attempt in (
        lambda: link(deviation, "related", [restricted], by=by),
        lambda: doors.edit([deviation], {"procedure": restricted.uid}, by=by),
        lambda: doors.create("deviation", [{"title": "x", "procedure": str(restricted.uid)}], by=by),
        lambda: doors.create("deviation", [doors.Draft({"title": "x"}, uid=restricted.uid)], by=by),
    ):
        with pytest.raises((NotAllowed, Invalid)) as refused:
            attempt()
        assert "drinks" not in str(refused.value)


def test_titles_of_restricted_records_are_in_nobodys_history_who_does_not_see_them(cast, deviation, restricted):
    link(deviation, "related", [restricted], by=cast.by.quinn)
    doors.edit([deviation], {"procedure": restricted.uid}, by=cast.by.quinn)

    def told(standing):
        return " ".join(
            f"{event.words} {event.differences}" for event in history.events_of(deviation, standing=standing)
        )

    assert "drinks" not in told(Standing(cast.ana)) and "drinks" not in told(None)
    assert "drinks" in told(Standing(cast.quinn))
    assert links_of(deviation, Standing(cast.ana)) == []


def test_a_reference_somebody_else_made_does_not_stand_in_the_way(cast, deviation, restricted):
    doors.edit([deviation], {"procedure": restricted.uid}, by=cast.by.quinn)
    (row,) = doors.edit([deviation], {"procedure": restricted.uid, "impact": "Some"}, by=cast.by.ana)

    assert (row.procedure_id, row.impact) == (restricted.uid, "Some")


def test_a_uid_of_another_record_never_answers_with_it(cast, deviation):
    task = tasks.assign(deviation, "Look", cast.max, by=cast.by.ana)
    (other,) = doors.create("deviation", [{"title": "Other", "unit": cast.south.uid}], by=cast.by.sol)
    with pytest.raises(Invalid):
        tasks.assign(other, "Mine", cast.sol, by=cast.by.sol, uid=task.uid)
    said = comment(deviation, "Ours", by=cast.by.ana)
    with pytest.raises(Invalid):
        comment(other, "Mine", by=cast.by.sol, uid=said.uid)


# Organisation


def test_only_known_particulars_of_people_and_units_change(cast):
    for values in ({"password": "plain"}, {"username": "quinn2"}, {"uid": new_uid()}, {"revision": 9}):
        with pytest.raises(ValidationError):
            organization.change_person(cast.max, by=cast.by.adi, **values)
    with pytest.raises(ValidationError):
        organization.change_unit(cast.north, by=cast.by.adi, timezone="Mars/Base")


def test_nobody_ends_the_token_of_another(cast):
    identity.give_token(cast.ana, "robot", by=cast.by.ana)
    token = Token.objects.get()
    with pytest.raises(NotProved):
        identity.end_token(token, by=cast.by.max)
    identity.end_token(token, by=cast.by.adi)

    assert not Token.objects.valid().exists()


def test_files_of_a_closed_record_stay(cast, deviation):
    (file,) = attachments.attach(deviation, [("a.txt", BytesIO(b"a"))], by=cast.by.ana)
    doors.void([deviation], by=cast.by.quinn, reason="Opened twice")
    with pytest.raises(NotYet):
        attachments.remove(file, by=cast.by.ana, reason="x")


def test_who_may_not_attach_leaves_no_bytes(cast, deviation, tmp_path):
    with pytest.raises(NotAllowed):
        attachments.attach(deviation, [("a.txt", BytesIO(b"a" * 10))], by=cast.by.stranger)

    assert not (tmp_path / "files").exists()


@pytest.mark.parametrize("bad", ["\ud800", "a\x00b", "x" * 30_000])
def test_bad_text_is_refused_in_words_wherever_it_comes_in(cast, deviation, bad):
    task = tasks.assign(deviation, "Look", cast.max, by=cast.by.ana)
    (other,) = doors.create("deviation", [{"title": "Another"}], by=cast.by.ana)
    before = Entry.objects.count()
    for attempt in (
        lambda: comment(deviation, bad, by=cast.by.ana),
        lambda: tasks.assign(deviation, bad, cast.max, by=cast.by.ana),
        lambda: tasks.finish(task, by=cast.by.max, evidence=bad),
        lambda: tasks.cancel(task, by=cast.by.max, reason=bad),
        lambda: link(deviation, "related", [other], by=cast.by.ana, note=bad),
        lambda: doors.edit([deviation], {"title": "x"}, by=cast.by.ana, reason=bad),
        lambda: doors.void([deviation], by=cast.by.quinn, reason=bad),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert str(refused.value)

    assert Entry.objects.count() == before
