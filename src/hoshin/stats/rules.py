"""Rules that name a pattern in the points of a control chart: Nelson, Western Electric, AIAG and one's own."""

from __future__ import annotations

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
            check_number(self.k, f"k of rule {self.name}", above=0)

    @property
    def window(self) -> int:
        """How many consecutive points the rule looks at."""
        return self.n or 1

    @property
    def needs_sigma(self) -> bool:
        """Whether the rule needs a sigma besides the center line."""
        return self.k is not None


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


def beyond(k: float | None = None, name: str | None = None) -> Rule:
    """One point more than k sigma from the center line, or beyond the limits drawn where k is None.

    >>> beyond(3).text
    'one point more than 3 sigma from the center line'
    """
    if k is None:
        return Rule(name or "beyond-limits", "beyond", text="one point beyond the control limits")
    return Rule(name or f"beyond-{k:g}", "beyond", k=k, text=f"one point more than {k:g} sigma from the center line")


def same_side(n: int, name: str | None = None) -> Rule:
    """n points in a row on the same side of the center line; a point on the line ends the run.

    >>> same_side(9).window
    9
    """
    return Rule(name or f"same-side-{n}", "same_side", n=n, text=f"{n} points in a row on one side of the center line")


def trend(n: int, name: str | None = None) -> Rule:
    """n points in a row steadily increasing or decreasing; equal neighbours end the trend.

    >>> trend(6).text
    '6 points in a row steadily increasing or decreasing'
    """
    return Rule(name or f"trend-{n}", "trend", n=n, text=f"{n} points in a row steadily increasing or decreasing")


def alternating(n: int, name: str | None = None) -> Rule:
    """n points in a row going up and down in turn.

    >>> alternating(14).text
    '14 points in a row alternating up and down'
    """
    return Rule(name or f"alternating-{n}", "alternating", n=n, text=f"{n} points in a row alternating up and down")


def m_of_n(m: int, n: int, k: float, name: str | None = None) -> Rule:
    """m of n points in a row more than k sigma from the center line on the same side.

    >>> m_of_n(3, 4, 1.5).text
    '3 of 4 points in a row more than 1.5 sigma from the center line on one side'
    """
    text = f"{m} of {n} points in a row more than {k:g} sigma from the center line on one side"
    return Rule(name or f"{m}-of-{n}-beyond-{k:g}", "m_of_n_beyond", n=n, m=m, k=k, text=text)


def within(n: int, k: float = 1.0, name: str | None = None) -> Rule:
    """n points in a row less than k sigma from the center line, either side: too good to be true.

    >>> within(15).name
    'within-1-15'
    """
    text = f"{n} points in a row less than {k:g} sigma from the center line, either side"
    return Rule(name or f"within-{k:g}-{n}", "within", n=n, k=k, text=text)


def outside(n: int, k: float = 1.0, both_sides: bool = False, name: str | None = None) -> Rule:
    """n points in a row more than k sigma from the center line, either side (or with points on both).

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
