"""Lines across a plot: control limits (dashed, stepped where they differ) and specification (solid, hatched)."""

import math

import numpy as np
from django.utils.translation import gettext as _

from .canvas import Scale, figure, path, pinned, px, rect, text, text_of, width_of
from .chart import Panel, Specification


def stepped(left: np.ndarray, right: np.ndarray, y: np.ndarray) -> str:
    """A path that is flat over each point's slot and jumps between them; equal neighbours become one stretch."""
    present = np.isfinite(y)
    if not present.any():
        return ""
    change = np.flatnonzero(np.concatenate(([True], (y[1:] != y[:-1]) & (present[1:] | present[:-1]))))
    ends = np.concatenate((change[1:] - 1, [len(y) - 1]))
    parts, open_ = [], False
    for first, last in zip(change.tolist(), ends.tolist(), strict=True):
        if not present[first]:
            open_ = False
            continue
        parts.append(f"V{y[first]:.1f}" if open_ else f"M{left[first]:.1f} {y[first]:.1f}")
        parts.append(f"H{right[last]:.1f}")
        open_ = True
    return "".join(parts)


def band(left: np.ndarray, right: np.ndarray, low: np.ndarray, high: np.ndarray) -> str:
    """The area between two stepped limits, one shape for each unbroken stretch."""
    both = np.isfinite(low) & np.isfinite(high)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], both, [False])).astype(np.int8)))
    shapes = []
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        top = stepped(left[start:stop], right[start:stop], high[start:stop])
        under = stepped(right[start:stop][::-1], left[start:stop][::-1], low[start:stop][::-1])
        shapes.append(f"{top}L{under[1:]}Z")
    return "".join(shapes)


def control_lines(panel: Panel, limits, slots, scale: Scale) -> str:
    """Band, zones, center and control limits of a panel, for the points that are drawn."""
    left, right = slots
    lower, center, upper = limits
    # On the edge of the plot a limit would be cut in half by the clip.
    low, mid, high = (scale(limit) for limit in limits)
    drawn = [path("d-band", band(left, right, low, high))]
    if panel.zones:
        for share in (-2 / 3, -1 / 3, 1 / 3, 2 / 3):
            reach = (upper - center) if share > 0 else (center - lower)
            drawn.append(path("d-zone", stepped(left, right, scale(center + share * reach))))
    drawn += [path("d-center", stepped(left, right, mid))]
    drawn += [path("d-limit", stepped(left, right, y)) for y in (low, high)]
    return "".join(drawn)


def _last(limit: np.ndarray) -> float:
    present = limit[np.isfinite(limit)]
    return float(present[-1]) if present.size else math.nan


def limit_labels(panel: Panel, scale: Scale, x: float) -> str:
    """What the lines are called and where they end, kept apart from one another."""
    ends = zip(panel.letters, map(_last, panel.limits()), strict=True)
    rows = [(scale(value), letter, value, "d-limit-label") for letter, value in ends if math.isfinite(value)]
    target = panel.specification.target
    if target is not None and scale.holds(target):
        rows.append((scale(target), called("target"), target, "d-target-label"))
    rows.sort(key=lambda row: row[0])
    placed = apart([row[0] for row in rows], 15, scale.end, scale.start)
    return "".join(
        text(f"{letter} {figure(value, panel.precision)}", x, y + 4, cls)
        for y, (_, letter, value, cls) in zip(placed, rows, strict=True)
    )


def apart(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Ascending positions near those wanted, at least a gap from each other, moved up from the end if need be."""
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, placed[-1] + gap) if placed else max(y, low))
    limit = high
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], limit)
        limit = placed[k] - gap
    return placed


def called(name: str) -> str:
    """A line of the specification as people read it; LSL and USL are read everywhere."""
    return _("target") if name == "target" else name


def specification_lines(specification: Specification, scale: Scale, width: float, decimals: int | None) -> str:
    """Specification across a plot: solid, hatched on the forbidden side, named in a filled flag."""
    return "".join(
        _specification_line(letters, value, scale, width, decimals)
        for letters, value in specification
        if value is not None
    )


def _specification_line(letters: str, value: float, scale: Scale, width: float, decimals: int | None) -> str:
    words = f"{called(letters)} {figure(value, decimals)}"
    if not scale.holds(value):
        above = value > scale.high
        edge = scale.end + 10 if above else scale.start - 10
        return flag(f"{words} {'↑' if above else '↓'}", 4, edge)
    y = scale(value)
    if letters == "target":
        return path("d-target", f"M0 {px(y)}H{px(width)}")
    out = -6 if letters == "USL" else 6
    hatch = "".join(f"M{x} {px(y)}l6 {out}" for x in range(0, int(width) - 6, 9))
    return path("d-hatch", hatch) + path("d-specification", f"M0 {px(y)}H{px(width)}") + flag(words, 0, y + 1.5 * out)


def flag(words: str, x: float, y: float) -> str:
    """A filled label; only specification has one."""
    width = width_of(words, 12) + 10
    return rect("d-flag", x, y - 8, width, 16, 2) + text(words, x + 5, y + 4, "d-flag-label")


def upright_specification(specification: Specification, scale: Scale, top: float, bottom: float) -> str:
    """Specification in a histogram: upright lines with flags above."""
    drawn = []
    for letters, value in specification:
        if value is None or not scale.holds(value):
            continue
        x, words = scale(value), f"{called(letters)} {figure(value)}"
        if letters != "target":
            out = 6 if letters == "USL" else -6
            drawn.append(path("d-hatch", "".join(f"M{px(x)} {y}l{out} 6" for y in range(int(top), int(bottom) - 6, 9))))
        drawn.append(path("d-target" if letters == "target" else "d-specification", f"M{px(x)} {px(top)}V{px(bottom)}"))
        drawn.append(flag(words, x - (width_of(words, 12) + 10) / 2, top - 9))
    return "".join(drawn)


def note(words: str, x: float, y: float) -> str:
    """A remark at the foot of a plot, readable over the lines it crosses."""
    said = text_of(words)
    label = f'<text class="d-faint d-halo" x="4" y="-8">{said}</text><text class="d-faint" x="4" y="-8">{said}</text>'
    return pinned("d-remark", x, y, f'<path class="d-note" d="M0 0v-18"/>{label}')
