"""The assistants: which method they take and why, and what they say, with published figures."""

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records import doors
from hoshin.processes.analysis.assistants import ASSISTANTS
from hoshin.processes.analysis.choosing import Facts, choose
from hoshin.processes.analysis.forms import NoAnswer, numbers_in
from hoshin.processes.analysis.over_time import MOST_TRIED
from hoshin.processes.analysis.samples import Sample, sample_of
from hoshin.stats.errors import StatisticsError

# R. G. Newcombe (1998), Statistics in Medicine 17, table II, case (a): 56 of 70 and 48 of 80.
NEWCOMBE = {"count1": "56", "n1": "70", "count2": "48", "n2": "80"}
# Box, Hunter, Hunter, Statistics for Experimenters, pilot plant: yield by temperature, concentration, catalyst.
PILOT = (60, 72, 54, 68, 52, 83, 45, 80)
FACTORS = "Temperature; 160; 180\nConcentration; 20; 40\nCatalyst; 0; 1"


def ask(name, kind="", standing=None, **told):
    assistant = ASSISTANTS[name]
    kind = assistant.kind(kind)
    inputs, samples = assistant.read(
        {k: str(v) for k, v in told.items()}, kind, standing or Standing(None, system=True)
    )
    return assistant.answer(inputs, kind, samples)


def pasted(values):
    return "\n".join(map(str, values))


def normals(mean, sd, n, seed):
    return np.random.default_rng(seed).normal(mean, sd, n).round(4)


# ---------- comparing ----------


def test_two_shares_are_compared_exactly_with_newcombes_interval():
    answer = ask("compare", "proportions", **NEWCOMBE)
    low, high = answer.results["test"].confidence_interval

    # Newcombe prints 0.0524 to 0.3339.
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    assert "Fisher" in answer.reasons[0] and "The data show that" in answer.conclusion[1]


def test_normal_groups_are_compared_by_welch_and_the_effect_is_named():
    answer = ask("compare", a=pasted(normals(10, 1, 25, 16)), b=pasted(normals(12, 1, 25, 116)))

    assert "“Second group” lies higher than “First group”" in answer.conclusion[0]
    assert "Welch" in answer.reasons[1] and "large" in answer.conclusion[2] and len(answer.pictures) == 1


def test_small_skew_groups_are_compared_by_ranks_and_it_says_why():
    skew = np.exp(normals(0, 1.5, 10, 3))
    answer = ask("compare", a=pasted(skew), b=pasted(skew * 3))

    assert "Mann-Whitney" in answer.method and "not normal" in answer.reasons[1]


def test_a_difference_too_small_to_matter_is_called_the_same():
    answer = ask("compare", a=pasted(normals(10, 1, 200, 4)), b=pasted(normals(10, 1, 200, 5)), margin="0.5")

    assert "for practical purposes both are the same" in answer.conclusion[-1]


def test_pairs_need_equally_many_values():
    with pytest.raises(NoAnswer, match="3 and 2 values; pairs need equally many"):
        ask("compare", "pairs", a="1 2 3", b="1 2")


def test_scatter_that_is_not_normal_is_compared_by_levene():
    skew = np.exp(normals(0, 1.2, 60, 6))
    answer = ask("compare", a=pasted(skew), b=pasted(skew * 2 + 1), what="spread")

    assert "Levene" in answer.reasons[0] and "Brown-Forsythe" in answer.method


def test_more_found_than_looked_at_is_refused_by_name():
    with pytest.raises(NoAnswer, match="First: found” is 80; a whole number from 0 to 70"):
        ask("compare", "proportions", **NEWCOMBE | {"count1": "80"})


# ---------- how many ----------


def test_the_sample_for_half_a_standard_deviation_is_the_books():
    # J. Cohen, Statistical Power Analysis, 2nd edition, table 2.4.1: d 0.5, level 0.05 two-sided, power 0.80: 64 in each group.
    answer = ask("size", "two_means", difference="0.5", sd="1", power="80", risk="5")

    assert answer.results["size"].n == 64 and "64 in the first group and 64 in the second" in answer.conclusion[0]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("mean", {"difference": 1, "sd": 2}),
        ("two_proportions", {"p1": 5, "p2": 2}),
        ("proportion", {"p1": 5, "p2": 2}),
        ("two_rates", {"rate1": 4, "rate2": 2}),
        ("sd", {"ratio": 1.5}),
        ("equivalence", {"margin": 1, "sd": 2}),
    ],
)
def test_every_kind_of_question_reaches_the_power_that_was_asked_for(kind, told):
    answer = ask("size", kind, power="80", risk="5", **told)

    assert float(answer.results["size"].at.power) >= 0.8 and answer.pictures


# ---------- charts ----------


@pytest.mark.parametrize(
    ("facts", "chart"),
    [
        (Facts(), "Individuals and moving range"),
        (Facts(size=5), "Mean and range"),
        (Facts(size=12), "Mean and standard deviation"),
        (Facts(size=5, equal=False), "Mean and standard deviation"),
        (Facts(small=True), "EWMA, or CUSUM"),
        (Facts(several=True), "Hotelling T² chart"),
        (Facts(short=True), "Deviation from nominal, or Z-MR"),
        (Facts(sort="defectives", equal=False), "p chart"),
        (Facts(sort="defectives"), "np chart"),
        (Facts(sort="defects"), "c chart"),
        (Facts(sort="defects", equal=False), "u chart"),
        (Facts(sort="defectives", large=True), "Laney p' chart"),
        (Facts(sort="rare"), "g chart, or t chart"),
    ],
)
def test_each_situation_has_its_chart_and_a_reason(facts, chart):
    choice = choose(facts)

    assert choice.chart == chart and choice.reasons


def test_values_that_resemble_their_neighbours_get_a_chart_of_residuals():
    walk = np.cumsum(normals(0, 1, 120, 7))
    answer = ask("chart", "data", a=pasted(walk))

    assert "residuals" in answer.method and "too close together" in answer.cautions[0]


# ---------- capability ----------


def test_normal_values_are_judged_as_normal_with_their_interval():
    answer = ask("capability", a=pasted(normals(10, 0.1, 100, 8)), lsl="9.4", usl="10.6")

    assert "may be normal" in answer.reasons[0] and answer.mood == "success"
    assert float(answer.results["normal"].Ppk_ci[0]) > 1.33


def test_skew_values_get_the_distribution_that_follows_them_and_it_is_said():
    skew = np.exp(normals(0, 0.6, 300, 9))
    answer = ask("capability", a=pasted(skew.round(5)), usl="12")

    # The long tail of a stable process is no signal: stability is judged on the fitted distribution.
    assert "not normal" in answer.reasons[0] and "lognormal" in answer.reasons[1]
    assert not any("not stable" in said for said in answer.cautions)
    assert answer.results["performance"].distribution == "lognormal"


def test_an_unstable_process_is_said_to_foretell_nothing():
    drifting = np.concatenate([normals(10, 0.1, 60, 10), normals(11, 0.1, 60, 11)])
    answer = ask("capability", a=pasted(drifting), lsl="8", usl="13", method="normal")

    assert "not stable" in answer.cautions[0] and answer.mood == "warning"


def test_capability_without_a_specification_is_refused_in_words():
    with pytest.raises(NoAnswer, match="A specification limit is needed"):
        ask("capability", a="1 2 3 4 5 6 7 8 9 10")


# ---------- experiments ----------


def test_the_pilot_plants_effects_are_the_printed_ones():
    sheet = ask("experiment", "full", factors=FACTORS, seed="3")
    order = [int(line[0]) for line in sheet.tables[-1].rows]
    design = sheet.results["design"]
    responses = [PILOT[run] for run in design.order]
    found = ask("experiment", "full", factors=FACTORS, seed="3", response="Yield", responses=pasted(responses))
    effects = dict(zip(found.results["analysis"].names, found.results["analysis"].effects.round(2), strict=True))

    # Box, Hunter and Hunter: temperature 23, concentration -5, catalyst 1.5, temperature by catalyst 10.
    assert order == list(range(1, 9))
    assert [effects[name] for name in ("Temperature", "Concentration", "Catalyst", "Temperature:Catalyst")] == [
        23,
        -5,
        1.5,
        10,
    ]
    assert "From 160 to 180, Temperature raises Yield by 23." in found.conclusion


def test_a_fraction_says_what_it_cannot_tell_apart():
    sheet = ask("experiment", "fraction", factors=FACTORS)

    assert len(sheet.tables[-1].rows) == 4 and sheet.tables[0].title == "Cannot be told apart"


def test_a_screening_design_finds_the_one_factor_that_matters():
    factors = "\n".join(f"{letter}; 0; 1" for letter in "ABCDEFG")
    design = ask("experiment", "screening", factors=factors).results["design"]
    noise = normals(0, 0.1, 8, 12)
    responses = 10 + 4 * design.runs[design.order][:, 2] + noise
    found = ask("experiment", "screening", factors=factors, responses=pasted(responses))
    real = [
        name
        for name, real in zip(found.results["analysis"].names, found.results["analysis"].significant, strict=True)
        if real
    ]

    assert real == ["C"]


def test_a_surface_is_followed_to_its_summit_in_the_factors_units():
    factors = "Temperature; 160; 180\nTime; 10; 30"
    design = ask("experiment", "composite", factors=factors).results["design"]
    coded = design.runs[design.order]
    responses = 80 - 2 * (coded[:, 0] - 0.5) ** 2 - (coded[:, 1] + 0.2) ** 2
    responses += normals(0, 1e-3, len(coded), 15)
    found = ask("experiment", "composite", factors=factors, responses=pasted(responses))

    assert "maximum" in found.conclusion[0] and "Temperature 175; Time 18" in found.conclusion[1]


def test_a_factor_that_cannot_be_read_is_named_with_its_line():
    with pytest.raises(NoAnswer, match="line 2: “Concentration 20 40”"):
        ask("experiment", "full", factors="Temperature; 160; 180\nConcentration 20 40")


# ---------- where the numbers come from ----------


def test_pasted_numbers_take_points_and_decimal_commas():
    assert numbers_in("1,5\n2.5; 3\t1,2,3", "x") == [1.5, 2.5, 3, 1, 2, 3]


def test_a_window_of_a_characteristic_leaves_out_what_was_excluded(cast):
    (row,) = doors.create("characteristic", [{"title": "Bore", "lsl": "1", "usl": "9"}], by=cast.by.quinn)
    (row,) = doors.perform([row], "activate", by=cast.by.quinn)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    readings = [measuring.Measurement(float(v), time=start + timedelta(hours=v)) for v in range(1, 11)]
    measuring.record(row, readings, by=cast.by.quinn)
    measuring.exclude(row, [measurements_of([row.pk]).columns.row.tolist()[3]], by=cast.by.quinn, reason="Dropped")
    sample = sample_of(row, 2, 6)

    assert (sample.values.tolist(), sample.first, sample.last, sample.excluded) == ([2, 3, 5, 6], 2, 6, 1)
    assert "measurements 2 to 6, 4 values, 1 excluded" in sample.source


def test_a_characteristic_one_may_not_see_is_not_there(cast):
    (row,) = doors.create("characteristic", [{"title": "Secret", "confidentiality": "restricted"}], by=cast.by.quinn)
    with pytest.raises(NoAnswer, match="no characteristic"):
        ask("capability", standing=Standing(cast.stranger), a_characteristic=row.number)


def test_a_sample_survives_json():
    sample = Sample("x", np.array([1.0, 2.5]), "CHR-1", 1, 2, sizes=np.array([5.0, 6.0]))
    again = Sample.from_json(sample.as_json())

    assert (again.values.tolist(), again.sizes.tolist(), again.source) == ([1.0, 2.5], [5.0, 6.0], sample.source)


@pytest.mark.parametrize(("p2", "method"), [("2", "exact"), ("4.9", "normal")])
def test_large_samples_for_a_share_are_planned_by_the_normal_distribution(p2, method):
    found = ask("size", "proportion", p1="5", p2=p2, power="80", risk="5").results["size"]

    assert (method == "exact") == ("exact" in found.at.test + found.at.formula)


# ---------- capability before and after ----------


def test_a_change_of_capability_is_told_with_its_interval():
    before, after = normals(10, 1, 60, 3), normals(10, 0.5, 60, 4)
    answer = ask("capability", "stages", a=pasted(before), b=pasted(after), lsl="7", usl="13")
    found = answer.results["stages"]

    assert answer.conclusion[0].startswith("Ppk rose from") and answer.mood == "good"
    assert found.ppk_change_ci[0][0] > 0 and 0.4 < found.sd_ratio[0] < 0.65
    assert len(answer.tables[0].rows) == 2 and "LSL" in answer.pictures[0].drawing


def test_a_change_that_may_be_chance_is_called_so():
    answer = ask(
        "capability", "stages", a=pasted(normals(10, 1, 40, 3)), b=pasted(normals(10, 1, 40, 4)), lsl="7", usl="13"
    )

    assert "that may be chance" in answer.conclusion[0] and answer.mood == ""


# ---------- several groups ----------

# NIST/SEMATECH e-Handbook, section 7.4.3.3: three levels, five values each.
LEVELS = ((6.9, 5.4, 5.8, 4.6, 4.0), (8.3, 6.8, 7.8, 9.2, 6.5), (8.0, 10.5, 8.1, 6.9, 9.3))


def test_several_groups_are_compared_at_once_and_those_that_differ_are_named():
    told = dict(zip("abc", map(pasted, LEVELS), strict=True))
    answer = ask("compare", "several", **told, a_name="Level 1", b_name="Level 2", c_name="Level 3")

    # The handbook's analysis of variance is significant too; Tukey's pairs 1-2 and 1-3 differ, 2-3 do not.
    assert answer.results["pairs"].different == ((0, 1), (0, 2))
    assert answer.conclusion[0] == "“Level 2” lies higher than “Level 1”: 7.72 against 5.34."
    assert len(answer.tables[1].rows) == 3 and "Welch" in answer.reasons[1]


def test_several_small_skew_groups_are_compared_by_ranks_and_it_says_why():
    skew = np.exp(normals(0, 1.5, 10, 3))
    answer = ask("compare", "several", a=pasted(skew), b=pasted(skew * 3), c=pasted(skew * 9))

    assert "Kruskal-Wallis" in answer.method and "not normal" in answer.reasons[1]
    assert answer.results["pairs"].method == "Dunn, holm"


def test_a_single_test_for_all_groups_needs_three():
    with pytest.raises(NoAnswer, match="2 samples given; 3 are needed"):
        ask("compare", "several", a="1 2 3", b="2 3 4")


# ---------- several characteristics together ----------

# N. D. Tracy, J. C. Young, R. L. Mason, J. Quality Technology 24 (1992), table 1: impurities, temperature, strength.
IMPURITIES = (14.92, 16.90, 17.38, 16.90, 16.92, 16.71, 17.07, 16.93, 16.71, 16.88, 16.73, 17.07, 17.60, 16.90)
TEMPERATURE = (85.77, 83.77, 84.46, 86.27, 85.23, 83.81, 86.08, 85.85, 85.73, 86.27, 83.46, 85.81, 85.92, 84.23)
STRENGTH = (42.26, 43.44, 42.74, 43.60, 43.18, 43.72, 43.33, 43.41, 43.28, 42.59, 44.00, 42.78, 43.11, 43.48)


def together(kind="t2", **told):
    return ask("together", kind, a=pasted(IMPURITIES), b=pasted(TEMPERATURE), c=pasted(STRENGTH), **told)


def test_an_unusual_combination_is_found_and_the_characteristic_to_look_at_first():
    answer = together(risk="1", a_name="Impurities")

    # Tracy, Young and Mason find the first point, whose impurities are far lower than those of all others: 10.93.
    assert answer.results["chart"].out.tolist() == [0] and round(answer.results["chart"].t2[0], 2) == 10.93
    assert answer.conclusion[0] == "One point stands out: no. 1."
    assert "Impurities" in answer.conclusion[1] and answer.mood == "bad" and len(answer.pictures) == 1


def test_points_left_out_with_a_reason_are_shown_but_set_no_limits():
    answer, before = together(risk="1", left_out="1: start of the furnace\n 8 : sample spilt"), together(risk="1")
    chart, table = answer.results["chart"], answer.tables[0]

    assert chart.excluded == {0: "start of the furnace", 7: "sample spilt"} and chart.m == 12
    assert answer.conclusion == [
        "No point stands out: together the characteristics are in control.",
        "2 points are left out of the limits, with their reasons: no. 1, 8.",
    ]
    assert table.title == "Points left out" and [row[:2] for row in table.rows] == [
        ["1", "start of the furnace"],
        ["8", "sample spilt"],
    ]
    # The first point lies farther off the others than off a mean that it made itself.
    assert chart.t2[0] > chart.ucl[0] > before.results["chart"].t2[0] and answer.mood == "good"
    assert str(answer.pictures[0].drawing).count("d-excluded-mark") == 2
    assert "12 points for 3 characteristics are few" in answer.cautions[0]


def test_a_point_left_out_of_the_target_is_averaged_like_the_others():
    answer = together("mewma", left_out="1: start of the furnace")

    assert answer.results["chart"].excluded == {0: "start of the furnace"} and "memory has it" in answer.reasons[1]
    assert answer.tables[0].rows[0][:2] == ["1", "start of the furnace"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("15: late", "“15: late”; a point from 1 to 14"),
        ("late", "“late”; a point from 1 to 14, a colon and the reason are needed"),
        ("3:", "say why point 3 is left out"),
        ("3: late\n3: wet", "point 3 is named twice"),
        ("\n".join(f"{i}: late" for i in range(1, 11)), "4 complete rows for 3 variables found"),
    ],
)
def test_points_that_cannot_be_left_out_are_refused_in_words(lines, said):
    with pytest.raises((NoAnswer, StatisticsError), match=said):
        together(left_out=lines)


def test_a_small_common_shift_is_found_by_the_chart_with_a_memory():
    values = [np.concatenate([normals(0, 1, 60, seed), normals(1, 1, 60, seed + 9)]) for seed in (1, 2, 3)]
    answer = ask("together", "mewma", **{name: pasted(v) for name, v in zip("abc", values, strict=True)})

    alone = ask("together", **{name: pasted(v) for name, v in zip("abc", values, strict=True)})

    assert answer.results["chart"].out.size > alone.results["chart"].out.size
    assert answer.mood == "bad" and alone.mood == "good"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"a": "1 2 3"}, "1 sample given; 2 are needed"),
        ({"a": "1 2 3", "b": "1 2"}, "the samples have different sizes"),
        ({"a": "1 2 3", "b": "2 1 3"}, "needed"),
    ],
)
def test_what_cannot_be_watched_together_is_refused_in_words(told, said):
    with pytest.raises((NoAnswer, StatisticsError), match=f"(?i){said}"):
        ask("together", **told)


# ---------- inspection schemes ----------


def test_an_item_by_item_plan_has_the_published_lines_and_says_when_to_stop():
    answer = ask("accept", "sequential", good="1", bad="6")
    plan = answer.results["plan"]

    # D. C. Montgomery, Introduction to Statistical Quality Control, section 15.3: 1.22, 1.57, 0.028; the earliest
    # acceptance is of 44 items without a nonconforming one.
    assert (round(plan.h1, 2), round(plan.h2, 2), round(plan.s, 3)) == (1.22, 1.57, 0.028)
    assert ["44", "0", "3"] in [list(row) for row in answer.tables[0].rows]
    assert answer.tables[0].rows[0][:2] == ["2", "–"]


def test_lots_left_out_save_items_and_it_says_how_many():
    answer = ask("accept", "skip_lot", n="20", ac="1", run="8", fraction="25")

    assert "Inspect every lot until 8 in a row are accepted, then 25 %" in answer.conclusion[0]
    assert len(answer.pictures) == 2 and answer.cautions


def test_a_running_line_keeps_its_limit_with_the_interval_dodge_gives():
    answer = ask("accept", "continuous", limit="1.98", fraction="20")

    # H. F. Dodge, Annals of Mathematical Statistics 14 (1943), figure 1.
    assert answer.results["plan"].i == 36 and "until 36 in a row conform" in answer.conclusion[0]


@pytest.mark.parametrize("asked", [{"limit": "50", "fraction": "25"}, {"limit": "2", "fraction": "99"}])
def test_a_running_line_that_is_worst_with_many_nonconforming_items_has_its_curve(asked):
    answer = ask("accept", "continuous", **asked)

    assert answer.results["plan"].p > 1 / 6 and answer.pictures


def test_measuring_takes_fewer_items_than_counting():
    answer = ask("accept", "match", n="80", ac="2")

    assert answer.results["plan"].plan.n < 80 and "Measure 38 items" in answer.conclusion[0]


def test_a_plan_that_makes_no_sense_is_refused_with_the_question_named():
    with pytest.raises(StatisticsError, match="below"):
        ask("accept", "sequential", good="6", bad="1")
    with pytest.raises(NoAnswer, match="Sample size of the plan"):
        ask("accept", "skip_lot", ac="1")


# ---------- how long it lasts ----------

# NIST/SEMATECH e-Handbook, section 8.4.1.2: ten failures, ten units still working at 500 hours.
LIVES = (54, 187, 216, 240, 244, 335, 361, 373, 375, 386)


def test_lives_with_units_still_working_give_the_published_weibull():
    answer = ask("lifetime", "life", a=pasted(LIVES), running=pasted([500] * 10), mission="400")
    life = answer.results["life"]

    # The handbook prints shape 1.7208 and characteristic life 606.5280.
    assert life.distribution == "weibull"
    assert abs(life.parameters["shape"] - 1.7208) < 5e-4 and abs(life.parameters["scale"] - 606.528) < 0.05
    assert answer.conclusion[0].startswith("Ten in a hundred have failed by 164")
    assert "By 400, 38.6 % have failed" in answer.conclusion[-1]


def test_a_system_that_fails_more_often_with_age_is_seen():
    times = 1000 * (np.arange(1, 31) / 30) ** 0.5
    answer = ask("lifetime", "repairs", a=pasted(times.round(1)), end="1000")

    assert answer.results["process"].shape > 1.5 and answer.results["process"].trend.pvalue < 0.01


def test_returns_to_come_are_told_with_their_range():
    answer = ask(
        "lifetime", "returns", a=pasted(LIVES), running=pasted([500] * 10), ages="100 200", counts="300 200", periods="4", period="50"
    )  # fmt: skip
    forecast = answer.results["forecast"]

    assert forecast.units == 500 and len(answer.tables[0].rows) == 4
    assert "Of 500 units about" in answer.conclusion[0]
    assert forecast.total_interval[0] < forecast.total < forecast.total_interval[1]


# ---------- uncertainty ----------


def test_four_rectangular_inputs_give_the_published_interval():
    lines = "\n".join(f"x{i}; 0; 1.7320508; rectangular" for i in range(1, 5))
    answer = ask("uncertainty", formula="x1 + x2 + x3 + x4", inputs=lines)
    budget, drawn = answer.results["budget"], answer.results["simulation"]

    # JCGM 101:2008, table 3: u 2.0; 95 % interval -3.92 to 3.92 by the budget, -3.88 to 3.88 by simulation.
    assert round(budget.u, 3) == 2.0 and round(budget.U, 2) == 3.92
    assert abs(drawn.upper - 3.88) < 0.03 and abs(drawn.lower + 3.88) < 0.03
    assert answer.conclusion[0] == "The result is 0.0 ± 3.9 (k = 1.96, 95 %)."


def test_the_interval_of_a_large_result_keeps_the_digits_that_its_uncertainty_leaves():
    answer = ask("uncertainty", formula="l", inputs="l; 50000838; 32; standard")
    low, high = re.search(r"A simulation gives (\d+) to (\d+)\.", answer.conclusion[2]).groups()

    assert abs(int(low) - 50000775) <= 1 and abs(int(high) - 50000901) <= 1


def test_a_bent_formula_is_told_to_take_the_simulation():
    answer = ask("uncertainty", formula="x ^ 2", inputs="x; 0.1; 0.5; standard")

    assert "Take the simulation's interval" in answer.cautions[0]


@pytest.mark.parametrize(
    ("text", "lines", "said"),
    [
        ("m / V", "m; 1; 0.1; standard", "without a line V"),
        ("m", "m; 1; 0.1; standard\nT; 1; 0.1; standard", "not in the formula T"),
        ("m /", "m; 1; 0.1; standard", "is no formula"),
        ("__import__('os').name", "m; 1; 0.1; standard", "is none of them"),
        ("m.real", "m; 1; 0.1; standard", "is none of them"),
        ("m if m else 1", "m; 1; 0.1; standard", "“m if m else 1” is none of them"),
        ("m * 0,5", "m; 1; 0.1; standard", "“m * 0,5” is none of them"),
        ("[" * 190 + "m" + "]" * 190, "m; 1; 0.1; standard", "is none of them"),
        pytest.param(
            "x / y",
            "x; 1e99; 1e99; standard\ny; 1e-99; 1e-99; standard",
            "uncertainty of the result is inf",
            marks=pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value"),
        ),
        ("sqrt(m, 2)", "m; 1; 0.1; standard", "sqrt takes one number"),
        ("m", "m; 1; 0.1", "Line 1"),
        ("m", "m; 1; much; standard", "Line 1: “much” is no number"),
        ("m", "m; 1; 0.1; guessed", "“guessed” is none of"),
        ("m", "", "0 lines"),
    ],
)
def test_a_budget_that_cannot_be_read_says_where_and_what_is_needed(text, lines, said):
    with pytest.raises(NoAnswer, match=re.escape(said)):
        ask("uncertainty", formula=text, inputs=lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("m / V", "m; 1; 0.1; standard\nV; 0; 0.1; standard"),
        (f"{10**400} * m", "m; 1; 0.1; standard"),
        ("9^9^9^9 * m", "m; 1; 0.1; standard"),
    ],
)
def test_a_formula_without_a_finite_value_is_refused(text, lines):
    with pytest.raises(StatisticsError, match="the model's value is inf; a finite number is needed"):
        ask("uncertainty", formula=text, inputs=lines)


@pytest.mark.parametrize(("text", "name"), [("2 * \u00b5", "\u00b5"), ("2 * \u03bc", "\u00b5"), ("2 * self", "self")])
def test_a_name_is_the_same_in_the_formula_and_in_its_line(text, name):
    answer = ask("uncertainty", formula=text, inputs=f"{name}; 3; 0.1; standard")

    assert answer.conclusion[0].startswith("The result is 6.00 ± 0.39 ")


def test_a_very_large_result_is_told_with_powers_of_ten():
    answer = ask("uncertainty", formula="m", inputs="m; 3e60; 1e58; standard")

    assert answer.conclusion[0].startswith("The result is 3e+60 ± 2e+58 ")


def test_returns_that_may_not_come_are_told_as_none():
    answer = ask("lifetime", "returns", a="60 75 80 91 97 105", ages="1 2 3", counts="10 20 30", periods="2")

    assert answer.tables[0].rows[0][2].startswith("0 – ") and " between 0 and " in answer.conclusion[0]


@pytest.mark.parametrize("kind", ["life", "repairs"])
def test_a_life_that_is_none_is_named(kind):
    with pytest.raises(NoAnswer, match=re.escape(", value 3 is -2; a time above 0 is needed.")):
        ask("lifetime", kind, a="5 8 -2 9")


def test_a_life_so_far_that_is_none_is_named():
    with pytest.raises(
        NoAnswer, match=re.escape("Times of units still working, value 2 is 0; a time above 0 is needed.")
    ):
        ask("lifetime", a="5 8 2 9", running="4 0")


# ---------- over time ----------


def test_a_long_series_is_foretold_from_its_newest_values():
    walk = np.cumsum(normals(0, 1, MOST_TRIED + 40, 5)).round(3)
    whole, newest = (ask("time", "ahead", a=pasted(values)) for values in (walk, walk[40:]))

    assert whole.results == newest.results and whole.tables[0].rows[0][0] == str(MOST_TRIED + 41)
    assert (
        whole.cautions[0] == "Of the 3040 values the newest 3000 were used." and newest.cautions == whole.cautions[1:]
    )


# The flow of the Nile at Aswan, 1871 to 1920 in 10^8 m3 (G. W. Cobb, Biometrika 65 (1978), 243-251): it fell with 1899.
NILE = (
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100, 1210, 1150,
    1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100,
    832, 764, 821,
)  # fmt: skip


def test_the_fall_of_the_nile_is_dated_as_published():
    answer = ask("time", "since", a=pasted(NILE))

    # Cobb dates it between 1898 and 1899: value no. 29 is the first of the new level.
    assert answer.results["changes"].points.tolist() == [28]
    assert answer.conclusion[0] == "The level changed once, with value no. 29." and len(answer.tables[0].rows) == 2


def test_a_value_inside_the_natural_limits_is_called_noise():
    quiet = ask("time", "last", a=pasted(normals(50, 2, 30, 4)))
    loud = ask("time", "last", a=pasted([*normals(50, 2, 30, 4), 62]))

    assert (quiet.mood, loud.mood) == ("good", "bad") and len(loud.pictures) == 1


def test_a_season_is_foretold_with_a_range_that_was_tried():
    months = np.arange(84)
    values = 100 + 10 * np.sin(2 * np.pi * months / 12) + normals(0, 1, 84, 8)
    answer = ask("time", "ahead", a=pasted(values.round(3)), period="12", ahead="6")
    found = answer.results["forecast"]
    coming = 100 + 10 * np.sin(2 * np.pi * np.arange(84, 90) / 12)

    assert found.beats_naive and np.abs(found.forecast - coming).max() < 4
    assert ((found.lower < coming) & (coming < found.upper)).all() and len(answer.tables[0].rows) == 6


@pytest.mark.parametrize("kind", ["skip_lot", "match"])
def test_a_plan_that_accepts_every_lot_is_refused(kind):
    with pytest.raises(NoAnswer, match="The acceptance number is 8 of 8 items; one below the sample size is needed"):
        ask("accept", kind, n="8", ac="8")


def test_a_characteristic_that_does_not_vary_is_named():
    told = {"a": pasted(normals(0, 1, 20, 1)), "b": pasted([3] * 20), "b_name": "Width"}

    with pytest.raises(NoAnswer, match="Width: all values are equal; leave it out"):
        ask("together", **told)
