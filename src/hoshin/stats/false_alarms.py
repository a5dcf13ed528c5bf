"""How often rules cry wolf: each by itself and all together, on a process that nothing has happened to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hoshin.stats.errors import StatisticsError, check_number, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.rules import Rule
from hoshin.stats.run_length import RunLength, runs_rules_arl, simulate_rules
from hoshin.stats.signals import signals

_SERIES = 1000


@dataclass(frozen=True, eq=False)
class FalseAlarms(Result):
    """False alarms of rules on independent normal points with known center and sigma.

    ``rates`` gives for each rule the share of points at which it is met in the long run, ``arls`` the average number of
    points until it is first met. ``rate`` and ``arl`` are those of all rules together; a rate that was simulated has
    its 99 % ``rate_interval``, a run length that was simulated its ``arl_interval``, else None.
    """

    rules: tuple[Rule, ...]
    rates: tuple[float, ...]
    arls: tuple[float, ...]
    rate: float
    rate_interval: tuple[float, float] | None
    arl: float
    arl_interval: tuple[float, float] | None
    method: str

    title = "False alarms of rules"
    assumptions = ("points independent and normal", "center line and sigma known, not estimated")
    sources = (
        "C. W. Champ, W. H. Woodall, Technometrics 29 (1987), 393-399, for the run lengths",
        "L. S. Nelson, J. Quality Technology 16 (1984), 237-239, for the rules",
    )

    def steps(self):
        """Rate and run length of each rule, then of all together."""
        for rule, rate, arl in zip(self.rules, self.rates, self.arls, strict=True):
            yield Step(f"{rule.name} ({rule.text}): share of points", value=rate)
            yield Step(f"{rule.name}: points until the first", value=arl)
        yield Step("all together: share of points with a signal", value=self.rate)
        if self.rate_interval is not None:
            yield Step("its 99 % interval", value=self.rate_interval)
        yield Step("all together: points until the first", self.method, value=self.arl)


def false_alarms(rules: Sequence[Rule], *, k: float = 3.0, points: int = 2_000_000, seed: int = 0) -> FalseAlarms:
    """False-alarm rate per point and in-control average run length of each rule and of all together.

    Estimand: of each rule, the probability that the window ending at a point meets it (``Rule.false_alarm_rate``,
    exact) and the mean number of points until it is first met (Markov chain, exact). Of all rules together, the mean
    number of points until any is met (the same) and the share of points at which any is met, simulated: the mean share
    of 1,000 series, with its interval -+ 2.576 s / sqrt(1000). A set too large for the chain is simulated too. The rate
    is more than 1 / ARL, for signals of runs come in clusters.

    Parameters
    ----------
    rules : at least one ``Rule``: NELSON, WESTERN_ELECTRIC, AIAG, or one's own such as ``m_of_n(3, 4, 1.5)``.
    k : where the limits lie for a rule that looks at the limits drawn, in standard errors.
    points : how many points are simulated for the rate of several rules together.
    seed : of the generator; the same seed gives the same answer.

    Units: rates per point, 0 to 1; run lengths count points.

    Assumes: independent normal points, center line and sigma known. Limits estimated from few points raise the rates.

    Errors: no rule, two rules of one name, k not above 0, fewer than 100,000 points.

    Source: C. W. Champ, W. H. Woodall, Technometrics 29 (1987), 393-399, table 1 (91.75 for the Western Electric set).

    >>> from hoshin.stats.rules import WESTERN_ELECTRIC
    >>> found = false_alarms(WESTERN_ELECTRIC)
    >>> [round(rate, 5) for rate in found.rates], [round(arl, 1) for arl in found.arls]
    ([0.0027, 0.00205, 0.00447, 0.00781], [370.4, 510.7, 291.3, 255.0])
    >>> round(found.arl, 2), round(found.rate, 3)
    (91.75, 0.016)
    """
    k = check_number(k, "k", above=0)
    rules = tuple(replace(rule, k=k) if rule.type == "beyond" and rule.k is None else rule for rule in rules)
    points = check_whole(points, "points", at_least=100_000)
    whole = _run_length(rules)
    rates = tuple(rule.false_alarm_rate() for rule in rules)
    arls = tuple(_run_length((rule,)).arl[0] for rule in rules)
    rate, interval = (rates[0], None) if len(rules) == 1 else _share(rules, points, check_whole(seed, "seed"))
    arl_interval = None if whole.interval is None else whole.interval[0]
    return FalseAlarms(rules, rates, arls, rate, interval, whole.arl[0], arl_interval, whole.method)


def _run_length(rules: tuple[Rule, ...]) -> RunLength:
    """By Markov chain; by simulation where the rules have more states than it holds."""
    try:
        return runs_rules_arl(rules)
    except StatisticsError as error:
        if "simulate_rules" not in error.template:
            raise
        return simulate_rules(rules)


def _share(rules: tuple[Rule, ...], points: int, seed: int):
    """The share of points at which any rule is met, and its 99 % interval."""
    before = max(rule.window for rule in rules) - 1
    z = np.random.Generator(np.random.PCG64(seed)).standard_normal((_SERIES, points // _SERIES + before))
    met = np.zeros(z.shape, dtype=bool)
    met.ravel()[signals(z, 0.0, 1.0, rules).indices] = True
    shares = met[:, before:].mean(axis=1)
    rate, margin = float(shares.mean()), 2.5758293035489 * float(shares.std(ddof=1)) / math.sqrt(_SERIES)
    return rate, (rate - margin, rate + margin)
