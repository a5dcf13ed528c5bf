"""The pictures of a plan: its operating characteristic, and what leaves inspection on average."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from hoshin.surfaces.drawing import Drawing
from hoshin.surfaces.drawing.canvas import Scale, dots, figure, line, path, polyline, px, svg, text, tick_labels, ticks

from .plans import LOW, Plan

LEFT, RIGHT, TOP, FOOT = 52.0, 18.0, 22.0, 40.0


def oc_drawing(plan: Plan, tightened: Plan | None = None, width: float = 560, height: float = 300) -> Drawing:
    """Probability of acceptance against percent nonconforming; the tightened plan's curve dashed beside it."""
    grid = plan.grid
    x = Scale(0.0, 100 * float(grid[-1]), LEFT, width - RIGHT)
    y = Scale(0.0, 100.0, height - FOOT, TOP)
    marks = [(100 * plan.quality_at(LOW), 100 * LOW)]
    if plan.good is not None:
        marks.append((plan.good, 100 * float(plan.accepts(plan.good / 100))))
    body = [
        *_axes(x, y, _("% nonconforming in the lot"), _("% of lots accepted")),
        path("d-curve second", polyline(x(100 * grid), y(100 * tightened.accepts(grid)))) if tightened is not None else "",
        path("d-curve", polyline(x(100 * grid), y(100 * plan.accepts(grid)))), *_marks(marks, x, y),
    ]  # fmt: skip
    said = "; ".join(
        _("%(p)s %% nonconforming: %(pa)s %% accepted") % {"p": figure(p), "pa": figure(pa)} for p, pa in marks
    )
    return svg(width, height, body, title=_("Operating characteristic"), description=said)


def outgoing_drawing(plan: Plan, width: float = 560, height: float = 240) -> Drawing | None:
    """Average outgoing quality against incoming quality; of attribute plans."""
    if plan.curve is None:
        return None
    incoming, outgoing = 100 * plan.grid, 100 * np.asarray(plan.curve.aoq)
    worst = int(outgoing.argmax())
    x = Scale(0.0, float(incoming[-1]), LEFT, width - RIGHT)
    # Nothing leaves a lot that is inspected completely.
    y = Scale(0.0, float(outgoing[worst]) * 1.15 or 1.0, height - FOOT, TOP)
    body = [
        *_axes(x, y, _("% nonconforming in the lot"), _("% nonconforming after inspection")),
        path("d-curve", polyline(x(incoming), y(outgoing))), *_marks([(incoming[worst], outgoing[worst])], x, y),
    ]  # fmt: skip
    said = _("At worst %(aoql)s %% on average.") % {"aoql": figure(outgoing[worst])}
    return svg(width, height, body, title=_("Average outgoing quality"), description=said)


def _axes(x: Scale, y: Scale, across: str, up: str) -> list[str]:
    ups, sides = ticks(y.low, y.high, 5), ticks(x.low, x.high, 7)
    return [
        path("d-grid", "".join(f"M{px(x.start)} {px(y(v))}H{px(x.end)}" for v in ups)),
        *(text(n, x.start - 7, y(v) + 4, "d-end") for v, n in zip(ups, tick_labels(ups), strict=True)),
        path("d-frame", f"M{px(x.start)} {px(y.start)}H{px(x.end)}"),
        *(text(n, x(v), y.start + 16, "d-middle") for v, n in zip(sides, tick_labels(sides), strict=True)),
        text(across, x.end, y.start + 33, "d-faint d-end"), text(up, x.start - 40, 12, "d-faint"),
    ]  # fmt: skip


def _marks(points: Sequence[tuple[float, float]], x: Scale, y: Scale) -> list[str]:
    """Points of the curve with their figures, led down to the axis."""
    drawn = [path("d-points", dots(x(np.array([p for p, _pa in points])), y(np.array([pa for _p, pa in points]))))]
    for p, pa in points:
        drawn += [
            line("d-phase", x(p), y(pa), x(p), y.start),
            text(f"{figure(p)} → {figure(pa)}", x(p) + 7, y(pa) - 4, "d-strong"),
        ]
    return drawn
