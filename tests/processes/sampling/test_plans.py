"""Plans with published figures, decisions on lots, and switching."""

import pytest

from hoshin.kernel.records import doors
from hoshin.kernel.records.errors import Invalid, NotYet
from hoshin.processes.sampling.plans import asked_of, plan_for
from hoshin.processes.sampling.recording import record_lot
from hoshin.surfaces.web.addresses import url_of

from .conftest import fresh


def record(row, by, *found, **more):
    """Record lots of 1000 in order, each with what was found."""
    lines = [
        record_lot(
            row, {"lot": f"L{len(row.spec.rows().get(pk=row.pk).lots) + 1}", "size": 1000, "found": n, **more}, by=by
        )
        for n in found
    ]
    return [line["decision"] for line in lines], lines


@pytest.mark.parametrize(
    ("asked", "letter", "size", "ac", "re"),
    [
        # ANSI/ASQ Z1.4 (MIL-STD-105E), tables I and II-A, III-A: lots of 1000, level II is letter J.
        ({"lot_size": 1000, "aql": "1.0"}, "J", "80", "2", "3"),
        ({"lot_size": 1000, "aql": "1.0", "first_inspection": "tightened"}, "J", "80", "1", "2"),
        ({"lot_size": 1000, "aql": "1.0", "samples": "double"}, "J", "50 + 50", "0, 3", "3, 4"),
        ({"lot_size": 5000, "aql": "0.65", "level": "I"}, "J", "80", "1", "2"),
        ({"lot_size": 1000, "aql": "1.0", "first_inspection": "reduced", "standard": "z14"}, "J", "32", "1", "3"),
        # c = 0: (1 - 0.05)^45 is the first below 0.10.
        ({"sort": "zero", "bad_quality": "5"}, "", "45", "0", "1"),
    ],
)
def test_plans_are_those_of_the_tables(plan, asked, letter, size, ac, re):
    row = plan(**asked)

    assert (row.code_letter, row.sample_size, row.acceptance, row.rejection) == (letter, size, ac, re)


def test_two_risks_give_the_smallest_plan_that_meets_both(plan):
    row = plan(sort="risks", good_quality="1", bad_quality="6")

    # By the binomial distribution 110 items with c 3 meet both risks, and no smaller sample with any c does.
    assert (row.sample_size, row.acceptance, round(float(row.pa_good), 1)) == ("110", "3", 97.5)


def test_variables_plans_are_those_of_z19(plan):
    row = plan(sort="variables_aql", lot_size=500, aql="1.0")

    # ANSI/ASQ Z1.9, table B-1: letter I, 25 items, k 1.85.
    assert (row.sample_size, float(row.k), row.aoql) == ("25", 1.85, None)


@pytest.mark.parametrize(
    ("asked", "size"),
    [({"first_inspection": "reduced"}, "10"), ({"sigma": "known"}, "9"), ({"first_inspection": "tightened"}, "25")],
)
def test_z19_holds_plans_for_every_inspection_and_for_a_known_scatter(plan, asked, size):
    row = plan(sort="variables_aql", lot_size=500, aql="1.0", **asked)

    # ANSI/ASQ Z1.9, tables B-2, D-1 and B-1, letter I.
    assert (row.problem, row.sample_size) == ("", size)


def test_a_level_for_attributes_alone_is_named(plan):
    row = plan(sort="variables_aql", lot_size=500, aql="1.0", level="S-1")

    assert row.problem == "Variables plans are tabled for the levels S-3, S-4, I, II and III; S-1 is for attributes."


def test_measured_lots_of_steady_production_come_to_reduced_inspection(cast, in_force):
    (mass,) = doors.create("characteristic", [{"title": "Mass", "usl": "209"}], by=cast.by.quinn)
    told = {
        "sort": "variables_aql",
        "lot_size": 500,
        "characteristic": str(mass.uid),
        "standard": "z14",
        "steady": True,
    }
    row = in_force(**told)
    for n in range(11):
        line = record_lot(fresh(row), {"lot": f"M{n}", "size": 500, "mean": "180", "sd": "7"}, by=cast.by.quinn)

    # Ten lots accepted in a row: the eleventh comes under reduced inspection, with 10 items instead of 25.
    assert (fresh(row).inspection, line["samples"]) == ("reduced", "10")


def test_the_curve_of_a_plan_by_two_risks_keeps_both(plan):
    made = plan_for(asked_of(plan(sort="risks", good_quality="1", bad_quality="6")))

    assert made.accepts(0.01) >= 0.95 and made.accepts(0.06) <= 0.10


def test_what_is_missing_is_said(plan):
    assert plan(lot_size=100).problem == "The AQL is needed for this kind of plan."


def test_an_aql_that_no_standard_has_is_refused_with_those_it_has(cast, plan):
    row = plan(lot_size=100, aql="1.1")
    with pytest.raises(NotYet, match=r"There is no plan yet: aql is 1\.1"):
        doors.perform([row], "put_in_force", by=cast.by.quinn)


def test_lots_are_decided_and_two_of_five_bring_tightened_inspection(cast, in_force):
    row = in_force()
    decisions, lines = record(row, cast.by.quinn, 0, 3, 1, 3, 2)
    row = fresh(row)

    # After the fourth lot inspection is tightened: 80 items, Ac 1; the fifth with 2 found is not accepted.
    assert decisions == ["accepted", "rejected", "accepted", "rejected", "rejected"]
    assert "tightened" in lines[3]["why"].casefold() and lines[4]["inspection"] == "tightened"
    assert (row.inspection, row.lots_accepted, row.lots_rejected) == ("tightened", 2, 3)


def test_five_accepted_in_a_row_bring_normal_inspection_back(cast, in_force):
    row = in_force(first_inspection="tightened")
    record(row, cast.by.quinn, 1, 0, 1, 0, 0)

    assert fresh(row).inspection == "normal"


def test_the_switching_score_brings_reduced_inspection_only_where_production_is_steady(cast, in_force):
    steady, other = in_force(steady=True), in_force()
    for row in (steady, other):
        record(row, cast.by.quinn, *[0] * 10)

    # ISO 2859-1, 9.3.3: Ac is 2, so each lot that AQL 0.65 would accept too (Ac 1) adds 3; 10 lots reach 30.
    assert (fresh(steady).inspection, fresh(other).inspection) == ("reduced", "normal")


def test_five_not_accepted_under_tightened_discontinue_and_no_lot_is_decided(cast, in_force):
    row = in_force(first_inspection="tightened")
    decisions, lines = record(row, cast.by.quinn, 5, 5, 5, 5, 5, 0)

    assert decisions == ["rejected"] * 5 + ["waiting"] and fresh(row).inspection == "discontinued"
    assert "remove the cause" in lines[5]["why"]


def test_a_double_plan_waits_for_its_second_sample(cast, in_force):
    row = in_force(samples="double")
    first = record_lot(row, {"lot": "L1", "size": 1000, "found": 1}, by=cast.by.quinn)
    second = record_lot(row, {"lot": "L1", "size": 1000, "found_later": "3"}, by=cast.by.quinn)

    # 50 + 50 items, Ac 0 and 3, Re 3 and 4.
    assert (first["decision"], second["decision"]) == ("waiting", "rejected")


def test_a_measured_lot_is_decided_by_its_quality_index(cast, in_force):
    (mass,) = doors.create("characteristic", [{"title": "Mass", "usl": "209"}], by=cast.by.quinn)
    row = in_force(sort="variables_aql", lot_size=500, characteristic=str(mass.uid))
    good = record_lot(row, {"lot": "A", "size": 500, "mean": "195", "sd": "7"}, by=cast.by.quinn)
    bad = record_lot(row, {"lot": "B", "size": 500, "mean": "197", "sd": "7"}, by=cast.by.quinn)

    # (209 - 195) / 7 = 2.0 against k 1.85; (209 - 197) / 7 = 1.714.
    assert (good["decision"], bad["decision"]) == ("accepted", "rejected") and "1.714" in bad["why"]


@pytest.mark.parametrize(("sigma", "size"), [("unknown", 2), ("known", 1)])
def test_the_smallest_plan_decides_without_an_estimate_of_the_share(cast, in_force, browser_of, sigma, size):
    (mass,) = doors.create("characteristic", [{"title": "Mass", "usl": "209"}], by=cast.by.quinn)
    risks = {"good_quality": "0.001", "bad_quality": "60"}
    row = in_force(sort="variables_risks", sigma=sigma, characteristic=str(mass.uid), **risks)
    good, bad = (
        record_lot(row, {"lot": mean, "size": 500, "mean": mean, "sd": "7"}, by=cast.by.quinn)
        for mean in ("150", "208")
    )

    assert row.sample_size == str(size)
    assert browser_of(cast.quinn).get(url_of(row)).status_code == 200
    assert (good["decision"], bad["decision"]) == ("accepted", "rejected") and "nan" not in good["why"]


def test_a_plan_in_force_only_takes_lots(cast, in_force):
    row = in_force()
    with pytest.raises(NotYet, match="only lots are added"):
        doors.edit([row], {"aql": "2.5"}, by=cast.by.quinn)

    assert fresh(row).acceptance == "2"


def test_a_decision_nobody_computed_does_not_stand(cast, in_force):
    row = in_force()
    lines = [{"lot": "L1", "size": 1000, "found": 9, "decision": "accepted", "why": "looks fine"}]
    doors.edit([row], {"lots": lines}, by=cast.by.quinn)

    assert fresh(row).lots[0]["decision"] == "rejected"


def test_a_decided_lot_is_not_submitted_again(cast, in_force):
    row = in_force()
    record_lot(row, {"lot": "L1", "size": 1000, "found": 9}, by=cast.by.quinn)
    with pytest.raises(Invalid, match="decided already"):
        record_lot(row, {"lot": "L1", "size": 1000, "found": 0}, by=cast.by.quinn)

    assert len(fresh(row).lots) == 1


def test_more_found_than_drawn_waits_with_a_word(cast, in_force):
    _decisions, (line,) = record(in_force(), cast.by.quinn, 81)

    assert line["decision"] == "waiting" and "81 nonconforming in a sample of 80 cannot be" in line["why"]


@pytest.mark.parametrize("aql", ["0.01", "10", "15", "1000"])
def test_every_aql_of_the_standard_has_its_figures(plan, aql):
    row = plan(lot_size=100_000, aql=aql)

    assert row.problem == "" and float(row.pa_good) > 80 and float(row.limiting_quality) > float(aql)
