"""The attribute plans of ANSI/ASQ Z1.4 (MIL-STD-105E) and ISO 2859-1: code letters, single, double, multiple sampling.

The tables have one structure: along a diagonal (letter + AQL step) the acceptance numbers are the same, since sample
size and AQL both grow by the fifth root of ten. Diagonals without a plan point along an arrow to the next one. The
tables are made from that structure; the tests hold the cells against printed ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import check_choice
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._standard import (
    aql_steps,
    letter_steps,
    letters_of,
    read_letters_and_aqls,
    read_lots_and_aqls,
    words_of,
)
from hoshin.stats.sampling._z14_tables import NORMAL, SINGLE, SIZES, STAGED
from hoshin.stats.sampling.plan import AttributePlan, found_plans, multiple_plan, numbers_of

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
SAMPLINGS = ("single", "double", "multiple")
# Samples of 2 are not reduced further: from here on letters A and B keep the numbers of letter A in normal inspection.
_FIRST_AC_1 = 17


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
        if (self.standard, self.inspection, self.sampling, self.ac) == ("iso2859", "reduced", "single", 4):
            yield Step(
                "acceptance number", "copies of table 2-C print Ac 5 or 4 here; 4 has the curve of tables 3-C and 4-C"
            )
        yield from self.plan.steps()
        if self.complete_inspection:
            yield Step("the sample is as large as the lot", "every item is inspected")


def code_letter(lot_size, level: str = "II"):
    """The sample size code letter of a lot, or of many lots at once.

    Estimand: the letter of the class of table I that holds the lot size (classes end at 8, 15, 25, 50, 90, 150, 280,
    500, 1200, 3200, 10000, 35000, 150000, 500000).

    Parameters
    ----------
    lot_size : whole number from 2, or an array of them; items
    level : "I", "II", "III", "S-1", "S-2", "S-3" or "S-4"

    Units: lot sizes in items; a letter for one lot, an array of letters for many.

    Assumes: The lot is formed of items of one kind, made under the same conditions.

    Errors: A lot size below 2 or not whole, a level that is not the standard's.

    Source: ANSI/ASQ Z1.4-2003, table I; ISO 2859-1:1999, table 1.

    >>> code_letter(1000), code_letter(500, "I"), code_letter(600_000, "S-4")
    ('J', 'F', 'K')
    >>> code_letter([8, 9, 1000])
    array(['A', 'B', 'J'], dtype='<U1')
    """
    return letters_of(lot_size, level, LEVELS, LOT_UPPER)


def z14_plan(
    lot_size,
    aql,
    *,
    level: str = "II",
    inspection: str = "normal",
    sampling: str = "single",
    standard: str = "z14",
    on_error: str = "raise",
) -> StandardPlan:
    """The standard's plan for a lot, after following the arrows; for one lot or many.

    Estimand: code letter of the lot, then the plan of ``z14_letter_plan``; ``complete_inspection`` where the plan's
    samples are together as large as the lot.

    Parameters
    ----------
    lot_size : int, from 2, items, or one for each lot
    aql : float, one of the standard's, in percent nonconforming (or nonconformities per 100 items), or one for each lot
    level : "I", "II", "III", "S-1", "S-2", "S-3" or "S-4"
    inspection : "normal", "tightened" or "reduced"
    sampling : "single", "double" or "multiple"; where the single plan has Ac 0, or no double (multiple) plan exists, the
        standard's substitute is given
    standard : "z14" or "iso2859". They have the same single plans for normal and tightened inspection. In reduced
        inspection Z1.4 has a gap between acceptance and rejection number: inside it the lot is accepted and normal
        inspection resumes; ISO 2859-1:1999 has other numbers and no gap. Some double plans differ, and multiple plans
        have seven samples in Z1.4 and five in ISO 2859-1:1999
    on_error : "raise", or "mark" among many: 0 in the plan and a word in ``problems``

    Units: sample sizes in items, acceptance and rejection numbers in nonconforming items (nonconformities above AQL 10).

    Assumes: Lots come in a series from one source and the switching rules are followed.

    Errors: A lot below 2, an AQL, level, inspection, sampling or standard that is not known.

    Source: ANSI/ASQ Z1.4-2003 (MIL-STD-105E), tables I to IV; ISO 2859-1:1999, tables 1 to 4.

    >>> found = z14_plan(1000, 1.0)
    >>> found.letter, found.n, found.ac, found.re
    ('J', 80, 2, 3)
    >>> z14_plan(1000, 1.0, sampling="double").plan.n
    (50, 50)
    >>> [found.n for found in z14_plan([1000, 500], [1.0, 2.5])]
    [80, 50]
    """
    refusals, sizes, letters, aql = read_lots_and_aqls(lot_size, aql, level, LEVELS, LOT_UPPER, on_error)
    return _tabled(refusals, letters, aql, inspection, sampling, standard, sizes, level)


def z14_letter_plan(
    letter,
    aql,
    *,
    inspection: str = "normal",
    sampling: str = "single",
    standard: str = "z14",
    on_error: str = "raise",
) -> StandardPlan:
    """The standard's plan for a code letter, after following the arrows; for one letter or many.

    Estimand: acceptance and rejection numbers of diagonal d = letter + AQL step; where the diagonal has no plan the
    letter moves along the arrow to the nearest one that has, which changes the sample size too.

    Parameters
    ----------
    letter : one of A to H, J to N, P to R, or a sequence of them
    aql : float, one of the standard's, in percent nonconforming (or nonconformities per 100 items), or one for each letter
    inspection, sampling, standard, on_error : as in ``z14_plan``

    Units: sample sizes in items, acceptance and rejection numbers in nonconforming items (nonconformities above AQL 10).

    Assumes: Lots come in a series from one source and the switching rules are followed.

    Errors: A letter, AQL, inspection, sampling or standard that is not known.

    Source: ANSI/ASQ Z1.4-2003 (MIL-STD-105E), tables II to IV; ISO 2859-1:1999, tables 2 to 4.

    >>> z14_letter_plan("J", 0.25).plan_letter, z14_letter_plan("K", 0.65, inspection="reduced").re
    ('H', 3)
    >>> z14_letter_plan("K", 0.65, inspection="reduced", standard="iso2859").re
    2
    >>> z14_letter_plan("K", 1.0, sampling="multiple", standard="iso2859").plan.stages
    5
    """
    refusals, letters, aql = read_letters_and_aqls(letter, aql, on_error)
    return _tabled(refusals, letters, aql, inspection, sampling, standard, np.full(refusals.count, np.nan), None)


def _tabled(refusals: Refusals, letters, aql, inspection: str, sampling: str, standard: str, sizes, level: str | None):
    """The plans that stand in the tables for letters and AQLs."""
    check_choice(inspection, INSPECTIONS, "inspection")
    check_choice(sampling, SAMPLINGS, "sampling")
    check_choice(standard, STANDARDS, "standard")
    rows, steps = letter_steps(refusals, letters, LETTERS), aql_steps(refusals, aql, AQLS)

    def compute(part, row, step, size):
        own, kind, *numbers = (column[row * len(AQLS) + step] for column in _table(inspection, sampling, standard))
        found = {
            "lot_size": size,
            "aql": np.array(AQLS)[step],
            "letter": words_of(LETTERS, row),
            "plan_letter": words_of(LETTERS + "S", own),
            "sampling": tuple(np.array(SAMPLINGS)[kind].tolist()),
            "plan": found_plans(*numbers),
            "complete_inspection": numbers[0].sum(axis=1) >= size,
        }
        return found, {"standard": standard, "level": level, "inspection": inspection}

    return refusals.result(StandardPlan, compute, rows, steps, sizes)


@cache
def _table(inspection: str, sampling: str, standard: str) -> tuple[np.ndarray, ...]:
    """Every cell of a table, letter by letter: the letter and the kind of its plan, and the numbers of its stages."""
    cells = [_cell(i, step, inspection, standard) for i in range(len(LETTERS)) for step in range(len(AQLS))]
    kinds, plans = zip(*(_plan(i, numbers, inspection, sampling, standard) for i, numbers in cells), strict=True)
    own = np.array([i for i, _ in cells]), np.array([SAMPLINGS.index(kind) for kind in kinds])
    return (*own, *numbers_of(plans))


def _cell(i: int, step: int, inspection: str, standard: str) -> tuple[int, tuple[int, int]]:
    """The index of the letter whose plan is used, and that plan's numbers."""
    diagonals = SINGLE[standard, inspection]
    gapless = standard == "iso2859" and inspection == "reduced"
    if not (gapless and i <= 1 and step >= _FIRST_AC_1):
        i = _follow_arrow(i, step, diagonals)
    if gapless and i <= 1 and step >= _FIRST_AC_1:
        return i, NORMAL[step]
    return i, diagonals[i + step]


def _follow_arrow(i: int, step: int, diagonals) -> int:
    """The index of the letter the arrow leads to, 16 standing for the extra letter S of tightened inspection."""
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


def _plan(i, numbers, inspection, sampling, standard):
    shift = {"normal": 0, "tightened": 0, "reduced": 2}[inspection]
    if sampling == "single" or numbers[1] == 1 or i - shift < 1:
        return "single", multiple_plan([SIZES[max(i - shift, 0)]], [numbers[0]], [numbers[1]])
    kind = "double" if i - shift < 3 else sampling
    stages = STAGED[standard, kind][numbers]
    n = SIZES[i - shift - {"double": 1, "multiple": 3}[kind]]
    return kind, multiple_plan([n] * len(stages), [ac for ac, _ in stages], [re for _, re in stages])
