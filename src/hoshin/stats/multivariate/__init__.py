"""Several characteristics judged together: T², generalised variance, multivariate EWMA."""

from hoshin.stats.multivariate._charts import T2Baseline
from hoshin.stats.multivariate.generalized_variance import GeneralizedVarianceChart, generalized_variance
from hoshin.stats.multivariate.hotelling import T2Chart, t2_individuals, t2_monitor, t2_subgroups
from hoshin.stats.multivariate.mewma import MewmaChart, mewma

__all__ = [
    "GeneralizedVarianceChart",
    "MewmaChart",
    "T2Baseline",
    "T2Chart",
    "generalized_variance",
    "mewma",
    "t2_individuals",
    "t2_monitor",
    "t2_subgroups",
]
