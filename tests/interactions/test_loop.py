"""From nonconforming cans to a cure that later samples prove."""

from datetime import date, timedelta

import pytest

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.doors import Measurement
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records import doors, tasks
from hoshin.kernel.records.errors import Invalid, NotYet
from hoshin.kernel.records.links import links_of
from hoshin.kernel.records.openings import get, open_from
from hoshin.kernel.records.signatures import Proof, Signature
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.verify import verify
from hoshin.stats.results import Result

from . import juice


def counts(values):
    return [Measurement(float(value), size=juice.SIZE) for value in values]


@pytest.fixture
def cans(cast):
    (row,) = doors.create(
        "characteristic", [{"title": "Nonconforming cans", "sort": "defectives", "chart": "p"}], by=cast.by.quinn
    )
    (row,) = doors.perform([row], "activate", by=cast.by.quinn)
    measuring.record(row, counts(juice.TRIAL), by=cast.by.quinn)
    return row


@pytest.fixture
def nonconformity(cast, cans):
    (row,) = doors.create(
        "nonconformity",
        [{"title": "Cans leak", "characteristic": cans.uid, "quantity": "1410", "unit": cast.north.uid}],
        by=cast.by.ana,
    )
    return row


def contained_and_decided(row, cast):
    words = {"description": "p̄ = 0.2313", "severity": "major", "containment": "Cans of the shift are held"}
    doors.perform([row], "contain", by=cast.by.ana, values=words)
    lines = [{"decision": "scrap", "quantity": 410, "authority": cast.quinn.uid}, {"decision": "sort", "quantity": 900}]
    with pytest.raises(NotYet, match="1310 of 1410"):
        doors.perform([row], "decide", by=cast.by.quinn, values={"dispositions": lines}, proof=Proof(cast.password))
    lines[1]["quantity"] = 1000
    return doors.perform([row], "decide", by=cast.by.quinn, values={"dispositions": lines}, proof=Proof(cast.password))[
        0
    ]


WHYS = [
    {
        "uid": "00000000-0000-7000-8000-000000000001",
        "answer": "Seams leak",
        "ground": "evidence",
        "evidence": "Seam test",
    },
    {
        "uid": "00000000-0000-7000-8000-000000000002",
        "parent": "00000000-0000-7000-8000-000000000001",
        "answer": "The operator set the machine wrongly",
        "nature": "human_error",
        "ground": "evidence",
        "evidence": "Shift log",
    },
]
SYSTEMIC = {
    "uid": "00000000-0000-7000-8000-000000000003",
    "parent": "00000000-0000-7000-8000-000000000002",
    "answer": "No setting sheet exists",
    "nature": "systemic",
    "ground": "evidence",
    "evidence": "Document list",
}


def analysed(capa, cast):
    doors.edit([capa], {"whys": WHYS, "root_cause": "No setting sheet"}, by=cast.by.ana)
    with pytest.raises(NotYet, match="systemic"):
        doors.perform([capa], "analyse", by=cast.by.ana)
    doors.edit([capa], {"whys": [*WHYS, SYSTEMIC]}, by=cast.by.ana)
    return doors.perform([capa], "analyse", by=cast.by.ana)[0]


def planned(capa, cast):
    task = tasks.assign(
        capa, "Write the setting sheet and adjust the machine", cast.max, by=cast.by.ana, purpose="corrective"
    )
    with pytest.raises(NotYet, match="effectiveness check"):
        doors.perform([capa], "plan", by=cast.by.ana, values={"plan": "Setting sheet"}, proof=Proof(cast.password))
    check = open_from(capa, get("capa-effectiveness_check"), by=cast.by.ana)
    declared = {
        "baseline_first": 1, "baseline_last": 30, "amount": 24, "deadline": str(clock.now().date() + timedelta(days=60)),
    }  # fmt: skip
    (check,) = doors.perform([check], "declare", by=cast.by.ana, values=declared)
    capa = doors.perform([capa], "plan", by=cast.by.ana, values={"plan": "Setting sheet"}, proof=Proof(cast.password))[
        0
    ]
    return capa, check, task


def test_the_loop_closes_on_the_orange_juice_counts(cast, cans, nonconformity):
    row = contained_and_decided(nonconformity, cast)
    capa = open_from(row, get("nonconformity-capa"), by=cast.by.ana)

    assert (capa.problem, capa.origin_id, capa.characteristic_id) == ("p̄ = 0.2313", row.uid, cans.uid)
    assert [seen.other.uid for seen in links_of(row, Standing(cast.quinn))] == [capa.uid]

    capa, check, task = planned(analysed(capa, cast), cast)
    tasks.finish(task, by=cast.by.max, evidence="Sheet 4711 hangs at the machine")
    (capa,) = doors.perform([capa], "implement", by=cast.by.ana)
    with pytest.raises(NotYet, match="not proven yet"):
        doors.perform([capa], "close", by=cast.by.quinn, values={"prevention": "All lines"}, proof=Proof(cast.password))

    measuring.record(cans, counts(juice.ADJUSTED[:23]), by=cast.by.quinn)
    check = type(check).objects.get(pk=check.pk)
    assert check.state == "collecting"
    measuring.record(cans, counts(juice.ADJUSTED[23:]), by=cast.by.quinn)
    check = type(check).objects.get(pk=check.pk)

    assert check.state == "passed"
    assert (round(float(check.before), 4), round(float(check.after), 4), check.n_later) == (0.2313, 0.1108, 24)
    assert float(check.p_value) < 1e-9
    assert Result.from_json(check.result).n == (1500, 1200)
    (capa,) = doors.perform(
        [capa], "close", by=cast.by.quinn, values={"prevention": "All lines"}, proof=Proof(cast.password)
    )
    assert capa.state == "closed"
    assert verify().findings == []


def test_excluded_samples_do_not_count_in_the_baseline(cast, cans):
    rows = measurements_of([cans.pk]).columns.row
    for number, cause in juice.EXPLAINED.items():
        measuring.exclude(cans, [int(rows[number - 1])], by=cast.by.quinn, reason=cause)
    reading = measurements_of([cans.pk])
    counted = reading.columns.value[reading.counted].sum() / reading.columns.size[reading.counted].sum()

    assert round(counted, 4) == 0.2150


def test_a_check_declared_after_the_fix_is_refused(cast, cans, nonconformity):
    (capa,) = doors.create("capa", [{"title": "Late", "characteristic": cans.uid}], by=cast.by.ana)
    task = tasks.assign(capa, "Fix", cast.max, by=cast.by.ana, purpose="corrective")
    tasks.finish(task, by=cast.by.max, evidence="Done")
    check = open_from(capa, get("capa-effectiveness_check"), by=cast.by.ana)
    values = {"baseline_first": 1, "baseline_last": 30, "amount": 24, "deadline": str(date(2030, 1, 1))}
    with pytest.raises(NotYet, match="before the fix"):
        doors.perform([check], "declare", by=cast.by.ana, values=values)


def test_data_that_say_no_send_the_capa_back(cast, cans, nonconformity):
    capa = open_from(contained_and_decided(nonconformity, cast), get("nonconformity-capa"), by=cast.by.ana)
    capa, check, task = planned(analysed(capa, cast), cast)
    tasks.finish(task, by=cast.by.max, evidence="Sheet")
    doors.perform([capa], "implement", by=cast.by.ana)
    measuring.record(cans, counts(juice.TRIAL[:24]), by=cast.by.quinn)

    assert type(check).objects.get(pk=check.pk).state == "failed"
    assert type(capa).objects.get(pk=capa.pk).state == "open"


def test_an_override_is_signed_and_visible(cast, cans, nonconformity):
    capa = open_from(contained_and_decided(nonconformity, cast), get("nonconformity-capa"), by=cast.by.ana)
    capa, check, task = planned(analysed(capa, cast), cast)
    tasks.finish(task, by=cast.by.max, evidence="Sheet")
    doors.perform([capa], "implement", by=cast.by.ana)
    with pytest.raises(NotYet):
        doors.perform([check], "override", by=cast.by.quinn, proof=Proof(cast.password))
    doors.perform([check], "override", by=cast.by.quinn, proof=Proof(cast.password), reason="Line is shut down")
    doors.perform([capa], "close", by=cast.by.quinn, values={"prevention": "None"}, proof=Proof(cast.password))

    assert Signature.objects.get(record=check.uid, transition="override").reason == "Line is shut down"


def test_a_disposition_needs_its_fields(cast, nonconformity):
    with pytest.raises(Invalid):
        doors.perform([nonconformity], "contain", by=cast.by.ana)


def test_data_measured_before_the_fix_do_not_count_as_later_however_late_they_come_in(cast, cans, nonconformity):
    capa = open_from(contained_and_decided(nonconformity, cast), get("nonconformity-capa"), by=cast.by.ana)
    capa, check, task = planned(analysed(capa, cast), cast)
    tasks.finish(task, by=cast.by.max, evidence="Sheet")
    doors.perform([capa], "implement", by=cast.by.ana)
    old = clock.now() - timedelta(days=1)
    late = [Measurement(float(value), time=old, size=juice.SIZE) for value in juice.TRIAL[:24]]
    measuring.record(cans, late, by=cast.by.quinn)

    assert type(check).objects.get(pk=check.pk).state == "collecting"


def test_why_no_capa_is_needed_is_asked_when_closing(cast, nonconformity):
    row = contained_and_decided(nonconformity, cast)
    with pytest.raises(NotYet, match="no corrective action"):
        doors.perform([row], "close", by=cast.by.quinn, values={"needs_capa": False}, proof=Proof(cast.password))
    values = {"needs_capa": False, "no_capa_because": "One can, known cause"}
    (row,) = doors.perform([row], "close", by=cast.by.quinn, values=values, proof=Proof(cast.password))

    assert row.state == "closed"
