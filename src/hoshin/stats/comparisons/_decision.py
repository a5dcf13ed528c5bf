"""How a test decides: alternatives, tails, and lines of its computation."""

from __future__ import annotations

from typing import Any

import numpy as np

from hoshin.stats.errors import check_choice, check_fraction

ALTERNATIVES = ("two-sided", "less", "greater")


def step(what: str, formula: str, value: Any, **numbers) -> tuple:
    """One line of a computation, as ``TestResult.computation`` keeps it."""
    return what, formula, numbers, value


def check_test(alternative: str, confidence_level: float) -> float:
    """Refuse an unknown alternative or a level outside 0..1; gives the level."""
    check_choice(alternative, ALTERNATIVES, "alternative")
    return check_fraction(confidence_level, "confidence_level")


def tail_pvalue(below, above, alternative: str):
    """The p value from the chances of a statistic at most, and at least, as large as the one found."""
    if alternative == "less":
        return np.minimum(1.0, below)
    if alternative == "greater":
        return np.minimum(1.0, above)
    return np.minimum(1.0, 2 * np.minimum(below, above))


def interval_tails(alternative: str, confidence_level: float) -> tuple[float, float]:
    """The chance left below and above an interval: both halves, or all of it on the side the claim leaves open."""
    alpha = 1 - confidence_level
    return {"two-sided": (alpha / 2, alpha / 2), "less": (0.0, alpha), "greater": (alpha, 0.0)}[alternative]


def differs(first: str, second: str, alternative: str, shift: float = 0.0) -> str:
    """The claim of a test of two samples, in words."""
    relation = {"two-sided": "differs from", "less": "is less than", "greater": "is greater than"}[alternative]
    moved = "" if shift == 0 else f" by {shift:g}" if alternative == "two-sided" else f" plus {shift:g}"
    return f"{first} {relation} {second}{moved}"
