"""From what is asked of a plan to the plan itself, with its risks and curves."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from scipy.optimize import brentq

from hoshin.ledger.canonical import canonical
from hoshin.stats import sampling
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result, encoded
from hoshin.stats.sampling.z14 import AQLS

from .rules import BY_AQL, VARIABLES, Inspection, Level, Sort, Standard

# Above this an AQL counts nonconformities in 100 items, no longer nonconforming items.
MOST_NONCONFORMING = 10
LOW = 0.10
NOT_FOR_VARIABLES = (Level.S1, Level.S2)
CURVE = 121
ASKED = (
    "sort", "standard", "lot_size", "aql", "level", "samples", "first_inspection", "steady", "good_quality", "producer_risk",
    "bad_quality", "consumer_risk", "sigma",
)  # fmt: skip


class NoPlan(ValueError):
    """What is asked for has no plan: what is missing or does not fit."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan ready to use: attributes (n, Ac, Re by sample) or variables (n, k)."""

    result: Result
    plan: Any
    letter: str = ""
    # Percent nonconforming that the plan is meant to accept, and to reject.
    good: float | None = None
    bad: float | None = None
    distribution: str = "binomial"
    lot_size: int | None = None

    @property
    def by_variables(self) -> bool:
        return isinstance(self.plan, sampling.VariablesPlan)

    @property
    def sizes(self) -> str:
        return str(self.plan.n) if self.by_variables else " + ".join(map(str, self.plan.n))

    @property
    def acceptance(self) -> str:
        return "" if self.by_variables else ", ".join("–" if ac < 0 else str(ac) for ac in self.plan.ac)

    @property
    def rejection(self) -> str:
        return "" if self.by_variables else ", ".join(map(str, self.plan.re))

    def accepts(self, p: Any) -> np.ndarray:
        """Probability of acceptance at shares nonconforming."""
        if self.by_variables:
            return np.asarray(sampling.acceptance_by_variables(self.plan, p))
        return np.asarray(sampling.operating_characteristic(self.plan, p, distribution=self.distribution).pa)

    @property
    def worst(self) -> float:
        """The worst quality that is looked at: all nonconforming, or a hundred nonconformities on each item."""
        return 100.0 if self.distribution == "poisson" else 0.999_999

    def quality_at(self, probability: float) -> float:
        """The share nonconforming that is accepted with a probability."""
        return float(brentq(lambda p: float(self.accepts(p)) - probability, 1e-12, self.worst))

    @cached_property
    def grid(self) -> np.ndarray:
        """Shares nonconforming from none to where hardly any lot is accepted."""
        end = max(self.quality_at(0.005), 1.2 * (self.bad or 0) / 100, 1.5 * (self.good or 0) / 100)
        return np.linspace(1e-6 * min(end, 1), min(end, self.worst), CURVE)

    @cached_property
    def curve(self) -> Any | None:
        """ASN, AOQ and ATI along the grid; of attribute plans."""
        if self.by_variables:
            return None
        size = self.lot_size if self.lot_size and self.lot_size >= self.plan.total else None
        return sampling.operating_characteristic(self.plan, self.grid, distribution=self.distribution, lot_size=size)


def asked_of(row: Any) -> dict[str, Any]:
    """What a record asks of its plan, as plain values."""
    told = {name: getattr(row, name) for name in ASKED}
    return {name: format(v.normalize(), "f") if isinstance(v, Decimal) else v for name, v in told.items()}


def fingerprint_of(asked: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(dict(asked))).hexdigest()


def plan_for(asked: Mapping[str, Any], *, lot_size: int | None = None, inspection: str = Inspection.NORMAL) -> Plan:
    """The plan for a lot under the inspection in force; raises NoPlan or StatisticsError."""
    return MAKERS[Sort(asked["sort"])](asked, lot_size or asked["lot_size"], inspection)


def _number(asked: Mapping[str, Any], name: str, words: str) -> float:
    if asked[name] in (None, ""):
        raise NoPlan(_("The %(what)s is needed for this kind of plan.") % {"what": words})
    return float(asked[name])


def _by_aql(asked: Mapping[str, Any], lot_size: int | None, inspection: str) -> Plan:
    aql, size = _number(asked, "aql", _("AQL")), _lot(lot_size)
    standard = asked["standard"]
    found = sampling.z14_plan(
        size, aql, level=asked["level"], inspection=inspection, sampling=asked["samples"] or "single", standard=standard
    )
    distribution = "binomial" if aql <= MOST_NONCONFORMING else "poisson"
    return Plan(found, found.plan, found.plan_letter, aql, None, distribution, size)


def _lot(lot_size: int | None) -> int:
    if not lot_size:
        raise NoPlan(_("The lot size is needed for this kind of plan."))
    return lot_size


def _risk_points(asked: Mapping[str, Any]) -> tuple[tuple[float, float], tuple[float, float], float, float]:
    good, bad = (
        _number(asked, "good_quality", _("quality to be accepted")),
        _number(asked, "bad_quality", _("quality to be rejected")),
    )
    alpha = _number(asked, "producer_risk", _("risk of the producer"))
    beta = _number(asked, "consumer_risk", _("risk of the consumer"))
    return (good / 100, 1 - alpha / 100), (bad / 100, beta / 100), good, bad


def _by_risks(asked: Mapping[str, Any], lot_size: int | None, inspection: str) -> Plan:
    prp, crp, good, bad = _risk_points(asked)
    if asked["samples"] == "multiple":
        raise NoPlan(
            _("By two risks single and double plans are computed; multiple ones stand in the standard (by AQL).")
        )
    find = sampling.find_double_plan if asked["samples"] == "double" else sampling.find_plan
    found = find(prp, crp)
    return Plan(found, found.plan, "", good, bad, "binomial", lot_size)


def _zero(asked: Mapping[str, Any], lot_size: int | None, inspection: str) -> Plan:
    bad = _number(asked, "bad_quality", _("quality to be rejected"))
    beta = _number(asked, "consumer_risk", _("risk of the consumer"))
    found = sampling.zero_plan(bad / 100, beta / 100, lot_size=lot_size)
    return Plan(found, sampling.single_plan(found.n, 0), "", None, bad, "binomial", lot_size)


def _variables_by_aql(asked: Mapping[str, Any], lot_size: int | None, inspection: str) -> Plan:
    aql = _number(asked, "aql", _("AQL"))
    if asked["level"] in NOT_FOR_VARIABLES:
        raise NoPlan(
            _("Variables plans are tabled for the levels S-3, S-4, I, II and III; %(level)s is for attributes.")
            % {"level": asked["level"]}
        )
    level = (asked["level"] or "II").replace("-", "")
    sigma = asked["sigma"] or "unknown"
    found = sampling.z19_plan(_lot(lot_size), aql, level=level, inspection=inspection, sigma=sigma)
    return Plan(found, found.plan, found.plan_letter, aql, None, "binomial", lot_size)


def _variables_by_risks(asked: Mapping[str, Any], lot_size: int | None, inspection: str) -> Plan:
    prp, crp, good, bad = _risk_points(asked)
    found = sampling.find_variables_plan(prp, crp, sigma=asked["sigma"] or "unknown")
    return Plan(found, found.plan, "", good, bad, "binomial", lot_size)


MAKERS = {
    Sort.AQL: _by_aql,
    Sort.RISKS: _by_risks,
    Sort.ZERO: _zero,
    Sort.VARIABLES_AQL: _variables_by_aql,
    Sort.VARIABLES_RISKS: _variables_by_risks,
}


def acceptance_one_step_tighter(asked: Mapping[str, Any], letter: str) -> int | None:
    """The acceptance number with the next smaller AQL, which the switching score asks for; None where there is none."""
    smaller = [aql for aql in AQLS if aql < float(asked["aql"]) * 0.999]
    if not smaller:
        return None
    try:
        return sampling.z14_letter_plan(letter, smaller[-1], standard=Standard(asked["standard"]).value).plan.ac[0]
    except StatisticsError:
        return None


def switches(asked: Mapping[str, Any]) -> bool:
    """Whether the standard's rules of switching belong to this kind of plan."""
    return Sort(asked["sort"]) in BY_AQL


def is_by_variables(asked: Mapping[str, Any]) -> bool:
    return Sort(asked["sort"]) in VARIABLES


def figures_of(row: Any) -> dict[str, Any]:
    """Everything the system writes into a plan, beside what its lots say."""
    asked = asked_of(row)
    told = dict.fromkeys(("k", "pa_good", "limiting_quality", "aoql"))
    told |= dict.fromkeys(("code_letter", "sample_size", "acceptance", "rejection", "problem", "computed"), "")
    told |= {"basis": fingerprint_of(asked)}
    try:
        made = plan_for(asked, inspection=_first(asked))
        return told | _figures(made)
    except (NoPlan, StatisticsError) as refused:
        return told | {"problem": str(refused)[:300]}


def _first(asked: Mapping[str, Any]) -> str:
    first = asked["first_inspection"] or Inspection.NORMAL
    return first if switches(asked) and first != Inspection.DISCONTINUED else Inspection.NORMAL


def _figures(made: Plan) -> dict[str, Any]:
    told = {
        "code_letter": made.letter, "sample_size": made.sizes, "acceptance": made.acceptance, "rejection": made.rejection,
        "k": _figure(made.plan.k) if made.by_variables else None,
        "pa_good": None if made.good is None else _figure(100 * float(made.accepts(made.good / 100))),
        "limiting_quality": _figure(100 * made.quality_at(LOW)), "computed": json.dumps(encoded(made.result), allow_nan=False),
    }  # fmt: skip
    if not made.by_variables:
        limit = sampling.outgoing_quality_limit(made.plan, distribution=made.distribution)
        told["aoql"] = _figure(100 * limit.aoql)
    return told


def _figure(value: float) -> Decimal:
    return Decimal(f"{float(value):.10g}").quantize(Decimal("1e-9"))
