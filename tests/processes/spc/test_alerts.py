"""A signal opens one alert, with the chart and the data; what follows while it is open belongs to it."""

from datetime import timedelta

import numpy as np
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.attachments import Attachment
from hoshin.kernel.records.errors import Invalid
from hoshin.kernel.records.links import link
from hoshin.kernel.records.signatures import Proof
from hoshin.kernel.trail.models import Entry
from hoshin.kernel.trail.verify import verify
from hoshin.measurements.reading import guess
from hoshin.processes.spc import baselines
from hoshin.processes.spc.alerts import led_to, touched_by

from .conftest import ADJUSTED, START, fresh, measurements


def alerts():
    return list(registry.get("alert").rows().order_by("pk"))


def test_a_calm_batch_opens_nothing(cast, juice, frozen_juice):
    measuring.record(juice, measurements((10, 11, 9), size=50), by=cast.by.quinn)

    assert alerts() == []


def test_samples_after_the_adjustment_open_one_alert_for_the_run_below_the_center_line(cast, juice, frozen_juice):
    doors.edit([juice], {"rules": "nelson"}, by=cast.by.quinn)
    measuring.record(juice, measurements(ADJUSTED, size=50), by=cast.by.quinn)
    (alert,) = alerts()

    assert alert.state == "open" and "Nelson 2" in alert.rules
    assert (alert.baseline_id, alert.baseline_revision) == (frozen_juice.uid, frozen_juice.revision)
    assert 31 <= alert.first < alert.last == 54
    assert (alert.owner_id, alert.unit_id) == (juice.owner_id, juice.unit_id)


def test_the_chart_and_the_data_window_are_attached(cast, juice, frozen_juice):
    measuring.record(juice, measurements((10, 30), size=50), by=cast.by.quinn)
    (alert,) = alerts()
    files = {
        file.name.rsplit(".", 1)[-1]: file.path.read_text() for file in Attachment.objects.filter(record=alert.uid)
    }

    assert files["svg"].startswith("<svg") and "UCL" in files["svg"]
    assert files["csv"].splitlines()[-1].startswith("32,") and ",30,50," in files["csv"]
    assert len(files["csv"].splitlines()) == 1 + 26


def test_later_signals_extend_the_open_alert(cast, juice, frozen_juice):
    measuring.record(juice, measurements((10, 30), size=50), by=cast.by.quinn)
    measuring.record(juice, measurements((31,), size=50), by=cast.by.quinn)
    (alert,) = alerts()

    assert (alert.first, alert.last, alert.signals) == (32, 33, 2)
    assert alert.occurred_at == START + timedelta(hours=1)
    assert Entry.objects.filter(action="alert.opened").count() == 1
    assert verify().findings == []


def test_the_words_of_an_alert_cover_rules_met_later(cast, juice, frozen_juice):
    doors.edit([juice], {"rules": "western_electric"}, by=cast.by.quinn)
    measuring.record(juice, measurements((10, 30), size=50), by=cast.by.quinn)
    measuring.record(juice, measurements((20, 20, 20, 20, 20, 20, 20), size=50), by=cast.by.quinn)
    (alert,) = alerts()
    told = [line.split(", ", 1)[1].split(":")[0] for line in alert.meaning.splitlines()]

    assert len(told) > 1 and ", ".join(told) == alert.rules


def test_what_an_alert_led_to_is_found_over_two_links(cast, juice, frozen_juice):
    measuring.record(juice, measurements((30,), size=50), by=cast.by.quinn)
    (alert,) = alerts()
    near, far, other = doors.create("characteristic", [{"title": name} for name in "NFO"], by=cast.by.quinn)
    link(alert, "leads_to", [near], by=cast.by.quinn)
    link(near, "leads_to", [far], by=cast.by.quinn)
    link(alert, "related", [other], by=cast.by.quinn)

    assert [near.uid, far.uid] == [row.uid for row in led_to(alert, standing_of(cast.by.quinn))]


def test_a_signal_after_the_alert_was_closed_opens_another(cast, juice, frozen_juice):
    measuring.record(juice, measurements((30,), size=50), by=cast.by.quinn)
    (first,) = alerts()
    told = {"assignable_cause": "Seam roller worn"}
    doors.perform([first], "close", values=told, by=cast.by.quinn)
    measuring.record(juice, measurements((29,), size=50), by=cast.by.quinn)

    assert [(a.state, a.first) for a in alerts()] == [("closed", 31), ("open", 32)]


def test_closing_needs_the_assignable_cause(cast, juice, frozen_juice):
    measuring.record(juice, measurements((30,), size=50), by=cast.by.quinn)
    (alert,) = alerts()
    try:
        doors.perform([alert], "close", by=cast.by.quinn)
        refused = ()
    except Invalid as invalid:
        refused = tuple(problem.field for problem in invalid.problems)

    assert refused == ("assignable_cause",)


def test_without_a_reaction_plan_or_a_frozen_baseline_nothing_is_opened(cast, in_use, juice):
    measuring.record(juice, measurements((50,), size=50), by=cast.by.quinn)

    assert alerts() == []


def test_an_excluded_point_of_the_past_signals_no_more(cast, juice, frozen_juice):
    measuring.record(juice, measurements((30,), size=50), by=cast.by.quinn)
    doors.perform(alerts(), "close", values={"assignable_cause": "Roller"}, by=cast.by.quinn)
    measuring.record(juice, measurements((11,), size=50), by=cast.by.quinn)

    assert len(alerts()) == 1


def monitored(cast, in_use, count):
    """Characteristics with a frozen baseline each."""
    rows = []
    rng = np.random.default_rng(7)
    for i in range(count):
        row = in_use(f"Depth {i}", rules="beyond", reaction_plan="Stop and measure again.")
        measuring.record(row, measurements(rng.normal(10, 1, 30)), by=cast.by.quinn)
        draft = baselines.propose(row, by=cast.by.quinn)
        doors.perform([draft], "freeze", by=cast.by.quinn, proof=Proof(cast.password))
        rows.append(fresh(row))
    return rows


def test_what_a_batch_touches_is_known_without_its_entry_naming_it(cast, in_use):
    row, other = in_use("Bore"), in_use("Depth")
    batch = measuring.record(row, measurements((1.0, 2.0)), by=cast.by.quinn)
    measuring.record(other, measurements((1.0,)), by=cast.by.quinn)
    found = registry.get("characteristic").rows().filter(touched_by(batch, None))

    assert list(found) == [row]


def queries_of_an_import(cast, tmp_path, rows, name):
    file = tmp_path / f"{name}.csv"
    head = ",".join(f"d{i}" for i in range(len(rows)))
    lines = [",".join(f"{10 + 0.01 * (i + j):.2f}" for i in range(len(rows))) for j in range(3)]
    file.write_text("\n".join([head, *lines]) + "\n")
    mapping = {f"d{i}": row for i, row in enumerate(rows)}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        measuring.import_file(file, guess(file).layout, mapping, by=cast.by.quinn)
    return len(queries)


def test_a_large_import_that_is_sealed_at_once_is_watched_too(cast, in_use, tmp_path):
    (row,) = monitored(cast, in_use, 1)
    file = tmp_path / "many.csv"
    file.write_text("d0\n" + "10.0\n10.1\n" * 2600 + "99\n")
    measuring.import_file(file, guess(file).layout, {"d0": row}, by=cast.by.quinn)
    (alert,) = alerts()

    assert (Batch.objects.first().sealed_in != "", alert.first, alert.last) == (True, 5231, 5231)


def test_watching_an_import_costs_the_same_number_of_queries_for_two_and_for_eight(cast, in_use, tmp_path):
    rows = monitored(cast, in_use, 8)
    few = queries_of_an_import(cast, tmp_path, rows[:2], "few")
    many = queries_of_an_import(cast, tmp_path, rows, "many")

    assert Batch.objects.count() == 10
    assert many == few
