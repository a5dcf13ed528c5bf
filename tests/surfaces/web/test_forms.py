"""Forms: errors at their fields, nothing typed is lost, conflicts shown side by side, lines without script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail.models import new_uid
from hoshin.surfaces.web.addresses import url_of
from hoshin.surfaces.web.forms.lines import parents_of
from hoshin.surfaces.web.forms.typed import Line, with_depths


def now(row):
    return registry.find(row.uid, Record.objects.all())


def test_every_error_stands_at_its_field_and_what_was_typed_stays(ana):
    sent = {
        "title": "",
        "severity": "huge",
        "observed_at": "soon",
        "impact": "Scrap <b>",
        "steps-0-what": "",
        "steps-0-quantity": "many",
    }
    answer = ana.post("/deviation/new", sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "“huge” is not one of: minor, major." in page
    assert "“soon” is not a date and time" in page
    assert "“many” is not a number, such as 12.5." in page
    assert 'value="many"' in page and 'value="soon"' in page and "Scrap &lt;b&gt;" in page
    assert '<a href="#id_steps-0-quantity">' in page
    assert not Record.objects.exists()


def test_sending_the_same_form_twice_opens_one_record(ana):
    sent = {"title": "Once", "uid": str(new_uid())}
    first, second = ana.post("/deviation/new", sent), ana.post("/deviation/new", sent)

    assert first["Location"] == second["Location"]
    assert Record.objects.count() == 1


def test_people_and_records_are_found_by_what_was_typed(ana, deviation):
    sent = {"title": "Second", "owner": "Max Weber (max)", "procedure": f"{deviation.number} Oven too cold"}
    row = Record.objects.get(number=ana.post("/deviation/new", sent)["Location"].split("/")[2])

    assert (now(row).owner.username, now(row).procedure_id) == ("max", deviation.uid)


def test_somebody_who_is_not_found_is_said_so_at_the_field(ana):
    page = ana.post("/deviation/new", {"title": "x", "owner": "Nobody Known"}).content.decode()

    assert "There is nobody called “Nobody Known”" in page


def test_a_record_one_does_not_see_is_not_found_by_its_number(cast, ana):
    (hidden,) = doors.create("deviation", [{"title": "Secret", "confidentiality": "restricted"}], by=cast.by.quinn)
    page = ana.post("/deviation/new", {"title": "x", "procedure": hidden.number}).content.decode()

    assert f"There is no record “{hidden.number}”" in page


def test_editing_other_fields_at_the_same_time_merges(cast, quinn, deviation):
    doors.edit([deviation], {"impact": "Hers"}, by=cast.by.ana)
    sent = {"revision": "1", "title": "His title", "impact": "None known", "severity": ""}
    answer = quinn.post(f"{url_of(deviation)}edit", sent)

    assert answer.status_code == 302
    assert (now(deviation).title, now(deviation).impact) == ("His title", "Hers")


def test_a_conflict_shows_both_and_loses_nothing(cast, quinn, deviation):
    doors.edit([deviation], {"impact": "Hers", "severity": "minor"}, by=cast.by.ana)
    sent = {"revision": "1", "title": "His title", "impact": "His", "severity": ""}
    answer = quinn.post(f"{url_of(deviation)}edit", sent)
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "<p>Hers</p>" in page and "\nHis</textarea>" in page and 'value="His title"' in page
    assert 'name="revision" value="2"' in page
    assert '<option value="minor" selected>' in page


@pytest.mark.parametrize(("take", "expected"), [("theirs", "Hers"), ("mine", "His")])
def test_after_a_conflict_one_chooses_for_each_field(cast, quinn, deviation, take, expected):
    doors.edit([deviation], {"impact": "Hers"}, by=cast.by.ana)
    again = {"revision": "2", "title": "His title", "impact": "His", "take-impact": take}
    answer = quinn.post(f"{url_of(deviation)}edit", again)

    assert answer.status_code == 302
    assert (now(deviation).title, now(deviation).impact) == ("His title", expected)


def test_an_edit_leaves_alone_what_the_form_did_not_send(quinn, deviation):
    quinn.post(f"{url_of(deviation)}edit", {"revision": "1", "title": "New title"})

    assert now(deviation).impact == "None known"


def test_lines_are_added_moved_and_removed_without_script(ana):
    typed = {"title": "Typed", "steps-0-what": "First", "steps-1-what": "Second"}
    added = ana.post("/deviation/new", typed | {"add-line": "steps"}).content.decode()
    moved = ana.post("/deviation/new", typed | {"move-line": "steps:1:up"}).content.decode()
    removed = ana.post("/deviation/new", typed | {"remove-line": "steps:0"}).content.decode()

    assert 'name="steps-2-what"' in added and 'value="Typed"' in added
    assert moved.index('value="Second"') < moved.index('value="First"')
    assert 'value="First"' not in removed and 'value="Second"' in removed
    assert not Record.objects.exists()


def test_lines_are_saved_in_the_order_of_the_form_and_empty_ones_left_out(ana):
    sent = {
        "title": "Lines",
        "steps-4-what": "First",
        "steps-2-what": "",
        "steps-0-what": "Second",
        "steps-0-quantity": "2.5",
    }
    row = Record.objects.get(number=ana.post("/deviation/new", sent)["Location"].split("/")[2])

    assert [(line["what"], line["quantity"]) for line in now(row).steps] == [("First", None), ("Second", 2.5)]


def test_an_existing_line_that_is_marked_is_taken_out(cast, ana, deviation):
    doors.edit([deviation], {"steps": [{"what": "Keep"}, {"what": "Drop"}]}, by=cast.by.ana)
    keep, drop = now(deviation).steps
    sent = {
        "revision": "2", "steps-0-uid": str(keep["uid"]), "steps-0-what": "Keep",
        "steps-1-uid": str(drop["uid"]), "steps-1-what": "Drop", "steps-1-delete": "on",
    }  # fmt: skip
    ana.post(f"{url_of(deviation)}edit", sent)

    assert [(line["uid"], line["what"]) for line in now(deviation).steps] == [(keep["uid"], "Keep")]


def as_tree(lines):
    """Lines with their parents, as a record keeps them."""
    return [{"uid": uid, "parent": parent, "what": line.values["what"]} for line, uid, parent in parents_of(lines)]


def as_depths(tree):
    return [(line["what"], depth) for line, depth in with_depths(tree)]


@given(st.lists(st.integers(0, 5), max_size=12))
def test_a_tree_typed_as_depths_keeps_its_order_and_reads_back_as_itself(depths):
    tree = as_tree([Line({"what": str(n)}, depth=depth) for n, depth in enumerate(depths)])
    told = as_depths(tree)
    again = as_tree([Line({"what": what}, depth=depth) for what, depth in told])

    assert [what for what, _depth in told] == [str(n) for n in range(len(depths))]
    assert as_depths(again) == told


def test_a_step_asks_for_what_it_needs_and_keeps_what_was_typed(quinn, deviation):
    page = quinn.get(f"{url_of(deviation)}step/assess").content.decode()
    refused = quinn.post(f"{url_of(deviation)}step/assess", {"severity": "major", "impact": "", "reason": "My remark"})
    text = refused.content.decode()

    assert 'id="id_severity"' in page and 'id="id_impact"' in page and 'id="id_title"' not in page
    assert refused.status_code == 422
    assert "My remark" in text and '<option value="major" selected>' in text
    assert "This is needed before “Assess”." in text


def test_a_signed_step_asks_for_the_password_and_names_a_wrong_one(cast, quinn, deviation):
    doors.perform([deviation], "assess", by=cast.by.quinn, values={"severity": "minor"})
    address = f"{url_of(deviation)}step/close"
    without, wrong = quinn.post(address, {}), quinn.post(address, {"password": "wrong", "reason": "Kept"})
    right = quinn.post(address, {"password": cast.password})

    assert (without.status_code, wrong.status_code, right.status_code) == (422, 422, 302)
    assert "Kept" in wrong.content.decode() and "wrong" not in wrong.content.decode()
    assert now(deviation).state == "closed"


def test_a_step_that_was_taken_meanwhile_is_told_and_not_taken_twice(cast, quinn, deviation):
    doors.perform([deviation], "assess", by=cast.by.quinn, values={"severity": "minor"})
    answer = quinn.post(f"{url_of(deviation)}step/assess", {"severity": "major"}, follow=True)

    assert "does not start there" in answer.content.decode()
    assert now(deviation).severity == "minor"


def test_a_conflict_in_lines_shows_their_lines(cast, quinn, deviation):
    doors.edit([deviation], {"steps": [{"what": "Theirs", "by_whom": str(cast.max.uid)}]}, by=cast.by.ana)
    answer = quinn.post(f"{url_of(deviation)}edit", {"revision": "1", "steps-0-what": "Mine"})
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Theirs · Max Weber" in page and 'value="Mine"' in page


def test_a_step_merges_what_others_filled_in_and_lets_one_choose_on_conflict(cast, quinn, deviation):
    address = f"{url_of(deviation)}step/assess"
    doors.edit([deviation], {"impact": "Hers"}, by=cast.by.ana)
    conflict = quinn.post(address, {"revision": "1", "severity": "major", "impact": "His"})
    taken = {"revision": "2", "severity": "major", "impact": "His", "take-impact": "theirs"}
    done = quinn.post(address, taken)

    assert (conflict.status_code, done.status_code) == (409, 302)
    assert "<p>Hers</p>" in conflict.content.decode() and "\nHis</textarea>" in conflict.content.decode()
    assert (now(deviation).impact, now(deviation).severity, now(deviation).state) == ("Hers", "major", "assessed")


def test_a_line_of_another_record_is_not_taken_over(cast, ana, deviation):
    (other,) = doors.create("deviation", [{"title": "Other", "steps": [{"what": "Its own"}]}], by=cast.by.quinn)
    uid = str(now(other).steps[0]["uid"])
    answer = ana.post(f"{url_of(deviation)}edit", {"revision": "1", "steps-0-uid": uid, "steps-0-what": "Taken"})

    assert answer.status_code == 422
    assert [line["what"] for line in now(other).steps] == ["Its own"]
