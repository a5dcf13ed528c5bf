"""Attribute agreement study: appraisers judge parts several times, with or without a standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._layout import Layout, read_layout
from hoshin.stats._results import Batched
from hoshin.stats.agreement._tables import as_codes, as_ratings, category_counts, known_categories, refuse_missing
from hoshin.stats.agreement.fleiss import KappaInterval, influence, kappa_interval
from hoshin.stats.agreement.kendall import KendallW, kendall_tau_b, kendall_w
from hoshin.stats.agreement.percent import PercentAgreement, share_of
from hoshin.stats.errors import StatisticsError, check_fraction
from hoshin.stats.results import FrozenDict, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class AttributeStudy(Batched):
    """Agreement within, between and with the standard, in percent and as kappa.

    Keys of the dictionaries are the appraisers. What needs several trials, several appraisers or a standard is None
    where there are none; a kappa is NaN where all its ratings are in one category. ``intervals`` has those of the
    kappas, under the names of their fields. Of many characteristics every number is an array over them.
    """

    parts: int | np.ndarray
    trials: int
    appraisers: tuple
    categories: tuple
    within: dict | None
    each_vs_standard: dict | None
    between: PercentAgreement | None
    all_vs_standard: PercentAgreement | None
    fleiss_within: dict | None
    fleiss_each_vs_standard: dict | None
    fleiss_between: float | np.ndarray | None
    fleiss_all_vs_standard: float | np.ndarray | None
    kendall_within: dict | None
    kendall_between: KendallW | None
    kendall_each_vs_standard: dict | None
    intervals: dict | None = None
    characteristics: int | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Attribute agreement study"
    sources = (
        "AIAG, Measurement Systems Analysis, 4th edition, chapter III section C",
        "J. L. Fleiss, Psychological Bulletin 76 (1971), 378-382",
        *KappaInterval.sources,
    )
    assumptions = (
        "the parts are a sample of what will be judged, good and bad and near the limit",
        "the appraisers do not know the standard nor their earlier ratings",
    )

    @property
    def count(self) -> int | None:
        """How many characteristics there are; None of one alone."""
        return self.characteristics

    def _entry(self, i, **_):
        return super()._entry(i, characteristics=None)

    def steps(self):
        """Every percentage and kappa."""
        shares = [(f"{name} within", share) for name, share in (self.within or {}).items()]
        shares += [(f"{name} against the standard", share) for name, share in (self.each_vs_standard or {}).items()]
        shares += [("all appraisers", self.between), ("all against the standard", self.all_vs_standard)]
        for what, share in shares:
            if share is not None:
                n = {"x": share.matched, "n": share.inspected}
                yield Step(f"{what}: percent", "100 x {x} / {n}", n, share.percent)
        for appraiser, kappa in (self.fleiss_within or {}).items():
            yield Step(f"{appraiser}: Fleiss' kappa over the trials", value=kappa)
            yield from self._bounds(f"{appraiser}: interval of kappa over the trials", "fleiss_within", appraiser)
        for appraiser, kappa in (self.fleiss_each_vs_standard or {}).items():
            yield Step(f"{appraiser}: mean over trials of kappa with the standard", value=kappa)
            yield from self._bounds(f"{appraiser}: interval of that mean", "fleiss_each_vs_standard", appraiser)
        if self.fleiss_between is not None:
            yield Step("Fleiss' kappa over all ratings", value=self.fleiss_between)
            yield from self._bounds("interval of kappa over all ratings", "fleiss_between")
        if self.fleiss_all_vs_standard is not None:
            yield Step("mean over all trials of kappa with the standard", value=self.fleiss_all_vs_standard)
            yield from self._bounds("interval of the mean over all trials", "fleiss_all_vs_standard")

    def _bounds(self, what, name, appraiser=None):
        found = (self.intervals or {}).get(name)
        one = found if appraiser is None or found is None else found[appraiser]
        if one is not None:
            yield Step(what, "{kappa} -+ t x {se}", {"kappa": one.kappa, "se": one.se}, (one.lower, one.upper))


def attribute_study(
    ratings: Mapping,
    reference=None,
    *,
    offsets=None,
    confidence: float = 0.95,
    categories=None,
    ordinal: bool = False,
    on_error: str = "raise",
) -> AttributeStudy:
    """How well appraisers agree with themselves, with one another and with a standard, for one or many characteristics.

    Estimand: the probability that a part is judged alike in all trials of an appraiser (within), of all appraisers
    (between), and as the standard says; Fleiss' kappa (po - pe) / (1 - pe) of the same. A part matches only when every
    rating of it does. Kappa with the standard is the mean over trials of the kappa of trial and standard.

    Parameters
    ----------
    ratings : mapping of appraiser to array (parts,) or (parts, trials), numbers or words, the same shape for every
        appraiser; (characteristics, parts, trials) of many, or rows (parts of all, trials) with ``offsets``
    reference : array (parts,), optional; the standard, one for all characteristics or in the shape of the ratings'
        characteristics and parts
    offsets : where each characteristic's parts begin, and how many rows there are
    confidence : of the exact intervals of the percentages and of the intervals of kappa
    categories : sequence, optional; all categories in order, by default those that occur, sorted
    ordinal : whether Kendall's W within and between, and the mean tau-b of the trials with the standard, are added
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: percent for shares; kappa, W and tau-b have none.

    Assumes: the parts are a sample of what will be judged; appraisers know neither the standard nor earlier ratings.

    Errors: No appraiser, ratings of different shape, missing ratings, a standard of another length, fewer than 2 parts.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III section C; J. L. Fleiss, Psychological Bulletin
    76 (1971), 378-382.

    >>> study = attribute_study({"Ann": [["y", "y"], ["n", "n"], ["y", "n"]], "Bob": [["y", "y"], ["n", "n"], ["n", "n"]]},
    ...                         ["y", "n", "n"])
    >>> study.within["Ann"].matched, study.between.matched, study.all_vs_standard.matched
    (2, 2, 2)
    """
    check_fraction(confidence)
    rated = read_rated(ratings, reference, categories, offsets, on_error)
    m, _, trials = rated.codes.shape
    found = _shares(rated, confidence) | _kappas(rated, confidence) | _kendall(rated, ordinal)
    # What takes several trials or several appraisers.
    for name in () if trials > 1 else ("within", "fleiss_within", "kendall_within"):
        found[name] = None
    for name in () if m > 1 else ("between", "fleiss_between", "kendall_between"):
        found[name] = None
    return AttributeStudy(
        parts=rated.segments.equal or rated.segments.lengths,
        trials=trials,
        appraisers=rated.people,
        categories=rated.categories,
        characteristics=rated.layout.count if rated.layout.many else None,
        problems=rated.layout.problems,
        **found,
    )


@dataclass(frozen=True)
class Rated:
    """Codes (appraisers, parts of all characteristics, trials) and the standard's (parts,), cut by characteristic."""

    people: tuple
    categories: tuple
    codes: np.ndarray
    truth: np.ndarray | None
    layout: Layout

    @property
    def segments(self) -> Segments:
        """Where the parts of each characteristic lie."""
        return self.layout.segments


def read_rated(ratings, reference, categories, offsets, on_error) -> Rated:
    """Ratings and standard of one or many characteristics, checked.

    >>> read_rated({"Ann": ["y", "n"]}, None, None, None, "raise").codes.tolist()
    [[[1], [0]]]
    """
    if not isinstance(ratings, Mapping) or not ratings:
        raise StatisticsError("no ratings found; a mapping of appraiser to ratings is needed")
    read = {str(name): as_ratings(values, f"ratings of {name}", (1, 2, 3)) for name, values in ratings.items()}
    shapes = {name: array.shape for name, (array, _) in read.items()}
    shape = next(iter(shapes.values()))
    if len(set(shapes.values())) > 1:
        raise StatisticsError(
            "appraisers have ratings of different shape: {found}; as many parts and trials are needed of each",
            found=shapes,
        )
    layout = read_layout(shape if len(shape) > 1 else (*shape, 1), offsets, on_error, ndim=2, name="ratings")
    segments = layout.segments
    for name, (_, missing) in read.items():
        refuse_missing(layout, missing, f"ratings of {name}")
    layout.refuse_few(segments.lengths, 2, "parts")
    arrays = [array.reshape(segments.total, -1) for array, _ in read.values()]
    standard = None if reference is None else _standard(reference, layout)
    known = known_categories([*arrays, *([] if standard is None else [standard])], categories)
    codes = np.stack([as_codes(array, known) for array in arrays])
    truth = None if standard is None else as_codes(standard, known)
    return Rated(tuple(read), known, codes, truth, layout)


def _standard(reference, layout: Layout):
    """The standard of every part: one column for all characteristics, or one for each."""
    array, missing = as_ratings(reference, "reference", (1, 2))
    segments, array, missing = layout.segments, array.ravel(), missing.ravel()
    if array.size == segments.equal and array.size != segments.total:
        array, missing = np.tile(array, segments.count), np.tile(missing, segments.count)
    if array.size != segments.total:
        raise StatisticsError(
            "reference has {found} parts and the ratings {parts}; one value per part is needed",
            found=array.size,
            parts=segments.equal or segments.total,
        )
    refuse_missing(layout, missing, "reference")
    return array


def _shares(rated: Rated, confidence) -> dict:
    """How many parts are judged alike in every trial, and rightly, with exact intervals."""
    everything = rated.codes.transpose(1, 0, 2).reshape(rated.segments.total, -1)
    alike, all_alike = _alike(rated.codes), _alike(everything)

    def share(matched):
        counts = rated.layout.told(x=rated.segments.counts(matched), n=rated.segments.lengths)
        return share_of(rated.layout, counts["x"], counts["n"], confidence)

    right = together = None
    if rated.truth is not None:
        each = zip(alike, rated.codes, strict=True)
        right = _named(rated, (share(same & (codes[:, 0] == rated.truth)) for same, codes in each))
        together = share(all_alike & (everything[:, 0] == rated.truth))
    return {
        "within": _named(rated, map(share, alike)),
        "between": share(all_alike),
        "each_vs_standard": right,
        "all_vs_standard": together,
    }


def _kappas(rated: Rated, confidence) -> dict:
    """Fleiss' kappas and their intervals; that with the standard is the mean over trials."""
    m, parts, trials = rated.codes.shape
    found = {}
    if trials > 1:
        found["fleiss_within"] = _named(rated, (_kappa(rated, codes[None], confidence) for codes in rated.codes))
    if m > 1:
        together = rated.codes.transpose(1, 0, 2).reshape(1, parts, -1)
        found["fleiss_between"] = _kappa(rated, together, confidence)
    if rated.truth is not None:
        pairs = np.stack(np.broadcast_arrays(rated.codes, rated.truth[:, None]), axis=-1).transpose(0, 2, 1, 3)
        each = (_kappa(rated, codes, confidence) for codes in pairs)
        found["fleiss_each_vs_standard"] = _named(rated, each)
        found["fleiss_all_vs_standard"] = _kappa(rated, pairs.reshape(-1, parts, 2), confidence)
    names = ("fleiss_within", "fleiss_each_vs_standard", "fleiss_between", "fleiss_all_vs_standard")
    kappas = {name: _kappa_alone(found.get(name)) for name in names}
    return kappas | {"intervals": found}


def _kappa(rated: Rated, codes, confidence) -> KappaInterval:
    """The mean over several ratings (ratings, parts, raters) of kappa, with the interval its parts give it."""
    segments = rated.segments
    counts = category_counts(codes, len(rated.categories)).reshape(-1, len(rated.categories))
    stacked = Segments(np.append(0, np.cumsum(np.tile(segments.lengths, len(codes)))))
    each = influence(counts, stacked).reshape(len(codes), -1).mean(axis=0)
    limits = kappa_interval(segments.sums(each) / segments.lengths, each, segments, confidence)
    kappa, se, lower, upper = rated.layout.blank(limits.kappa, limits.se, limits.lower, limits.upper)
    return KappaInterval(**rated.layout.told(kappa=kappa, se=se, lower=lower, upper=upper))


def _kappa_alone(found):
    if isinstance(found, dict):
        return {name: one.kappa for name, one in found.items()}
    return None if found is None else found.kappa


def _kendall(rated: Rated, ordinal) -> dict:
    names = ("kendall_within", "kendall_between", "kendall_each_vs_standard")
    m, parts, trials = rated.codes.shape
    if not ordinal:
        return dict.fromkeys(names)
    how = {"offsets": rated.segments.offsets if rated.layout.many else None}
    how["on_error"] = "mark" if rated.layout.marks else "raise"
    numbers = rated.codes.astype(float)
    within = between = against = None
    if trials > 1:
        within = _named(rated, (_noted(rated, kendall_w(codes, **how)) for codes in numbers))
    if m > 1:
        between = _noted(rated, kendall_w(numbers.transpose(1, 0, 2).reshape(parts, -1), **how))
    if rated.truth is not None:
        against = _named(rated, (_mean_tau(rated, codes, how) for codes in numbers))
    return dict(zip(names, (within, between, against), strict=True))


def _mean_tau(rated: Rated, codes, how):
    """The mean over trials of the correlation with the standard."""
    truth = rated.truth.astype(float)
    taus = [_noted(rated, kendall_tau_b(trial, truth, **how)).tau_b for trial in codes.T]
    return np.mean(taus, axis=0)[()]


def _noted(rated: Rated, measure):
    """A measure, its problems noted with the study's."""
    for i, why in measure.problems.items():
        rated.layout.problems.setdefault(i, why)
    return measure


def _named(rated: Rated, values) -> dict:
    return dict(zip(rated.people, values, strict=True))


def _alike(codes):
    return (codes == codes[..., :1]).all(axis=-1)
