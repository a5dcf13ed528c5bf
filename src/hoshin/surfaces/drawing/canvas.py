"""SVG as text: escaping, numbers, scales, ticks and paths; NumPy and the standard library only."""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np


class Drawing(str):
    """A finished SVG; templates take it as markup because every text in it was escaped when it was drawn."""

    def __html__(self) -> str:
        return str(self)


def text_of(value: object) -> str:
    """A value as escaped text without the control characters XML forbids."""
    return escape("".join(c for c in str(value) if c in "\t\n" or unicodedata.category(c) not in ("Cc", "Cs")))


def shortened(value: object, length: int) -> str:
    text = str(value)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def width_of(text: str, size: float) -> float:
    """How wide a text will be, near enough to place it."""
    return size * 0.52 * len(text)


def px(number: float) -> str:
    """A coordinate to a tenth of a pixel, in as few characters as it needs."""
    return f"{number:.1f}".removesuffix(".0")


def figure(value: float, decimals: int | None = None) -> str:
    """A measured value as people read it."""
    if not math.isfinite(value):
        return "–"
    if decimals is not None:
        return f"{value:.{decimals}f}"
    return f"{value:.4g}" if 1e-4 <= abs(value) < 1e6 or value == 0 else f"{value:.3e}"


@dataclass(frozen=True)
class Scale:
    """A straight line from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value):
        return self.start + (value - self.low) * ((self.end - self.start) / (self.high - self.low))

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def span(values: Iterable[float], margin: float = 0.08) -> tuple[float, float]:
    """The smallest and largest finite value with some air around them."""
    finite = np.asarray(list(values), dtype=float)
    finite = finite[np.isfinite(finite)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    air = (high - low) * margin or abs(high) * 0.05 or 1.0
    return low - air, high + air


def step_of(low: float, high: float, about: int) -> float:
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers between two values."""
    step = step_of(low, high, about)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def tick_labels(values: list[float]) -> list[str]:
    """Tick values with just the decimals that tell them apart."""
    if len(values) < 2:
        return [figure(value) for value in values]
    step = abs(values[1] - values[0])
    if max(abs(value) for value in values) >= 1e6 or step < 1e-5:
        return [f"{value:.3g}" for value in values]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    decimals += abs(round(step, decimals) - step) > step * 1e-6
    return [f"{value:.{decimals}f}" for value in values]


def polyline(x, y) -> str:
    """A path through points, broken where a value is missing."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    present = np.isfinite(y)
    if not present.any():
        return ""
    follows = np.concatenate(([False], present[:-1]))[present]
    pairs = map("%.1f %.1f".__mod__, zip(x[present].tolist(), y[present].tolist(), strict=True))
    return "".join(("L" if follow else "M") + pair for follow, pair in zip(follows.tolist(), pairs, strict=True))


def dots(x, y) -> str:
    """Points as zero-length strokes: with round caps they stay round however the drawing is stretched."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    present = np.isfinite(y)
    return "".join(map("M%.1f %.1fh.01".__mod__, zip(x[present].tolist(), y[present].tolist(), strict=True)))


def path(cls: str, d: str) -> str:
    return f'<path class="{cls}" d="{d}"/>' if d else ""


def line(cls: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return path(cls, f"M{px(x1)} {px(y1)}L{px(x2)} {px(y2)}")


def rect(cls: str, x: float, y: float, width: float, height: float, radius: float = 0) -> str:
    corner = f' rx="{px(radius)}"' if radius else ""
    return f'<rect class="{cls}" x="{px(x)}" y="{px(y)}" width="{px(width)}" height="{px(height)}"{corner}/>'


def text(content: object, x: float, y: float, cls: str = "") -> str:
    named = f' class="{cls}"' if cls else ""
    return f'<text{named} x="{px(x)}" y="{px(y)}">{text_of(content)}</text>'


def pinned(cls: str, x: float, y: float, content: str) -> str:
    """Something that moves with its point when a page zooms, and keeps its size."""
    return f'<g class="d-pin {cls}" transform="translate({px(x)} {px(y)})">{content}</g>'


def svg(
    width: float, height: float, body: Iterable[str], *, title: str, description: str = "", cls: str = ""
) -> Drawing:
    """The finished drawing, with the words a screen reader says instead of it."""
    described = f"<desc>{text_of(description)}</desc>" if description else ""
    return Drawing(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{f"drawing {cls}".strip()}" '
        f'viewBox="0 0 {px(width)} {px(height)}" width="{px(width)}" height="{px(height)}" role="img">'
        f"<title>{text_of(title)}</title>{described}{''.join(body)}</svg>"
    )
