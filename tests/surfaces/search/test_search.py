"""What is found, by whom, however it was asked; and that the index never lags behind the records."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tests.contract.kinds  # noqa: F401
from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import comments, doors
from hoshin.kernel.records.attachments import attach, remove
from hoshin.surfaces.search import table
from hoshin.surfaces.search.search import search, similar
from hoshin.surfaces.search.writing import rebuild


def opened(cast, title, by=None, kind="deviation", **values):
    (row,) = doors.create(kind, [{"title": title, **values}], by=by or cast.by.ana)
    return row


def titles(query, person, **told):
    return [hit.record.title for hit in search(query, Standing(person), **told)]


@pytest.fixture
def oven(cast):
    return opened(
        cast, "Calibration of the Öfen overdue", impact="Thermocouple drifted", steps=[{"what": "Quarantined"}]
    )


@pytest.mark.parametrize(
    "query",
    [
        "calibration", "calibrat", "calibrati", "calibrated", "CALIBRATIONS", "cal", "öfen", "ofen", "thermocouples", "quarantine",
        "calibration drift", "DEV-2026-0001", "DEV-2026-00", "over",
    ],
)  # fmt: skip
def test_words_their_forms_and_their_beginnings_find_it(cast, oven, query):
    query = query.replace("2026", str(oven.created_at.year))

    assert titles(query, cast.ana) == [oven.title]


def test_all_words_are_asked_for(cast, oven):
    assert titles("calibration lamp", cast.ana) == []


def test_only_what_one_may_see_is_found(cast, oven):
    restricted = opened(
        cast, "Calibration secret", by=cast.by.quinn, unit=str(cast.north.uid), confidentiality="restricted"
    )
    told = {name: titles("calibration", getattr(cast, name)) for name in ("ana", "quinn", "sol", "stranger")}

    assert told == {"ana": [oven.title], "quinn": [restricted.title, oven.title], "sol": [], "stranger": []}


def test_a_change_is_found_at_once_and_the_former_words_no_more(cast, oven):
    doors.edit([oven], {"title": "Furnace"}, by=cast.by.ana)

    assert (titles("furnace", cast.ana), titles("overdue", cast.ana)) == (["Furnace"], [])


def test_comments_and_file_names_are_found(cast, oven):
    comments.comment(oven, "Spoke with the foundry", by=cast.by.max)
    (file,) = attach(oven, [("certificate-7731.pdf", BytesIO(b"x"))], by=cast.by.ana)
    found = [bool(titles(query, cast.ana)) for query in ("foundry", "certificate", "7731")]
    remove(file, by=cast.by.ana, reason="Wrong file")

    assert (found, titles("certificate", cast.ana), len(titles("foundry", cast.ana))) == ([True] * 3, [], 1)


def test_a_refused_change_leaves_no_document(cast, oven):
    with pytest.raises(doors.Invalid):
        doors.create("deviation", [{"title": "Never seen"}, {"title": ""}], by=cast.by.ana)

    assert titles("never", cast.ana) == []


def test_kinds_of_plain_data_are_found_and_one_kind_can_be_asked(cast, oven):
    opened(cast, "Calibration visit", kind="supplier_visit", supplier="Foundry One", points=[{"seen": "Sandblasting"}])

    assert titles("sandblasting", cast.ana) == ["Calibration visit"]
    assert titles("calibration", cast.ana, kind="supplier_visit") == ["Calibration visit"]


def test_the_best_match_comes_first_and_tells_where(cast):
    opened(cast, "Lamp broken", impact="The torque wrench lay beside it, nothing else")
    opened(cast, "Torque wrench out of tolerance")
    first, second = search("torque", Standing(cast.ana))

    assert (first.record.title, second.rank > 0, first.rank > second.rank) == (
        "Torque wrench out of tolerance", True, True,
    )  # fmt: skip
    assert ("torque", True) in second.pieces and "torque wrench lay" in second.snippet


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40) | st.text(alphabet="a\"'*()^:-+ ANDORNEAR{}\\\x00.", max_size=40))
def test_no_question_is_ill_formed(cast, query):
    assert search(query, Standing(cast.ana)) == []


def test_similar_records_share_the_rarest_words(cast):
    row = opened(cast, "Housing 7731 bore oversize", impact="Spindle worn on the lathe")
    opened(cast, "Lathe spindle worn again", impact="Bore oversize on housing")
    for n in range(5):
        opened(cast, f"Housing order {n}", impact="The label was on the wrong side")
    hidden = opened(cast, "Spindle bore oversize lathe", by=cast.by.quinn, confidentiality="restricted")
    found = [hit.record.title for hit in similar(row, Standing(cast.ana))]

    assert found[0] == "Lathe spindle worn again"
    assert not {row.title, hidden.title} & set(found)


def test_rebuilding_gives_the_same_index(cast, oven):
    comments.comment(oven, "Spoke with the foundry", by=cast.by.max)
    opened(cast, "Visit", kind="supplier_visit", supplier="Foundry One")
    before = stored()
    table.put([(999_999, "X", "orphan", "")])
    written = rebuild()

    assert (written, stored()) == (2, before)


def stored():
    with table.connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid, number, title, body FROM {table.NAME} ORDER BY rowid")
        return cursor.fetchall()
