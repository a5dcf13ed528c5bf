"""The unit of work is all or nothing wherever it breaks, and there is no way round it."""

import asyncio

import pytest
from django.apps import apps
from django.db import transaction

from hoshin.kernel.organization.models import Grant, Person
from hoshin.kernel.records import doors
from hoshin.kernel.records.errors import Invalid, NotAllowed
from hoshin.kernel.records.record import Kind, Record
from hoshin.kernel.records.tasks import Task, assign, cancel
from hoshin.kernel.trail import append, clock, reactions, statements, unit
from hoshin.kernel.trail.clock import ClockRefused
from hoshin.kernel.trail.doors import PastTheDoors, _open
from hoshin.kernel.trail.models import Entry, Guarded, Head, OpeningRow, Tile
from hoshin.kernel.trail.unit import Stale, unit_of_work
from hoshin.kernel.trail.verify import verify


class Broken(Exception):
    pass


@pytest.fixture
def deviation(cast):
    (row,) = doors.create("deviation", [{"title": "Oven too cold"}], by=cast.by.ana)
    return row


def counts() -> tuple[int, ...]:
    head = Head.objects.get()
    return (head.size, *(model.objects.count() for model in (Entry, OpeningRow, Record, Task)))


def is_clean() -> bool:
    return unit._current.get() is None and not _open.get()


def break_at_append(monkeypatch):
    monkeypatch.setattr(append, "leaf_of", lambda *_: (_ for _ in ()).throw(Broken()))


def break_in_a_reaction(monkeypatch):
    def fail(changes):
        raise Broken

    monkeypatch.setitem(reactions._by_action, "deviation.edited", [fail])


def break_at_the_head(monkeypatch):
    monkeypatch.setattr(append, "move_head", lambda *_: (_ for _ in ()).throw(Broken()))


def break_at_the_openings(monkeypatch):
    monkeypatch.setattr(statements, "insert", lambda *_: (_ for _ in ()).throw(Broken()))


@pytest.mark.parametrize(
    "breaks", [break_at_append, break_in_a_reaction, break_at_the_head, break_at_the_openings], ids=lambda f: f.__name__
)
def test_nothing_stays_of_a_unit_that_breaks(cast, deviation, monkeypatch, breaks):
    before = counts()
    with monkeypatch.context() as broken:
        breaks(broken)
        with pytest.raises(Broken), transaction.atomic():
            doors.edit([deviation], {"title": "Half"}, by=cast.by.ana)

    assert counts() == before and is_clean()
    assert Record.objects.get(pk=deviation.pk).title == "Oven too cold"
    doors.edit([deviation], {"title": "Whole"}, by=cast.by.ana)
    assert verify().findings == []


def test_one_refused_in_a_set_refuses_the_set(cast, deviation):
    (theirs,) = doors.create("deviation", [{"title": "Theirs", "unit": cast.south.uid}], by=cast.by.sol)
    before = counts()
    with pytest.raises(NotAllowed):
        doors.edit([deviation, theirs], {"title": "Both"}, by=cast.by.ana)
    with pytest.raises(Invalid):
        doors.create("deviation", [{"title": "Good"}, {"title": ""}], by=cast.by.ana)

    assert counts() == before and is_clean()


def test_an_inner_door_that_refuses_leaves_nothing_where_the_outer_one_goes_on(cast, deviation):
    with unit_of_work():
        with pytest.raises(Broken), unit_of_work():
            doors.edit([deviation], {"title": "Half"}, by=cast.by.ana)
            raise Broken
        doors.edit([deviation], {"impact": "Some"}, by=cast.by.ana)
    row = registry_row(deviation)

    assert (row.title, row.impact, row.revision) == ("Oven too cold", "Some", 2)
    assert [e.revision for e in Entry.objects.filter(subject_uid=deviation.uid).order_by("seq")] == [1, 2]
    assert verify().findings == []


def registry_row(row):
    return row.spec.rows().get(pk=row.pk)


def test_a_stale_copy_is_not_written(cast, deviation):
    task = assign(deviation, "Look", cast.max, by=cast.by.ana)
    stale = Task.objects.get(pk=task.pk)
    cancel(task, by=cast.by.ana, reason="Not needed")
    with pytest.raises(Stale), unit_of_work() as work:
        stale.title = "Old"
        work.change([stale], ["title"], "task.changed", by=cast.by.ana)

    assert is_clean() and verify().findings == []


def test_a_seen_revision_within_the_same_unit_is_compared_with_what_the_unit_wrote(cast, deviation):
    with unit_of_work():
        doors.edit([deviation], {"impact": "Some"}, by=cast.by.ana)
        (row,) = doors.edit([deviation], {"title": "Oven far too cold"}, by=cast.by.ana, revision=1)

    assert (row.title, row.impact) == ("Oven far too cold", "Some")


# Past the doors


def guarded() -> list[type[Guarded]]:
    return [model for model in apps.get_models() if issubclass(model, Guarded)]


WRITES = {
    "update": lambda rows, row: rows.update(pk=1),
    "delete": lambda rows, row: rows.delete(),
    "bulk_create": lambda rows, row: rows.bulk_create([row]),
    "bulk_update": lambda rows, row: rows.bulk_update([row], [_a_column(row)]),
    "create": lambda rows, row: rows.create(),
    "get_or_create": lambda rows, row: rows.get_or_create(pk=-1),
    "update_or_create": lambda rows, row: rows.update_or_create(pk=-1),
    "aupdate": lambda rows, row: asyncio.run(rows.aupdate(pk=1)),
    "abulk_create": lambda rows, row: asyncio.run(rows.abulk_create([row])),
    "save": lambda rows, row: row.save(),
    "save_base": lambda rows, row: row.save_base(),
    "delete a row": lambda rows, row: row.delete(),
}


def _a_column(row) -> str:
    return next(f.name for f in row._meta.local_concrete_fields if not f.primary_key)


@pytest.mark.parametrize("how", WRITES)
def test_no_regulated_table_is_written_past_the_doors(cast, how):
    for model in guarded():
        for rows in (model._default_manager.all(), model._base_manager.all()):
            if how == "bulk_create" and issubclass(model, Kind):
                continue  # Django itself has no bulk insert for tables of two
            with pytest.raises(PastTheDoors):
                WRITES[how](rows, model(pk=1))


def test_related_rows_are_not_written_past_the_doors(cast, deviation):
    assign(deviation, "Look", cast.max, by=cast.by.ana)
    record, task = Record.objects.get(pk=deviation.pk), Task.objects.get()
    for write in (
        lambda: record.tasks.update(title="x"),
        lambda: record.tasks.all().delete(),
        lambda: record.tasks.create(title="x", assignee=cast.max),
        lambda: record.tasks.add(task),
        lambda: cast.max.grants.update(role="administrator"),
        lambda: cast.north.people.set([]),
        lambda: Person.objects.create_user("x") if hasattr(Person.objects, "create_user") else Grant().save(),
        lambda: Tile.objects.create(index=0, root=b""),
    ):
        with pytest.raises(PastTheDoors):
            write()


# Time


def test_only_a_demonstration_writes_back_dated_history(cast, deviation):
    moment = clock.now().replace(year=2020)
    with pytest.raises(ClockRefused), clock.back_dated(moment, Head.objects.get().origin):
        pass
    # An origin that somebody made up does not help: the ledger's own is asked before a leaf is appended.
    with pytest.raises(ClockRefused), clock.back_dated(moment, clock.DEMO_ORIGIN), transaction.atomic():
        doors.edit([deviation], {"title": "Long ago"}, by=cast.by.ana)

    assert registry_row(deviation).title == "Oven too cold" and is_clean()


def test_the_order_of_the_ledger_survives_a_clock_that_is_set_back(cast, deviation, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: deviation.created_at.replace(year=2001))
    doors.edit([deviation], {"title": "Later"}, by=cast.by.ana)
    times = list(Entry.objects.order_by("seq").values_list("recorded_at", flat=True))

    assert times == sorted(times)
