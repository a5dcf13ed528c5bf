"""The attribute plans of ANSI/ASQ Z1.4 (MIL-STD-105E) and ISO 2859-1: code letters, single, double, multiple sampling.

The tables have one structure: along a diagonal (letter + AQL step) the acceptance numbers are the same, since sample
size and AQL both grow by the fifth root of ten. Diagonals without a plan point along an arrow to the next one. The
tables are made from that structure; the tests hold every cell against printed ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from hoshin.stats.errors import StatisticsError, check_choice, check_number, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling.plan import AttributePlan, multiple_plan

LETTERS = "ABCDEFGHJKLMNPQR"
AQLS = (
    *(0.01, 0.015, 0.025, 0.04, 0.065, 0.1, 0.15, 0.25, 0.4, 0.65, 1.0, 1.5, 2.5),
    *(4.0, 6.5, 10.0, 15.0, 25.0, 40.0, 65.0, 100.0, 150.0, 250.0, 400.0, 650.0, 1000.0),
)
LOT_UPPER = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
LEVELS = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
INSPECTIONS = ("normal", "tightened", "reduced")
STANDARDS = ("z14", "iso2859")
_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)

# By diagonal, letter + AQL step: acceptance and rejection numbers. MIL-STD-105E, tables II-A, II-B, II-C.
_SINGLE = {
    "normal": {14: (0, 1), 17: (1, 2), 18: (2, 3), 19: (3, 4), 20: (5, 6), 21: (7, 8), 22: (10, 11), 23: (14, 15)}
    | {24: (21, 22), 25: (30, 31), 26: (44, 45)},
    "tightened": {15: (0, 1), 18: (1, 2), 19: (2, 3), 20: (3, 4), 21: (5, 6), 22: (8, 9), 23: (12, 13), 24: (18, 19)}
    | {25: (27, 28), 26: (41, 42)},
    "reduced": {14: (0, 1), 17: (0, 2), 18: (1, 3), 19: (1, 4), 20: (2, 5), 21: (3, 6), 22: (5, 8), 23: (7, 10)}
    | {24: (10, 13), 25: (14, 17), 26: (21, 24)},
}
# ISO 2859-1:1999, table 2-C: reduced inspection without a gap. Columns up to AQL 10.
_REDUCED_ISO = {14: (0, 1), 18: (1, 2), 19: (2, 3), 20: (3, 4), 21: (5, 6), 22: (6, 7), 23: (8, 9), 24: (10, 11)}
_LAST_ISO_STEP = 15
# The double plan beside a single plan (Ac, Re): MIL-STD-105E, tables III-A, III-B, III-C.
_DOUBLE = {
    (1, 2): ((0, 2), (1, 2)),
    (2, 3): ((0, 3), (3, 4)),
    (3, 4): ((1, 4), (4, 5)),
    (5, 6): ((2, 5), (6, 7)),
    (7, 8): ((3, 7), (8, 9)),
    (8, 9): ((3, 7), (11, 12)),
    (10, 11): ((5, 9), (12, 13)),
    (12, 13): ((6, 10), (15, 16)),
    (14, 15): ((7, 11), (18, 19)),
    (18, 19): ((9, 14), (23, 24)),
    (21, 22): ((11, 16), (26, 27)),
    (27, 28): ((15, 20), (34, 35)),
    (30, 31): ((17, 22), (37, 38)),
    (41, 42): ((23, 29), (52, 53)),
    (44, 45): ((25, 31), (56, 57)),
    (0, 2): ((0, 2), (0, 2)),
    (1, 3): ((0, 3), (0, 4)),
    (1, 4): ((0, 4), (1, 5)),
    (2, 5): ((0, 4), (3, 6)),
    (3, 6): ((1, 5), (4, 7)),
    (5, 8): ((2, 7), (6, 9)),
    (7, 10): ((3, 8), (8, 12)),
    (10, 13): ((5, 10), (12, 16)),
    (14, 17): ((7, 12), (18, 22)),
    (21, 24): ((11, 17), (26, 30)),
}
# The multiple plan of seven samples beside a single plan: MIL-STD-105E, tables IV-A and IV-B. None cannot accept.
_MULTIPLE = {
    (1, 2): ((None, 2), (None, 2), (0, 2), (0, 3), (1, 3), (1, 3), (2, 3)),
    (2, 3): ((None, 2), (0, 3), (0, 3), (1, 4), (2, 4), (3, 5), (4, 5)),
    (3, 4): ((None, 3), (0, 3), (1, 4), (2, 5), (3, 6), (4, 6), (6, 7)),
    (5, 6): ((None, 4), (1, 5), (2, 6), (3, 7), (5, 8), (7, 9), (9, 10)),
    (7, 8): ((0, 4), (1, 6), (3, 8), (5, 10), (7, 11), (10, 12), (13, 14)),
    (8, 9): ((0, 4), (2, 7), (4, 9), (6, 11), (9, 12), (12, 14), (14, 15)),
    (10, 11): ((0, 5), (3, 8), (6, 10), (8, 13), (11, 15), (14, 17), (18, 19)),
    (12, 13): ((0, 6), (3, 9), (7, 12), (10, 15), (14, 17), (18, 20), (21, 22)),
    (14, 15): ((1, 7), (4, 10), (8, 13), (12, 17), (17, 20), (21, 23), (25, 26)),
    (18, 19): ((1, 8), (6, 12), (11, 17), (16, 22), (22, 25), (27, 29), (32, 33)),
    (21, 22): ((2, 9), (7, 14), (13, 19), (19, 25), (25, 29), (31, 33), (37, 38)),
}


@dataclass(frozen=True, eq=False)
class StandardPlan(Result):
    """A plan of the standard, arrows followed: ``letter`` is that of the lot, ``plan_letter`` the plan's own."""

    standard: str
    lot_size: int | None
    level: str | None
    aql: float
    inspection: str
    letter: str
    plan_letter: str
    sampling: str
    plan: AttributePlan
    complete_inspection: bool

    title = "Plan of ANSI/ASQ Z1.4 or ISO 2859-1"
    sources = ("ANSI/ASQ Z1.4 and MIL-STD-105E, tables I to IV", "ISO 2859-1:1999, tables 1 to 4")
    assumptions = (
        "lots come in a series from one source, and the switching rules are followed",
        "AQL above 10 counts nonconformities per 100 items, up to 10 also percent nonconforming",
    )

    @property
    def n(self) -> int:
        """Sample size (of the first sample)."""
        return self.plan.n[0]

    @property
    def ac(self) -> int:
        """Acceptance number (of the first sample)."""
        return self.plan.ac[0]

    @property
    def re(self) -> int:
        """Rejection number (of the first sample)."""
        return self.plan.re[0]

    def steps(self):
        """Letter, plan."""
        n = {"size": self.lot_size, "level": self.level, "aql": self.aql, "letter": self.letter}
        yield Step("code letter", "table I, lot of {size}, level {level}", n, self.letter)
        yield Step(
            "plan's letter", f"table for {self.inspection} inspection, {{letter}}, AQL {{aql}}", n, self.plan_letter
        )
        yield from self.plan.steps()
        if self.complete_inspection:
            yield Step("the sample is as large as the lot", "every item is inspected")


def code_letter(lot_size: int, level: str = "II") -> str:
    """The sample size code letter of a lot.

    Source: ANSI/ASQ Z1.4 and ISO 2859-1, table I (table 1).

    >>> code_letter(1000), code_letter(500, "I"), code_letter(600_000, "S-4")
    ('J', 'F', 'K')
    """
    size = check_whole(lot_size, "lot_size", at_least=2)
    letters = LEVELS[check_choice(level, tuple(LEVELS), "level")]
    return letters[sum(size > upper for upper in LOT_UPPER)]


def z14_plan(
    lot_size: int,
    aql: float,
    *,
    level: str = "II",
    inspection: str = "normal",
    sampling: str = "single",
    standard: str = "z14",
) -> StandardPlan:
    """The standard's plan for a lot, after following the arrows.

    Parameters
    ----------
    lot_size : int
        From 2.
    aql : float
        One of the standard's, in percent (or nonconformities per 100 items).
    level : {"I", "II", "III", "S-1", "S-2", "S-3", "S-4"}
    inspection : {"normal", "tightened", "reduced"}
    sampling : {"single", "double", "multiple"}
        Where the single plan has Ac 0, or no double (multiple) plan exists, the standard's substitute is given.
    standard : {"z14", "iso2859"}
        They differ in reduced inspection. Z1.4 has a gap between acceptance and rejection number: inside it the lot is
        accepted and normal inspection resumes. ISO 2859-1:1999 has other numbers and no gap; here its single plans
        up to AQL 10.

    Errors: A lot below 2, an AQL or level that is not the standard's, a plan the tables here do not hold.

    Source: ANSI/ASQ Z1.4 (MIL-STD-105E), tables I to IV; ISO 2859-1:1999, tables 1 to 4.

    >>> found = z14_plan(1000, 1.0)
    >>> found.letter, found.n, found.ac, found.re
    ('J', 80, 2, 3)
    >>> z14_plan(1000, 1.0, sampling="double").plan.n
    (50, 50)
    """
    size = check_whole(lot_size, "lot_size", at_least=2)
    letter = code_letter(size, level)
    found = z14_letter_plan(letter, aql, inspection=inspection, sampling=sampling, standard=standard)
    return replace(found, lot_size=size, level=level, complete_inspection=found.plan.total >= size)


def z14_letter_plan(
    letter: str, aql: float, *, inspection: str = "normal", sampling: str = "single", standard: str = "z14"
) -> StandardPlan:
    """The standard's plan for a code letter, after following the arrows; parameters as in ``z14_plan``.

    Source: ANSI/ASQ Z1.4 (MIL-STD-105E), tables II to IV; ISO 2859-1:1999, tables 2 to 4.

    >>> z14_letter_plan("J", 0.25).plan_letter, z14_letter_plan("K", 0.65, inspection="reduced").re
    ('H', 3)
    >>> z14_letter_plan("K", 0.65, inspection="reduced", standard="iso2859").re
    2
    """
    check_choice(letter, LETTERS, "letter")
    check_choice(inspection, INSPECTIONS, "inspection")
    check_choice(sampling, ("single", "double", "multiple"), "sampling")
    check_choice(standard, STANDARDS, "standard")
    step = _aql_step(aql)
    iso_reduced = standard == "iso2859" and inspection == "reduced"
    if iso_reduced and (step > _LAST_ISO_STEP or sampling != "single"):
        raise StatisticsError(
            "{sampling} sampling at AQL {aql} is not tabled for reduced inspection by ISO 2859-1; "
            "single sampling up to AQL 10 is, or standard 'z14'",
            sampling=sampling,
            aql=aql,
        )
    diagonals = _REDUCED_ISO if iso_reduced else _SINGLE[inspection]
    i = _follow_arrow(LETTERS.index(letter), step, diagonals)
    kind, plan = _plan(i, diagonals[i + step], inspection, sampling)
    return StandardPlan(
        standard=standard,
        lot_size=None,
        level=None,
        aql=AQLS[step],
        inspection=inspection,
        letter=letter,
        plan_letter=(LETTERS + "S")[i],
        sampling=kind,
        plan=plan,
        complete_inspection=False,
    )


def _aql_step(aql) -> int:
    value = check_number(aql, "aql", above=0)
    for step, known in enumerate(AQLS):
        if math.isclose(value, known, rel_tol=1e-9):
            return step
    raise StatisticsError(
        "aql is {found}; one of {known} is needed", found=aql, known=", ".join(f"{a:g}" for a in AQLS)
    )


def _follow_arrow(i: int, step: int, diagonals) -> int:
    """The index of the letter whose plan is used, 16 standing for the extra letter S of tightened inspection."""
    zero, first = sorted(diagonals)[:2]
    tightened = zero == 15
    d = i + step
    if d < zero:
        return zero - step
    if d > 24:
        return _top(i, step)
    if d not in diagonals:
        return _between(i, step, zero, first, tightened)
    return first - step if tightened and (i, d) == (0, zero) else i


def _top(i: int, step: int) -> int:
    """Above diagonal 24 the arrow points up; only A to E have plans on 25, B to E on 26."""
    if i <= 4 and i + step <= 26:
        return i
    return min(4, 26 - step) if step >= 21 else 24 - step


def _between(i: int, step: int, zero: int, first: int, tightened: bool) -> int:
    """Between Ac 0 and the next diagonal: the cell beside Ac 0 points up (where it can), the next one down."""
    up, down = zero - step, first - step
    beside = i + step == zero + 1
    if tightened:
        return up if down > 16 else down
    if down > 15:
        return up
    return up if beside and up >= 0 else down


def _plan(i, numbers, inspection, sampling):
    shift = {"normal": 0, "tightened": 0, "reduced": 2}[inspection]
    single = multiple_plan([_SIZES[max(i - shift, 0)]], [numbers[0]], [numbers[1]])
    if sampling == "single" or numbers[1] == 1 or i - shift < 1:
        return "single", single
    if sampling == "double" or i - shift < 3:
        return "double", _staged(_SIZES[i - shift - 1], _DOUBLE[numbers])
    if numbers not in _MULTIPLE:
        raise StatisticsError(
            "no multiple plan is tabled beside Ac {ac}, Re {re}; double sampling is needed",
            ac=numbers[0],
            re=numbers[1],
        )
    return "multiple", _staged(_SIZES[i - 3], _MULTIPLE[numbers])


def _staged(n, numbers):
    return multiple_plan([n] * len(numbers), [ac for ac, _ in numbers], [re for _, re in numbers])
