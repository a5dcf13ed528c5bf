"""Lists as files through the API: the list's own filters going out, rows and columns named coming in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hoshin.kernel.records import doors
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail.models import Entry

from .callers import Caller


@pytest.fixture
def ana(cast):
    return Caller(cast.ana)


def upload(caller, text, **asked):
    file = SimpleUploadedFile("a.csv", text.encode())
    return caller.client.post("/api/deviation/import", {"file": file}, query_params=asked)


def test_a_filtered_list_leaves_as_a_file(cast, ana):
    doors.create("deviation", [{"title": "Oven", "severity": "major"}, {"title": "Lamp"}], by=cast.by.ana)
    told = ana.get("deviation/export", {"format": "csv", "labels": "yes", "severity": "major"})
    lines = b"".join(told.streaming_content).decode("utf-8-sig").splitlines()

    assert (told.status_code, told["Content-Disposition"]) == (200, 'attachment; filename="deviation.csv"')
    assert ("Title" in lines[0], len(lines), "Oven" in lines[1]) == (True, 2, True)
    assert Entry.objects.filter(action="kind.exported").count() == 1
    assert ana.get("deviation/export", {"format": "pdf"}).status_code == 400


def test_a_file_comes_in_after_a_dry_run(cast, ana):
    dry = upload(ana, "title,owner\nOven,max\n", dry_run="yes")
    before = Record.objects.count()
    done = upload(ana, "title,owner\nOven,max\n")

    assert (dry.json()["opened"], before, done.json()["opened"]) == (1, 0, 1), dry.content
    assert Record.objects.get().number in done.json()["numbers"]


def test_bad_cells_are_named_by_row_and_column(cast, ana):
    told = upload(ana, "title,severity\nOven,huge\n")
    problem = told.json()["error"]["problems"][0]

    assert (told.status_code, problem["row"], problem["field"], problem["found"]) == (422, 2, "severity", "huge")
    assert upload(ana, "title\n").status_code == 400
    assert Caller(cast.stranger).client.post("/api/deviation/import", {}).status_code == 400
