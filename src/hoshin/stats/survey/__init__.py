"""Surveys: do the items measure one thing, do people agree, what does the sample say about everybody."""

from hoshin.stats.survey.agreement import WithinGroupAgreement, within_group_agreement
from hoshin.stats.survey.consistency import Consistency, cronbach_alpha, mcdonald_omega
from hoshin.stats.survey.intraclass import IntraclassCorrelation, intraclass_correlation
from hoshin.stats.survey.items import ItemStatistics, item_statistics
from hoshin.stats.survey.weighting import WeightedMean, weighted_mean

__all__ = [
    "Consistency",
    "IntraclassCorrelation",
    "ItemStatistics",
    "WeightedMean",
    "WithinGroupAgreement",
    "cronbach_alpha",
    "intraclass_correlation",
    "item_statistics",
    "mcdonald_omega",
    "weighted_mean",
    "within_group_agreement",
]
