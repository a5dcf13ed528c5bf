"""A histogram with fitted curves and the specification: the picture of capability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from .canvas import Drawing, Scale, path, polyline, px, svg, text, tick_labels, ticks
from .chart import Specification
from .limits import called, upright_specification

NONE = Specification()
LEFT, RIGHT, TOP, FOOT = 48.0, 20.0, 34.0, 38.0


@dataclass(frozen=True)
class Curve:
    """A fitted density, already in counts per bar, and what it is called."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


def histogram(
    edges: Sequence[float],
    counts: Sequence[float],
    *,
    title: str,
    curves: Sequence[Curve] = (),
    specification: Specification = NONE,
    unit: str = "",
    width: float = 560,
    height: float = 300,
) -> Drawing:
    """Bars of counts between edges, curves over them, specification limits across."""
    edges, counts = np.asarray(edges, dtype=float), np.asarray(counts, dtype=float)
    named = [value for _, value in specification if value is not None]
    low, high = min([edges[0], *named]), max([edges[-1], *named])
    air = (high - low) * 0.05 or 1.0
    x = Scale(float(low - air), float(high + air), LEFT, width - RIGHT)
    tallest = max([float(counts.max(initial=1.0)), *(float(np.max(curve.y)) for curve in curves)])
    y = Scale(0.0, tallest * 1.06, height - FOOT, TOP)
    body = [
        _count_axis(y, width),
        path("d-bar", _bars(edges, counts, x, y)),
        *(_curve(curve, x, y, second=k > 0) for k, curve in enumerate(curves)),
        upright_specification(specification, x, TOP, height - FOOT),
        _value_axis(x, height - FOOT),
        text(unit, width - RIGHT, height - 4, "d-faint d-end"),
    ]
    return svg(width, height, body, title=title, description=_described(edges, counts, specification), cls="histogram")


def _bars(edges, counts, x: Scale, y: Scale) -> str:
    left, right = x(edges[:-1]) + 0.5, x(edges[1:]) - 0.5
    rows = zip(left.tolist(), right.tolist(), y(counts).tolist(), strict=True)
    return "".join(f"M{px(a)} {px(y.start)}V{px(h)}H{px(b)}V{px(y.start)}Z" for a, b, h in rows if h < y.start)


def _curve(curve: Curve, x: Scale, y: Scale, second: bool) -> str:
    ends = np.asarray(curve.x, dtype=float)
    inside = (ends >= x.low) & (ends <= x.high)
    cls = "d-curve second" if second else "d-curve"
    return path(cls, polyline(x(ends[inside]), y(np.asarray(curve.y, dtype=float)[inside])))


def _count_axis(y: Scale, width: float) -> str:
    values = [v for v in ticks(y.low, y.high, 4) if v == int(v)]
    grid = "".join(f"M{px(LEFT)} {px(y(v))}H{px(width - RIGHT)}" for v in values)
    return path("d-grid", grid) + "".join(text(f"{v:.0f}", LEFT - 7, y(v) + 4, "d-end") for v in values)


def _value_axis(x: Scale, base: float) -> str:
    values = ticks(x.low, x.high, 7)
    marks = path(
        "d-frame", f"M{px(x.start)} {px(base)}H{px(x.end)}" + "".join(f"M{px(x(v))} {px(base)}v4" for v in values)
    )
    return marks + "".join(
        text(n, x(v), base + 17, "d-middle") for v, n in zip(values, tick_labels(values), strict=True)
    )


def _described(edges, counts, specification: Specification) -> str:
    limits = ", ".join(f"{called(letters)} {value:.6g}" for letters, value in specification if value is not None)
    told = {"n": f"{counts.sum():.0f}", "low": f"{edges[0]:.6g}", "high": f"{edges[-1]:.6g}"}
    said = _("%(n)s values between %(low)s and %(high)s") % told
    return f"{said}; {limits}." if limits else f"{said}."
