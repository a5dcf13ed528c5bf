"""The page of a record: its past, files, links, tasks, comments, signatures, and what may be done."""

from datetime import UTC, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from hoshin.kernel.records import doors, registry, tasks
from hoshin.kernel.records.attachments import Attachment
from hoshin.kernel.records.comments import Comment
from hoshin.kernel.records.links import Link
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.tasks import Task
from hoshin.kernel.trail.models import Entry
from hoshin.surfaces.web.addresses import url_of
from tests.contract.kinds import SUPPLIER_VISIT
from tests.contract.values import open_one


def test_the_record_is_shown_as_it_was_at_a_moment(cast, ana, deviation):
    before = Entry.objects.get(subject_uid=deviation.uid).recorded_at
    doors.edit([deviation], {"title": "Oven far too cold"}, by=cast.by.ana)
    asked = before.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    then = ana.get(url_of(deviation), {"as_of": asked}).content.decode()
    today = ana.get(url_of(deviation), {"as_of": datetime.now(UTC).date().isoformat()}).content.decode()

    assert "</span>Oven too cold</h1>" in then
    assert "</span>Oven far too cold</h1>" in today


def test_before_it_was_there_the_record_was_not_there(ana, deviation):
    answer = ana.get(url_of(deviation), {"as_of": "2001-01-01"})

    assert (answer.status_code, "was not there yet" in answer.content.decode()) == (404, True)


def test_a_day_that_is_none_is_named(ana, deviation):
    answer = ana.get(url_of(deviation), {"as_of": "2026-02-31"})

    assert (answer.status_code, "“2026-02-31” is not a date" in answer.content.decode()) == (422, True)


def test_steps_without_right_are_hidden(ana, quinn, deviation):
    assert "step/assess" in quinn.get(url_of(deviation)).content.decode()
    doors.perform([deviation], "assess", by=acting_as(quinn, deviation), values={"severity": "minor"})

    assert "step/close" in quinn.get(url_of(deviation)).content.decode()
    assert "step/close" not in ana.get(url_of(deviation)).content.decode()


def acting_as(_client, row):
    from hoshin.kernel.trail.actors import system

    return system("tests")


def test_history_reads_as_prose_with_old_and_new_values(cast, ana, deviation):
    doors.edit([deviation], {"title": "Oven far too cold"}, by=cast.by.ana, reason="Measured again")
    page = ana.get(f"{url_of(deviation)}history").content.decode()

    assert "<del>Oven too cold</del> → <ins>Oven far too cold</ins>" in page
    assert "<blockquote>Measured again</blockquote>" in page


def attached(client, row, name="evil.html", content=b"<script>alert(1)</script>"):
    client.post(f"{url_of(row)}files", {"files": [SimpleUploadedFile(name, content)]})
    return Attachment.objects.get(record=row.uid)


def test_a_file_is_only_ever_saved_never_shown(ana, deviation):
    file = attached(ana, deviation)
    answer = ana.get(f"{url_of(deviation)}files/{file.pk}")

    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"] == 'attachment; filename="evil.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_is_not_there_for_those_who_do_not_see_its_record(cast, ana, deviation):
    from .conftest import signed_in

    file = attached(ana, deviation)
    other = open_one(registry.get("deviation"), cast)
    stranger = signed_in(cast.stranger, cast)

    assert stranger.get(f"{url_of(deviation)}files/{file.pk}").status_code == 404
    assert ana.get(f"{url_of(other)}files/{file.pk}").status_code == 404


def test_a_file_is_taken_off_with_a_reason(ana, deviation):
    file = attached(ana, deviation)
    address = f"{url_of(deviation)}files/{file.pk}/remove"
    without, given = ana.post(address, {"reason": " "}), ana.post(address, {"reason": "Wrong file"})
    file.refresh_from_db()

    assert (without.status_code, given.status_code, file.removed) == (422, 302, True)


def test_a_record_is_linked_by_number_and_the_link_ended(cast, ana, deviation):
    other = open_one(registry.get("deviation"), cast)
    refused = ana.post(f"{url_of(deviation)}link", {"relation": "causes", "target": "DEV-0000-9999"})
    linked = ana.post(
        f"{url_of(deviation)}link", {"relation": "causes", "target": other.number.lower(), "note": "same lot"}
    )
    link = Link.objects.get()
    inverse = ana.get(url_of(other)).content.decode()
    ana.post(f"{url_of(other)}unlink/{link.uid}")

    assert (refused.status_code, linked.status_code) == (422, 302)
    assert "caused by" in inverse and deviation.number in inverse
    assert Link.objects.get().ended


def test_a_task_is_given_moved_and_finished_with_evidence(cast, ana, deviation):
    given = ana.post(
        f"{url_of(deviation)}tasks/new",
        {"title": "Sort the lot", "assignee": "Max Weber", "due_on": "2026-12-01", "purpose": "containment"},
    )
    task = Task.objects.get()
    address = f"{url_of(deviation)}tasks/{task.uid}"
    no_reason = ana.post(address, {"do": "move", "due_on": "2026-12-05", "reason": ""})
    moved = ana.post(address, {"do": "move", "due_on": "2026-12-05", "reason": "The line stands"})
    empty = ana.post(address, {"do": "finish", "evidence": ""})
    done = ana.post(address, {"do": "finish", "evidence": "240 sorted"})
    task.refresh_from_db()

    assert [a.status_code for a in (given, no_reason, moved, empty, done)] == [302, 422, 302, 422, 302]
    assert (task.assignee, task.moved, task.state, task.evidence) == (cast.max, 1, "done", "240 sorted")


def test_a_task_that_lacks_something_says_what(ana, deviation):
    answer = ana.post(
        f"{url_of(deviation)}tasks/new", {"title": "", "assignee": "Who", "due_on": "tomorrow", "purpose": "task"}
    )
    page = answer.content.decode()

    assert answer.status_code == 422
    assert (
        "There is nobody called “Who”" in page and "“tomorrow” is not a date" in page and "1 to 300 characters" in page
    )


def test_a_comment_is_made_once_and_an_empty_one_refused(ana, deviation):
    said = ana.post(f"{url_of(deviation)}comments", {"text": "Recounted <i>"})
    empty = ana.post(f"{url_of(deviation)}comments", {"text": "  "})

    assert (said.status_code, empty.status_code) == (302, 422)
    assert "Recounted &lt;i&gt;" in ana.get(url_of(deviation)).content.decode()
    assert Comment.objects.count() == 1


def test_a_record_is_voided_with_a_reason(quinn, ana, deviation):
    without = quinn.post(f"{url_of(deviation)}void", {"reason": ""})
    given = quinn.post(f"{url_of(deviation)}void", {"reason": "Opened twice"})

    assert (without.status_code, given.status_code) == (422, 302)
    assert ana.get(f"{url_of(deviation)}void").status_code == 404
    assert Record.objects.get(uid=deviation.uid).state == "void"


def test_a_round_is_signed_seat_by_seat(cast, quinn):
    from .conftest import signed_in

    visit = open_one(registry.get(SUPPLIER_VISIT["name"]), cast)
    pat = signed_in(cast.pat, cast)
    address = url_of(visit)
    quinn.post(f"{address}step/report", {})
    opened = quinn.post(f"{address}step/agree", {})
    offered = pat.get(address).content.decode()
    wrong = pat.post(f"{address}sign/agree", {"decision": "sign", "password": "no"})
    first = pat.post(f"{address}sign/agree", {"decision": "sign", "password": cast.password})
    twice = pat.get(f"{address}sign/agree")
    last = quinn.post(f"{address}sign/agree", {"decision": "sign", "password": cast.password})

    assert opened.status_code == 302 and "sign/agree" in offered and "step/agree" not in offered
    assert (wrong.status_code, first.status_code, twice.status_code, last.status_code) == (422, 302, 404, 302)
    assert Record.objects.get(uid=visit.uid).state == "agreed"


def test_a_rejection_needs_a_reason_and_ends_the_round(cast, quinn):
    visit = open_one(registry.get(SUPPLIER_VISIT["name"]), cast)
    address = url_of(visit)
    quinn.post(f"{address}step/report", {})
    quinn.post(f"{address}step/agree", {})
    without = quinn.post(f"{address}sign/agree", {"decision": "reject", "password": cast.password})
    given = quinn.post(
        f"{address}sign/agree", {"decision": "reject", "password": cast.password, "reason": "Scores missing"}
    )

    assert (without.status_code, given.status_code) == (422, 302)
    assert "step/agree" in quinn.get(address).content.decode()


def test_a_signature_on_former_content_says_so(cast, quinn, deviation):
    doors.perform([deviation], "assess", by=cast.by.quinn, values={"severity": "minor"})
    quinn.post(f"{url_of(deviation)}step/close", {"password": cast.password})
    fresh = quinn.get(url_of(deviation)).content.decode()
    doors.perform([deviation], "reopen", by=cast.by.quinn, reason="Wrong lot")
    doors.edit([deviation], {"impact": "Other"}, by=cast.by.quinn)
    changed = quinn.get(url_of(deviation)).content.decode()

    assert "The content has changed since" not in fresh
    assert "The content has changed since" in changed


def test_the_action_register_counts_what_it_shows(cast, quinn, deviation):
    today = datetime.now(UTC).date()
    tasks.assign(deviation, "Late one", cast.max, by=cast.by.ana, due_on=today - timedelta(days=3))
    tasks.assign(deviation, "Coming one", cast.ana, by=cast.by.ana, due_on=today + timedelta(days=30))
    everything, late = quinn.get("/tasks/").content.decode(), quinn.get("/tasks/?late=yes").content.decode()
    who = quinn.get("/tasks/", {"assignee": "Ana Silva (ana)"}).content.decode()

    assert 'data-total="2"' in everything
    assert 'data-total="1"' in late and "Late one" in late and "3 days late" in late
    assert 'data-total="1"' in who and "Coming one" in who
    assert quinn.get("/tasks/?state=bent").status_code == 422


def test_my_work_shows_the_parts_of_its_sum(cast, ana, deviation):
    doors.edit([deviation], {"priority": "3"}, by=cast.by.ana)
    page = ana.get("/").content.decode()

    assert "severity 30 + lateness 0 + who waits 0 + what it blocks 0 = consequence 30" in page
