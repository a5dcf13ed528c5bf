"""Validation on later rows: is a learned model better than chance, and than looking at one column?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import check_fraction, check_numbers, check_same_length, check_whole
from hoshin.stats.learning._labels import read_labels
from hoshin.stats.learning.calibration import Reliability, reliability
from hoshin.stats.learning.discrimination import AucComparison, Discrimination, compare_auc, discrimination
from hoshin.stats.learning.model import LEAST_FAILED, FailureModel, Recipe, fit, single_auc
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Validation(Result):
    """What a model learned from earlier rows is worth on later ones it has never seen.

    ``single`` is the best single column, chosen and turned on the training rows; ``gain`` compares the model with it.
    ``reliability`` tells whether the chances came true.
    """

    model: FailureModel
    discrimination: Discrimination
    single_name: str
    single: Discrimination
    gain: AucComparison
    reliability: Reliability
    scores: np.ndarray
    probabilities: np.ndarray
    train_rows: int
    test_rows: int

    title = "Validation on later rows"
    assumptions = ("rows in the order of time", "rows are independent of one another", "the later rows were used once")
    sources = ("E. W. Steyerberg, Clinical Prediction Models, 2nd edition (2019), chapters 15 and 17",)

    @property
    def beats_chance(self) -> bool:
        """Whether the whole interval of the AUC lies above one half."""
        return self.discrimination.better_than_chance

    @property
    def beats_single(self) -> bool:
        """Whether the whole interval of the gain over the best single column lies above nought."""
        return self.gain.interval[0] > 0

    @property
    def beats_prevalence(self) -> bool:
        """Whether its chances were nearer to what happened than the prevalence of the later rows."""
        return self.reliability.skill > 0

    @property
    def verdict(self) -> str:
        """The answer in one sentence."""
        if not self.beats_chance:
            return "not shown to be better than chance on later rows: do not use it"
        than = "better" if self.beats_single else "not shown to be better"
        if self.beats_prevalence:
            return f"better than chance on later rows, {than} than {self.single_name} alone"
        return (
            f"better than chance on later rows, {than} than {self.single_name} alone; its chances are no better than saying"
            " the prevalence: rank by it, do not believe them"
        )

    def steps(self):
        """What was learned on which rows, and how it did."""
        yield Step("rows learned on and tested on", value=(self.train_rows, self.test_rows))
        yield Step("AUC on later rows", value=self.discrimination.auc)
        yield Step(
            "its interval", "confidence {c}", {"c": self.discrimination.confidence}, self.discrimination.interval
        )
        yield Step("AUC among training rows, the best of those tried", value=self.model.training_auc)
        yield Step("average precision (prevalence)", value=self._precision())
        yield Step(f"AUC of {self.single_name} alone", value=self.single.auc)
        yield Step("gain over it and its interval", value=(self.gain.difference, *self.gain.interval))
        yield Step("skill of the chances", "1 - Brier / Brier of the prevalence", value=self.reliability.skill)
        yield Step("verdict", self.verdict)

    def _precision(self) -> tuple[float, float]:
        return self.discrimination.average_precision, self.discrimination.prevalence


def validate(
    values,
    failed,
    names: Sequence[str] | None = None,
    *,
    recipe: Recipe | None = None,
    later: float = 0.3,
    groups: int = 5,
    confidence: float = 0.95,
) -> Validation:
    """Learn from the earlier rows, judge on the later ones, and compare with chance and with the best single column.

    Estimand: on the later rows AUC with its interval, its gain over the best single column (chosen and turned on the
    earlier rows), and the skill of the chances, ``1 - Brier / Brier of the prevalence``. ``verdict`` says which of the three
    are not beaten. Do not change the recipe until the later rows look good: they are later rows only once.

    Parameters
    ----------
    values : (rows, columns) in time order, NaN where missing.
    failed : (rows,) of 0 and 1.
    names : one for each column; x0, x1, ... where not given.
    recipe : how the model is learned; ``Recipe()`` where not given. Its ``gap`` of rows before the later ones is left out.
    later : share of the rows, at the end, that only judge.
    groups : of the reliability table.
    confidence : of the intervals.

    Units: each column in its own; AUC and chances in 0..1.

    Assumes: rows in the order of time, independent of one another, the later ones used once.

    Errors: fewer than 10 failed or good rows in either part, columns of unlike length.

    Source: E. W. Steyerberg, Clinical Prediction Models, 2nd edition (2019), chapters 15 and 17.

    >>> random = np.random.default_rng(2)
    >>> values = random.normal(size=(600, 4))
    >>> failed = values[:, 0] + values[:, 1] + random.normal(size=600) > 2
    >>> found = validate(values, failed)
    >>> found.verdict
    'better than chance on later rows, better than x0 alone'
    """
    table, labels = check_numbers(values, "values", ndim=2), read_labels(failed)
    check_same_length(table, labels, ("values", "failed"))
    stop = labels.size - round(labels.size * check_fraction(later, "later"))
    recipe = recipe or Recipe()
    learned = max(0, stop - check_whole(recipe.gap, "gap", at_least=0))
    read_labels(labels[:learned].astype(float), "failed of the earlier rows", LEAST_FAILED)
    actual = read_labels(labels[stop:].astype(float), "failed of the later rows", LEAST_FAILED)
    model = fit(table[:learned], labels[:learned], names, recipe)
    scores, chances = model.scores(table[stop:]), model.probabilities(table[stop:])
    name, alone = _single(model, table[:learned], labels[:learned], table[stop:])
    return Validation(
        model=model,
        discrimination=discrimination(scores, actual, confidence),
        single_name=name,
        single=discrimination(alone, actual, confidence),
        gain=compare_auc(scores, alone, actual, confidence),
        reliability=reliability(chances, actual, groups, confidence),
        scores=scores,
        probabilities=chances,
        train_rows=learned,
        test_rows=labels.size - stop,
    )


def _single(model: FailureModel, train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> tuple[str, np.ndarray]:
    """The feature that alone discriminates best among the training rows, turned so that high means failing."""
    prepared = model.preparation
    areas = single_auc(prepared.apply(train), labels)
    best = int(np.argmax(np.abs(areas - 0.5)))
    sign = 1.0 if areas[best] >= 0.5 else -1.0
    return prepared.features[best], sign * prepared.apply(test)[:, best]
