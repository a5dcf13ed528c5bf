"""Internal consistency of a scale: Cronbach's alpha and McDonald's omega."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri

from hoshin.stats._results import Ragged
from hoshin.stats.errors import check_fraction, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments
from hoshin.stats.survey._answers import complete_rows, covariances, read_answers, refuse_incomplete
from hoshin.stats.survey._factor import correlations, one_factor


@dataclass(frozen=True, eq=False)
class Consistency(Result):
    """How much of the scatter of a sum of items is common to them.

    ``without`` is the coefficient when each item is left out, ``item_rest`` each item's correlation with the sum of
    the others. ``loadings`` (omega only) are those of the one common factor on the items' own scale.
    """

    coefficient: str
    value: float
    interval: tuple[float, float] | None
    confidence: float
    standardized: float
    without: np.ndarray
    item_rest: np.ndarray
    loadings: np.ndarray | None
    people: int
    items: int
    left_out: int

    title = "Internal consistency"
    assumptions = (
        "people are independent",
        "items are keyed in one direction",
        "one thing is measured (alpha: by equal parts)",
    )
    sources = (
        "L. J. Cronbach, Psychometrika 16 (1951), 297-334; L. S. Feldt, Psychometrika 30 (1965), 357-370: interval",
        "R. P. McDonald, Test Theory (1999), chapter 6: omega",
    )

    def steps(self):
        """The coefficient, its interval and each item's part."""
        yield Step("people with every answer", value=self.people)
        yield Step("left out", value=self.left_out)
        formula = "k/(k-1) (1 - sum of item variances / variance of the sum)"
        if self.coefficient == "omega":
            formula = "(sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances)"
        yield Step(self.coefficient, formula, value=self.value)
        if self.interval is not None:
            yield Step(f"{self.confidence:.0%} interval", value=self.interval)
        for i in range(self.items):
            yield Step(f"correlation of item {i + 1} with the others' sum", value=float(self.item_rest[i]))
            yield Step(f"{self.coefficient} without item {i + 1}", value=float(self.without[i]))


def cronbach_alpha(
    answers, confidence: float = 0.95, *, offsets=None, item_offsets=None, on_error: str = "raise"
) -> Consistency:
    """Cronbach's alpha with Feldt's interval, and what each item does to it.

    Estimand: ``alpha = k/(k-1) (1 - sum s_i^2 / s_sum^2)``, a lower bound of the share of true variance in the sum of k
    items. Interval ``1 - (1 - alpha) F`` with F quantiles of n - 1 and (n-1)(k-1) degrees of freedom. ``standardized`` is
    alpha of standardised items; ``item_rest`` the correlation of an item with the sum of the others.

    Parameters
    ----------
    answers : (people, items) of one scale, (C, people, items) of many groups, or a table with ``offsets`` or
        ``item_offsets``. NaN leaves its row out of the scale.
    confidence : of the two-sided interval.
    offsets : many groups: where each begins among the rows, and their number.
    item_offsets : many scales of one questionnaire: where each begins among the items, and their number.
    on_error : "raise", or "mark": a group or scale without an answer gets NaN and a word in ``problems``.

    Units: answers in points of a scale common to the items; the coefficient has none.

    Assumes: independent people, items keyed in one direction (turn negative ones round before), one thing measured by
    equal parts and errors that do not correlate; the interval normal answers.

    Errors: fewer than 3 people with every answer or 2 items, an item everybody answers alike, a sum that does not vary.

    Source: L. J. Cronbach, Psychometrika 16 (1951), 297-334; L. S. Feldt, Psychometrika 30 (1965), 357-370.

    >>> scale = cronbach_alpha([[4, 5, 4], [3, 3, 2], [5, 5, 5], [2, 2, 3], [4, 4, 4], [1, 2, 1]])
    >>> round(scale.value, 4), scale.without.round(3)
    (0.9616, array([0.911, 0.952, 0.966]))
    >>> cronbach_alpha([[4, 5, 4, 2], [3, 3, 2, 1], [5, 5, 5, 4], [2, 2, 3, 3]], item_offsets=[0, 2, 4]).value.round(3)
    array([0.967, 0.889])
    """
    tail = (1 - check_fraction(confidence)) / 2
    read = read_answers(answers, offsets, item_offsets, on_error)
    refuse_incomplete(read, 3, 2)

    def compute(part, rows, complete, items, left_out):
        segments, rows = complete_rows(part.segments, rows, complete)
        n, cov = segments.lengths, covariances(segments, rows)
        part.refuse(
            ~(cov.sum(axis=(1, 2)) > 0),
            "the sum of the items does not vary; items that run against the others must be turned round",
        )
        value, without = _alpha(cov, items), _alpha_without(cov, items)
        degrees = n - 1, (n - 1) * (items - 1)
        interval = np.stack([1 - (1 - value) * fdtri(*degrees, p) for p in (1 - tail, tail)], axis=1)
        return _columns(cov, items, n, left_out, item_offsets is not None, without) | {
            "value": value,
            "interval": interval,
            "standardized": _alpha(_padded(correlations(cov)[1], items), items),
        }, {"coefficient": "alpha", "confidence": float(confidence), "loadings": None}

    return read.layout.result(Consistency, compute, read.rows, read.complete, read.items, read.left_out)


def mcdonald_omega(
    answers,
    confidence: float = 0.95,
    replicates: int = 0,
    seed: int = 0,
    *,
    offsets=None,
    item_offsets=None,
    on_error: str = "raise",
) -> Consistency:
    """McDonald's omega (total) from one common factor fitted by maximum likelihood.

    Estimand: ``omega = (sum l)^2 / ((sum l)^2 + sum u)``, l loadings and u unique variances of the items: the share of the
    common factor in the variance of the sum; alpha is not larger unless errors correlate. With ``replicates`` > 0 the
    interval is the percentile interval of people drawn with replacement.

    Parameters
    ----------
    answers : (people, items) of one scale, (C, people, items) of many groups, or a table with ``offsets`` or
        ``item_offsets``. NaN leaves its row out of the scale.
    confidence : of the two-sided interval.
    replicates : how many samples are drawn for the interval; none without it.
    seed : of the draws; the same for every group or scale.
    offsets : many groups: where each begins among the rows, and their number.
    item_offsets : many scales of one questionnaire: where each begins among the items, and their number.
    on_error : "raise", or "mark": a group or scale without an answer gets NaN and a word in ``problems``.

    Units: loadings in points of the scale; the coefficient has none.

    Assumes: independent people, one common factor, errors that do not correlate; unique shares of at least 0.005.

    Errors: fewer than 3 items, not more people than items, an item everybody answers alike, items that are sums of others.

    Source: R. P. McDonald, Test Theory (1999), 88-90; K. G. Jöreskog, Psychometrika 32 (1967), 443-482.

    >>> random = np.random.default_rng(3)
    >>> common = random.normal(size=(400, 1))
    >>> scale = mcdonald_omega(common * [1.0, 0.8, 0.6, 0.9] + random.normal(size=(400, 4)))
    >>> round(scale.value, 2)  # the true value is 3.3^2 / (3.3^2 + 4) = 0.731
    0.74
    """
    confidence = check_fraction(confidence)
    replicates = check_whole(replicates, "replicates", at_least=0)
    read = read_answers(answers, offsets, item_offsets, on_error)
    refuse_incomplete(read, 3, 3)
    people = read.layout.segments.counts(read.complete)
    read.layout.refuse(
        people <= read.items,
        "{people} people for {items} items; more people than items are needed",
        people=people,
        items=read.items,
    )

    def compute(part, rows, complete, items, left_out):
        segments, rows = complete_rows(part.segments, rows, complete)
        cov = covariances(segments, rows)
        loadings, singular = one_factor(cov)
        part.refuse(singular, "the items are not linearly independent (one is a sum of others); leave one out")
        sd, correlation = correlations(cov)
        standard = loadings / np.where(sd > 0, sd, 1.0)
        by_scale = item_offsets is not None
        columns = _columns(cov, items, segments.lengths, left_out, by_scale, _omega_without(cov, items)) | {
            "value": _omega(cov, loadings),
            "standardized": _omega(_padded(correlation, items), standard),
            "loadings": _by_item(loadings, items, by_scale),
        }
        if replicates:
            columns["interval"] = _bootstrapped(segments, rows, confidence, replicates, seed)
        rest = {} if replicates else {"interval": None}
        return columns, {"coefficient": "omega", "confidence": confidence, **rest}

    return read.layout.result(Consistency, compute, read.rows, read.complete, read.items, read.left_out)


def _columns(cov, items, people, left_out, by_scale: bool, without) -> dict:
    """What alpha and omega have in common."""
    with np.errstate(divide="ignore", invalid="ignore"):
        total, own, variance = _parts(cov)
        rest = total - 2 * own + variance
        # Below the last digit of the sum the others do not vary at all.
        item_rest = np.where(rest > 1e-12 * np.abs(total), (own - variance) / np.sqrt(variance * rest), np.nan)
    return {
        "without": _by_item(without, items, by_scale),
        "item_rest": _by_item(item_rest, items, by_scale),
        "people": people,
        "items": items,
        "left_out": left_out,
    }


def _by_item(values, items, by_scale: bool):
    """Values of each item: a table where all scales have as many items, else of different length."""
    if not by_scale:
        return values
    inside = np.arange(values.shape[1]) < items[:, None]
    return Ragged(values[inside], np.concatenate([[0], np.cumsum(items)]))


def _parts(cov):
    """The variance of the sum, each item's covariance with it, and each item's variance."""
    return cov.sum(axis=(1, 2))[:, None], cov.sum(axis=2), np.diagonal(cov, axis1=1, axis2=2)


def _padded(correlation, items):
    """A matrix of correlations with nothing where there is no item."""
    inside = np.arange(correlation.shape[1]) < items[:, None]
    return correlation * (inside[:, :, None] & inside[:, None, :])


def _alpha(cov, items):
    total, _, variance = _parts(cov)
    with np.errstate(divide="ignore", invalid="ignore"):
        return items / (items - 1) * (1 - variance.sum(axis=1) / total[:, 0])


def _alpha_without(cov, items):
    total, own, variance = _parts(cov)
    k = items[:, None] - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        left = k / (k - 1) * (1 - (variance.sum(axis=1, keepdims=True) - variance) / (total - 2 * own + variance))
    return np.where(k >= 2, left, np.nan)


def _omega(cov, loadings):
    common = loadings.sum(axis=1) ** 2
    unique = (np.diagonal(cov, axis1=1, axis2=2) - loadings**2).sum(axis=1)
    return common / (common + unique)


def _omega_without(cov, items):
    """Omega without each item: the scale with the item's row and column empty."""
    found = np.full(cov.shape[:2], np.nan)
    for i in range(cov.shape[1]):
        left = cov.copy()
        left[:, i] = left[:, :, i] = 0.0
        found[:, i] = _omega(left, one_factor(left)[0])
    return np.where(items[:, None] >= 4, found, np.nan)


def _bootstrapped(segments: Segments, rows, confidence: float, replicates: int, seed: int):
    """Percentile interval of omega; the share drawn at each place is the same for every scale."""
    random = np.random.Generator(np.random.PCG64(seed))
    shares = random.random((int(segments.lengths.max()), replicates))[segments.positions()]
    places = (shares * segments.per_point(segments.lengths)[:, None]).astype(np.int64)
    places += segments.per_point(segments.offsets[:-1])[:, None]
    drawn = np.stack([covariances(segments, rows[places[:, b]]) for b in range(replicates)])
    flat = drawn.reshape(-1, *drawn.shape[2:])
    found = _omega(flat, one_factor(flat)[0]).reshape(replicates, -1)
    none = np.isnan(found).all(axis=0)
    bounds = np.nanquantile(np.where(none, 0.0, found), [(1 - confidence) / 2, (1 + confidence) / 2], axis=0).T
    return np.where(none[:, None], np.nan, bounds)
