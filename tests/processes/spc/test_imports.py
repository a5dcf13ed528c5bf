"""A file's way in: guessed, a bad cell named, corrected, let in, and not let in a second time."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch, RememberedLayout
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.errors import Invalid
from hoshin.measurements.reading import BadCells
from hoshin.processes.spc import import_pages, uploads
from hoshin.processes.spc.imports import import_measurements_file, sort_of, subgroup_size_of

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

ROWS = [f"{day:02}.01.2026 08:00;7,4{day:02};12,{day};L{day % 3}" for day in range(1, 29)]
GOOD = "time;Bore;Depth;lot\n" + "\n".join(ROWS) + "\n"
BAD = GOOD.replace("7,404", "7,4o4").replace("09.01.2026", "39.01.2026")


@pytest.fixture
def quinn(cast, browser_of):
    return browser_of(cast.quinn)


def sent(browser, text, name="bore.csv"):
    answer = browser.post("/measurements/import/", {"file": SimpleUploadedFile(name, text.encode())})
    return answer["Location"]


def corrections(page):
    """What a browser would send of the form as it stands."""
    names = re.findall(r'name="name" value="(.*?)"', page)
    roles = {}
    for place, options in re.findall(r'<select name="role-(\d+)".*?>(.*?)</select>', page, re.S):
        roles[f"role-{place}"] = re.search(r'value="([a-z]+)" selected', options)[1]
    order = re.search(r'<select id="id_date_order".*?value="([A-Z]+)" selected', page, re.S)[1]
    decimal = re.search(r'<select id="id_decimal".*?value="([.,])" selected', page, re.S)[1]
    return {**roles, "date_order": order, "decimal": decimal, "name": names, "meaning": [""] * len(names)}


def test_a_file_walks_in_after_its_bad_cells_were_named_and_corrected(cast, quinn):
    address = sent(quinn, BAD)
    page = quinn.get(address).content.decode()
    again = sent(quinn, GOOD)
    shown = quinn.get(again).content.decode()
    quinn.post(again, {**corrections(shown), "action": "import"})
    result = quinn.get(f"{again}progress", follow=True).content.decode()
    (batch,) = Batch.objects.all()

    assert "2 cells cannot be taken." in page and "7,4o4" in page and "39.01.2026 08:00" in page
    assert 'value="import"' not in page and 'value="import"' in shown
    assert "2 characteristics were opened" in result and batch.name == "bore.csv"
    assert (batch.rows, batch.missing, batch.recorded_by) == (56, 0, cast.quinn)


def test_the_same_file_again_is_refused_until_it_is_asked_for(quinn):
    for _turn in range(2):
        address = sent(quinn, GOOD)
        page = quinn.get(address).content.decode()
        quinn.post(address, {**corrections(page), "action": "import"})
    refused = quinn.get(f"{address}progress", follow=True).content.decode()
    quinn.post(address, {**corrections(page), "action": "import", "again": "yes"})

    assert "This very file came in before." in page and "was read on" in refused
    assert Batch.objects.count() == 2


def test_a_corrected_column_is_read_as_it_was_corrected_and_remembered(quinn):
    address = sent(quinn, GOOD)
    told = {**corrections(quinn.get(address).content.decode()), "role-2": "ignore"}
    quinn.post(address, {**told, "action": "try"})
    page = quinn.get(address).content.decode()
    quinn.post(address, {**corrections(page), "action": "import"})
    later = quinn.get(sent(quinn, GOOD.replace("7,401", "7,499"))).content.decode()

    assert "of one characteristic" in page and "read as last time" in later
    assert (Batch.objects.get().rows, RememberedLayout.objects.count()) == (28, 1)


def test_names_mean_the_characteristics_that_somebody_says(cast, in_use, quinn):
    bore = in_use("Bore of housing 7731")
    address = sent(quinn, GOOD)
    told = corrections(quinn.get(address).content.decode())
    quinn.post(address, {**told, "meaning": [bore.number, ""], "action": "import"})

    assert len(measurements_of([bore.pk])) == 28
    assert [row.title for row in registry.get("characteristic").rows().exclude(pk=bore.pk)] == ["Depth"]


def test_anothers_upload_is_not_there(cast, browser_of, quinn):
    address = sent(quinn, GOOD)

    assert browser_of(cast.ana).get(address).status_code == 404


def test_what_is_no_table_is_refused_with_words(quinn):
    answer = quinn.post("/measurements/import/", {"file": SimpleUploadedFile("empty.csv", b"  \n")})
    nothing = quinn.post("/measurements/import/", {})

    assert (answer.status_code, nothing.status_code) == (422, 422)
    assert "accepted" in answer.content.decode() and "Found no file" in nothing.content.decode()


def test_a_large_file_tells_its_progress_and_is_dropped_once_it_is_in(cast, quinn, monkeypatch):
    told = []
    monkeypatch.setattr(uploads.Upload, "save", lambda self: told.append((self.stage, round(self.progress, 1))))
    kept = uploads.Upload("t", str(cast.quinn.uid), "bore.csv", len(GOOD))
    kept.folder.mkdir(parents=True)
    kept.path.write_text(GOOD)
    kept.layout = import_pages.guessed(kept.path).layout.to_json()
    import_pages.work(kept, cast.by.quinn, False, "en")

    assert told[0][0] == "guessed" and told[-1] == ("done", 1.0) and sorted(told, key=lambda t: t[1]) == told
    assert kept.batch == str(Batch.objects.get().uid) and not kept.path.exists()


def test_an_import_whose_process_died_can_be_started_again(cast, quinn):
    address = sent(quinn, GOOD)
    kept = uploads.find(address.strip("/").rsplit("/", 1)[-1], cast.quinn)
    kept.stage = "running"
    kept.save()
    state = kept.folder / "state.json"
    state.write_text(re.sub(r'"said_at": [\d.]+', '"said_at": 1.0', state.read_text()))
    page = quinn.get(f"{address}progress", follow=True).content.decode()

    assert "was interrupted; nothing was read" in page and 'value="import"' in page


def test_a_dry_run_keeps_nothing_and_says_what_would_be_opened(cast, tmp_path):
    file = tmp_path / "bore.csv"
    file.write_text(GOOD)
    found = import_measurements_file(file, by=cast.by.quinn, dry_run=True)

    assert (found.dry_run.values, found.missing, found.batch) == (56, ("Bore", "Depth"), None)
    assert not Batch.objects.exists() and not registry.get("characteristic").rows().exists()


def test_nothing_is_opened_where_a_cell_is_bad(cast, tmp_path):
    file = tmp_path / "bore.csv"
    file.write_text(BAD)
    layout = import_measurements_file(_written(tmp_path, GOOD), by=cast.by.quinn, dry_run=True).layout
    with pytest.raises(BadCells, match="7,4o4"):
        import_measurements_file(file, by=cast.by.quinn, layout=layout)

    assert not registry.get("characteristic").rows().exists()


def _written(folder, text):
    file = folder / "other.csv"
    file.write_text(text)
    return file


def test_two_characteristics_of_one_title_are_not_guessed_between(cast, in_use, tmp_path):
    in_use("Bore"), in_use("Bore")
    with pytest.raises(Invalid, match="Several characteristics are called so"):
        import_measurements_file(_written(tmp_path, GOOD), by=cast.by.quinn)

    assert not Batch.objects.exists()


def test_without_leave_to_open_characteristics_the_missing_ones_are_named(cast, tmp_path):
    with pytest.raises(Invalid, match="Depth: There is no characteristic"):
        import_measurements_file(_written(tmp_path, GOOD), by=cast.by.quinn, create_missing=False)

    assert not Batch.objects.exists()


def test_the_published_juice_counts_come_in_as_they_lie(cast, juice_file):
    found = import_measurements_file(juice_file, by=cast.by.quinn)
    (row,) = found.created

    assert (found.batch.rows, row.sort) == (54, "defectives")


@pytest.fixture
def juice_file():
    shared = Path(os.environ.get("HOSHIN_SHARED", Path(__file__).parents[4] / "shared"))
    file = shared / "data" / "measurements" / "qcc" / "orangejuice.csv"
    if not file.exists():
        pytest.skip("the shared measurement files are not here")
    return file


def test_the_same_function_reads_for_the_command(cast, tmp_path):
    (product,) = doors.create("product", [{"title": "Housing", "part_number": "7731"}], by=cast.by.quinn)
    told = []
    found = import_measurements_file(
        _written(tmp_path, GOOD), by=cast.by.quinn, product="7731", progress=lambda part: told.append(part)
    )
    with pytest.raises(measuring.ReadBefore):
        import_measurements_file(_written(tmp_path, GOOD), by=cast.by.quinn, product="7731")

    assert {row.product_id for row in found.created} == {product.uid} and told[-1] == 1.0


def test_what_is_counted_is_told_from_sizes_and_subgroups_from_their_numbers():
    none, fifty = np.full(3, np.nan), np.full(3, 50.0)
    told = [sort_of(np.array(v), s) for v, s in (((1, 2.5, 3), none), ((1, 2, 3), fifty), ((1, 60, 3), fifty))]

    assert (told, subgroup_size_of(np.array([1, 1, 1, 2, 2, 2, 3]))) == (["variable", "defectives", "defects"], 3)
