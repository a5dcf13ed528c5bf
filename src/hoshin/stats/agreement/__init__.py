"""Agreement of people who judge: with themselves, with one another, with the standard."""

from hoshin.stats.agreement.cohen import CohenKappa, cohen_kappa, kappa_of_table
from hoshin.stats.agreement.effectiveness import AppraiserEffectiveness, EffectivenessStudy, effectiveness
from hoshin.stats.agreement.fleiss import FleissKappa, KappaInterval, fleiss_kappa, kappa_of_counts
from hoshin.stats.agreement.kendall import KendallTau, KendallW, kendall_tau_b, kendall_w
from hoshin.stats.agreement.percent import PercentAgreement, exact_interval, percent_agreement
from hoshin.stats.agreement.study import AttributeStudy, attribute_study

__all__ = [
    "AppraiserEffectiveness",
    "AttributeStudy",
    "CohenKappa",
    "EffectivenessStudy",
    "FleissKappa",
    "KappaInterval",
    "KendallTau",
    "KendallW",
    "PercentAgreement",
    "attribute_study",
    "cohen_kappa",
    "effectiveness",
    "exact_interval",
    "fleiss_kappa",
    "kappa_of_counts",
    "kappa_of_table",
    "kendall_tau_b",
    "kendall_w",
    "percent_agreement",
]
