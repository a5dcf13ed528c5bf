"""Effectiveness of appraisers who decide good or bad: correct decisions, misses, false alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._results import Batched
from hoshin.stats.agreement.percent import PercentAgreement, share_of
from hoshin.stats.agreement.study import Rated, read_rated
from hoshin.stats.errors import StatisticsError, check_fraction
from hoshin.stats.results import FrozenDict, Step

# AIAG, Measurement Systems Analysis, 4th edition, page 139: acceptable, and marginal, limits.
_EFFECTIVE, _MISS, _FALSE_ALARM = (90.0, 80.0), (2.0, 5.0), (5.0, 10.0)


@dataclass(frozen=True, eq=False)
class AppraiserEffectiveness(Batched):
    """One appraiser's decisions against the standard.

    ``effectiveness`` counts parts judged rightly in every trial; misses and false alarms count single decisions: bad
    parts called good, good parts called bad. A rate is None where no such part was in the study.
    """

    effectiveness: PercentAgreement
    miss: PercentAgreement | None
    false_alarm: PercentAgreement | None
    verdict: str | tuple[str, ...]

    title = "Effectiveness of an appraiser"
    sources = ("AIAG, Measurement Systems Analysis, 4th edition, page 139",)
    assumptions = ("every decision is independent of the others",)

    @property
    def count(self) -> int | None:
        """How many characteristics there are; None of one alone."""
        return self.effectiveness.count

    def _entry(self, i, **_):
        rates = {name: getattr(self, name)._entry(i) for name in ("miss", "false_alarm")}
        rates = {name: rate if rate.inspected else None for name, rate in rates.items()}
        return super()._entry(i, **rates, verdict=self.verdict[i])

    def steps(self):
        """The three rates."""
        for what, share in (
            ("effectiveness", self.effectiveness),
            ("miss rate", self.miss),
            ("false alarm rate", self.false_alarm),
        ):
            if share is not None:
                yield Step(what, "100 x {x} / {n}", {"x": share.matched, "n": share.inspected}, share.percent)


@dataclass(frozen=True, eq=False)
class EffectivenessStudy(Batched):
    """Every appraiser's effectiveness."""

    bad: str | int | float | bool
    appraisers: dict
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Effectiveness"
    sources = AppraiserEffectiveness.sources
    assumptions = AppraiserEffectiveness.assumptions

    @property
    def count(self) -> int | None:
        """How many characteristics there are; None of one alone."""
        return next(iter(self.appraisers.values())).count

    def steps(self):
        """Each appraiser's lines."""
        for name, one in self.appraisers.items():
            for step in one.steps():
                yield Step(f"{name}: {step.what}", step.formula, step.numbers, step.value)


def effectiveness(
    ratings: Mapping, reference, bad, *, offsets=None, confidence: float = 0.95, on_error: str = "raise"
) -> EffectivenessStudy:
    """How often appraisers decide rightly, let bad parts pass and refuse good ones, for one or many characteristics.

    Estimand: the probability that a part is judged rightly in all trials, 100 right / parts; that a bad part is called
    good in one decision (miss); that a good part is called bad (false alarm). AIAG's verdict: acceptable from 90 %
    effectiveness with at most 2 % misses and 5 % false alarms, marginal from 80 %, 5 %, 10 %.

    Parameters
    ----------
    ratings : mapping of appraiser to array (parts,) or (parts, trials), decisions of two kinds;
        (characteristics, parts, trials) of many, or rows with ``offsets``
    reference : array (parts,), the standard; one for all characteristics or one for each
    bad : the rating that means bad
    offsets : where each characteristic's parts begin, and how many rows there are
    confidence : of the exact intervals
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: percent; effectiveness counts parts, misses and false alarms count decisions.

    Assumes: every decision is independent of the others.

    Errors: More than two kinds of rating, ``bad`` among none of them, what ``attribute_study`` refuses, no standard.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III section C.

    >>> result = effectiveness({"Ann": [["ok", "ok"], ["no", "ok"], ["no", "no"]]}, ["ok", "no", "no"], bad="no")
    >>> ann = result.appraisers["Ann"]
    >>> round(ann.effectiveness.percent, 1), round(ann.miss.percent, 1), ann.false_alarm.percent, ann.verdict
    (66.7, 25.0, 0.0, 'unacceptable')
    """
    check_fraction(confidence)
    rated = read_rated(ratings, reference, None, offsets, on_error)
    if rated.truth is None:
        raise StatisticsError("no reference found; the standard is needed")
    if len(rated.categories) > 2 or bad not in rated.categories:
        raise StatisticsError(
            "ratings are {found} and bad is {bad!r}; two kinds of rating, one of them bad, are needed",
            found=rated.categories,
            bad=bad,
        )
    place = rated.categories.index(bad)
    appraisers = {
        name: _appraiser(rated, codes == place, rated.truth == place, confidence)
        for name, codes in zip(rated.people, rated.codes, strict=True)
    }
    return EffectivenessStudy(bad=bad, appraisers=appraisers, problems=rated.layout.problems)


def _appraiser(rated: Rated, says_bad, is_bad, confidence) -> AppraiserEffectiveness:
    trials = says_bad.shape[1]
    right = _share(rated, (says_bad == is_bad[:, None]).all(axis=1), np.ones_like(is_bad), 1, confidence)
    miss = _share(rated, np.where(is_bad, (~says_bad).sum(axis=1), 0), is_bad, trials, confidence)
    alarm = _share(rated, np.where(is_bad, 0, says_bad.sum(axis=1)), ~is_bad, trials, confidence)
    words = _verdict(right, miss, alarm)
    if not rated.layout.many:
        miss, alarm = (rate if rate.inspected else None for rate in (miss, alarm))
        return AppraiserEffectiveness(right, miss, alarm, str(words))
    return AppraiserEffectiveness(right, miss, alarm, tuple(words.tolist()))


def _share(rated: Rated, matched, among, trials: int, confidence) -> PercentAgreement:
    """The share of decisions, some per part, among the parts it concerns."""
    segments = rated.segments
    counts = rated.layout.told(x=segments.counts(matched), n=trials * segments.counts(among))
    return share_of(rated.layout, counts["x"], counts["n"], confidence)


def _verdict(right, miss, alarm):
    """AIAG's word; empty where there are no figures."""
    missed, alarmed = (np.where(rate.inspected == np.int64(0), 0.0, rate.percent) for rate in (miss, alarm))
    met = [(right.percent >= _EFFECTIVE[i]) & (missed <= _MISS[i]) & (alarmed <= _FALSE_ALARM[i]) for i in (0, 1)]
    return np.select([np.isnan(right.percent), *met], ["", "acceptable", "marginal"], "unacceptable")
