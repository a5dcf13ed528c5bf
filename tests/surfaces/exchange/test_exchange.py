"""What leaves the house and comes back: every format, rights, entries, formulas, dry runs, all or nothing."""

import csv
import io
import json
import zipfile
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tests.contract.kinds  # noqa: F401
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.expressions import parse
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail.models import Entry
from hoshin.surfaces.exchange.export import export, neutral
from hoshin.surfaces.exchange.importing import _text, import_records
from hoshin.surfaces.exchange.tables import NotATable, Table, read_table
from tests.contract.kinds import every_kind
from tests.contract.values import open_one

FORMULA = '=HYPERLINK("http://example.org","x")'


def bytes_of(spec, format, **told):
    return b"".join(export(spec, format, **told).pieces)


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def open_deviations(cast, *titles, by=None, **values):
    return doors.create("deviation", [{"title": title, **values} for title in titles], by=by or cast.by.ana)


@pytest.mark.parametrize("kind", every_kind())
@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx"])
def test_every_kind_leaves_in_every_format_with_an_entry(cast, kind, format):
    spec = registry.get(kind)
    row = open_one(spec, cast)
    content = bytes_of(spec, format, by=cast.by.quinn)
    entry = Entry.objects.get(action="kind.exported")
    leaf = json.loads(bytes(entry.leaf))
    found = (
        b"".join(
            zipfile.ZipFile(io.BytesIO(content)).read(name) for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
        )
        if format == "xlsx"
        else content
    )

    assert str(row.uid).encode() in found and row.number.encode() in found
    assert (leaf["actor"]["uid"], leaf["detail"]["kind"], leaf["detail"]["format"]) == (
        str(cast.quinn.uid),
        kind,
        format,
    )
    assert leaf["detail"]["rows"] == spec.rows().count()


def test_only_what_one_may_see_and_asked_for_leaves(cast):
    open_deviations(cast, "Seen", "Not asked for")
    open_deviations(cast, "Secret", by=cast.by.quinn, confidentiality="restricted")
    spec = registry.get("deviation")
    asked = parse('title != "Not asked for"', spec.by_name)
    told = {name: [row["title"] for row in rows_of(bytes_of(spec, "csv", by=getattr(cast.by, name), condition=asked))]
            for name in ("ana", "quinn", "sol")}  # fmt: skip

    assert told == {"ana": ["Seen"], "quinn": ["Seen", "Secret"], "sol": []}


def test_formulas_are_disarmed_on_the_way_out_and_whole_again_on_the_way_in(cast):
    open_deviations(cast, FORMULA, "'quoted", "-5 degrees", "+49 30", "@max")
    spec = registry.get("deviation")
    content = bytes_of(spec, "csv", by=cast.by.ana)
    titles = [row["title"] for row in rows_of(content)]
    sheet = zipfile.ZipFile(io.BytesIO(bytes_of(spec, "xlsx", by=cast.by.ana))).read("xl/worksheets/sheet1.xml")

    assert all(title.startswith("'") for title in titles)
    assert [_text(title) for title in titles] == [FORMULA, "'quoted", "-5 degrees", "+49 30", "@max"]
    assert b"<f>" not in sheet


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00")))
def test_disarming_loses_nothing(text):
    assert _text(neutral(text.strip())) == text.strip()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["deviation", "supplier_visit"])
def test_what_left_comes_in_again_and_changes_nothing(cast, kind, format):
    spec = registry.get(kind)
    open_one(spec, cast)
    open_one(spec, cast)
    before = {row.pk: row.revision for row in spec.rows()}
    table = read_table(bytes_of(spec, format, by=cast.by.ana), f"a.{format}")
    report = import_records(spec, table, by=cast.by.ana, dry_run=False)

    assert (report.problems, report.opened, report.changed) == ([], 0, 0)
    assert {row.pk: row.revision for row in spec.rows()} == before


def test_exported_records_edited_in_the_sheet_are_changed_and_new_rows_opened(cast):
    (row,) = open_deviations(
        cast, "Oven too cold", steps=[{"what": "Stopped", "quantity": "2.5", "by_whom": str(cast.max.uid)}]
    )
    spec = registry.get("deviation")
    content = bytes_of(spec, "csv", by=cast.by.ana, labels=True).decode("utf-8-sig")
    headings = content.splitlines()[0].split(",")
    new = ["Major" if h == "Severity" else "Lamp" if h == "Title" else "MAX" if h == "Owner" else "" for h in headings]
    edited = content.replace("Oven too cold", "Oven far too cold").rstrip() + "\r\n" + ",".join(new) + "\r\n"
    report = import_records(
        spec, read_table(edited.encode(), "a.csv"), by=cast.by.ana, dry_run=False, reason="By sheet"
    )
    lamp = spec.rows().get(title="Lamp")

    assert (report.problems, report.opened, report.changed) == ([], 1, 1)
    assert (spec.rows().get(pk=row.pk).title, lamp.severity, lamp.owner) == ("Oven far too cold", "major", cast.max)
    assert Entry.objects.filter(subject_uid=row.uid).latest("seq").action == "deviation.edited"


def sheet(*lines):
    return read_table("\n".join(lines).encode(), "a.csv")


def test_a_dry_run_promises_and_writes_nothing(cast):
    spec, table = registry.get("deviation"), sheet("title;severity;due_on", "Oven;major;2026-03-31", "Lamp;;")
    entries = Entry.objects.count()
    promised = import_records(spec, table, by=cast.by.ana, dry_run=True)
    written = (Record.objects.count(), Entry.objects.count() - entries)
    done = import_records(spec, table, by=cast.by.ana, dry_run=False)

    assert (promised.opened, written, done.opened) == (2, (0, 0), 2)
    assert [row.number[-4:] for row in done.records] == ["0001", "0002"]


def test_every_bad_cell_is_named_and_nothing_is_written(cast):
    table = sheet(
        "title,severity,due_on,owner,unit,procedure,colour",
        "Oven,huge,2026-02-30,nobody,N,DEV-1,red",
        ",major,,max,S1,,",
    )
    report = import_records(registry.get("deviation"), table, by=cast.by.ana, dry_run=False)
    told = {(p.row, p.column, p.found) for p in report.problems}

    assert told == {(1, "colour", "colour"), (2, "owner", "nobody"), (2, "procedure", "DEV-1"), (3, "unit", "S1")}
    assert not Record.objects.exists()

    clean = sheet("title,severity,due_on,owner", "Oven,huge,2026-02-30,ana", ",major,,max", "Lamp,minor,,max")
    report = import_records(registry.get("deviation"), clean, by=cast.by.ana, dry_run=False)

    assert {(p.row, p.column, p.found) for p in report.problems} == {
        (2, "severity", "huge"), (2, "due_on", "2026-02-30"), (3, "title", ""),
    }  # fmt: skip
    assert not Record.objects.exists()


def test_a_row_that_may_not_be_changed_takes_the_others_back(cast):
    (mine,) = open_deviations(cast, "Mine")
    (theirs,) = open_deviations(cast, "Theirs", by=cast.by.max)
    table = sheet("number,title", f"{mine.number},Changed", f"{theirs.number},Changed", "DEV-1900-1,x")
    report = import_records(registry.get("deviation"), table, by=cast.by.ana, dry_run=False)

    assert [(p.row, p.found) for p in report.problems] == [(3, ""), (4, "DEV-1900-1")]
    assert set(Record.objects.values_list("title", flat=True)) == {"Mine", "Theirs"}


def test_a_stale_row_conflicts_instead_of_overwriting(cast):
    (row,) = open_deviations(cast, "Oven")
    doors.edit([row], {"title": "Oven, measured"}, by=cast.by.ana)
    report = import_records(
        registry.get("deviation"), sheet("number,revision,title", f"{row.number},1,Lamp"), by=cast.by.ana, dry_run=False
    )

    assert [(p.row, p.column) for p in report.problems] == [(2, "title")]
    assert Record.objects.get().title == "Oven, measured"


def test_what_spreadsheets_do_to_values_is_undone(cast, tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, ["Title", "Supplier", "Visitors", "Score", "Announced", "Visited on"])
        page.write_row(1, 0, [12, "One", 3, 97.5, True])
        page.write_datetime(1, 5, datetime(2026, 3, 2), day)
    spec = registry.get("supplier_visit")
    report = import_records(spec, read_table(path.read_bytes(), "a.xlsx"), by=cast.by.ana, dry_run=False)
    row = spec.rows().get()

    assert report.problems == []
    assert (row.title, row.values) == (
        "12",
        {"supplier": "One", "visitors": 3, "score": "97.5", "announced": True, "visited_on": "2026-03-02"},
    )


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "a row of headings"),
        (b"title\n", "a.csv", "a row of headings"),
        (b"title\n" + b"x\n" * 5001, "a.csv", "5001 rows"),
        (b'title\n"x', "a.csv", "not CSV"),
        (b"PK\x03\x04nothing", "a.xlsx", "not an Excel workbook"),
    ],
)
def test_what_is_no_table_is_refused_with_words(content, name, words):
    with pytest.raises(NotATable, match=words):
        read_table(content, name)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.text(max_size=12) | st.floats() | st.booleans() | st.none(), max_size=4), max_size=4))
def test_no_cells_do_worse_than_be_named(cast, cells):
    headings = ("title", "severity", "steps", "due_on")
    table = Table(headings, tuple((at, tuple(row)) for at, row in enumerate(cells, start=2)))
    report = import_records(registry.get("deviation"), table, by=cast.by.ana, dry_run=True)

    assert all(problem.message for problem in report.problems)
