"""Limits come from a baseline's data: computed, signed, recomputable, and never typed."""

import pytest
from django.db import connection

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.errors import Invalid, NotSigned, NotYet
from hoshin.kernel.records.signatures import Proof, Signature
from hoshin.kernel.trail.verify import verify
from hoshin.processes.spc import baselines
from hoshin.processes.spc.charts import chart_of

from .conftest import ADJUSTED, JUICE, fresh, measurements


def figures(row):
    return tuple(round(float(value), 4) for value in (row.center, row.lower, row.upper))


def test_thirty_samples_of_orange_juice_cans_give_the_published_limits(cast, juice):
    draft = baselines.propose(juice, by=cast.by.quinn)

    assert (draft.chart_used, draft.points) == ("p", 30)
    assert figures(draft) == (0.2313, 0.0524, 0.4102)


def test_without_samples_15_and_23_the_published_revised_limits_follow(frozen_juice):
    assert (frozen_juice.state, frozen_juice.points) == ("frozen", 28)
    assert figures(frozen_juice) == (0.2150, 0.0407, 0.3893)


def test_the_24_samples_after_the_adjustment_have_their_own_published_mean(cast, juice, frozen_juice):
    measuring.record(juice, measurements(ADJUSTED, size=50), by=cast.by.quinn)
    draft = baselines.propose(juice, by=cast.by.quinn, first=31, last=54)

    assert figures(draft)[0] == 0.1108


def test_freezing_is_signed_and_the_limits_can_be_computed_again(cast, juice):
    draft = baselines.propose(juice, by=cast.by.quinn)
    with pytest.raises(NotSigned):
        doors.perform([draft], "freeze", by=cast.by.quinn)
    doors.perform([draft], "freeze", by=cast.by.quinn, proof=Proof(cast.password))

    assert [s.meaning for s in Signature.objects.filter(record=draft.uid)] == ["approved"]
    assert baselines.is_todays(fresh(draft))
    assert verify().findings == []


def test_limits_that_do_not_follow_from_the_data_are_found(cast, frozen_juice):
    told = frozen_juice.computed.replace("0.215", "0.115")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE spc_controlbaseline SET computed = %s", [told])

    assert ("baseline", frozen_juice.number) in [(f.code, f.item) for f in verify().findings]


def test_nobody_types_limits(cast, juice):
    draft = baselines.propose(juice, by=cast.by.quinn)
    with pytest.raises(Invalid, match="center"):
        doors.edit([draft], {"center": "0.5"}, by=cast.by.quinn)


def test_an_exclusion_changes_the_limits_of_a_draft_but_not_of_a_frozen_baseline(cast, juice, frozen_juice):
    draft = baselines.propose(juice, by=cast.by.quinn)
    rows = measurements_of([juice.pk]).columns.row.tolist()
    measuring.exclude(juice, [rows[14], rows[22]], by=cast.by.quinn, reason="Assignable causes found")

    assert figures(fresh(draft))[0] == 0.2150
    assert figures(fresh(frozen_juice)) == figures(frozen_juice)


def test_a_correction_after_freezing_is_noticed(cast, juice, frozen_juice):
    row = int(measurements_of([juice.pk]).columns.row[2])
    measuring.correct(juice, row, 9.0, by=cast.by.quinn, reason="Miscounted")

    assert not baselines.is_todays(fresh(frozen_juice))
    assert verify().findings == []


def test_too_few_points_are_not_frozen(cast, in_use):
    row = in_use()
    measuring.record(row, measurements([1.0, 1.2, 0.9, 1.1]), by=cast.by.quinn)
    draft = baselines.propose(row, by=cast.by.quinn)

    with pytest.raises(NotYet, match="4 points found; at least 20"):
        doors.perform([draft], "freeze", by=cast.by.quinn, proof=Proof(cast.password))


def test_data_that_support_no_limits_are_said_in_words(cast, in_use):
    row = in_use(sort="defectives")
    measuring.record(row, measurements([1, 2, 3]), by=cast.by.quinn)
    draft = baselines.propose(row, by=cast.by.quinn)

    assert draft.problem == "Sample sizes are missing; this chart needs the size of each sample."
    assert chart_of(row).problem == draft.problem


def test_a_newer_frozen_baseline_supersedes_the_older_one(cast, juice, frozen_juice):
    newer = baselines.propose(juice, by=cast.by.quinn, first=1, last=29)
    doors.perform([newer], "freeze", by=cast.by.quinn, proof=Proof(cast.password))

    assert fresh(frozen_juice).state == "superseded"
    assert chart_of(juice).baseline.number == newer.number


def test_a_window_may_be_given_in_days(cast, juice):
    draft = baselines.propose(juice, by=cast.by.quinn)
    doors.edit([draft], {"since": "2026-01-05", "until": "2026-01-05"}, by=cast.by.quinn)
    found = fresh(draft)

    # The first sample is of 7 o'clock in Berlin: seventeen hours are left of the day.
    assert (found.window_first, found.window_last, found.points) == (1, 17, 17)


def test_points_before_the_newest_baseline_keep_their_place_on_the_chart(cast, juice, frozen_juice):
    chart = chart_of(juice)

    assert chart.region == (0, 30)
    assert [round(float(chart.shown.main.points[i]), 2) for i in (14, 22)] == [JUICE[14] / 50, JUICE[22] / 50]


def test_nobody_learns_limits_of_a_characteristic_they_do_not_see(cast, juice):
    doors.edit([juice], {"confidentiality": "restricted"}, by=cast.by.quinn)
    values = {"title": "Curious", "characteristic": str(juice.uid), "unit": str(cast.north.uid)}
    with pytest.raises(Invalid, match="characteristic: There is no such record"):
        doors.create("control_baseline", [values], by=cast.by.pat)

    assert not registry.get("control_baseline").rows().exists()
