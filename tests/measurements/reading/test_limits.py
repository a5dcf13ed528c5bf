import gzip
import io
import zipfile

import pytest
import xlsxwriter

from hoshin.measurements import reading
from hoshin.measurements.reading import Column, Layout, ReadingError, Role, TooLarge, excel


def test_gzip_that_unpacks_to_too_much_is_refused(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a\n" + b"1\n" * 2_000_000))

    with pytest.raises(TooLarge, match="unpacks to more than 1,000,000 bytes"):
        reading.guess(path, max_bytes=1_000_000)


def test_a_large_file_is_refused(tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"a\n" + b"1\n" * 2_000)

    with pytest.raises(TooLarge, match=r"large.csv: found 4,002 bytes, accepted are at most 1,000"):
        reading.read(path, Layout((Column("a", Role.VALUE),)), max_bytes=1_000)


def test_gzip_that_breaks_off_is_refused(tmp_path):
    path = tmp_path / "torn.csv.gz"
    path.write_bytes(gzip.compress(b"a\n" + bytes(range(48, 58)) * 2_000)[:-12])

    with pytest.raises(ReadingError, match="cannot be unpacked"):
        reading.guess(path)


def sheet_with_a_far_corner() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, 1)
    return content.getvalue()


def test_a_sheet_with_a_far_corner_is_refused(tmp_path):
    path = tmp_path / "far.xlsx"
    path.write_bytes(sheet_with_a_far_corner())

    with pytest.raises(TooLarge, match="1,048,576 rows × 16,384 columns"):
        reading.guess(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)

    with pytest.raises(TooLarge, match="unpacks to more than 1,000,000 bytes"):
        excel.check(content.getvalue(), 1_000_000)


@pytest.mark.parametrize("content", [b"PK\x03\x04 but no archive", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 but no workbook"])
def test_a_workbook_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)

    with pytest.raises(ReadingError, match=r"accepted are .xlsx, .xls, .ods"):
        reading.guess(path)


def test_a_sheet_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("data").write_column(0, 0, ["a", 1, 2])
    layout = reading.guess(path).layout

    with pytest.raises(reading.LayoutError, match='no sheet "other", accepted are data'):
        reading.read(path, Layout(layout.columns, reading.Dialect(sheet="other")))


def test_an_endless_quote_is_refused(tmp_path):
    path = tmp_path / "quote.csv"
    path.write_text('a,b\n1,"2\n' + "3,4\n" * 100_000)

    with pytest.raises(ReadingError, match="text that is no CSV"):
        reading.dry_run(path, Layout((Column("a", Role.VALUE), Column("b", Role.VALUE))))
