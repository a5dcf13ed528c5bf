"""The decisions of statistical process control as pure functions: which chart, which rules, enough data, what needs attention.

Attention of a characteristic, by which the board is ordered:

    attention = alert + signal + recent + capability + outside + missing + basis

alert       50 while an alert is open
signal      30 for a signal at the newest point, 2 less for each point since; half while limits are provisional
recent      2 for each signalling point among the last 25, at most 10; half while limits are provisional
capability  20 x (1.33 - Ppk), between 0 and 20, where there is a specification
outside     10 for a value outside the specification among the last 10 points
missing     10 x the share of the last 25 points that have no value
basis       5 where no limits can be computed, 3 while no baseline is frozen
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records.workflow import Message, say
from hoshin.stats.control_charts import BEYOND_LIMITS, NELSON, WESTERN_ELECTRIC, Rule
from hoshin.surfaces.statistics import translated

from .chart_kinds import FALSE_ALARM_EVERY, KINDS, USUAL_SHIFT

# Textbooks ask for 20 to 25 preliminary samples before limits are trusted.
ENOUGH_POINTS = 20
LARGEST_RANGE_SUBGROUP = 10
RECENT, NEAR = 25, 10
WANTED_PPK = 1.33

RULE_SETS: dict[str, tuple[Rule, ...]] = {
    "beyond": (BEYOND_LIMITS,),
    "nelson": NELSON,
    "western_electric": WESTERN_ELECTRIC,
}


def rules_of(characteristic: Any) -> tuple[Rule, ...]:
    """The rules a characteristic is judged by: its set without those switched off by number."""
    off = {part.strip() for part in (characteristic.rules_off or "").replace(";", ",").split(",")}
    return tuple(rule for rule in RULE_SETS[characteristic.rules] if short_name(rule) not in off)


def short_name(rule: Rule) -> str:
    """A rule's number, as it stands beside a point."""
    last = rule.name.rsplit("-", 1)[-1]
    return last if last.isdigit() else "1"


def full_name(rule: Rule) -> str:
    """A rule as the trade calls it, such as Nelson 1."""
    if rule.name == BEYOND_LIMITS.name:
        return str(_("beyond the control limits"))
    family, _dash, number = rule.name.rpartition("-")
    return f"{family.replace('-', ' ').title()} {number}"


def worded(rule: Rule) -> str:
    """A rule's name and what it means; the meaning alone where the rule is of no family."""
    return translated(rule.text) if rule.name == BEYOND_LIMITS.name else f"{full_name(rule)}: {translated(rule.text)}"


@dataclass(frozen=True)
class Choice:
    """Which chart, why, and the figures it is designed with where it has some."""

    chart: str
    reason: str | Promise
    arguments: Mapping[str, Any] = field(default_factory=dict)


def choose_chart(
    sort: str, asked: str, subgroup_sizes: np.ndarray, opportunities: np.ndarray, shift: float = USUAL_SHIFT
) -> Choice:
    """The chart for a characteristic: the one asked for, or the one its data call for."""
    if asked != "automatic":
        return Choice(asked, _reason(asked, shift), KINDS[asked].design(shift))
    if sort == "defectives":
        return Choice("p", _("nonconforming units are counted: a proportion stays right when sample sizes change"))
    if sort == "defects":
        return _for_defects(opportunities)
    return _for_values(subgroup_sizes)


def _reason(chart: str, shift: float) -> str | Promise:
    designed = KINDS[chart].designed
    if designed is None:
        return _("the characteristic asks for it")
    told = {"shift": f"{shift:g}", "points": f"{designed(shift).arl1:.1f}", "every": f"{FALSE_ALARM_EVERY:.0f}"}
    return format_lazy(
        _(
            "the characteristic asks for it; it finds a shift of {shift} standard deviations after {points} points on "
            "average, with one false alarm in {every} points"
        ),
        **told,
    )


def _for_values(sizes: np.ndarray) -> Choice:
    largest = int(sizes.max(initial=1))
    if largest <= 1:
        return Choice("i_mr", _("measured values come one by one"))
    if largest <= LARGEST_RANGE_SUBGROUP and (sizes == largest).all():
        return Choice("xbar_r", _("measured values come in equal subgroups of ten or fewer"))
    return Choice("xbar_s", _("measured values come in subgroups of more than ten or of unequal size"))


def _for_defects(opportunities: np.ndarray) -> Choice:
    known = opportunities[~np.isnan(opportunities)]
    if known.size and (known != known[0]).any():
        return Choice("u", _("nonconformities are counted on areas of unequal size"))
    return Choice("c", _("nonconformities are counted on areas of one size"))


def enough_data(baseline: Any) -> Message | None:
    """Limits are frozen only when they could be computed, from enough points."""
    if not baseline.computed:
        return say(_("There are no limits: %(why)s"), why=translated(baseline.problem) or _("nothing was computed."))
    if baseline.points < ENOUGH_POINTS:
        return say(
            _("%(found)s points found; at least %(needed)s are needed before limits are trusted."),
            found=baseline.points, needed=ENOUGH_POINTS,
        )  # fmt: skip
    return None


@dataclass(frozen=True)
class Condition:
    """What is known of a characteristic when it is judged how much attention it needs. None: not known."""

    alert: bool = False
    since_signal: int | None = None
    recent_signals: int = 0
    ppk: float | None = None
    outside: bool = False
    missing_share: float = 0.0
    has_limits: bool = True
    has_baseline: bool = True


def attention(of: Condition) -> float:
    """How badly a characteristic needs attention; the formula stands at the top of this page."""
    signal = 0 if of.since_signal is None else max(0, 30 - 2 * of.since_signal)
    recent = min(10, 2 * of.recent_signals)
    trusted = 1.0 if of.has_baseline else 0.5
    capability = 0.0 if of.ppk is None else 20 * min(1.0, max(0.0, WANTED_PPK - of.ppk))
    basis = 0 if of.has_baseline else 3 if of.has_limits else 5
    return 50 * of.alert + trusted * (signal + recent) + capability + 10 * of.outside + 10 * of.missing_share + basis


def need(points: float) -> int:
    """How a card of the board is marked: 1 a signal, 2 worth a look, 0 calm."""
    return 1 if points >= 30 else 2 if points >= 8 else 0


def joined(known: str, more: Sequence[str], between: str = ", ") -> str:
    """Names of rules, or what they say, each once, in the order they were first met."""
    names = [name for name in known.split(between) if name]
    return between.join(dict.fromkeys([*names, *more]))


def grouped(names: str) -> str:
    """Names of rules as one reads them: the numbers of a family together and in order."""
    families: dict[str, list[str]] = {}
    for name in filter(None, names.split(", ")):
        family, _space, number = name.rpartition(" ")
        families.setdefault(family if number.isdigit() else name, []).extend([number] * number.isdigit())
    return "; ".join(f"{family} {', '.join(sorted(numbers))}".strip() for family, numbers in families.items())
