"""Bars of named amounts: across, and upright with their running share (Pareto)."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from .canvas import Drawing, Scale, figure, path, polyline, px, rect, shortened, svg, text, tick_labels, ticks


def bar(
    rows: Sequence[tuple[str, float]], *, title: str, unit: str = "", alarm: Sequence[int] = (), width: float = 480
) -> Drawing:
    """Amounts as bars across, names at the left; rows whose position is in `alarm` stand out."""
    left, right, tall = 150.0, 60.0, 24.0
    most = max((amount for _, amount in rows), default=0) or 1
    x = Scale(0.0, float(most), left, width - right)
    body = [_row(k, name, amount, x, tall, unit, k in alarm) for k, (name, amount) in enumerate(rows)]
    said = "; ".join(f"{name} {figure(float(amount))}" for name, amount in rows)
    return svg(width, tall * max(len(rows), 1) + 6, body, title=title, description=said, cls="bars")


def _row(k: int, name: str, amount: float, x: Scale, tall: float, unit: str, alarm: bool) -> str:
    top = k * tall + 4
    return (
        text(shortened(name, 24), x.start - 8, top + 13, "d-end")
        + rect("d-bar alarm" if alarm else "d-bar", x.start, top + 2, max(x(amount) - x.start, 0.5), tall - 9, 1)
        + text(f"{figure(float(amount))} {unit}".strip(), x(amount) + 6, top + 13, "d-strong")
    )


def pareto(
    rows: Sequence[tuple[str, float]],
    *,
    title: str,
    unit: str = "",
    most: int = 12,
    width: float = 640,
    height: float = 320,
) -> Drawing:
    """Amounts from the largest down, the small ones together as "others", with the running share of the whole."""
    rows = _from_the_largest(rows, most)
    left, right, top, foot = 48.0, 44.0, 16.0, 58.0
    amounts = np.array([amount for _, amount in rows], dtype=float)
    whole = float(amounts.sum()) or 1.0
    slot = (width - left - right) / max(len(rows), 1)
    y = Scale(0.0, whole, height - foot, top)
    centers = left + (np.arange(len(rows)) + 0.5) * slot
    running = y(np.cumsum(amounts))
    body = [
        _amount_axis(y, left, width - right, whole),
        *(_column(k, name, amount, left + k * slot, slot, y) for k, (name, amount) in enumerate(rows)),
        path("d-cumulative", polyline(centers, running)),
        text(unit, left, 11, "d-faint"),
    ]
    said = "; ".join(f"{name} {figure(float(amount))}" for name, amount in rows)
    return svg(width, height, body, title=title, description=said, cls="pareto")


def _from_the_largest(rows: Sequence[tuple[str, float]], most: int) -> list[tuple[str, float]]:
    ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
    if len(ordered) <= most:
        return ordered
    return [*ordered[: most - 1], (_("others"), sum(amount for _, amount in ordered[most - 1 :]))]


def _column(k: int, name: str, amount: float, x: float, slot: float, y: Scale) -> str:
    lines = _in_two_lines(name, max(4, int(slot / 5.4)))
    names = "".join(text(part, x + slot / 2, y.start + 16 + 12 * n, "d-middle") for n, part in enumerate(lines))
    cls = "d-bar rest" if name == _("others") else "d-bar"
    return (
        rect(cls, x + slot * 0.1, y(amount), slot * 0.8, y.start - y(amount), 1)
        + _amount(amount, x + slot / 2, y)
        + names
    )


def _amount(amount: float, x: float, y: Scale) -> str:
    """The number inside a tall bar, above a low one, so that the running share does not cross it."""
    top = y(amount)
    if y.start - top > 24:
        return text(figure(float(amount)), x, top + 15, "d-middle d-in-bar")
    return text(figure(float(amount)), x, top - 5, "d-middle d-strong")


def _in_two_lines(name: str, length: int) -> list[str]:
    words, lines = str(name).split(), [""]
    for word in words:
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= length or not lines[-1] or len(lines) == 3:
            lines[-1] = joined
        else:
            lines.append(word)
    return [shortened(part, length) for part in lines]


def _amount_axis(y: Scale, left: float, right: float, whole: float) -> str:
    values = ticks(0, whole, 5)
    grid = "".join(f"M{px(left)} {px(y(v))}H{px(right)}" for v in values)
    names = "".join(text(n, left - 7, y(v) + 4, "d-end") for v, n in zip(values, tick_labels(values), strict=True))
    shares = "".join(text(f"{s}%", right + 7, y(whole * s / 100) + 4) for s in (20, 40, 60, 80, 100))
    return path("d-grid", grid) + names + shares
