"""The 8D report says what the record says."""

import io

from pypdf import PdfReader

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.records import doors, tasks
from hoshin.kernel.records.openings import get, open_from
from hoshin.processes.capa.reports import eight_d
from hoshin.surfaces.pdf.document import record_pdf
from tests.interactions import juice
from tests.interactions.test_loop import WHYS, counts


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_an_8d_report_carries_every_discipline(cast):
    (cans,) = doors.create("characteristic", [{"title": "Nonconforming cans", "sort": "defectives"}], by=cast.by.quinn)
    (cans,) = doors.perform([cans], "activate", by=cast.by.quinn)
    measuring.record(cans, counts(juice.TRIAL), by=cast.by.quinn)
    values = {
        "title": "Cans leak", "characteristic": cans.uid, "problem": "A fifth of the cans leaks", "containment": "Shift held",
        "team": [{"person": cast.max.uid, "part": "Maintenance"}], "whys": WHYS, "root_cause": "No setting sheet",
        "plan": "Write the sheet", "prevention": "Other lines too", "lessons": "Adjust before tightening",
    }  # fmt: skip
    (capa,) = doors.create("capa", [values], by=cast.by.ana)
    tasks.assign(capa, "Adjust the machine", cast.max, by=cast.by.ana, purpose="corrective")
    check = open_from(capa, get("capa-effectiveness_check"), by=cast.by.ana)
    declared = {"baseline_first": 1, "baseline_last": 30, "amount": 24, "deadline": "2030-01-01"}
    doors.perform([check], "declare", by=cast.by.ana, values=declared)
    words = words_of(eight_d(capa, Standing(cast.quinn)))

    for said in (
        "8D report",
        "Max Weber",
        "A fifth of the cans leaks",
        "Shift held",
        "No setting sheet",
        "Adjust the machine",
        "D8",
    ):
        assert said in words
    assert "Proportions (Fisher, exact)" in words


def test_any_record_becomes_a_paper(cast):
    (row,) = doors.create("deviation", [{"title": "Oven too cold", "steps": [{"what": "Stopped it"}]}], by=cast.by.ana)
    words = words_of(record_pdf(row, Standing(cast.quinn)))

    for said in ("Oven too cold", row.number, "Stopped it", "opened the record", "Ana Silva"):
        assert said in words
