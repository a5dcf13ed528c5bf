"""Effectiveness of appraisers who decide good or bad: correct decisions, misses, false alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hoshin.stats.agreement.percent import PercentAgreement, percent_agreement
from hoshin.stats.agreement.study import attribute_study
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result, Step

# AIAG, Measurement Systems Analysis, 4th edition, page 139: acceptable, and marginal, limits.
_EFFECTIVE, _MISS, _FALSE_ALARM = (90.0, 80.0), (2.0, 5.0), (5.0, 10.0)


@dataclass(frozen=True, eq=False)
class AppraiserEffectiveness(Result):
    """One appraiser's decisions against the standard.

    ``effectiveness`` counts parts judged rightly in every trial; misses and false alarms count single decisions: bad
    parts called good, good parts called bad. A rate is None where no such part was in the study.
    """

    effectiveness: PercentAgreement
    miss: PercentAgreement | None
    false_alarm: PercentAgreement | None
    verdict: str

    title = "Effectiveness of an appraiser"
    sources = ("AIAG, Measurement Systems Analysis, 4th edition, page 139",)
    assumptions = ("every decision is independent of the others",)

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
class EffectivenessStudy(Result):
    """Every appraiser's effectiveness."""

    bad: str | int | float | bool
    appraisers: dict

    title = "Effectiveness"
    sources = AppraiserEffectiveness.sources
    assumptions = AppraiserEffectiveness.assumptions

    def steps(self):
        """Each appraiser's lines."""
        for name, one in self.appraisers.items():
            for step in one.steps():
                yield Step(f"{name}: {step.what}", step.formula, step.numbers, step.value)


def effectiveness(ratings: Mapping, reference, bad, *, confidence: float = 0.95) -> EffectivenessStudy:
    """How often appraisers decide rightly, let bad parts pass and refuse good ones.

    Estimands: the probability that a part is judged rightly in all trials; that a bad part is called good in one
    decision (miss); that a good part is called bad (false alarm). AIAG's verdict: acceptable from 90 % effectiveness
    with at most 2 % misses and 5 % false alarms, marginal from 80 %, 5 %, 10 %.

    Parameters
    ----------
    ratings : mapping of appraiser to array (parts,) or (parts, trials)
        Decisions of two kinds.
    reference : array (parts,)
        The standard.
    bad : rating
        Which of the two ratings means bad.

    Errors: More than two kinds of rating, ``bad`` among none of them, what ``attribute_study`` refuses.

    Source: AIAG, Measurement Systems Analysis, 4th edition, pages 138-139.

    >>> result = effectiveness({"Ann": [["ok", "ok"], ["no", "ok"], ["no", "no"]]}, ["ok", "no", "no"], bad="no")
    >>> ann = result.appraisers["Ann"]
    >>> round(ann.effectiveness.percent, 1), round(ann.miss.percent, 1), ann.false_alarm.percent, ann.verdict
    (66.7, 25.0, 0.0, 'unacceptable')
    """
    study = attribute_study(ratings, reference, confidence=confidence)
    if len(study.categories) > 2 or bad not in study.categories:
        raise StatisticsError(
            "ratings are {found} and bad is {bad!r}; two kinds of rating, one of them bad, are needed",
            found=study.categories,
            bad=bad,
        )
    truth = np.asarray(reference) == bad
    found = {}
    for name, decisions in ratings.items():
        says_bad = np.asarray(decisions).reshape(len(truth), -1) == bad
        miss = _rate(~says_bad[truth], confidence)
        alarm = _rate(says_bad[~truth], confidence)
        right = study.each_vs_standard[str(name)]
        found[str(name)] = AppraiserEffectiveness(right, miss, alarm, _verdict(right, miss, alarm))
    return EffectivenessStudy(bad=bad, appraisers=found)


def _rate(decisions, confidence):
    return percent_agreement(int(decisions.sum()), decisions.size, confidence=confidence) if decisions.size else None


def _verdict(right, miss, alarm):
    missed, alarmed = (0.0 if share is None else share.percent for share in (miss, alarm))
    for i, word in enumerate(("acceptable", "marginal")):
        if right.percent >= _EFFECTIVE[i] and missed <= _MISS[i] and alarmed <= _FALSE_ALARM[i]:
            return word
    return "unacceptable"
