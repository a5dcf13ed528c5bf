"""The variables plans of ANSI/ASQ Z1.9: standard deviation method, variability unknown, k method (form 1)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hoshin.stats.errors import StatisticsError, check_choice, check_number, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling.characteristic import operating_characteristic
from hoshin.stats.sampling.find import FoundPlan
from hoshin.stats.sampling.plan import AttributePlan
from hoshin.stats.sampling.variables import FoundVariablesPlan, VariablesPlan, find_variables_plan

LETTERS = "BCDEFGHIJKLMNP"
LOT_UPPER = (8, 15, 25, 50, 90, 150, 280, 400, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
LEVELS = {
    "S3": "BBBBBBBCCDEFGHHH",
    "S4": "BBBBBCDEEFGHIJKK",
    "I": "BBBCDEFGGHIJKLMN",
    "II": "BBCDEFGHIJKLMNPP",
    "III": "CDEFGHIJJKLMNPPP",
}
AQLS = (0.1, 0.15, 0.25, 0.4, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0)
_SIZES = (3, 4, 5, 7, 10, 15, 20, 25, 35, 50, 75, 100, 150, 200)

# ANSI/ASQ Z1.9, table B-1: k by letter; the first column is for tightened inspection at AQL 0.10 only. A plan of
# tightened inspection stands one column to the left of normal inspection. Shorter rows begin further right: the
# cells before them point down to the next row.
_K = {
    "B": (1.12, 0.958, 0.765, 0.566),
    "C": (1.45, 1.34, 1.17, 1.01, 0.814, 0.617),
    "D": (1.65, 1.53, 1.40, 1.24, 1.07, 0.874, 0.675),
    "E": (2.00, 1.88, 1.75, 1.62, 1.50, 1.33, 1.15, 0.955, 0.755),
    "F": (2.24, 2.11, 1.98, 1.84, 1.72, 1.58, 1.41, 1.23, 1.03, 0.828),
    "G": (2.53, 2.42, 2.32, 2.20, 2.06, 1.91, 1.79, 1.65, 1.47, 1.30, 1.09, 0.886),
    "H": (2.58, 2.47, 2.36, 2.24, 2.11, 1.96, 1.82, 1.69, 1.51, 1.33, 1.12, 0.917),
    "I": (2.61, 2.50, 2.40, 2.26, 2.14, 1.98, 1.85, 1.72, 1.53, 1.35, 1.14, 0.936),
    "J": (2.65, 2.54, 2.45, 2.31, 2.18, 2.03, 1.89, 1.76, 1.57, 1.39, 1.18, 0.969),
    "K": (2.71, 2.60, 2.50, 2.35, 2.22, 2.08, 1.93, 1.80, 1.61, 1.42, 1.21, 1.00),
    "L": (2.77, 2.66, 2.55, 2.41, 2.27, 2.12, 1.98, 1.84, 1.65, 1.46, 1.24, 1.03),
    "M": (2.80, 2.69, 2.58, 2.43, 2.29, 2.14, 2.00, 1.86, 1.67, 1.48, 1.26, 1.05),
    "N": (2.84, 2.73, 2.61, 2.47, 2.33, 2.18, 2.03, 1.89, 1.70, 1.51, 1.29, 1.07),
    "P": (2.85, 2.73, 2.62, 2.47, 2.33, 2.18, 2.04, 1.89, 1.70, 1.51, 1.29, 1.07),
}


@dataclass(frozen=True, eq=False)
class StandardVariablesPlan(Result):
    """A variables plan of the standard, arrows followed: ``letter`` is that of the lot, ``plan_letter`` the plan's."""

    lot_size: int | None
    level: str | None
    aql: float
    inspection: str
    letter: str
    plan_letter: str
    plan: VariablesPlan

    title = "Plan of ANSI/ASQ Z1.9, standard deviation method"
    sources = ("ANSI/ASQ Z1.9, tables A-2 and B-1 (MIL-STD-414, section B)",)
    assumptions = VariablesPlan.assumptions

    @property
    def n(self) -> int:
        """Sample size."""
        return self.plan.n

    @property
    def k(self) -> float:
        """Acceptability constant."""
        return self.plan.k

    def steps(self):
        """Letter, plan."""
        n = {"size": self.lot_size, "level": self.level, "aql": self.aql, "letter": self.letter}
        yield Step("code letter", "table A-2, lot of {size}, level {level}", n, self.letter)
        yield Step(
            "plan's letter", f"table B-1, {self.inspection} inspection, {{letter}}, AQL {{aql}}", n, self.plan_letter
        )
        yield from self.plan.steps()


def z19_code_letter(lot_size: int, level: str = "II") -> str:
    """The sample size code letter of a lot for inspection by variables.

    Source: ANSI/ASQ Z1.9-2008, table A-2.

    >>> z19_code_letter(1000), z19_code_letter(40, "S4")
    ('J', 'B')
    """
    size = check_whole(lot_size, "lot_size", at_least=2)
    letters = LEVELS[check_choice(level, tuple(LEVELS), "level")]
    return letters[sum(size > upper for upper in LOT_UPPER)]


def z19_plan(lot_size: int, aql: float, *, level: str = "II", inspection: str = "normal") -> StandardVariablesPlan:
    """The standard's variables plan for a lot: sample size and k, one specification limit, sigma unknown.

    Parameters
    ----------
    lot_size : int
    aql : float
        One of 0.10 to 10 percent.
    level : {"I", "II", "III", "S3", "S4"}
    inspection : {"normal", "tightened"}

    Errors: A lot below 2, an AQL, level or inspection the table does not hold.

    Source: ANSI/ASQ Z1.9, table B-1.

    >>> plan = z19_plan(500, 1.0)
    >>> plan.letter, plan.n, plan.k, z19_plan(500, 1.0, inspection="tightened").k
    ('I', 25, 1.85, 1.98)
    """
    letter = z19_code_letter(lot_size, level)
    found = z19_letter_plan(letter, aql, inspection=inspection)
    return StandardVariablesPlan(int(lot_size), level, found.aql, inspection, letter, found.plan_letter, found.plan)


def z19_letter_plan(letter: str, aql: float, *, inspection: str = "normal") -> StandardVariablesPlan:
    """The standard's variables plan for a code letter, arrows followed.

    Source: ANSI/ASQ Z1.9, table B-1.

    >>> z19_letter_plan("B", 0.25).plan_letter, z19_letter_plan("J", 2.5).k
    ('E', 1.57)
    """
    check_choice(letter, LETTERS, "letter")
    check_choice(inspection, ("normal", "tightened"), "inspection")
    step = _aql_step(aql)
    column = step + (inspection == "normal")
    for i in range(LETTERS.index(letter), len(LETTERS)):
        row = _K[LETTERS[i]]
        empty = 12 - len(row)
        if column >= empty:
            plan = VariablesPlan(n=_SIZES[i], k=row[column - empty], sigma="unknown")
            return StandardVariablesPlan(None, None, AQLS[step], inspection, letter, LETTERS[i], plan)
    raise StatisticsError("no plan for letter {letter} at AQL {aql}; a larger AQL is needed", letter=letter, aql=aql)


def match_attributes(plan: AttributePlan | FoundPlan, *, sigma: str = "unknown") -> FoundVariablesPlan:
    """The smallest variables plan that is at least as sharp as an attribute plan, the principle of ISO 3951.

    Estimand: the plan of ``find_variables_plan`` through the qualities the attribute plan accepts with 0.95 and 0.10.

    Source: ISO 3951-1, annexes (matching of operating characteristics); E. G. Schilling, D. V. Neubauer, section 10.2.

    >>> from hoshin.stats.sampling import single_plan
    >>> match_attributes(single_plan(80, 2)).plan.n
    38
    """
    attribute = plan.plan if isinstance(plan, FoundPlan) else plan
    prp, crp = ((quality_at(attribute, pa), pa) for pa in (0.95, 0.10))
    return find_variables_plan(prp, crp, sigma=sigma)


def quality_at(plan: AttributePlan, pa: float) -> float:
    """The share nonconforming that an attribute plan accepts with probability pa (binomial), by bisection.

    >>> from hoshin.stats.sampling import single_plan
    >>> round(quality_at(single_plan(80, 2), 0.95), 4)
    0.0103
    """
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if operating_characteristic(plan, middle).pa > pa else (low, middle)
    return (low + high) / 2


def _aql_step(aql) -> int:
    value = check_number(aql, "aql", above=0)
    for step, known in enumerate(AQLS):
        if math.isclose(value, known, rel_tol=1e-9):
            return step
    raise StatisticsError(
        "aql is {found}; one of {known} is needed", found=aql, known=", ".join(f"{a:g}" for a in AQLS)
    )
