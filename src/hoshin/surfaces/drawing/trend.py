"""A measure over time with its target: the plain line for indicators and run charts."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from .canvas import Drawing, Scale, dots, figure, path, polyline, px, span, svg, text, tick_labels, ticks, width_of

LEFT, RIGHT, TOP, FOOT = 48.0, 84.0, 14.0, 28.0


def trend(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    title: str,
    target: float | None = None,
    center: float | None = None,
    unit: str = "",
    width: float = 640,
    height: float = 220,
) -> Drawing:
    """Values in order with their last one named; a target or a median line where given."""
    series = np.asarray(values, dtype=float)
    marks = [(_("target"), target, "d-target"), (_("median"), center, "d-center")]
    low, high = span([*series.tolist(), *(v for _, v, _ in marks if v is not None)])
    y = Scale(low, high, height - FOOT, TOP)
    x = LEFT + (np.arange(len(series)) + 0.5) * ((width - LEFT - RIGHT) / max(len(series), 1))
    body = [
        _axis(y, width - RIGHT),
        *(_mark(name, value, cls, y, width - RIGHT) for name, value, cls in marks if value is not None),
        path("d-series", polyline(x, y(series))),
        path("d-points", dots(x, y(series))) if len(series) <= 250 else "",
        _labels(labels, x, height - FOOT),
        text(unit, LEFT, 10, "d-faint"),
    ]
    return svg(width, height, body, title=title, description=_described(labels, series), cls="trend")


def _axis(y: Scale, right: float) -> str:
    values = ticks(y.low, y.high, 4)
    grid = path("d-grid", "".join(f"M{px(LEFT)} {px(y(v))}H{px(right)}" for v in values))
    return grid + "".join(
        text(n, LEFT - 7, y(v) + 4, "d-end") for v, n in zip(values, tick_labels(values), strict=True)
    )


def _mark(name: str, value: float, cls: str, y: Scale, right: float) -> str:
    return path(cls, f"M{px(LEFT)} {px(y(value))}H{px(right)}") + text(
        f"{name} {figure(value)}", right + 6, y(value) + 4
    )


def _labels(labels: Sequence[str], x: np.ndarray, base: float) -> str:
    if not len(x):
        return text(_("no values yet"), LEFT + 8, base - 12, "d-faint")
    room = max(width_of(str(label), 11) for label in labels) + 16
    every = max(1, int(-(-room * len(x) // max(x[-1] - x[0], 1))))
    return "".join(text(labels[i], float(x[i]), base + 17, "d-middle") for i in range(0, len(x), every))


def _described(labels: Sequence[str], series: np.ndarray) -> str:
    present = np.flatnonzero(np.isfinite(series))
    if not present.size:
        return _("No values yet.")
    first, last = int(present[0]), int(present[-1])
    told = {
        "low": figure(series[first]),
        "from": labels[first],
        "high": figure(series[last]),
        "to": labels[last],
        "n": present.size,
    }
    return _("%(low)s at %(from)s, %(high)s at %(to)s, %(n)s values.") % told
