"""Every text on the pages of control charts can be said in another language."""

from zoneinfo import available_timezones

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.records import registry
from hoshin.processes.spc.chart_kinds import KINDS
from hoshin.surfaces.web.addresses import url_of
from tests.spelling import english_in, english_on, in_other_letters, papers, spelled  # noqa: F401

from .conftest import measurements

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
GIVEN = (
    "Bore diameter Leaking cans Check the seam rollers New batch of cardboard New operator Meridian North South site Quinn Meyer "
    "quinn manager quality Nelson Western Electric approved Europe Berlin"
)


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


@pytest.fixture
def bore(cast, in_use):
    row = in_use(lsl="9.9", usl="10.1", target="10", measure="mm", decimals=3)
    values = np.random.default_rng(4).normal(10, 0.02, 60).round(3)
    values[50] = 10.2
    measuring.record(row, measurements(values.tolist()), by=cast.by.quinn)
    return row


def test_charts_capability_baselines_and_alerts(quinn, cast, bore, juice, frozen_juice, in_other_letters):  # noqa: F811
    in_other_letters()
    measuring.record(juice, measurements((30, 31, 32), size=50), by=cast.by.quinn)
    (alert,) = registry.get("alert").rows()
    rows = (bore, juice, frozen_juice, alert)
    pages = [url_of(row) for row in rows] + [f"/characteristic/{row.number}/chart" for row in (bore, juice)]
    pages += ["/board/", f"/characteristic/{bore.number}/enter", f"/characteristic/{bore.number}/say?no=3"]

    left = {page: english_on(quinn.get(page).content.decode(), GIVEN, *(row.title for row in rows)) for page in pages}

    assert {page: texts for page, texts in left.items() if texts} == {}


@pytest.mark.parametrize("chart", KINDS)
def test_every_kind_of_chart(quinn, cast, in_use, chart, in_other_letters):  # noqa: F811
    kind = KINDS[chart]
    sort = "variable" if not kind.in_counts else "defectives" if kind.size == "units" else "defects"
    size = 5 if kind.grouping == "subgroup" else None
    row = in_use(sort=sort, chart=chart, **({"subgroup_size": size} if size else {}))
    draw = np.random.default_rng(5)
    values = draw.poisson(4, 100).astype(float) if kind.in_counts else draw.normal(10, 0.2, 100).round(3)
    values[90] = values[90] * 4
    measuring.record(row, measurements(values.tolist(), size=60 if kind.needs_sizes else None), by=cast.by.quinn)
    in_other_letters()
    page = quinn.get(url_of(row)).content.decode()

    assert english_on(page, GIVEN) == [] and spelled("How computed") in page


def test_a_chart_on_paper_and_for_programs(quinn, bore, papers, in_other_letters):  # noqa: F811
    in_other_letters()
    quinn.get(f"/characteristic/{bore.number}/chart.pdf")
    told = quinn.get(f"/api/measurements/chart?characteristic={bore.number}").json()
    (paper,) = papers

    assert english_in(paper, GIVEN) == []
    assert english_in([*told["computed"], *(signal["text"] for signal in told["signals"])]) == []


FILES = (
    b"time,Bore diameter,Loose\n01/02/2026 08:00,10.1,1\n02/02/2026 09:00,broken,-99\n",
    b"only words\nin here\n",
    b"",
)


@pytest.mark.parametrize("content", FILES)
def test_a_file_of_measurements_is_read_in_words(quinn, in_use, content, in_other_letters):  # noqa: F811
    in_use()
    in_other_letters()
    sent = SimpleUploadedFile("bore.csv", content)
    page = quinn.post("/measurements/import/", {"file": sent}, follow=True).content.decode()

    assert english_on(page, GIVEN, "bore csv time Loose only words here broken", *available_timezones()) == []
