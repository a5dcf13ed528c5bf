"""A report by somebody who cannot handle it reaches somebody who can."""

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import doors
from hoshin.kernel.records.work import my_work


def test_what_an_employee_reports_becomes_the_work_of_somebody_who_handles_it(cast):
    (row,) = doors.create("nonconformity", [{"title": "Cans leak"}], by=cast.by.ana)
    row = type(row).objects.get(pk=row.pk)

    assert (row.author, row.owner, row.due_on is not None) == (cast.ana, cast.quinn, True)
    assert [item.record.uid for item in my_work(Standing(cast.quinn))] == [row.uid]


def test_what_somebody_reports_who_handles_it_stays_theirs(cast):
    (row,) = doors.create("nonconformity", [{"title": "Cans leak"}], by=cast.by.pat)

    assert type(row).objects.get(pk=row.pk).owner == cast.pat


def test_an_owner_who_was_named_stays(cast):
    (row,) = doors.create("nonconformity", [{"title": "Cans leak", "owner": cast.max.uid}], by=cast.by.ana)

    assert type(row).objects.get(pk=row.pk).owner == cast.max
