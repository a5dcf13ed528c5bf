"""Two at once: exactly one wins what only one may have, and nobody's work is lost."""

import uuid

import pytest


def split(answers: list[dict]) -> tuple[list, list[str]]:
    return [a["value"] for a in answers if "value" in a], sorted(a["refused"] for a in answers if "refused" in a)


def test_one_of_four_takes_a_step(house):
    uid = house.call("races:assessed")
    won, lost = split(house.race("races:close", uid=uid))
    told = house.call("races:told_of", uid=uid)

    assert (won, lost) == (["closed"], ["NotYet"] * 3)
    assert (told["actions"].count("deviation.closed"), told["signatures"]) == (1, 1)


def test_numbers_are_never_given_twice_and_leave_no_gap(house):
    given, lost = split(house.race("races:open_many", count=8))
    numbers = sorted(int(number.rsplit("-")[-1]) for some in given for number in some)

    assert lost == [] and numbers == list(range(numbers[0], numbers[0] + 32))


def test_the_same_uid_at_once_opens_one_record(house):
    numbers, lost = split(house.race("races:open_same", uid=str(uuid.uuid4())))

    assert (len(numbers), len(set(numbers)), lost) == (4, 1, [])


def test_the_same_task_at_once_is_given_once(house):
    keys, lost = split(house.race("races:task_same", record=house.call("races:opened"), uid=str(uuid.uuid4())))

    assert (len(keys), len(set(keys)), lost) == (4, 1, [])


def test_edits_of_different_fields_at_once_all_stay(house):
    uid = house.call("races:opened")
    revisions, lost = split(house.race("races:edit_other_fields", uid=uid))

    assert (sorted(revisions), lost) == ([2, 3, 4, 5], [])
    assert house.call("races:values_of", uid=uid) == {
        "title": "Oven far too cold", "impact": "Scrap", "severity": "minor", "priority": 3,
    }  # fmt: skip


def test_edits_of_the_same_field_at_once_conflict(house):
    uid = house.call("races:opened")
    (title,), lost = split(house.race("races:edit_same_field", uid=uid))

    assert lost == ["Conflict"] * 3
    assert house.call("races:values_of", uid=uid)["title"] == title


def test_one_signature_fills_a_seat(house):
    uid = house.call("races:visit")
    won, lost = split(house.race("races:sign", uid=uid))

    assert (won, lost) == (["reported"], ["NotAllowed"] * 3)
    assert house.call("races:seats", uid=uid) == ["signed", "waiting"]


def test_a_task_is_done_once(house):
    won, lost = split(house.race("races:do", key=house.call("races:task")))

    assert (len(won), lost) == (1, ["NotYet"] * 3)


def test_measurements_at_once_get_rows_and_sequences_of_their_own(house):
    _nothing, lost = split(house.race("races:measure", count=4))
    rows, sequences = house.call("races:sequences")

    assert lost == []
    assert rows == list(range(rows[0], rows[0] + 48)) and sequences == list(range(48))


@pytest.mark.parametrize("lines", [50, 6_000], ids=["kept in the database", "sealed at once"])
def test_a_file_read_by_several_at_once_comes_in_once(house, tmp_path, lines):
    file = tmp_path / f"{lines}.csv"
    file.write_text("Diameter\n" + "".join(f"{n % 17}.5\n" for n in range(lines)))
    rows, lost = split(house.race("races:read_file", path=str(file)))

    assert (rows, lost) == ([lines], ["ReadBefore"] * 3)
    assert house.call("races:batches_of", file=file.name) == 1


def test_what_is_late_is_escalated_once(house):
    house.call("races:late")
    raised, lost = split(house.race("races:escalate"))

    assert (sorted(raised), lost) == ([0, 0, 0, 20], [])


def test_a_first_checkpoint_made_by_several_is_signed_with_one_key(house):
    sizes, lost = split(house.race("races:checkpoint"))

    assert (len(set(sizes)), lost) == (1, [])


def test_after_all_races_the_house_verifies(house):
    assert house.call("world:findings") == []
