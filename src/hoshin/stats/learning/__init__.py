"""Learning from process data: which lots will fail, judged on later lots, and when to stop trusting the answer."""

from hoshin.stats.learning.calibration import (
    Isotonic,
    Platt,
    Reliability,
    isotonic,
    platt,
    reliability,
)
from hoshin.stats.learning.discrimination import (
    AucComparison,
    Discrimination,
    compare_auc,
    discrimination,
)
from hoshin.stats.learning.drift import Drift, drift
from hoshin.stats.learning.folds import Fold, forward_folds
from hoshin.stats.learning.logistic import LogisticModel, logistic
from hoshin.stats.learning.model import FailureModel, Recipe, fit
from hoshin.stats.learning.preparation import Preparation, prepare
from hoshin.stats.learning.threshold import Threshold, threshold
from hoshin.stats.learning.validation import Validation, validate

__all__ = [
    "AucComparison",
    "Discrimination",
    "Drift",
    "FailureModel",
    "Fold",
    "Isotonic",
    "LogisticModel",
    "Platt",
    "Preparation",
    "Recipe",
    "Reliability",
    "Threshold",
    "Validation",
    "compare_auc",
    "discrimination",
    "drift",
    "fit",
    "forward_folds",
    "isotonic",
    "logistic",
    "platt",
    "prepare",
    "reliability",
    "threshold",
    "validate",
]
