"""What the ledger is told of a record is what the database gives back, for any values of any kind."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hoshin.kernel.records import doors, history, registry
from hoshin.kernel.records.errors import Invalid
from hoshin.kernel.records.field_types import (
    CHOICE,
    DAY,
    INSTANT,
    INTEGER,
    LONG_TEXT,
    NUMBER,
    PERSON,
    RECORD,
    TEXT,
    UNIT,
    YES_NO,
)  # fmt: skip
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.models import Entry, new_uid
from hoshin.kernel.trail.reconciliation import reconcile
from hoshin.ledger.verifier import Report
from tests.contract.kinds import every_kind

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
MANY = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


def values_of(f, cast) -> st.SearchStrategy:
    some = {
        TEXT: TEXTS.map(lambda text: text[: f.max_length or 60]),
        LONG_TEXT: TEXTS,
        INTEGER: st.integers(
            f.minimum if f.minimum is not None else -(2**53) + 1, f.maximum if f.maximum is not None else 2**53 - 1
        ),
        NUMBER: st.decimals(
            f.minimum if f.minimum is not None else -(10**6), f.maximum if f.maximum is not None else 10**6,
            places=min(f.decimal_places, 6),
        ),
        YES_NO: st.booleans(),
        DAY: st.dates(),
        INSTANT: st.datetimes(timezones=ZONES, min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),
        CHOICE: st.sampled_from([value for value, _label in f.choices] or [None]),
        PERSON: st.sampled_from([cast.ana.uid, cast.quinn.uid]),
        UNIT: st.sampled_from([cast.north.uid, cast.root.uid]),
        RECORD: st.none(),
    }  # fmt: skip
    if f.is_part:
        return lines_of(f.part, cast)
    return some[f.type] if f.required else st.none() | some[f.type]


def lines_of(part, cast) -> st.SearchStrategy:
    line = st.fixed_dictionaries({f.name: values_of(f, cast) for f in part.fields})
    lines = st.lists(line.map(lambda told: {**told, "uid": new_uid()}), max_size=4)
    return lines.map(below_one_another) if part.tree else lines


def below_one_another(lines: list[dict]) -> list[dict]:
    return [{**line, "parent": lines[i // 2]["uid"]} if i else line for i, line in enumerate(lines)]


def any_values(spec, cast) -> st.SearchStrategy:
    return st.fixed_dictionaries(
        {"title": TEXTS.filter(lambda text: text.split())},
        optional={f.name: values_of(f, cast) for f in spec.editable_fields if f.name not in ("title", "unit")},
    )


def differences() -> list:
    report = Report("")
    reconcile(report, "default", [Record])
    return [(f.item, f.message) for f in report.findings]


@pytest.mark.parametrize("name", every_kind())
def test_state_after_writing_is_state_after_reading(cast, name):
    spec = registry.get(name)
    by = cast.by.quinn
    references = required_references(spec, cast)

    @MANY
    @given(any_values(spec, cast), any_values(spec, cast))
    def holds(first, second):
        try:
            (row,) = doors.create(spec, [{**first, **references, "unit": cast.root.uid}], by=by)
        except Invalid as refused:
            assert str(refused)
            return
        read = spec.rows().get(pk=row.pk)
        if read.revision == row.revision:  # else a reaction has worked something out meanwhile
            assert values(spec, row) == values(spec, read)
            assert row.states_of([row])[0] == read.states_of([read])[0]
        try:
            doors.edit([row], second, by=by)
        except Invalid as refused:
            assert str(refused)

        assert differences() == []

    holds()


def required_references(spec, cast) -> dict:
    told = {}
    for f in spec.fields:
        if f.type is RECORD and f.required:
            kind = f.kinds[0] if f.kinds else "deviation"
            told[f.name] = doors.create(kind, [{"title": "Referred to"}], by=cast.system)[0].uid
    return told


def values(spec, row) -> dict:
    return {f.name: f.read(row) or None for f in spec.all_fields}


@pytest.mark.parametrize("day", [date.min, date.max, date(2026, 3, 29)])
def test_any_due_day_can_be_written(cast, day):
    for unit in (cast.north, cast.south):
        (row,) = doors.create("deviation", [{"title": "x", "due_on": day, "unit": unit.uid}], by=cast.by.quinn)

        assert row.due_at.tzinfo == UTC
    assert differences() == []


def test_a_pinned_reference_holds_its_revision_and_the_ledger_says_which(cast):
    (procedure,) = doors.create("deviation", [{"title": "Procedure"}], by=cast.by.ana)
    (row,) = doors.create("deviation", [{"title": "x", "procedure": procedure.uid}], by=cast.by.ana)
    doors.edit([procedure], {"title": "Procedure, newer"}, by=cast.by.ana)
    state = history.state_as_of(row.uid, clock.now())
    assert (row.procedure_revision, state["fields"]["procedure_revision"]) == (1, 1)
    assert "procedure_revision" in row.spec.content_fields
    (row,) = doors.edit([row], {"procedure": None}, by=cast.by.ana)

    assert row.procedure_revision is None and differences() == []


def test_every_past_day_answers_with_what_was_true_then(cast):
    (row,) = doors.create("deviation", [{"title": "First", "steps": [{"what": "Stop"}]}], by=cast.by.ana)
    moments = [(clock.now(), "First", 1)]
    for n, title in enumerate(("Second", "Third", "First"), start=2):
        (row,) = doors.edit([row], {"title": title, "steps": [{"what": f"Step {k}"} for k in range(n)]}, by=cast.by.ana)
        moments.append((clock.now(), title, n))
    found = [
        (at, state["fields"]["title"], len(state["parts"]["steps"]))
        for at, _title, _lines in moments
        for state in [history.state_as_of(row.uid, at)]
    ]

    assert found == moments
    assert history.state_as_of(row.uid, row.created_at - timedelta(seconds=1)) is None


def test_a_value_that_goes_and_comes_back_shows_as_two_changes_and_an_untouched_one_as_none(cast):
    (row,) = doors.create("deviation", [{"title": "A", "impact": "Same"}], by=cast.by.ana)
    for title in ("B", "A"):
        (row,) = doors.edit([row], {"title": title, "impact": "Same"}, by=cast.by.ana)
    told = [[(d.field, d.old, d.new) for d in event.differences] for event in history.events_of(row)]

    assert told == [[("title", "B", "A")], [("title", "A", "B")], []]


def test_lines_copied_with_their_uid_from_another_record_are_refused_in_words(cast):
    steps = [{"what": "Stop", "uid": new_uid()}]
    (one, two) = doors.create("deviation", [{"title": "One", "steps": steps}, {"title": "Two"}], by=cast.by.ana)
    before = Entry.objects.count()
    with pytest.raises(Invalid, match="steps"):
        doors.edit([two], {"steps": steps}, by=cast.by.ana)
    with pytest.raises(Invalid, match="steps"):
        doors.create("deviation", [{"title": "Three", "steps": steps}], by=cast.by.ana)
    doors.edit([one], {"steps": [{**steps[0], "quantity": Decimal("2.50")}]}, by=cast.by.ana)

    assert Entry.objects.count() == before + 1
