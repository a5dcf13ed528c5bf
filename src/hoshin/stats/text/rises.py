"""Rises: which terms, topics or kinds come up more often than before, and is it more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import betainc, betaincinv, xlogy

from hoshin.stats.errors import (
    StatisticsError,
    check_counts,
    check_enough,
    check_fraction,
    check_number,
    check_same_length,
)
from hoshin.stats.multiplicity import adjusted
from hoshin.stats.results import Result, Step
from hoshin.stats.text.terms import Synonyms
from hoshin.stats.text.words import words_of


@dataclass(frozen=True, eq=False)
class Rises(Result):
    """What came up before and now, how many times as often, and whether that is more than chance; the surest first.

    ``ratio`` is the rate now over the rate before (infinite where there was none), with its interval; ``g`` is the
    signed log likelihood ratio; ``risen`` marks adjusted p values at or below ``alpha``.
    """

    names: tuple[str, ...]
    before: np.ndarray
    now: np.ndarray
    exposure_before: float
    exposure_now: float
    ratio: np.ndarray
    ratio_low: np.ndarray
    ratio_high: np.ndarray
    g: np.ndarray
    pvalue: np.ndarray
    pvalue_adjusted: np.ndarray
    risen: np.ndarray
    alpha: float
    confidence: float
    method: str

    title = "What rises"
    assumptions = (
        "counts are Poisson: texts are written independently of one another",
        "what was compared was not chosen because it seemed to rise",
    )
    sources = (
        "J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323: the test",
        "T. Dunning, Computational Linguistics 19 (1993), 61-74: the log likelihood ratio",
        "Y. Benjamini, Y. Hochberg, JRSS B 57 (1995), 289-300",
    )

    @property
    def rising(self) -> tuple[str, ...]:
        """The names that have risen, the surest first."""
        return tuple(name for name, up in zip(self.names, self.risen, strict=True) if up)

    def steps(self):
        """The rule and each name that has risen."""
        yield Step("exposure before and now", value=(self.exposure_before, self.exposure_now))
        yield Step("compared", value=len(self.names))
        yield Step("p value", "chance of so many now, of all, at share {s}", {"s": self._share()})
        yield Step("risen", "p adjusted ({m}) <= {a}", {"m": self.method, "a": self.alpha}, int(self.risen.sum()))
        for i in np.flatnonzero(self.risen):
            numbers = {"a": int(self.before[i]), "b": int(self.now[i]), "p": float(self.pvalue[i])}
            yield Step(self.names[i], "{a} before, {b} now, p {p}, times as often", numbers, float(self.ratio[i]))

    def _share(self) -> float:
        return self.exposure_now / (self.exposure_before + self.exposure_now)


def rises(
    names: Sequence[str],
    before,
    now,
    exposure_before: float,
    exposure_now: float,
    *,
    alpha: float = 0.05,
    confidence: float = 0.95,
    method: str = "benjamini-hochberg",
) -> Rises:
    """Whether counts of things (terms, topics, causes) have risen for the exposure they had.

    Estimand: ``(now / exposure_now) / (before / exposure_before)`` of each. Given the sum of both counts, the count now is
    binomial with the share ``exposure_now / (both)`` if nothing has changed; the p value is that of so many or more
    (exact, one-sided), adjusted for the number of things compared. The interval of the ratio is Clopper and Pearson's,
    turned into a ratio of rates.

    Parameters
    ----------
    names : (n,) of the things, all compared at once.
    before, now : (n,) whole counts.
    exposure_before, exposure_now : above 0: days, units sold, texts received.
    alpha : of the adjusted p values.
    confidence : of the intervals.
    method : of the adjustment, as in ``multiplicity.adjusted``.

    Units: both exposures in one unit; the ratio has none.

    Assumes: Poisson counts; what was compared was not chosen because it seemed to rise.

    Errors: a missing, negative or broken count, an exposure not above 0, columns of unlike length.

    Source: J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323; T. Dunning, Computational Linguistics 19 (1993),
    61-74.

    >>> found = rises(["leak", "label"], before=[10, 40], now=[15, 22], exposure_before=100, exposure_now=50)
    >>> found.rising, found.ratio.round(3).tolist(), found.pvalue.round(5).tolist()
    (('leak',), [3.0, 1.1], [0.0056, 0.40575])
    """
    first, second = check_counts(before, "before"), check_counts(now, "now")
    names = tuple(str(name) for name in names)
    check_same_length(first, second, ("before", "now"))
    check_same_length(names, first, ("names", "before"))
    check_enough(len(names), 1, "things to compare")
    if np.isnan(first).any() or np.isnan(second).any():
        raise StatisticsError("a count is missing (NaN); every count is needed here")
    exposures = (
        check_number(exposure_before, "exposure_before", above=0), check_number(exposure_now, "exposure_now", above=0)
    )  # fmt: skip
    alpha, level = check_fraction(alpha, "alpha"), check_fraction(confidence)
    figures = _figures(first, second, *exposures, level)
    corrected = adjusted(figures["pvalue"], method)
    order = np.lexsort((-figures["ratio"], figures["pvalue"]))
    figures |= {"before": first.astype(np.int64), "now": second.astype(np.int64)}
    return Rises(
        names=tuple(names[i] for i in order),
        exposure_before=exposures[0],
        exposure_now=exposures[1],
        **{name: values[order] for name, values in figures.items()},
        pvalue_adjusted=corrected[order],
        risen=(corrected <= alpha)[order],
        alpha=alpha,
        confidence=level,
        method=method,
    )


def rising_terms(
    before: Sequence[str],
    now: Sequence[str],
    *,
    exposure_before: float | None = None,
    exposure_now: float | None = None,
    language: str | None = None,
    synonyms: Synonyms | None = None,
    least_texts: int = 3,
    alpha: float = 0.05,
    confidence: float = 0.95,
    method: str = "benjamini-hochberg",
) -> Rises:
    """Which words come up in more texts than before.

    Estimand: as in ``rises``, of the number of texts that hold each term, not of how often it stands in them: one angry
    letter is one letter.

    Parameters
    ----------
    before, now : lists of texts.
    exposure_before, exposure_now : the numbers of texts (does the share rise?) where not given, else such as days or units
        sold (does the rate rise?).
    language : of all texts, or None to guess each.
    synonyms : of the organisation.
    least_texts : terms in fewer of all texts are not compared.
    alpha, confidence, method : as in ``rises``.

    Units: both exposures in one unit; the ratio has none.

    Assumes: texts are written independently of one another.

    Errors: no text before or now, no term in enough texts.

    Source: J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323: the test.

    >>> before = ["label torn", "paint run", "label missing", "paint thin"] * 10
    >>> now = ["label torn", "pump leaks", "paint run", "leaking pump seal"] * 5
    >>> rising_terms(before, now).rising[:3]
    ('leaking', 'pump', 'seal')
    """
    check_enough(len(before), 1, "texts before")
    check_enough(len(now), 1, "texts now")
    words = words_of([*before, *now], language, synonyms)
    words = words.only(np.flatnonzero(words.texts_with >= least_texts))
    check_enough(len(words.vocabulary), 1, f"terms in at least {least_texts} texts")
    holds = sparse.csr_array((np.ones(words.counts.nnz), words.counts.indices, words.counts.indptr), words.counts.shape)
    cut = len(before)
    return rises(
        words.shown,
        np.asarray(holds[:cut].sum(axis=0)).ravel(),
        np.asarray(holds[cut:].sum(axis=0)).ravel(),
        len(before) if exposure_before is None else exposure_before,
        len(now) if exposure_now is None else exposure_now,
        alpha=alpha,
        confidence=confidence,
        method=method,
    )


def _figures(a: np.ndarray, b: np.ndarray, e: float, f: float, level: float) -> dict[str, np.ndarray]:
    share, total, tail = f / (e + f), a + b, (1 - level) / 2
    # So many now or more, of the total: the upper tail of a binomial distribution.
    pvalue = np.where(b > 0, betainc(np.maximum(b, 1), a + 1, share), 1.0)
    low = np.where(b > 0, betaincinv(np.maximum(b, 1), a + 1, tail), 0.0)
    high = np.where(a > 0, betaincinv(b + 1, np.maximum(a, 1), 1 - tail), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(total > 0, (b / f) / (a / e), np.nan)
        expected_a, expected_b = total * (1 - share), total * share
        g = 2 * (xlogy(a, a / expected_a) + xlogy(b, b / expected_b))
        return {
            "ratio": ratio,
            "ratio_low": low / (1 - low) * e / f,
            "ratio_high": np.where(high < 1, high / (1 - high), np.inf) * e / f,
            "g": np.where(total > 0, np.copysign(np.maximum(g, 0.0), b - expected_b), 0.0),
            "pvalue": pvalue,
        }
