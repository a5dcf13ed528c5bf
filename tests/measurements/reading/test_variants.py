"""The same table written in the ways people write tables gives the same numbers."""

import gzip
import zipfile
from xml.sax.saxutils import escape

import numpy as np
import pytest
import xlsxwriter

from hoshin.measurements import reading

HEADER = ("Prüfmerkmal", "Zeit", "Messwert", "Charge", "Prüfer")
ROWS = [
    ("Breite", "2024-03-01 08:00:00", 12.5, "L1", "Jörg"),
    ("Höhe", "2024-03-01 08:01:00", -0.25, "L1", "Jörg"),
    ("Breite", "2024-03-02 08:00:00", None, "L2", "Ana"),
    ("Höhe", "2024-03-02 08:01:00", 1500.125, "L2", "Ana"),
    ("Breite", "2024-03-13 08:00:00", 12.75, "L3", "Ana"),
    ("Höhe", "2024-03-13 08:01:00", 3e-5, "L3", ""),
]


def written(separator=",", decimal=".", end="\n", quote='"{}"', missing="", day_first=False) -> str:
    def cell(value):
        if value is None:
            return missing
        if isinstance(value, float):
            return repr(value).replace(".", decimal)
        if day_first and value[:3] == "202":
            value = f"{value[8:10]}.{value[5:7]}.{value[:4]}{value[10:]}"
        return quote.format(value)

    lines = [separator.join(map(cell, row)) for row in (HEADER, *ROWS)]
    return end.join(lines) + end


def comma(path):
    path.write_text(written(), encoding="utf-8")


def semicolon_decimal_comma_latin_1(path):
    path.write_text(written(";", ",", "\r\n", "{}", "-", day_first=True), encoding="latin-1", newline="")


def tab_with_mark(path):
    path.write_text(written("\t", quote="{}", missing="NA"), encoding="utf-8-sig")


def white_space(path):
    path.write_text(written("   ", missing="?"), encoding="utf-8")


def utf_16(path):
    path.write_text(written("\t", ","), encoding="utf-16")


def packed(path):
    path.write_bytes(gzip.compress(written(";", quote="{}").encode()))


def separator_at_the_end(path):
    path.write_text(written(";", quote="{}", end=";\n"), encoding="utf-8")


def below_a_title(path):
    path.write_text("Report of the second shift\n\n" + written(";", ","), encoding="utf-8")


def workbook(path):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet("data")
        sheet.write_row(2, 0, HEADER)
        for number, (name, time, value, lot, operator) in enumerate(ROWS, start=3):
            sheet.write_row(number, 0, (name, None, value, lot, operator))
            sheet.write_datetime(number, 1, np.datetime64(time).item())


def open_document(path):
    def cell(value):
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
        kind = 'office:value-type="string"' if value else ""
        return f"<table:table-cell {kind}><text:p>{escape(value or '')}</text:p></table:table-cell>"

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in (HEADER, *ROWS))
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {names} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="data">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", manifest)


VARIANTS = (
    comma,
    semicolon_decimal_comma_latin_1,
    tab_with_mark,
    white_space,
    utf_16,
    packed,
    separator_at_the_end,
    below_a_title,
    workbook,
    open_document,
)


@pytest.mark.parametrize("write", VARIANTS)
def test_each_way_of_writing_gives_the_same_numbers(tmp_path, write):
    path = tmp_path / "table"
    write(path)

    table = reading.read(path, reading.guess(path).layout)

    assert table.names == ("Breite", "Höhe")
    assert np.array_equal([12.5, -0.25, np.nan, 1500.125, 12.75, 3e-5], table.value, equal_nan=True)
    assert [row[1].replace(" ", "T") for row in ROWS] == np.datetime_as_string(table.time, unit="s").tolist()
    assert table.lot.texts() == ["L1", "L1", "L2", "L2", "L3", "L3"]
    assert table.operator.texts() == ["Jörg", "Jörg", "Ana", "Ana", "Ana", ""]


def test_the_rows_of_a_sheet_are_numbered_as_in_the_sheet(tmp_path):
    workbook(tmp_path / "table")

    layout = reading.guess(tmp_path / "table").layout

    assert (layout.dialect.sheet, layout.header) == ("data", 3)
    assert reading.read(tmp_path / "table", layout).row.tolist() == [4, 5, 6, 7, 8, 9]


def test_a_bad_cell_of_a_sheet_is_named_as_in_the_sheet(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(4, 2, ["serial", "width"])
        for number in range(30):
            sheet.write_row(5 + number, 2, [f"S{number}", "wide" if number == 7 else 1.5 + number])

    dry = reading.dry_run(path, reading.guess(path).layout)

    assert [str(cell) for cell in dry.bad] == [
        'row 13, column D (width): found "wide", accepted is a number with decimal point (12.5), or empty'
    ]
    assert dry.values == 29


def test_one_column_with_decimal_comma_is_one_column(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("Durchmesser\n" + "".join(f"10,{n}\n" for n in range(1, 12)))

    table = reading.read(path, reading.guess(path).layout)

    assert (table.names, table.value.tolist()) == (("Durchmesser",), [float(f"10.{n}") for n in range(1, 12)])


def test_a_wide_table_without_header_is_numbered(tmp_path):
    path = tmp_path / "wide.txt"
    path.write_text("".join(f"  {n}.25   {n * n}.5  \n" for n in range(1, 15)))

    guess = reading.guess(path)

    assert guess.layout.header == 0
    assert reading.read(path, guess.layout).names == ("column 1", "column 2")
