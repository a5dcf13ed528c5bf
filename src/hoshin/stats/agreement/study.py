"""Attribute agreement study: appraisers judge parts several times, with or without a standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hoshin.stats.agreement._tables import as_codes, as_ratings, category_counts, known_categories
from hoshin.stats.agreement.fleiss import kappa_of_counts
from hoshin.stats.agreement.kendall import KendallW, kendall_tau_b, kendall_w
from hoshin.stats.agreement.percent import PercentAgreement, percent_agreement
from hoshin.stats.errors import StatisticsError, check_fraction
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class AttributeStudy(Result):
    """Agreement within, between and with the standard, in percent and as kappa.

    Keys of the dictionaries are the appraisers. What needs several trials, several appraisers or a standard is None
    where there are none; a kappa is NaN where all its ratings are in one category.
    """

    parts: int
    trials: int
    appraisers: tuple
    categories: tuple
    within: dict | None
    each_vs_standard: dict | None
    between: PercentAgreement | None
    all_vs_standard: PercentAgreement | None
    fleiss_within: dict | None
    fleiss_each_vs_standard: dict | None
    fleiss_between: float | None
    fleiss_all_vs_standard: float | None
    kendall_within: dict | None
    kendall_between: KendallW | None
    kendall_each_vs_standard: dict | None

    title = "Attribute agreement study"
    sources = (
        "AIAG, Measurement Systems Analysis, 4th edition, chapter III section C",
        "J. L. Fleiss, Psychological Bulletin 76 (1971), 378-382",
    )
    assumptions = (
        "the parts are a sample of what will be judged, good and bad and near the limit",
        "the appraisers do not know the standard nor their earlier ratings",
    )

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
        for appraiser, kappa in (self.fleiss_each_vs_standard or {}).items():
            yield Step(f"{appraiser}: mean over trials of kappa with the standard", value=kappa)
        if self.fleiss_between is not None:
            yield Step("Fleiss' kappa over all ratings", value=self.fleiss_between)


def attribute_study(
    ratings: Mapping, reference=None, *, confidence: float = 0.95, categories=None, ordinal: bool = False
) -> AttributeStudy:
    """How well appraisers agree with themselves, with one another and with a standard.

    Estimands: the probability that a part is judged alike in all trials of an appraiser (within), of all appraisers
    (between), and as the standard says; Fleiss' kappa of the same. A part matches only when every rating of it does.
    Kappa with the standard is the mean over trials of the kappa of trial and standard.

    Parameters
    ----------
    ratings : mapping of appraiser to array (parts,) or (parts, trials)
        Numbers or words; the same shape for every appraiser.
    reference : array (parts,), optional
        The standard.
    confidence : float
        Of the exact intervals of the percentages.
    categories : sequence, optional
        All categories in order; by default those that occur, sorted.
    ordinal : bool
        Adds Kendall's W within and between, and the mean tau-b of the trials with the standard.

    Errors: No appraiser, ratings of different shape, missing ratings, a standard of another length, fewer than 2 parts.

    Source: AIAG, Measurement Systems Analysis, 4th edition, pages 131-140; J. L. Fleiss (1971).

    >>> study = attribute_study({"Ann": [["y", "y"], ["n", "n"], ["y", "n"]], "Bob": [["y", "y"], ["n", "n"], ["n", "n"]]},
    ...                         ["y", "n", "n"])
    >>> study.within["Ann"].matched, study.between.matched, study.all_vs_standard.matched
    (2, 2, 2)
    """
    arrays, standard = _checked(ratings, reference)
    check_fraction(confidence)
    known = known_categories([*arrays.values(), *([] if standard is None else [standard])], categories)
    codes = np.stack([as_codes(array, known) for array in arrays.values()])
    truth = None if standard is None else as_codes(standard, known)
    people, k = tuple(arrays), len(known)
    m, parts, trials = codes.shape
    everything = codes.transpose(1, 0, 2).reshape(parts, -1)
    alike, all_alike = _alike(codes), _alike(everything)

    def share(matched):
        return percent_agreement(int(matched.sum()), parts, confidence=confidence)

    def each(values):
        return dict(zip(people, values, strict=True))

    right = None if truth is None else [share(a & (c[:, 0] == truth)) for a, c in zip(alike, codes, strict=True)]
    with_standard = None if truth is None else _with_standard(codes, truth, k)
    several = m * trials > 1
    return AttributeStudy(
        parts=parts,
        trials=trials,
        appraisers=people,
        categories=known,
        within=each(share(a) for a in alike) if trials > 1 else None,
        each_vs_standard=None if truth is None else each(right),
        between=share(all_alike) if m > 1 else None,
        all_vs_standard=None if truth is None else share(all_alike & (everything[:, 0] == truth)),
        fleiss_within=each(_fleiss(codes, k).tolist()) if trials > 1 else None,
        fleiss_each_vs_standard=None if truth is None else each(with_standard.tolist()),
        fleiss_between=float(_fleiss(everything, k)) if m > 1 and several else None,
        fleiss_all_vs_standard=None if truth is None else float(with_standard.mean()),
        **_kendall(people, codes, truth, ordinal),
    )


def _checked(ratings, reference):
    if not isinstance(ratings, Mapping) or not ratings:
        raise StatisticsError("no ratings found; a mapping of appraiser to ratings is needed")
    arrays = {str(name): as_ratings(values, f"ratings of {name}", (1, 2)) for name, values in ratings.items()}
    arrays = {name: array.reshape(len(array), -1) for name, array in arrays.items()}
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) > 1:
        raise StatisticsError(
            "appraisers have ratings of different shape: {found}; as many parts and trials are needed of each",
            found={name: array.shape for name, array in arrays.items()},
        )
    parts = shapes.pop()[0]
    if parts < 2:
        raise StatisticsError("{found} part found; at least 2 are needed", found=parts)
    standard = None if reference is None else as_ratings(reference, "reference", (1,))
    if standard is not None and len(standard) != parts:
        raise StatisticsError(
            "reference has {found} parts and the ratings {parts}; one value per part is needed",
            found=len(standard),
            parts=parts,
        )
    return arrays, standard


def _alike(codes):
    return (codes == codes[..., :1]).all(axis=-1)


def _fleiss(codes, k):
    return np.asarray(kappa_of_counts(category_counts(codes, k), tuple(range(k))).kappa)


def _with_standard(codes, truth, k):
    pairs = np.stack(np.broadcast_arrays(codes, truth[:, None]), axis=-1)
    return _fleiss(pairs.transpose(0, 2, 1, 3), k).mean(axis=-1)


def _kendall(people, codes, truth, ordinal):
    names = ("kendall_within", "kendall_between", "kendall_each_vs_standard")
    if not ordinal:
        return dict.fromkeys(names)
    m, parts, trials = codes.shape
    numbers = codes.astype(float)
    within = {name: kendall_w(c) for name, c in zip(people, numbers, strict=True)} if trials > 1 else None
    between = kendall_w(numbers.transpose(1, 0, 2).reshape(parts, -1)) if m > 1 else None
    against = None
    if truth is not None:
        tau = [kendall_tau_b(c.T, np.broadcast_to(truth, (trials, parts))).tau_b for c in numbers]
        against = {name: float(np.mean(t)) for name, t in zip(people, tau, strict=True)}
    return dict(zip(names, (within, between, against), strict=True))
