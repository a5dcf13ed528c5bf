"""The pictures of analyses: curves, groups of values beside one another, effects, a probability plot."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.utils.translation import gettext as _

from hoshin.stats.capability import ProbabilityPlot
from hoshin.surfaces.drawing import Drawing, bar
from hoshin.surfaces.drawing.canvas import (
    Scale,
    dots,
    figure,
    line,
    path,
    polyline,
    px,
    shortened,
    span,
    svg,
    text,
    tick_labels,
    ticks,
)

from .samples import Sample

LEFT, RIGHT, TOP, FOOT = 58.0, 18.0, 24.0, 40.0


def curve(
    x: np.ndarray, y: np.ndarray, *, title: str, across: str, up: str, marks: Sequence[tuple[float, float]] = (),
    most: float | None = None, width: float = 560, height: float = 260,
) -> Drawing:  # fmt: skip
    """One curve with marked points led down to the axis."""
    at = Scale(float(x.min()), float(x.max()), LEFT, width - RIGHT)
    high = Scale(0.0, most or float(np.nanmax(y)) * 1.1, height - FOOT, TOP)
    body = [*_axes(at, high, across, up), path("d-curve", polyline(at(x), high(y)))]
    for place, value in marks:
        # Near the right edge the figure stands to the left of its point.
        beside, side = (7, "d-strong") if at(place) < 0.8 * width else (-7, "d-strong d-end")
        body += [
            line("d-phase", at(place), high(value), at(place), high.start),
            path("d-points", dots(at(np.array([place])), high(np.array([value])))),
            text(f"{figure(place)} → {figure(value)}", at(place) + beside, high(value) + 14, side),
        ]
    said = "; ".join(f"{figure(a)}: {figure(b)}" for a, b in marks)
    return svg(width, height, body, title=title, description=said)


def groups(
    samples: Sequence[Sample], *, title: str, limits: Mapping[str, float] | None = None, width: float = 560
) -> Drawing:
    """Every value of each sample in a row of its own, with its mean; the specification across them where there is one."""
    tall = 58.0
    height = TOP + tall * len(samples) + FOOT
    values = np.concatenate([sample.values for sample in samples])
    wanted = limits or {}
    x = Scale(*span([*values, *wanted.values()]), LEFT + 80, width - RIGHT)
    ends = ticks(x.low, x.high, 6)
    body = [path("d-grid", "".join(f"M{px(x(v))} {px(TOP)}V{px(height - FOOT)}" for v in ends))]
    body += [text(n, x(v), height - FOOT + 17, "d-middle") for v, n in zip(ends, tick_labels(ends), strict=True)]
    for place, sample in enumerate(samples):
        base = TOP + tall * (place + 0.5)
        body += [
            text(shortened(sample.name, 22), 4, base + 4, "d-strong"),
            path(_dots_for(sample.values), dots(x(sample.values), base + _spread(sample.values))),
            line("d-center", x(sample.values.mean()), base - 22, x(sample.values.mean()), base + 22),
        ]  # fmt: skip
    for name in wanted:
        body += [
            line("d-specification", x(wanted[name]), TOP, x(wanted[name]), height - FOOT),
            text(name.upper(), x(wanted[name]), TOP - 8, "d-faint d-middle"),
        ]
    means = "; ".join(f"{s.name}: {figure(float(s.values.mean()))}" for s in samples)
    body.append(text(_("each point a value, upright line the mean"), width - RIGHT, height - 4, "d-faint d-end"))
    return svg(width, height, body, title=title, description=means)


def _dots_for(values: np.ndarray) -> str:
    return "d-points fine" if len(values) > 150 else "d-points"


def _spread(values: np.ndarray) -> np.ndarray:
    """A fixed zigzag, so that equal values do not hide one another."""
    return 14 * (((np.arange(len(values)) * 0.618034) % 1) - 0.5) * 2


def effects(names: Sequence[str], sizes: np.ndarray, significant: np.ndarray, width: float = 480) -> Drawing:
    """Absolute effects from the largest down; what cannot be chance stands out."""
    order = np.argsort(-np.abs(sizes))[:20]
    alarm = [place for place, index in enumerate(order) if significant[index]]
    rows = [(names[index], abs(float(sizes[index]))) for index in order]
    return bar(rows, title=_("Size of the effects"), alarm=alarm, width=width)


def probability_plot(
    plot: ProbabilityPlot, *, title: str, unit: str = "", width: float = 560, height: float = 320
) -> Drawing:
    """Sorted values against the quantiles a distribution would have, with its bounds."""
    whole = np.concatenate([plot.values, plot.quantiles])
    x = Scale(*span(plot.quantiles), LEFT, width - RIGHT)
    y = Scale(*span(whole), height - FOOT, TOP)
    ends = np.array([max(x.low, y.low), min(x.high, y.high)])
    body = [
        *_axes(x, y, _("quantile of the distribution"), unit or _("value")), path("d-center", polyline(x(ends), y(ends))),
        path("d-limit", polyline(x(plot.quantiles), y(np.clip(plot.lower, y.low, y.high)))),
        path("d-limit", polyline(x(plot.quantiles), y(np.clip(plot.upper, y.low, y.high)))),
        path("d-points fine" if len(plot.values) > 400 else "d-points", dots(x(plot.quantiles), y(plot.values))),
    ]  # fmt: skip
    told = {"n": len(plot.values), "outside": plot.outside().size, "r": f"{plot.correlation:.4f}"}
    said = _("%(n)s values, %(outside)s outside the bounds, correlation %(r)s") % told
    return svg(width, height, body, title=title, description=said)


def _axes(x: Scale, y: Scale, across: str, up: str) -> list[str]:
    ups, sides = ticks(y.low, y.high, 5), ticks(x.low, x.high, 7)
    return [
        path("d-grid", "".join(f"M{px(x.start)} {px(y(v))}H{px(x.end)}" for v in ups)),
        *(text(n, x.start - 7, y(v) + 4, "d-end") for v, n in zip(ups, tick_labels(ups), strict=True)),
        path("d-frame", f"M{px(x.start)} {px(y.start)}H{px(x.end)}"),
        *(text(n, x(v), y.start + 16, "d-middle") for v, n in zip(sides, tick_labels(sides), strict=True)),
        text(across, x.end, y.start + 33, "d-faint d-end"), text(up, 4, 13, "d-faint"),
    ]  # fmt: skip
