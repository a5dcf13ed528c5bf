"""Who is told of what, once, and that mail leaves only where a sender is named."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest

import tests.contract.kinds  # noqa: F401
from hoshin.kernel.organization import doors as organization
from hoshin.kernel.records import comments, doors, tasks
from hoshin.kernel.records.escalation import escalate_due
from hoshin.kernel.records.signatures import Proof
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.models import Entry, ReaderPosition
from hoshin.surfaces.notifications.models import Notification
from hoshin.surfaces.notifications.notifications import mark_seen, run_readers, unseen


@pytest.fixture
def row(cast):
    (made,) = doors.create("deviation", [{"title": "Oven too cold"}], by=cast.by.ana)
    return made


def told(person):
    run_readers()
    return [f"{n.record.number}: {n.words}" for n in unseen(person).order_by("seq")]


def test_the_assignee_is_told_of_a_task_and_who_gave_it_is_not(cast, row):
    tasks.assign(row, "Measure again", cast.max, by=cast.by.ana)
    tasks.assign(row, "Write it down", cast.ana, by=cast.by.ana)

    assert (told(cast.max), told(cast.ana)) == ([f"{row.number}: Ana Silva gave you a task"], [])


def test_lateness_climbs_from_the_manager_to_the_executives(cast, row, monkeypatch):
    organization.change_unit(cast.north, by=cast.system, manager=cast.pat)
    due = clock.now()
    tasks.assign(row, "Measure again", cast.max, by=cast.by.ana, due_on=due.date())
    doors.edit([row], {"due_on": due.date()}, by=cast.by.ana)
    for days in (3, 9, 25):
        monkeypatch.setattr(clock, "now", lambda days=days: due + timedelta(days=days))
        escalate_due(by=cast.system)
        escalate_due(by=cast.system)

    climbed = [f"{row.number}: a task of Max Weber is late", f"{row.number}: it is late; Ana Silva owns it"]
    assert [told(person) for person in (cast.pat, cast.quinn, cast.ed)] == [climbed] * 3
    assert (told(cast.max)[1:], told(cast.ana)) == (climbed[:1] * 3, climbed[1:] * 3)


def test_those_who_may_sign_are_asked(cast):
    (visit,) = doors.create(
        "supplier_visit",
        [{"title": "Visit", "supplier": "One", "summary": "Fine", "visited_on": "2026-03-02"}],
        by=cast.by.ana,
    )
    doors.perform([visit], "report", by=cast.by.ana)
    doors.perform([visit], "agree", by=cast.by.ana)

    asked = [f"{visit.number}: Ana Silva asks for your signature: Agree"]
    assert (told(cast.pat), told(cast.quinn), told(cast.max)) == (asked, asked, [])


def test_a_mention_is_told_to_those_who_see_the_record(cast, row):
    comments.comment(row, "See this, @max, @SOL and @nobody; not mail@quinn. Thanks @ana.", by=cast.by.ana)

    mentions = [told(getattr(cast, name)) for name in ("max", "sol", "quinn", "ana")]
    assert mentions == [[f"{row.number}: Ana Silva mentioned you"], [], [], []]


def test_the_owner_is_told_when_a_state_is_reached(cast, row):
    doors.edit([row], {"severity": "major", "impact": "Scrap"}, by=cast.by.quinn)
    doors.perform([row], "assess", by=cast.by.quinn)
    doors.perform([row], "close", by=cast.by.quinn, proof=Proof(cast.password))

    assert told(cast.ana) == [
        f"{row.number}: Quinn Meyer moved it to “Assessed”",
        f"{row.number}: Quinn Meyer moved it to “Closed”",
    ]


def test_entries_read_again_tell_nobody_twice(cast, row):
    tasks.assign(row, "Measure again", cast.max, by=cast.by.ana)
    run_readers()
    ReaderPosition.objects.update(seq=-1)
    run_readers()

    assert Notification.objects.count() == 1
    assert ReaderPosition.objects.get().seq == Entry.objects.latest("seq").seq


def test_old_entries_are_read_silently(cast, row, monkeypatch):
    tasks.assign(row, "Measure again", cast.max, by=cast.by.ana)
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert told(cast.max) == []


def test_what_was_seen_is_not_told_again_and_what_may_no_longer_be_seen_is_hidden(cast, row):
    comments.comment(row, "@max @pat", by=cast.by.ana)
    assert (len(told(cast.max)), mark_seen(cast.max), told(cast.max)) == (1, 1, [])
    doors.edit([row], {"confidentiality": "restricted"}, by=cast.by.ana)

    assert told(cast.pat) == []


def test_no_mail_leaves_by_default(cast, row, mailoutbox):
    organization.change_person(cast.max, by=cast.system, email="max@example.org")
    tasks.assign(row, "Measure again", cast.max, by=cast.by.ana)
    run_readers()

    assert mailoutbox == []


def test_mail_leaves_once_where_a_sender_is_named_and_hides_restricted_titles(cast, row, mailoutbox, settings):
    settings.HOSHIN_MAIL_FROM = "hoshin@example.org"
    organization.change_person(cast.max, by=cast.system, email="max@example.org")
    tasks.assign(row, "Measure again", cast.max, by=cast.by.ana)
    run_readers()
    run_readers()
    doors.edit([row], {"confidentiality": "restricted"}, by=cast.by.ana)
    tasks.assign(row, "And again", cast.max, by=cast.by.ana)
    run_readers()

    assert [message.subject for message in mailoutbox] == [f"{row.number}: Ana Silva gave you a task"] * 2
    assert [row.title in message.body for message in mailoutbox] == [True, False]


def test_mail_that_could_not_be_sent_is_tried_again(cast, row, mailoutbox, settings, monkeypatch):
    settings.HOSHIN_MAIL_FROM = "hoshin@example.org"
    organization.change_person(cast.max, by=cast.system, email="max@example.org")
    tasks.assign(row, "Measure again", cast.max, by=cast.by.ana)
    with monkeypatch.context() as broken:

        def refuse(self, messages):
            raise SMTPServerDisconnected("gone")

        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        run_readers()
    before = len(mailoutbox)
    run_readers()

    assert (before, len(mailoutbox)) == (0, 1)
