"""A series at the size of a word, for boards of many characteristics and for table cells."""

from collections.abc import Collection, Sequence

import numpy as np

from .canvas import Drawing, text_of
from .thinning import thinned

# Whole numbers ten times finer than a pixel write faster and shorter than decimals.
WIDTH, HEIGHT = 2000, 440
COLUMNS = 50


def sparkline(
    values: Sequence[float],
    *,
    title: str,
    lower: float | None = None,
    upper: float | None = None,
    signals: Collection[int] = (),
) -> Drawing:
    """The course of a series with its control band; points that break a rule are marked."""
    series = np.asarray(values, dtype=float)
    body = _drawn(series, lower, upper, signals) if np.isfinite(series).any() else ""
    return Drawing(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing spark" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="200" height="44" preserveAspectRatio="none" role="img"><title>{text_of(title)}</title>{body}</svg>'
    )


def _drawn(series: np.ndarray, lower, upper, signals: Collection[int]) -> str:
    size = len(series)
    index = thinned([series], COLUMNS) if size > 3 * COLUMNS else np.arange(size)
    marked = np.fromiter(signals, dtype=np.int64, count=len(signals))
    marked = marked[(marked >= 0) & (marked < size)]
    marked = marked[np.isfinite(series[marked])]
    low, high = _reach(series, lower, upper)

    def x(i):
        return ((i + 0.5) * (WIDTH / size)).astype(np.int64)

    def y(v):
        return np.rint(HEIGHT - 30 - (v - low) * ((HEIGHT - 60) / (high - low))).astype(np.int64)

    index = index[np.isfinite(series[index])]
    course = "M" + "L".join(map("%d %d".__mod__, zip(x(index).tolist(), y(series[index]).tolist(), strict=True)))
    band = ""
    if lower is not None and upper is not None:
        top, bottom = int(y(np.float64(upper))), int(y(np.float64(lower)))
        band = f'<path class="d-spark-band" d="M0 {top}H{WIDTH}V{bottom}H0z"/>'
    marked = _one_per_column(marked, size)
    points = "".join(map("M%d %dh1".__mod__, zip(x(marked).tolist(), y(series[marked]).tolist(), strict=True)))
    alarm = f'<path class="d-signal" d="{points}"/>' if points else ""
    return f'{band}<path class="d-spark" d="{course}"/>{alarm}'


def _reach(series: np.ndarray, lower, upper) -> tuple[float, float]:
    finite = series[np.isfinite(series)]
    low = min([float(finite.min()), *([lower] if lower is not None else [])])
    high = max([float(finite.max()), *([upper] if upper is not None else [])])
    return (low, high) if high > low else (low - 1, high + 1)


def _one_per_column(marked: np.ndarray, size: int) -> np.ndarray:
    """At this size neighbours cover one another; the last of each column stands for them."""
    if not marked.size:
        return marked
    marked = np.unique(marked)
    column = marked * (4 * COLUMNS) // size
    return marked[np.concatenate((column[1:] != column[:-1], [True]))]
