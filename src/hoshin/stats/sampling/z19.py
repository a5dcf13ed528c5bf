"""The variables plans of ANSI/ASQ Z1.9: standard deviation method, variability unknown (B) and known (D), forms 1 and 2."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import check_choice
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling import _z19_tables as tables
from hoshin.stats.sampling._standard import (
    aql_steps,
    letter_steps,
    letters_of,
    read_letters_and_aqls,
    read_lots_and_aqls,
    words_of,
)
from hoshin.stats.sampling.variables import FORMS, SIGMAS, VariablesPlan, constant_of_share, found_variables

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
INSPECTIONS = ("normal", "tightened", "reduced")
# How many columns right of tightened inspection a severity stands.
_SHIFT = {"tightened": 0, "normal": 1, "reduced": 2}


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
    sources = ("ANSI/ASQ Z1.9-2003, table A-2 and sections B and D (MIL-STD-414)",)
    assumptions = VariablesPlan.assumptions

    @property
    def n(self) -> int:
        """Sample size."""
        return self.plan.n

    @property
    def k(self) -> float:
        """Acceptability constant (form 1)."""
        return self.plan.k

    @property
    def M(self) -> float | None:
        """The largest estimated share nonconforming that accepts (form 2)."""
        return self.plan.M

    @property
    def table(self) -> str:
        """The table the plan stands in."""
        reduced = self.inspection == "reduced"
        if self.plan.form == "k":
            return f"{'B' if self.plan.sigma == 'unknown' else 'D'}-{2 if reduced else 1}"
        return f"{'B' if self.plan.sigma == 'unknown' else 'D'}-{4 if reduced else 3}"

    def steps(self):
        """Letter, plan."""
        n = {"size": self.lot_size, "level": self.level, "aql": self.aql, "letter": self.letter}
        yield Step("code letter", "table A-2, lot of {size}, level {level}", n, self.letter)
        where = f"table {self.table}, {self.inspection} inspection, {{letter}}, AQL {{aql}}"
        yield Step("plan's letter", where, n, self.plan_letter)
        yield from self.plan.steps()


def z19_code_letter(lot_size, level: str = "II"):
    """The sample size code letter for inspection by variables, of a lot or of many lots at once.

    Estimand: the letter of the class of table A-2 that holds the lot size (classes end at 8, 15, 25, 50, 90, 150, 280,
    400, 500, 1200, 3200, 10000, 35000, 150000, 500000).

    Parameters
    ----------
    lot_size : whole number from 2, or an array of them; items
    level : "I", "II", "III", "S3" or "S4"

    Units: lot sizes in items; a letter for one lot, an array of letters for many.

    Assumes: The lot is formed of items of one kind, made under the same conditions.

    Errors: A lot size below 2 or not whole, a level that is not the standard's.

    Source: ANSI/ASQ Z1.9-2008, table A-2.

    >>> z19_code_letter(1000), z19_code_letter(40, "S4")
    ('J', 'B')
    >>> z19_code_letter([40, 400, 1000])
    array(['D', 'H', 'J'], dtype='<U1')
    """
    return letters_of(lot_size, level, LEVELS, LOT_UPPER)


def z19_plan(
    lot_size,
    aql,
    *,
    level: str = "II",
    inspection: str = "normal",
    sigma: str = "unknown",
    form: str = "k",
    on_error: str = "raise",
) -> StandardVariablesPlan:
    """The standard's variables plan for a lot: sample size and acceptability constant k (form 1) or M (form 2).

    Estimand: code letter of the lot, then the plan of ``z19_letter_plan``; for one lot or many.

    Parameters
    ----------
    lot_size : int, from 2, items, or one for each lot
    aql : float, one of 0.10 to 10 percent nonconforming, or one for each lot
    level : "I", "II", "III", "S3" or "S4"
    inspection : "normal", "tightened" or "reduced"
    sigma : "unknown" (section B, the sample's standard deviation) or "known" (section D)
    form : "k" (form 1, one specification limit) or "M" (form 2, one limit or two)
    on_error : "raise", or "mark" among many: NaN (n 0) and a word in ``problems``

    Units: n in items, k in standard deviations, M as a share (0 to 1; the standard prints percent).

    Assumes: The characteristic is normal in every lot; lots come in a series and the switching rules are followed.

    Errors: A lot below 2, an AQL, level, inspection, sigma or form the tables do not hold.

    Source: ANSI/ASQ Z1.9-2003, table A-2 and sections B and D.

    >>> plan = z19_plan(500, 1.0)
    >>> plan.letter, plan.n, plan.k, z19_plan(500, 1.0, inspection="tightened").k
    ('I', 25, 1.85, 1.98)
    >>> z19_plan(500, 1.0, form="M").M, z19_plan(500, 1.0, sigma="known", form="M").n
    (0.0286, 9)
    >>> z19_plan(500, 1.0, inspection="reduced").n
    10
    >>> z19_plan([500, 1000], [1.0, 2.5]).plan.k
    array([1.85, 1.57])
    """
    refusals, sizes, letters, aql = read_lots_and_aqls(lot_size, aql, level, LEVELS, LOT_UPPER, on_error)
    return _tabled(refusals, letters, aql, inspection, sigma, form, sizes, level)


def z19_letter_plan(
    letter,
    aql,
    *,
    inspection: str = "normal",
    sigma: str = "unknown",
    form: str = "k",
    on_error: str = "raise",
) -> StandardVariablesPlan:
    """The standard's variables plan for a code letter, arrows followed; for one letter or many.

    Estimand: n and k of table B-1, or n and M of tables B-3, B-4, D-3, D-4. What the table does not give follows from
    the other: M = I_x(a, a), x = (1 - k sqrt(n) / (n - 1)) / 2, a = n/2 - 1 (sigma unknown), M = Phi(-k sqrt(n/(n - 1)))
    (known). Reduced inspection (B-2) has the k of the normal plan of its sample size.

    Parameters
    ----------
    letter : one of B to N, P, without O, or a sequence of them
    aql : float, one of 0.10 to 10 percent nonconforming, or one for each letter
    inspection, sigma, form, on_error : as in ``z19_plan``

    Units: n in items, k in standard deviations, M as a share (0 to 1; the standard prints percent).

    Assumes: The characteristic is normal in every lot; lots come in a series and the switching rules are followed.

    Errors: A letter, AQL, inspection, sigma or form the tables do not hold.

    Source: ANSI/ASQ Z1.9-2003, tables B-1 to B-4, D-1 to D-4.

    >>> z19_letter_plan("B", 0.25).plan_letter, z19_letter_plan("J", 2.5).k
    ('E', 1.57)
    >>> z19_letter_plan("J", 2.5, sigma="known").n
    15
    """
    refusals, letters, aql = read_letters_and_aqls(letter, aql, on_error)
    return _tabled(refusals, letters, aql, inspection, sigma, form, np.full(refusals.count, np.nan), None)


def _tabled(refusals: Refusals, letters, aql, inspection: str, sigma: str, form: str, sizes, level: str | None):
    """The plans that stand in the tables for letters and AQLs."""
    check_choice(inspection, INSPECTIONS, "inspection")
    check_choice(sigma, SIGMAS, "sigma")
    check_choice(form, FORMS, "form")
    rows, steps = letter_steps(refusals, letters, LETTERS), aql_steps(refusals, aql, AQLS)
    own, n, k, share = (column[rows * len(AQLS) + steps] for column in _table(inspection, sigma, form))
    words = "no plan for letter {letter} at AQL {aql}; a larger AQL is needed"
    refusals.refuse(n == 0, words, letter=letters, aql=aql)

    def compute(part, row, step, size, own, n, k, share):
        found = {
            "lot_size": size,
            "aql": np.array(AQLS)[step],
            "letter": words_of(LETTERS, row),
            "plan_letter": words_of(LETTERS, own),
            "plan": found_variables(n, k, sigma, form, share),
        }
        return found, {"level": level, "inspection": inspection}

    return refusals.result(StandardVariablesPlan, compute, rows, steps, sizes, own, n, k, share)


@cache
def _table(inspection: str, sigma: str, form: str) -> tuple[np.ndarray, ...]:
    """Every cell of a table, letter by letter: the letter of its plan, and its n (0 where there is none), k and M."""
    sizes = tables.REDUCED_SIZES if inspection == "reduced" else tables.SIZES
    cells = np.full((len(LETTERS), len(AQLS), 4), np.nan)
    for i, step in np.ndindex(cells.shape[:2]):
        made = ((j, _plan(sizes[j], step + _SHIFT[inspection], sigma, form)) for j in range(i, len(LETTERS)))
        own, plan = next(((j, plan) for j, plan in made if plan is not None), (0, None))
        cells[i, step] = (own, 0, 0, 0) if plan is None else (own, plan.n, plan.k, plan.M)
    own, n, k, share = cells.reshape(-1, 4).T
    return own.astype(np.int64), n.astype(np.int64), k, share


def _plan(size: int, column: int, sigma: str, form: str) -> VariablesPlan | None:
    """The plan beside a sample size with variability unknown; None where the cell is an arrow."""
    if sigma == "known":
        n, share = _cell(tables.KNOWN_SIZES, size, column), _cell(tables.KNOWN_M, size, column)
    elif form == "k" and column < tables.K[size][0]:
        return None
    else:
        n, share = size, _cell(tables.M, size, column)
    if share is None:
        return None
    k = _cell(tables.K, size, column) if (sigma, form) == ("unknown", "k") else None
    if k is not None:
        return VariablesPlan(n=n, k=k, sigma=sigma)
    share = round(share / 100, 6)
    return VariablesPlan(n=n, k=float(constant_of_share(share, n, sigma)), sigma=sigma, form=form, M=share)


def _cell(rows, size: int, column: int):
    """What a row of a table holds in a column; None before its first and after its last."""
    first, values = rows.get(size, (0, ()))
    return values[column - first] if 0 <= column - first < len(values) else None
