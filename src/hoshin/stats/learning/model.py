"""The model of failing: preparation, features, penalty and calibration learned from training rows in time order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_numbers, check_same_length
from hoshin.stats.learning._labels import midranks, read_labels
from hoshin.stats.learning.calibration import Isotonic, Platt, isotonic, platt
from hoshin.stats.learning.folds import forward_folds
from hoshin.stats.learning.logistic import LogisticModel, logistic
from hoshin.stats.learning.preparation import Preparation, prepare
from hoshin.stats.results import Result, Step

LEAST_FAILED = 10
"""With fewer failed rows nothing is learned that would hold."""


@dataclass(frozen=True, eq=False)
class Recipe(Result):
    """How a model is learned: what is tried is compared on later training rows only.

    ``features`` are the numbers of features to try (None: all), best by single AUC first; ``penalties`` those to try.
    ``gap`` rows before each tested stretch are not learned from, because their outcome would not have been known.
    """

    features: tuple[int | None, ...] = (10, 40, None)
    penalties: tuple[float, ...] = (0.001, 0.01, 0.1, 1.0)
    class_weight: str = "balanced"
    calibration: str = "platt"
    folds: int = 4
    first: float = 0.4
    gap: int = 0
    most_missing: float = 0.5
    indicator_from: float = 0.05
    clip: float = 5.0

    title = "Recipe of a failure model"

    def __post_init__(self):
        super().__post_init__()
        check_choice(self.calibration, ("platt", "isotonic", "none"), "calibration")
        check_enough(len(self.features), 1, "numbers of features to try")
        check_enough(len(self.penalties), 1, "penalties to try")

    def prepare(self, values, names=None) -> Preparation:
        """The preparation that training rows tell."""
        return prepare(
            values, names, most_missing=self.most_missing, indicator_from=self.indicator_from, clip=self.clip
        )


@dataclass(frozen=True, eq=False)
class FailureModel(Result):
    """What says which rows will fail. ``features`` names what it looks at, in the order of its coefficients.

    ``trials`` holds the AUC on later training rows of each number of features (row) and penalty (column) tried;
    ``training_auc`` the one chosen: being the best of many, it promises a little too much.
    """

    recipe: Recipe
    preparation: Preparation
    chosen: np.ndarray
    features: tuple[str, ...]
    model: LogisticModel
    calibration: Platt | Isotonic | None
    trials: np.ndarray
    training_auc: float
    rows: int
    failed: int

    title = "Failure model"
    assumptions = ("rows in the order of time", "later rows arise as the training rows did (watch the drift)")
    sources = ("C. Bergmeir, J. M. Benitez, Information Sciences 191 (2012), 192-213: validation in time order",)

    def scores(self, values) -> np.ndarray:
        """Log odds of failing before calibration: the higher, the likelier."""
        return self.model.log_odds(self.preparation.apply(values)[:, self.chosen])

    def probabilities(self, values) -> np.ndarray:
        """Calibrated chances of failing."""
        scores = self.scores(values)
        return expit(scores) if self.calibration is None else self.calibration.apply(scores)

    def contributions(self, row) -> tuple[tuple[str, float], ...]:
        """What each feature adds to the log odds of one row, the largest first."""
        given = check_numbers(row, "row", ndim=1)
        terms = self.preparation.apply(given[None, :])[0, self.chosen] * self.model.coefficients
        return tuple((self.features[i], float(terms[i])) for i in np.argsort(-np.abs(terms), kind="stable"))

    def steps(self):
        """What was tried, what was chosen, and the largest coefficients."""
        yield Step("training rows", "{n}, of them {m} failed", {"n": self.rows, "m": self.failed})
        yield from self.preparation.steps()
        yield Step("AUC on later training rows by features (rows) and penalty (columns)", value=self.trials)
        yield Step("chosen", "{k} features, penalty {p}", {"k": self.chosen.size, "p": self.model.penalty})
        for i in np.argsort(-np.abs(self.model.coefficients), kind="stable")[:10]:
            yield Step(f"coefficient of {self.features[i]}", value=float(self.model.coefficients[i]))
        if self.calibration is not None:
            yield from self.calibration.steps()


def fit(values, failed, names: Sequence[str] | None = None, recipe: Recipe | None = None) -> FailureModel:
    """Learn from rows of process data in time order which will fail.

    Estimand: the chance that a row fails, ``calibration(intercept + b . x)``, x its prepared features. Within the rows
    given, forward folds (earlier rows train, the next ones test) choose the number of features and the penalty by the AUC
    of all pairs within folds, and give the scores that calibration is learned from; then everything is learned once more
    from all rows. Nothing is ever prepared, chosen or calibrated on rows it was fitted to.

    Parameters
    ----------
    values : (rows, columns) in time order, NaN where missing.
    failed : (rows,) of 0 and 1, at least 10 of each.
    names : one for each column; x0, x1, ... where not given.
    recipe : what is tried and how; ``Recipe()`` where not given.

    Units: each column in its own; scores are log odds, probabilities chances.

    Assumes: rows in the order of time, independent of one another, later ones arising as these did.

    Errors: fewer than 10 failed or good rows, no later stretch with both, no column that varies.

    Source: C. Bergmeir, J. M. Benitez, Information Sciences 191 (2012), 192-213; T. Hastie, R. Tibshirani, J. Friedman,
    The Elements of Statistical Learning, 2nd edition (2009), section 7.10.2: choosing features inside the validation.

    >>> random = np.random.default_rng(1)
    >>> values = random.normal(size=(400, 3))
    >>> failed = values[:, 1] + random.normal(size=400) > 1.5
    >>> model = fit(values, failed, ["speed", "heat", "load"])
    >>> [name for name, _ in model.contributions([0.0, 2.0, 0.0])][0], bool(model.training_auc > 0.7)
    ('heat', True)
    """
    recipe = recipe or Recipe()
    table, labels = check_numbers(values, "values", ndim=2), read_labels(failed, least=LEAST_FAILED)
    check_same_length(table, labels, ("values", "failed"))
    trials, scores = _tried(table, labels, recipe)
    row, column = np.unravel_index(int(np.argmax(_preferring_simple(trials))), trials.shape)
    preparation, chosen, model = _learned(table, labels, recipe, recipe.features[row], recipe.penalties[column], names)
    known = ~np.isnan(scores[row, column])
    calibrate = {"platt": platt, "isotonic": isotonic}.get(recipe.calibration)
    return FailureModel(
        recipe=recipe,
        preparation=preparation,
        chosen=chosen,
        features=tuple(preparation.features[i] for i in chosen),
        model=model,
        calibration=calibrate(scores[row, column, known], labels[known]) if calibrate else None,
        trials=trials,
        training_auc=float(trials[row, column]),
        rows=labels.size,
        failed=int(labels.sum()),
    )


def single_auc(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The AUC of each column alone.

    >>> single_auc(np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([False, True])).tolist()
    [1.0, 0.0]
    """
    m, n = int(labels.sum()), int((~labels).sum())
    sums = midranks(features)[labels].sum(axis=0)
    return (sums - m * (m + 1) / 2) / (m * n)


def _tried(table: np.ndarray, labels: np.ndarray, recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """AUC over pairs within folds, and the score of each row out of its fold (NaN in the first stretch)."""
    shape = (len(recipe.features), len(recipe.penalties))
    ordered, pairs = np.zeros(shape), 0
    scores = np.full((*shape, labels.size), np.nan)
    for train, test in _usable(labels, recipe):
        m, n = int(labels[test].sum()), int((~labels[test]).sum())
        for place, found in _fold_scores(table, labels, recipe, train, test):
            scores[place][test] = found
            rank_sum = midranks(found)[labels[test]].sum()
            ordered[place] += rank_sum - m * (m + 1) / 2
        pairs += m * n
    if not pairs:
        raise StatisticsError(
            "no later stretch of the training rows has both failed and good rows; more rows are needed"
        )
    return ordered / pairs, scores


def _usable(labels: np.ndarray, recipe: Recipe) -> Iterator[tuple[slice, slice]]:
    for fold in forward_folds(labels.size, recipe.folds, recipe.first, recipe.gap):
        train, test = slice(0, fold.train_stop), slice(fold.test_start, fold.test_stop)
        both = (labels[train].any(), (~labels[train]).any(), labels[test].any(), (~labels[test]).any())
        if all(both):
            yield train, test


def _fold_scores(table, labels, recipe: Recipe, train: slice, test: slice):
    preparation = recipe.prepare(table[train])
    x, later = preparation.apply(table[train]), preparation.apply(table[test])
    order = _best_first(x, labels[train])
    for i, count in enumerate(recipe.features):
        some = order[:count]
        for j, penalty in enumerate(recipe.penalties):
            model = logistic(x[:, some], labels[train], penalty, recipe.class_weight)
            yield (i, j), model.log_odds(later[:, some])


def _best_first(x: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.argsort(-np.abs(single_auc(x, labels) - 0.5), kind="stable")


def _preferring_simple(trials: np.ndarray) -> np.ndarray:
    """The trials with the least of advantages for fewer features and larger penalties, so that ties go to them."""
    return trials + 1e-9 * (np.arange(trials.shape[1])[None, :] - np.arange(trials.shape[0])[:, None])


def _learned(table, labels, recipe: Recipe, count, penalty: float, names):
    preparation = recipe.prepare(table, names)
    x = preparation.apply(table)
    chosen = np.sort(_best_first(x, labels)[:count])
    return preparation, chosen, logistic(x[:, chosen], labels, penalty, recipe.class_weight)
