"""Folds in time order: earlier rows train, the next ones test."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hoshin.stats.errors import check_enough, check_fraction, check_whole
from hoshin.stats.results import Result


@dataclass(frozen=True)
class Fold(Result):
    """Rows [0, ``train_stop``) train, rows [``test_start``, ``test_stop``) test."""

    train_stop: int
    test_start: int
    test_stop: int

    title = "Fold in time order"


def forward_folds(rows: int, folds: int = 4, first: float = 0.4, gap: int = 0) -> tuple[Fold, ...]:
    """Cut rows in time order into folds that only ever test on what came later.

    Estimand: the rows [0, start - gap) that train and [start, stop) that test of each fold; the first share of the rows
    only trains, the rest is cut into stretches of like length, each tested by a model of everything before it.

    Parameters
    ----------
    rows : how many there are, in the order of time.
    folds : stretches to test on.
    first : share of the rows, at the beginning, that only trains.
    gap : rows before each stretch that are not learned from, because their outcome was not known yet.

    Units: rows, counted from 0.

    Assumes: rows in the order of time.

    Errors: too few rows to train or to test on, a share outside 0..1.

    Source: C. Bergmeir, J. M. Benitez, Information Sciences 191 (2012), 192-213.

    >>> [(f.train_stop, f.test_start, f.test_stop) for f in forward_folds(100, folds=3, first=0.4)]
    [(40, 40, 60), (60, 60, 80), (80, 80, 100)]
    """
    rows, folds = check_whole(rows, "rows", at_least=2), check_whole(folds, "folds", at_least=1)
    gap = check_whole(gap, "gap", at_least=0)
    start = int(rows * check_fraction(first, "first"))
    check_enough(rows - start, folds, "rows to test on")
    check_enough(start - gap, 1, "rows to train on")
    cuts = [start + (rows - start) * i // folds for i in range(folds + 1)]
    return tuple(Fold(low - gap, low, high) for low, high in pairwise(cuts))
