"""The assistant for figures over time: is the last one news, since when is the level another, what comes next."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hoshin.stats import forecasting
from hoshin.stats.forecasting import Forecast
from hoshin.surfaces.drawing import ChartData, Panel, Phase, Signal, control_chart
from hoshin.surfaces.statistics import filled, range_words

from .answers import Answer, Picture, Table, conclusion_of
from .forms import Ask, Inputs, Widget
from .samples import Sample, needed

KINDS = (
    ("last", gettext_lazy("Is the last value news")),
    ("since", gettext_lazy("Since when is it different")),
    ("ahead", gettext_lazy("What comes next")),
)
VALUES, PERIOD = gettext_lazy("Values in the order of time"), gettext_lazy("Values to a season")
AHEAD, LEVEL = gettext_lazy("Values ahead"), gettext_lazy("Share of later values inside")

ASKS = (
    Ask("a", VALUES, Widget.SAMPLE, help=gettext_lazy("At equal distances: a value for each week, month, lot.")),
    Ask("period", PERIOD, help=gettext_lazy("12 for months of a year; nothing: no season."), kinds=("ahead",)),
    Ask("ahead", AHEAD, default="3", kinds=("ahead",)),
    Ask("level", LEVEL, default="90", unit="%", kinds=("ahead",)),
)
MOST_SHOWN = 400
# Each model is tried on every value of the past; more of them would keep a reader waiting and change little.
MOST_TRIED = 3_000
# A stretch narrower than this share of the picture has no room for its name.
NARROW = 0.12
MODELS = {
    "naive": gettext_lazy("repeating the last value"), "seasonal_naive": gettext_lazy("repeating the last season"),
    "mean": gettext_lazy("the mean"), "autoregressive": gettext_lazy("returning to the mean"),
    "drift": gettext_lazy("the last value and the mean change"), "line": gettext_lazy("a straight line"),
    "ses": gettext_lazy("simple exponential smoothing"), "holt": gettext_lazy("smoothing with a trend (Holt)"),
    "holt_winters": gettext_lazy("smoothing with trend and season (Holt-Winters)"),
}  # fmt: skip


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """What the series says, in a sentence and a picture."""
    (sample,) = needed(samples, 1)
    return ANSWERS[kind](inputs, sample)


def _last(inputs: Inputs, sample: Sample) -> Answer:
    found = forecasting.read_indicator(sample.values)
    words = [filled(*found.conclusion_words)]
    if found.since:
        words.append(_("The level has been another one since value no. %(n)s.") % {"n": found.since + 1})
    hits = sorted({int(i) for places in found.signals.values() for i in places})
    panel = Panel(
        sample.name, sample.values, found.center, found.lower, found.upper, unit=sample.measure,
        signals=tuple(Signal(i, "1", _("more than chance")) for i in hits),
    )  # fmt: skip
    reasons = [_("A value inside the natural limits is noise: to explain it, or to react to it, makes things worse.")]
    return Answer(
        _("Signal or noise"), words, reasons, {"reading": found}, [], [_picture(_("Values and natural limits"), panel)],
        mood="bad" if found.is_signal else "good",
    )  # fmt: skip


def _since(inputs: Inputs, sample: Sample) -> Answer:
    found, once = forecasting.change_points(sample.values), forecasting.pettitt(sample.values)
    starts = [0, *found.points.tolist()]
    rows = [
        [str(start + 1), str(stop), f"{level:.4g}", "" if place == 0 else f"{found.levels[place] - found.levels[place - 1]:+.4g}"]
        for place, (start, stop, level) in enumerate(zip(starts, [*starts[1:], found.n], found.levels, strict=True))
    ]  # fmt: skip
    if found.points.size:
        told = {"n": found.points.size, "which": ", ".join(str(p + 1) for p in found.points)}
        words = [
            ngettext("The level changed once, with value no. %(which)s.", "The level changed %(n)s times, with the values no. %(which)s.",
                     found.points.size) % told
        ]  # fmt: skip
    else:
        words = [_("The level did not change: one mean explains the values as well as several.")]
    words.append(conclusion_of(once))
    level = np.repeat(found.levels, np.diff([*starts, found.n]))
    panel = Panel(
        sample.name, sample.values, level, unit=sample.measure,
        signals=tuple(Signal(int(p), "1", _("a new level begins")) for p in found.points),
    )  # fmt: skip
    reasons = [
        _("Each further level has to explain more than chance would; so few changes are found, and they are meant.")
    ]
    table = Table(_("Levels"), [_("From no."), _("To no."), _("Level"), _("Change")], rows)
    return Answer(
        _("Change of level"), words, reasons, {"changes": found, "pettitt": once}, [table], [_picture(_("Values and levels"), panel)]
    )  # fmt: skip


def _ahead(inputs: Inputs, sample: Sample) -> Answer:
    horizon = inputs.whole("ahead", AHEAD, least=1, most=60)
    period = inputs.whole("period", PERIOD, least=0, most=400, default=0)
    found = forecasting.forecast(sample.values[-MOST_TRIED:], horizon, period or None, inputs.share("level", LEVEL))
    n = len(sample.values)
    rows = [
        [str(n + i + 1), f"{found.forecast[i]:.4g}", range_words(found.lower[i], found.upper[i], ".4g")]
        for i in range(horizon)
    ]
    table = Table(_("What is expected"), [_("Value no."), _("Expected"), _("Range")], rows)
    return Answer(
        _("Forecast"), _forecast_words(found), _why(found), {"forecast": found}, [table], [_foretold(sample, found)],
        [*_shortened(n), *_doubts(found)],
    )  # fmt: skip


def _forecast_words(found: Forecast) -> list[str]:
    told = {
        "value": f"{found.forecast[0]:.4g}", "low": f"{found.lower[0]:.4g}", "high": f"{found.upper[0]:.4g}",
        "level": f"{100 * found.confidence:g}",
    }  # fmt: skip
    words = [_("The next value is expected at %(value)s; with %(level)s %% between %(low)s and %(high)s.") % told]
    record = found.validation
    if record.coverage is not None:
        told = {"hits": record.hits, "trials": record.trials}
        words.append(_("Tried on its own past, %(hits)s of %(trials)s later values fell inside such a range.") % told)
    return words


def _why(found: Forecast) -> list[str]:
    told = {
        "model": MODELS.get(found.model, found.model), "n": len(found.weights),
        "share": f"{100 * found.weights[found.model]:.0f}",
    }  # fmt: skip
    return [
        _(
            "%(n)s models are weighed by how well they foretold each value from those before it; %(model)s weighs most: %(share)s %%."
        )
        % told
    ]


def _shortened(n: int) -> list[str]:
    if n <= MOST_TRIED:
        return []
    return [_("Of the %(n)s values the newest %(most)s were used.") % {"n": n, "most": MOST_TRIED}]


def _doubts(found: Forecast) -> list[str]:
    doubts = []
    if not found.beats_naive:
        doubts.append(_("In the past this did no better than repeating the last value; the range is what counts."))
    if found.honest is None:
        doubts.append(_("The series is too short to try the range on its past."))
    if found.honest is False:
        doubts.append(_("In the past fewer values fell inside the range than promised; take it as too narrow."))
    return doubts


def _foretold(sample: Sample, found: Forecast) -> Picture:
    shown = sample.values[-MOST_SHOWN:]
    blank = np.full(len(shown), np.nan)
    lower, upper = np.concatenate((blank, found.lower)), np.concatenate((blank, found.upper))
    panel = Panel(
        sample.name, np.concatenate((shown, found.forecast)), None, lower, upper, unit=sample.measure, letters=("", "", "")
    )  # fmt: skip
    labels = [str(len(sample.values) - len(shown) + i + 1) for i in range(len(shown) + found.horizon)]
    end = len(shown) + found.horizon
    phases = (Phase(_("foretold"), len(shown), end),) if found.horizon > NARROW * end else ()
    chart = ChartData(title=_("Values and what is expected"), panels=(panel,), labels=labels, phases=phases)
    return Picture(_("Values and what is expected"), control_chart(chart))


def _picture(title: str, panel: Panel) -> Picture:
    return Picture(title, control_chart(ChartData(title=title, panels=(panel,))))


ANSWERS = {"last": _last, "since": _since, "ahead": _ahead}
