"""PDFs read back: their text, their standard, and that data can never become markup."""

import io
import re

import pytest
from pypdf import PdfReader

from hoshin.surfaces.drawing import Cause, control_chart, tree
from hoshin.surfaces.pdf import UnknownTemplate, render
from hoshin.surfaces.pdf.renderer import TEMPLATES, WORDS
from tests.spelling import in_other_letters, spelled  # noqa: F401
from tests.surfaces.drawing.charts import chart_of

RECORD = {
    "organisation": "Meridian Instruments",
    "number": "NC-2025-0042",
    "title": "Bore oversize on housing 7731",
    "kind": "Nonconformity",
    "state": "Analysed",
    "date": [2025, 6, 3],
    "checkpoint": {"size": 48211, "root": "7f3a91c0"},
    "fields": [{"label": "Description", "value": "3 of 5 above the limit"}, {"label": "Lot", "value": None}],
    "parts": [{"title": "Dispositions", "columns": ["Disposition", "Quantity"], "rows": [["Scrap", "18"]]}],
    "signatures": [{"name": "Mara Lund", "meaning": "approved", "time": "29 May 2025, 11:20", "zone": "Europe/Vienna"}],
    "files": [{"name": "tool-log.xlsx", "size": "1.2 MB", "sha256": "4f2a99"}],
    "history": [{"time": "2 June", "actor": "Ben Ito", "text": "changed one field.", "entry": 7, "changes": ["a → b"]}],
}


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in reader(pdf).pages)


def test_a_record_says_all_it_was_given():
    said = text_of(render("record", RECORD))

    for words in ("NC-2025-0042", "3 of 5 above the limit", "not given", "Scrap", "Mara Lund", "Europe/Vienna"):
        assert words in said
    assert "Ledger 48211 entries, root 7f3a91c0" in said
    assert "Page 1 of 1" in said


def test_the_pdf_is_tagged_and_archivable():
    root = reader(render("record", RECORD)).trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()

    assert root["/MarkInfo"]["/Marked"] is True or bool(root["/MarkInfo"]["/Marked"])
    assert "<pdfaid:part>2</pdfaid:part>" in metadata and "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_the_same_data_gives_the_same_bytes():
    assert render("record", RECORD) == render("record", RECORD)


def test_markup_in_data_stays_text():
    hostile = '#read("/etc/passwd") *bold* #panic() $x$ </svg>'

    said = text_of(render("record", {**RECORD, "title": hostile, "fields": [{"label": "a", "value": hostile}]}))

    assert said.count('#read("/etc/passwd") *bold* #panic() $x$ </svg>') == 2


def test_a_character_without_a_font_is_spelled_out():
    said = text_of(render("record", {**RECORD, "fields": [{"label": "方針", "value": "p̄ ≥ σ → 直"}]}))

    assert "[U+65B9][U+91DD]" in said and "[U+76F4]" in said and "σ" in said


def test_a_watermark_is_set_across_the_page():
    assert "DRAFT" in text_of(render("record", {**RECORD, "watermark": "DRAFT"}))


def test_a_chart_is_set_with_its_words_and_points():
    chart = chart_of()
    data = {
        **RECORD,
        "title": chart.title,
        "caption": "Individuals and moving range",
        "alt": chart.described(),
        "signals": [{"point": "point 30", "value": "7.4345", "rule": "one point beyond 3σ"}],
        "computed": ["Limits from 30 baseline points."],
        "columns": ["Point", "Value"],
        "rows": [["point 0", "7.4100"]],
    }

    said = text_of(render("chart", data, {"chart": control_chart(chart, 680)}))

    for words in ("UCL", "USL", "one point beyond 3σ", "Limits from 30 baseline points.", "7.4100"):
        assert words in said


def test_an_8d_report_goes_through_its_disciplines_to_a_verdict():
    data = {
        **RECORD,
        "disciplines": [
            {"code": "D0", "title": "Emergency response", "text": "Stop the line.\n\nSort lot 118."},
            {"code": "D4", "title": "Root cause", "drawing": "whys", "caption": "5 whys"},
            {
                "code": "D6",
                "title": "Implement and validate",
                "effectiveness": {
                    "verdict": "effective",
                    "figures": [{"label": "after", "value": "0.1108"}],
                    "drawing": "chart",
                },
            },
        ],
    }
    drawings = {
        "whys": tree(Cause("Leak", children=[Cause("Worn", "cause")]), title="w"),
        "chart": control_chart(chart_of()),
    }

    said = text_of(render("report8d", data, drawings))

    for words in ("D0", "Sort lot 118.", "5 whys", "effective", "0.1108"):
        assert words in said


def test_a_history_of_many_pages_keeps_head_and_foot():
    pages = reader(render("record", {**RECORD, "history": RECORD["history"] * 80})).pages

    assert len(pages) > 2
    assert all("NC-2025-0042" in page.extract_text() and "Ledger 48211" in page.extract_text() for page in pages)


def test_an_unknown_template_is_refused_with_those_there_are():
    with pytest.raises(UnknownTemplate, match="chart, record, report8d"):
        render("house", {})


def test_the_words_of_the_paper_itself_are_in_the_readers_language(in_other_letters):  # noqa: F811
    in_other_letters()
    said = text_of(render("record", RECORD))
    fixed = {
        words
        for file in TEMPLATES.glob("*.typ")
        for words in re.findall(r'(?:say|filled)\("([^"]+)"', file.read_text())
    }

    assert fixed <= set(WORDS) and spelled("Signed by") in said and "Signed by" not in said
    assert not re.search(
        r"^ *==? \w|\[[A-Z][a-z]+\W", "".join(file.read_text() for file in TEMPLATES.glob("*.typ")), re.MULTILINE
    )
