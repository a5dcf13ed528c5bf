"""The assistant for how long things last: lives with units still working, repairs, returns to come."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.stats import reliability
from hoshin.stats.errors import StatisticsError
from hoshin.stats.reliability import LifeDistribution
from hoshin.surfaces.statistics import translated

from . import drawing
from .answers import Answer, Picture, Table, conclusion_of
from .forms import Ask, Inputs, NoAnswer, Widget, numbers_in
from .samples import Sample, needed

KINDS = (
    ("life", gettext_lazy("How long it lasts")),
    ("repairs", gettext_lazy("Does it fail more often with age")),
    ("returns", gettext_lazy("Returns to come")),
)
FAILED, RUNNING = gettext_lazy("Times to failure"), gettext_lazy("Times of units still working")
AGES, COUNTS = gettext_lazy("Ages of units in the field"), gettext_lazy("Units of each age")
LIVES, MISSION = ("life", "returns"), gettext_lazy("Share failed by the time")
END, PERIOD = gettext_lazy("End of watching"), gettext_lazy("Length of a period")
PERIODS, WARRANTY = gettext_lazy("Periods ahead"), gettext_lazy("Warranty ends at the age")
SEPARATED = gettext_lazy("Apart by blanks or lines; all in one unit of time.")

ASKS = (
    Ask("a", FAILED, Widget.SAMPLE, help=SEPARATED, kinds=LIVES),
    Ask("running", RUNNING, Widget.LINES, help=gettext_lazy("Those that have not failed yet, or were taken out."), kinds=LIVES),
    Ask("mission", MISSION, kinds=("life",)),
    Ask("a", gettext_lazy("Times of the failures of one system"), Widget.SAMPLE, help=SEPARATED, kinds=("repairs",)),
    Ask("end", END, help=gettext_lazy("Nothing: at the last failure."), kinds=("repairs",)),
    Ask("ages", AGES, Widget.LINES, kinds=("returns",)),
    Ask("counts", COUNTS, Widget.LINES, help=gettext_lazy("As many as ages. Nothing: one of each."), kinds=("returns",)),
    Ask("periods", PERIODS, default="12", kinds=("returns",)),
    Ask("period", PERIOD, default="1", kinds=("returns",)),
    Ask("warranty", WARRANTY, kinds=("returns",)),
)  # fmt: skip
FITS = {"weibull": reliability.weibull, "lognormal": reliability.lognormal, "loglogistic": reliability.loglogistic}
FEW = 10
# A log likelihood larger by this much is taken as a better fit; less is chance.
CLEARLY = 2.0


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """What the times say, with how sure it is."""
    times = needed(samples, 1)[0].values
    _check_times(times, samples[0].name)
    if kind == "repairs":
        return _repairs(inputs, times)
    fits, event = _fitted(inputs, times)
    best = _chosen(fits)
    return _life(inputs, fits, best, event) if kind == "life" else _returns(inputs, best)


def _check_times(times: np.ndarray, label: str | Promise) -> None:
    """Lives and ages are above 0; NoAnswer names the first that is not."""
    bad = np.flatnonzero(times <= 0)
    if bad.size:
        told = {"label": label, "n": int(bad[0]) + 1, "found": f"{times[bad[0]]:g}"}
        raise NoAnswer(_("%(label)s, value %(n)s is %(found)s; a time above 0 is needed.") % told)


def _fitted(inputs: Inputs, times: np.ndarray) -> tuple[list[LifeDistribution], np.ndarray]:
    """Each distribution that the times support, and which of all times are failures."""
    running = np.array(numbers_in(inputs.text("running"), RUNNING))
    _check_times(running, RUNNING)
    whole = np.concatenate((times, running))
    event = np.concatenate((np.ones(times.size), np.zeros(running.size)))
    fits, problems = [], []
    for fit in FITS.values():
        try:
            fits.append(fit(whole, event, b_life=(0.01, 0.1, 0.5)))
        except StatisticsError as refused:
            problems.append(refused)
    if not fits:
        raise problems[0]
    return fits, event


def _chosen(fits: Sequence[LifeDistribution]) -> LifeDistribution:
    """Weibull, the trade's own, unless another fits clearly better."""
    best = max(fits, key=lambda fit: fit.loglik)
    return next((fit for fit in fits if fit.distribution == "weibull" and fit.loglik > best.loglik - CLEARLY), best)


def _life(inputs: Inputs, fits: Sequence[LifeDistribution], best: LifeDistribution, event: np.ndarray) -> Answer:
    b10, (low, high) = best.life(0.1), best.life_interval(0.1)
    told = {"b10": f"{b10:.4g}", "low": f"{low:.4g}", "high": f"{high:.4g}", "median": f"{best.life(0.5):.4g}"}
    words = [_("Ten in a hundred have failed by %(b10)s (%(low)s to %(high)s), half of them by %(median)s.") % told]
    words += [*_pattern(best), *_by_then(inputs, best)]
    rows = [
        [translated(fit.distribution).capitalize(), *(f"{fit.life(p):.4g}" for p in (0.01, 0.1, 0.5)), _mean_life(fit), f"{fit.loglik:.3f}"]
        for fit in sorted(fits, key=lambda fit: -fit.loglik)
    ]  # fmt: skip
    columns = [_("Distribution"), "B1", "B10", "B50", _("Mean life"), _("Log likelihood")]
    reasons = [
        _("%(which)s: none of %(n)s distributions fits clearly better.")
        % {"which": translated(best.distribution).capitalize(), "n": len(fits)},
        _("Units still working count with the time they have lasted."),
    ]
    return Answer(
        _("Life distribution"), words, reasons, {"life": best}, [Table(_("Times by which shares have failed"), columns, rows)],
        [_share_failed(best)], _cautions(event),
    )  # fmt: skip


def _mean_life(fit: LifeDistribution) -> str:
    return f"{fit.mttf:.4g}" if np.isfinite(fit.mttf) else "∞"


def _pattern(life: LifeDistribution) -> list[str]:
    """What Weibull's shape says of the kind of failure."""
    if life.distribution != "weibull":
        return []
    low, high = life.intervals["shape"]
    told = {"shape": f"{life.parameters['shape']:.2f}", "low": f"{low:.2f}", "high": f"{high:.2f}"}
    if low > 1:
        return [_("It wears out: the older, the more fail (shape %(shape)s, %(low)s to %(high)s).") % told]
    if high < 1:
        return [_("It fails early: what lasts at first goes on lasting (shape %(shape)s, %(low)s to %(high)s).") % told]
    return [_("Whether it wears out is not certain (shape %(shape)s, %(low)s to %(high)s).") % told]


def _by_then(inputs: Inputs, life: LifeDistribution) -> list[str]:
    time = inputs.number("mission", MISSION, needed=False, least=1e-300)
    if time is None:
        return []
    low, high = life.reliability_interval(time)
    told = {
        "time": f"{time:g}", "share": f"{100 * float(life.unreliability(time)):.3g}",
        "low": f"{100 * (1 - high):.3g}", "high": f"{100 * (1 - low):.3g}",
    }  # fmt: skip
    return [_("By %(time)s, %(share)s %% have failed (%(low)s to %(high)s %%).") % told]


def _share_failed(life: LifeDistribution) -> Picture:
    grid = np.linspace(life.life(0.001) * 0.5, life.life(0.98), 121)
    marks = [(life.life(0.1), 10.0), (life.life(0.5), 50.0)]
    picture = drawing.curve(
        grid, 100 * life.unreliability(grid), title=_("Share failed"), across=_("time"), up=_("% failed"), marks=marks, most=100.0
    )  # fmt: skip
    return Picture(_("Share failed"), picture)


def _cautions(event: np.ndarray) -> list[str]:
    failures = int(event.sum())
    if failures >= FEW:
        return []
    return [_("%(n)s failures: see how wide the intervals are.") % {"n": failures}]


def _repairs(inputs: Inputs, times: np.ndarray) -> Answer:
    end = inputs.number("end", END, needed=False, least=float(times.max()))
    told: dict[str, Any] = {"truncation": "failure"} if end is None else {"ends": end}
    found = reliability.power_law(np.sort(times), **told)
    last = float(times.max()) if end is None else end
    words = [conclusion_of(found.trend)]
    words.append(
        _("At the end it runs %(mtbf)s from one failure to the next; as much time again would bring %(more)s failures.")
        % {"mtbf": f"{found.mtbf:.4g}", "more": f"{found.expected_failures(last, 2 * last):.1f}"}
    )
    grid = np.linspace(0.0, last, 121)[1:]
    expected = np.array([found.expected_failures(0.0, float(t)) for t in grid])
    picture = drawing.curve(
        grid, expected, title=_("Failures up to each time"), across=_("time"), up=_("failures"), marks=[(last, float(expected[-1]))]
    )  # fmt: skip
    reasons = [_("A repaired system goes on as it was: what counts is whether failures come closer together.")]
    tables = [
        Table(
            _("Figures"), [_("Figure"), _("Value")],
            [[_("Shape"), f"{found.shape:.3f}"], [_("Scale"), f"{found.scale:.4g}"], [_("Failures"), str(found.failures)]],
        )
    ]  # fmt: skip
    return Answer(
        _("Repairs over time"),
        words,
        reasons,
        {"process": found},
        tables,
        [Picture(_("Failures up to each time"), picture)],
    )


def _returns(inputs: Inputs, life: LifeDistribution) -> Answer:
    ages = numbers_in(inputs.text("ages"), AGES)
    counts = numbers_in(inputs.text("counts"), COUNTS) or None
    if not ages:
        raise NoAnswer(_("“%(label)s” is needed.") % {"label": AGES})
    found = reliability.warranty_forecast(
        life, ages, counts, periods=inputs.whole("periods", PERIODS, least=1, most=120),
        period=inputs.number("period", PERIOD, least=1e-9), warranty=inputs.number("warranty", WARRANTY, needed=False, least=1e-9),
    )  # fmt: skip
    low, high = found.total_interval
    told = {
        "total": f"{found.total:.1f}", "low": f"{max(0.0, low):.0f}", "high": f"{high:.0f}", "level": f"{100 * found.confidence:g}",
        "periods": found.periods, "units": found.units,
    }  # fmt: skip
    words = [
        _("Of %(units)s units about %(total)s come back within %(periods)s periods; with %(level)s %% between %(low)s and %(high)s.")
        % told
    ]  # fmt: skip
    rows = [
        [str(i + 1), f"{found.expected[i]:.2f}", f"{max(0.0, found.lower[i]):.0f} – {found.upper[i]:.0f}"]
        for i in range(found.periods)
    ]
    table = Table(_("Returns by period"), [_("Period"), _("Expected"), _("Range")], rows)
    reasons = [_("The fitted life says how likely a unit of each age is to fail in each coming period.")]
    return Answer(
        _("Warranty forecast"), words, reasons, {"life": life, "forecast": found}, [table], [_share_failed(life)]
    )
