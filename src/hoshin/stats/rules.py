"""Rules that name a pattern in the points of a control chart: Nelson, Western Electric, AIAG and one's own."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from hoshin.stats.errors import StatisticsError, check_choice, check_number, check_whole
from hoshin.stats.results import Result


@dataclass(frozen=True)
class Rule(Result):
    """One rule: its type and numbers decide it exactly, its text says it.

    ============== ==========================================================================================
    type           is met by
    ============== ==========================================================================================
    beyond         1 point more than k sigma from the center line; beyond the chart's limits where k is None
    same_side      n points in a row on the same side of the center line
    trend          n points in a row, each above (each below) the one before: n - 1 differences of one sign
    alternating    n points in a row going up and down in turn: n - 1 differences of alternating sign
    m_of_n_beyond  m of n points in a row more than k sigma from the center line on the same side; the last is one
    within         n points in a row less than k sigma from the center line, on either side
    outside_either n points in a row more than k sigma from the center line, on either side
    outside_both   the same with at least one point on each side
    ============== ==========================================================================================
    """

    name: str
    type: str
    n: int | None = None
    m: int | None = None
    k: float | None = None
    text: str = ""

    title = "Rule"

    def __post_init__(self):
        check_choice(self.type, _NEEDS, "type of a rule")
        needed = _NEEDS[self.type]
        if "n" in needed:
            check_whole(self.n, f"n of rule {self.name}", at_least=3 if self.type == "alternating" else 2)
        if "m" in needed and check_whole(self.m, f"m of rule {self.name}", at_least=1) > self.n:
            raise StatisticsError("rule {name} asks for {m} of {n} points", name=self.name, m=self.m, n=self.n)
        if "k" in needed:
            # Points beyond 0 sigma are points on one side, as in 10 of 11.
            bound = {"at_least": 0} if self.type == "m_of_n_beyond" else {"above": 0}
            check_number(self.k, f"k of rule {self.name}", **bound)

    @property
    def window(self) -> int:
        """How many consecutive points the rule looks at."""
        return self.n or 1

    @property
    def needs_sigma(self) -> bool:
        """Whether the rule needs a sigma besides the center line."""
        return self.k is not None

    def false_alarm_rate(self, k: float = 3.0) -> float:
        """The probability that n independent normal points about a known center line meet the rule at the last of them.

        ``k`` is where the limits lie for a rule that looks at the limits drawn. With q the tail above k sigma:

        ============== =================================================
        beyond         2 q
        same_side      2 (1/2)^n
        trend          2 / n!
        alternating    2 E_n / n!, E_n the number of up-down permutations
        m_of_n_beyond  2 q P(m - 1 or more of n - 1 beyond on one side)
        within         (1 - 2 q)^n
        outside_either (2 q)^n
        outside_both   (2 q)^n - 2 q^n
        ============== =================================================

        >>> round(beyond(3).false_alarm_rate(), 5), same_side(9).false_alarm_rate()
        (0.0027, 0.00390625)
        """
        tail = math.erfc((k if self.k is None else self.k) / math.sqrt(2)) / 2
        return _RATES[self.type](self, tail)


_NEEDS = {
    "beyond": "",
    "same_side": "n",
    "trend": "n",
    "alternating": "n",
    "m_of_n_beyond": "nmk",
    "within": "nk",
    "outside_either": "nk",
    "outside_both": "nk",
}


def _among(rule: Rule, tail: float) -> float:
    n, needed = rule.n - 1, rule.m - 1
    return 2 * tail * sum(math.comb(n, i) * tail**i * (1 - tail) ** (n - i) for i in range(needed, n + 1))


def _zigzag(n: int) -> int:
    """How many permutations of n go up and down in turn, beginning with up (Seidel's triangle)."""
    row = [1]
    for _ in range(n):
        row = list(itertools.accumulate(reversed(row), initial=0))
    return row[-1]


_RATES = {
    "beyond": lambda rule, tail: 2 * tail,
    "same_side": lambda rule, tail: 2 * 0.5**rule.n,
    "trend": lambda rule, tail: 2 / math.factorial(rule.n),
    "alternating": lambda rule, tail: 2 * _zigzag(rule.n) / math.factorial(rule.n),
    "m_of_n_beyond": _among,
    "within": lambda rule, tail: (1 - 2 * tail) ** rule.n,
    "outside_either": lambda rule, tail: (2 * tail) ** rule.n,
    "outside_both": lambda rule, tail: (2 * tail) ** rule.n - 2 * tail**rule.n,
}


def beyond(k: float | None = None, name: str | None = None) -> Rule:
    """One point more than k sigma from the center line, or beyond the limits drawn where k is None.

    Estimand: met where |x - center| > k sigma; without k where x > UCL or x < LCL. False alarms 2 q per point, q the
    normal tail above k.

    Parameters
    ----------
    k : how far, in standard errors of a point; None for the limits of the chart.
    name : what the rule is called in signals; made of its numbers where it is not given.

    Units: k counts standard errors of the plotted point.

    Assumes: nothing to be found; its rate takes points to be normal.

    Errors: k not above 0.

    Source: W. A. Shewhart, Economic Control of Quality of Manufactured Product (1931).

    >>> beyond(3).text
    'one point more than 3 sigma from the center line'
    """
    if k is None:
        return Rule(name or "beyond-limits", "beyond", text="one point beyond the control limits")
    return Rule(name or f"beyond-{k:g}", "beyond", k=k, text=f"one point more than {k:g} sigma from the center line")


def same_side(n: int, name: str | None = None) -> Rule:
    """n points in a row on the same side of the center line; a point on the line ends the run.

    Estimand: met at the last of n points all above or all below the center. False alarms 2 (1/2)^n per point.

    Parameters
    ----------
    n : how many points, at least 2: 7 (AIAG), 8 (Western Electric), 9 (Nelson).
    name : what the rule is called in signals; made of its numbers where it is not given.

    Units: n counts points.

    Assumes: nothing to be found; its rate takes the center to be the median.

    Errors: n below 2 or broken.

    Source: L. S. Nelson, J. Quality Technology 16 (1984), 237-239; Western Electric Company, Statistical Quality Control
    Handbook (1956), 25-28.

    >>> same_side(9).window
    9
    """
    return Rule(name or f"same-side-{n}", "same_side", n=n, text=f"{n} points in a row on one side of the center line")


def trend(n: int, name: str | None = None) -> Rule:
    """n points in a row steadily increasing or decreasing; equal neighbours end the trend.

    Estimand: met at the last of n points whose n - 1 differences have one sign. False alarms 2 / n! per point, whatever
    the distribution.

    Parameters
    ----------
    n : how many points, at least 2; some books count the differences, n - 1.
    name : what the rule is called in signals; made of its numbers where it is not given.

    Units: n counts points, not differences.

    Assumes: nothing to be found; its rate takes points to be continuous.

    Errors: n below 2 or broken.

    Source: L. S. Nelson, J. Quality Technology 16 (1984), 237-239.

    >>> trend(6).text
    '6 points in a row steadily increasing or decreasing'
    """
    return Rule(name or f"trend-{n}", "trend", n=n, text=f"{n} points in a row steadily increasing or decreasing")


def alternating(n: int, name: str | None = None) -> Rule:
    """n points in a row going up and down in turn; equal neighbours end it.

    Estimand: met at the last of n points whose n - 1 differences alternate in sign. False alarms 2 E_n / n! per point,
    E_n the number of up-down permutations, whatever the distribution.

    Parameters
    ----------
    n : how many points, at least 3.
    name : what the rule is called in signals; made of its numbers where it is not given.

    Units: n counts points, not differences.

    Assumes: nothing to be found; its rate takes points to be continuous.

    Errors: n below 3 or broken.

    Source: L. S. Nelson, J. Quality Technology 16 (1984), 237-239.

    >>> alternating(14).text
    '14 points in a row alternating up and down'
    """
    return Rule(name or f"alternating-{n}", "alternating", n=n, text=f"{n} points in a row alternating up and down")


def m_of_n(m: int, n: int, k: float, name: str | None = None) -> Rule:
    """m of n points in a row more than k sigma from the center line on the same side.

    Estimand: met at a point beyond the line that is the last of n, m or more of which lie beyond it on its side. False
    alarms 2 q P(Binomial(n - 1, q) >= m - 1) per point, q the normal tail above k.

    Parameters
    ----------
    m, n : so many of so many points, 1 <= m <= n, n at least 2.
    k : how far, in standard errors of a point; 0 for any point on that side.
    name : what the rule is called in signals; made of its numbers where it is not given.

    Units: m and n count points, k standard errors.

    Assumes: nothing to be found; its rate takes points to be normal.

    Errors: m above n, a broken number, k below 0.

    Source: Western Electric Company, Statistical Quality Control Handbook (1956), 25-28, for 2 of 3 and 4 of 5.

    >>> m_of_n(3, 4, 1.5).text
    '3 of 4 points in a row more than 1.5 sigma from the center line on one side'
    """
    text = f"{m} of {n} points in a row more than {k:g} sigma from the center line on one side"
    return Rule(name or f"{m}-of-{n}-beyond-{k:g}", "m_of_n_beyond", n=n, m=m, k=k, text=text)


def within(n: int, k: float = 1.0, name: str | None = None) -> Rule:
    """n points in a row less than k sigma from the center line, either side: too good to be true.

    Estimand: met at the last of n points with |x - center| < k sigma. False alarms (1 - 2 q)^n per point, q the normal
    tail above k.

    Parameters
    ----------
    n : how many points, at least 2.
    k : how near, in standard errors of a point.
    name : what the rule is called in signals; made of its numbers where it is not given.

    Units: n counts points, k standard errors.

    Assumes: nothing to be found; its rate takes points to be normal.

    Errors: n below 2 or broken, k not above 0.

    Source: L. S. Nelson, J. Quality Technology 16 (1984), 237-239, test 7 (stratification).

    >>> within(15).name
    'within-1-15'
    """
    text = f"{n} points in a row less than {k:g} sigma from the center line, either side"
    return Rule(name or f"within-{k:g}-{n}", "within", n=n, k=k, text=text)


def outside(n: int, k: float = 1.0, both_sides: bool = False, name: str | None = None) -> Rule:
    """n points in a row more than k sigma from the center line, either side (or with points on both).

    Estimand: met at the last of n points with |x - center| > k sigma. False alarms (2 q)^n per point, with points on
    both sides (2 q)^n - 2 q^n, q the normal tail above k.

    Parameters
    ----------
    n : how many points, at least 2.
    k : how far, in standard errors of a point.
    both_sides : whether there has to be a point on each side.
    name : what the rule is called in signals; made of its numbers where it is not given.

    Units: n counts points, k standard errors.

    Assumes: nothing to be found; its rate takes points to be normal.

    Errors: n below 2 or broken, k not above 0.

    Source: L. S. Nelson, J. Quality Technology 16 (1984), 237-239, test 8 (mixture).

    >>> outside(8, both_sides=True).type
    'outside_both'
    """
    text = f"{n} points in a row more than {k:g} sigma from the center line, " + (
        "at least one on each side" if both_sides else "either side"
    )
    kind = "outside_both" if both_sides else "outside_either"
    return Rule(name or f"outside-{k:g}-{n}", kind, n=n, k=k, text=text)


BEYOND_LIMITS = beyond()

NELSON = (
    beyond(3.0, "nelson-1"),
    same_side(9, "nelson-2"),
    trend(6, "nelson-3"),
    alternating(14, "nelson-4"),
    m_of_n(2, 3, 2.0, "nelson-5"),
    m_of_n(4, 5, 1.0, "nelson-6"),
    within(15, 1.0, "nelson-7"),
    outside(8, 1.0, name="nelson-8"),
)
"""L. S. Nelson, The Shewhart control chart: tests for special causes, J. Quality Technology 16 (1984), 237-239."""

WESTERN_ELECTRIC = (
    beyond(3.0, "western-electric-1"),
    m_of_n(2, 3, 2.0, "western-electric-2"),
    m_of_n(4, 5, 1.0, "western-electric-3"),
    same_side(8, "western-electric-4"),
)
"""Western Electric Company, Statistical Quality Control Handbook (1956), 25-28."""

AIAG = (
    beyond(3.0, "aiag-1"),
    same_side(7, "aiag-2"),
    trend(6, "aiag-3"),
    alternating(14, "aiag-4"),
    m_of_n(2, 3, 2.0, "aiag-5"),
    m_of_n(4, 5, 1.0, "aiag-6"),
    within(15, 1.0, "aiag-7"),
    outside(8, 1.0, name="aiag-8"),
)
"""AIAG, Statistical Process Control, 2nd edition (2005), table of typical special cause criteria."""
