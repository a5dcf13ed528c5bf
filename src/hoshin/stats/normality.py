"""Are the values normal? Tests of shape with the parameters estimated from the values, of one characteristic or many."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import log_ndtr

from hoshin.stats._results import Entries
from hoshin.stats._samples import Samples
from hoshin.stats._shapiro import lacking, royston_pvalue
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import check_fraction
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.segments import Segments

_ASSUMPTIONS = ("values are independent", "values are not rounded coarsely (ties make both tests reject)")
_CLAIM = "the values differ from a normal distribution"
_ANDERSON_DARLING = ("Anderson-Darling test of normality", "A squared")
_SHAPIRO_WILK = ("Shapiro-Wilk test of normality", "W")
_SOURCES = {
    _ANDERSON_DARLING[0]: (
        "M. A. Stephens, in R. B. D'Agostino, M. A. Stephens, Goodness-of-Fit Techniques (1986), table 4.9"
    ),
    _SHAPIRO_WILK[0]: "P. Royston, Applied Statistics 44 (1995), 547-551",
}
_MOST = 5000


@dataclass(frozen=True, eq=False)
class NormalityOfMany(Entries, Result):
    """A test of normality of many characteristics at once: one entry for each; ``tests[i]`` is the test of one.

    The p values are those of each test alone; ``hoshin.stats.multiplicity`` adjusts them. ``a2_adjusted`` is there for
    Anderson and Darling's test only.
    """

    test: str
    statistic_name: str
    n: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    statistic: np.ndarray
    pvalue: np.ndarray
    a2_adjusted: np.ndarray | None
    confidence_level: float
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Test of normality, many characteristics"
    assumptions = _ASSUMPTIONS
    sources = tuple(_SOURCES.values())

    @property
    def significant(self) -> np.ndarray:
        """Whether each p value is at or below the level of decision."""
        return self.pvalue <= 1 - self.confidence_level

    @property
    def count(self) -> int:
        """How many characteristics there are."""
        return self.n.size

    def _entry(self, i: int) -> TestResult:
        summary: dict[str, Any] = {"mean": self.mean[i].item(), "sd": self.sd[i].item()}
        n, statistic, computation = self.n[i].item(), self.statistic[i].item(), ()
        if self.a2_adjusted is not None:
            summary["a2_adjusted"] = adjusted = self.a2_adjusted[i].item()
            formula = "{a2} (1 + 0.75/{n} + 2.25/{n}^2)"
            computation = (("adjusted", formula, {"a2": statistic, "n": n}, adjusted),)
        return TestResult(
            test=self.test,
            estimand="shape of the distribution",
            n=(n,),
            pvalue=self.pvalue[i].item(),
            statistic=statistic,
            statistic_name=self.statistic_name,
            confidence_level=self.confidence_level,
            claim=_CLAIM,
            summary=summary,
            computation=computation,
            assumptions=_ASSUMPTIONS,
            source=_SOURCES[self.test],
        )

    def steps(self):
        """Statistics and p values, and how many characteristics could not be tested."""
        yield Step("characteristics", value=len(self))
        yield Step(self.statistic_name, self.test, value=self.statistic)
        yield Step("p values, each alone", value=self.pvalue)
        yield Step("without a test", value=len(self.problems))


def anderson_darling_normal(
    values, confidence_level: float = 0.95, *, offsets=None, on_error: str = "raise"
) -> TestResult | NormalityOfMany:
    """Whether values come from a normal distribution with unknown mean and standard deviation: Anderson and Darling.

    Estimand: ``A2 = -n - (1/n) sum (2i-1) (ln F(z_i) + ln(1 - F(z_{n+1-i})))`` on sorted standardised values; p value
    by Stephens' approximation from ``A2 (1 + 0.75/n + 2.25/n^2)`` (``summary["a2_adjusted"]``).

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``; at least 8 in each.
    confidence_level : 1 - the level of decision.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: any of the values; statistic and p value have none.

    Assumes: independent values, measured finely enough that few are equal.

    Errors: fewer than 8 values, a missing value, values all alike.

    Source: T. W. Anderson, D. A. Darling, JASA 49 (1954), 765-769; M. A. Stephens, in R. B. D'Agostino, M. A.
    Stephens, Goodness-of-Fit Techniques (1986), table 4.9 (123, 127).

    >>> result = anderson_darling_normal([34.05, 34.4, 33.59, 35.96, 34.7, 33.51, 33.79, 34.04, 34.52, 33.75])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (0.5566, 0.1122)
    >>> rows = np.random.default_rng(2).normal(size=(3, 50))
    >>> anderson_darling_normal(np.exp(rows)).pvalue < 0.05
    array([ True,  True,  True])
    """
    level = check_fraction(confidence_level, "confidence_level")
    samples = Samples.read(values, offsets, on_error, enough=8)
    mean, sd = samples.moments()
    a2 = _a_squared(samples.segments, (samples.ordered - samples.per_point(mean)) / samples.per_point(sd))
    adjusted = _adjusted(a2, samples.n)
    return _tests(samples, _ANDERSON_DARLING, level, mean, sd, a2, anderson_darling_pvalue(adjusted), adjusted)


def anderson_darling_pvalue(adjusted):
    """Stephens' p value of an adjusted A squared, mean and standard deviation estimated.

    Estimand: the chance of an A squared at least as large from normal values, ``exp(quadratic in A2)``, for small ones
    ``1 - exp(quadratic in A2)``, in four pieces (below 0.2, 0.34, 0.6 and 10).

    Parameters
    ----------
    adjusted : one number or an array, ``A2 (1 + 0.75/n + 2.25/n^2)``.

    Units: none.

    Assumes: A squared with mean and standard deviation estimated from the values (case 3).

    Errors: none; NaN stays NaN.

    Source: M. A. Stephens, in R. B. D'Agostino, M. A. Stephens, Goodness-of-Fit Techniques (1986), table 4.9.

    >>> round(anderson_darling_pvalue(0.752), 3)  # the printed 5% point
    0.05
    """
    a = np.asarray(adjusted, dtype=float)
    small = np.minimum(a, 10.0)
    pieces = (
        -np.expm1(-13.436 + 101.14 * small - 223.73 * small * small),
        -np.expm1(-8.318 + 42.796 * small - 59.938 * small * small),
        np.exp(0.9177 - 4.279 * small - 1.38 * small * small),
        np.exp(1.2937 - 5.709 * small + 0.0186 * small * small),
        np.full(a.shape, 3.7e-24),
    )
    pvalue = np.select([a < 0.2, a < 0.34, a < 0.6, a < 10, a >= 10], pieces, np.nan)
    return pvalue.item() if a.ndim == 0 else pvalue


def shapiro_wilk(
    values, confidence_level: float = 0.95, *, offsets=None, on_error: str = "raise"
) -> TestResult | NormalityOfMany:
    """Whether values come from a normal distribution: Shapiro and Wilk's W by Royston's algorithm AS R94.

    Estimand: ``W = (sum a_i x_(i))^2 / sum (x_i - mean)^2`` on sorted values, the best linear estimate of the standard
    deviation against the usual one. The weights a are ``m_i / |m|``, ``m_i`` the normal quantile of
    ``(i - 3/8)/(n + 1/4)``, but for the outer two on each side, polynomials in ``1/sqrt(n)``. The p value is the normal
    tail of ``ln(1 - W)`` (up to 11 values of ``-ln(gamma - ln(1 - W))``), standardised by polynomials in n.

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``; 3 to 5,000 in each.
    confidence_level : 1 - the level of decision.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: any of the values; statistic and p value have none.

    Assumes: independent values, measured finely enough that few are equal.

    Errors: fewer than 3 or more than 5,000 values, a missing value, values all alike.

    Source: S. S. Shapiro, M. B. Wilk, Biometrika 52 (1965), 591-611; P. Royston, Applied Statistics 44 (1995), 547-551.

    >>> result = shapiro_wilk([148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236])  # Royston: W 0.79, p 0.0067
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (0.7888, 0.0067)
    """
    level = check_fraction(confidence_level, "confidence_level")
    samples = Samples.read(values, offsets, on_error, enough=3)
    samples = samples.without(
        samples.n > _MOST,
        "{n} values; the p value of Shapiro and Wilk's test is known up to {most} (use Anderson and Darling's)",
        n=samples.n,
        most=_MOST,
    )
    mean, sd = samples.moments()
    lack = lacking(samples.segments, samples.ordered)
    return _tests(samples, _SHAPIRO_WILK, level, mean, sd, 1 - lack, royston_pvalue(lack, samples.n), None)


def _tests(samples: Samples, named, level, mean, sd, statistic, pvalue, adjusted) -> TestResult | NormalityOfMany:
    numbers = (mean, sd, statistic, pvalue, adjusted)
    whole = (None if number is None else samples.whole(number) for number in numbers)
    tests = NormalityOfMany(*named, samples.given.lengths, *whole, level, FrozenDict(samples.problems))
    return tests if samples.many else tests[0]


def _segment_pvalues(segments: Segments, ordered: np.ndarray) -> np.ndarray:
    """Anderson and Darling's p value of each segment of values in rising order."""
    n = segments.lengths
    mean = segments.sums(ordered) / n
    about = ordered - segments.per_point(mean)
    sd = np.sqrt(segments.sums(about * about) / (n - 1))
    return anderson_darling_pvalue(_adjusted(_a_squared(segments, about / segments.per_point(sd)), n))


def _a_squared(segments: Segments, z: np.ndarray) -> np.ndarray:
    """A squared of each segment of sorted standardised values."""
    place = segments.positions()
    mirrored = segments.per_point(segments.offsets[1:] - 1) - place
    terms = (2 * place + 1) * (log_ndtr(z) + log_ndtr(-z)[mirrored])
    return -segments.lengths - segments.sums(terms) / segments.lengths


def _adjusted(a2, n):
    return a2 * (1 + 0.75 / n + 2.25 / n**2)
