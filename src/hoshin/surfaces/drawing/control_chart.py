"""Control charts as SVG: the same drawing for the page, where a script adds hover and zoom, and for the PDF."""

import json
import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from .canvas import (
    Drawing,
    Scale,
    dots,
    figure,
    path,
    pinned,
    polyline,
    px,
    rect,
    shortened,
    span,
    step_of,
    svg,
    text,
    text_of,
    tick_labels,
    ticks,
    width_of,
)
from .chart import ChartData, Panel, Phase
from .limits import control_lines, limit_labels, note, specification_lines
from .thinning import MANY, thinned

LEFT, RIGHT, HEAD, FOOT, STRIP = 54.0, 92.0, 26.0, 36.0, 22.0
# About as wide as the panel of a page, so that text is not scaled down to where nobody reads it.
WIDTH, LETTERS = 600.0, 12.0
STRONG, LONG_NAME = LETTERS * 0.54, 16
LABELLED_SIGNALS = 40
LIFT_ABOVE, LIFT_BELOW = -10, 17
# Pixels that marks need beyond their point: a dot with its ring, a rule's name, the flag of a specification limit.
ROOM_MARK, ROOM_NAME, ROOM_FLAG = 9.0, 26.0, 19.0


@dataclass(frozen=True)
class Plot:
    """Where one panel stands on the drawing, and its value scale."""

    panel: Panel
    top: float
    height: float
    width: float
    scale: Scale


@dataclass(frozen=True)
class Layout:
    """Everything the drawing and the script beside it must agree on."""

    chart: ChartData
    width: float
    height: float
    plots: tuple[Plot, ...]
    index: np.ndarray

    @property
    def plot_width(self) -> float:
        return self.width - LEFT - RIGHT

    @property
    def slot(self) -> float:
        return self.plot_width / max(self.chart.size, 1)

    def x(self, index):
        return (np.asarray(index) + 0.5) * self.slot


def layout(chart: ChartData, width: float = WIDTH, height: float | None = None) -> Layout:
    """Place the panels one above the other and choose the points to draw."""
    strip = STRIP if chart.phases else 0.0
    shares = [1.0] + [0.55] * (len(chart.panels) - 1)
    total = height or 110 + 155 * sum(shares)
    room = total - FOOT - strip - HEAD * len(chart.panels)
    plots, top = [], strip
    for panel, share in zip(chart.panels, shares, strict=True):
        tall = room * share / sum(shares)
        plots.append(Plot(panel, top + HEAD, tall, width - LEFT - RIGHT, _value_scale(panel, tall)))
        top += HEAD + tall
    return Layout(chart, width, total, tuple(plots), _drawn_points(chart, int(width - LEFT - RIGHT)))


def control_chart(chart: ChartData, width: float = WIDTH, height: float | None = None) -> Drawing:
    """Draw a control chart with its limits, zones, signals, phases and specification."""
    place = layout(chart, width, height)
    body = [_phases(place), *(_panel(place, plot) for plot in place.plots), _time_axis(place)]
    return svg(width, place.height, body, title=chart.title, description=chart.described(), cls="control-chart")


def _drawn_points(chart: ChartData, columns: int) -> np.ndarray:
    if chart.size <= MANY:
        return np.arange(chart.size)
    keep = {index for panel in chart.panels for index in _must_be_seen(panel)}
    keep.update(note.index for note in chart.annotations)
    return thinned([panel.array() for panel in chart.panels], columns, keep)


def _must_be_seen(panel: Panel) -> set[int]:
    return {signal.index for signal in panel.signals} | panel.excluded | panel.corrected


def _value_scale(panel: Panel, height: float) -> Scale:
    """Room for data and control limits always; for the specification unless it would flatten them."""
    inner = [panel.array(), *panel.limits()]
    low, high = span(np.concatenate(inner) if len(panel.values) else ())
    reach = high - low
    wanted = [value for _, value in panel.specification if value is not None]
    near = [value for value in wanted if low - reach <= value <= high + reach]
    if near:
        low, high = min(low, *near), max(high, *near)
    return Scale(*_with_room(low, high, height, [*_rooms(panel), *((value, ROOM_FLAG) for value in near)]), height, 0.0)


def _rooms(panel: Panel) -> list[tuple[float, float]]:
    """The values of signals, each with the pixels its mark needs."""
    values = panel.array()
    indices = _plotted({signal.index for signal in panel.signals}, values)
    room = ROOM_NAME if len(indices) <= LABELLED_SIGNALS else ROOM_MARK
    return [(float(values[i]), room) for i in indices]


def _with_room(low: float, high: float, height: float, rooms: list[tuple[float, float]]) -> tuple[float, float]:
    """The ends of a scale moved apart until every value has its pixels to both ends."""
    most = max((room for _, room in rooms), default=0.0)
    pixel = (high - low) / max(height - 2 * most, 1.0)
    ends = [(value - room * pixel, value + room * pixel) for value, room in rooms]
    return min([low, *(end[0] for end in ends)]), max([high, *(end[1] for end in ends)])


def _phases(place: Layout) -> str:
    """Names and borders of phases; the baseline the limits come from is underlined."""
    drawn, free = [], 0.0
    bottom, end = place.height - FOOT, LEFT + place.plot_width
    for phase in place.chart.phases:
        x1, x2 = LEFT + phase.start * place.slot, LEFT + phase.stop * place.slot
        if phase.baseline:
            drawn.append(path("d-baseline", f"M{px(x1)} 21H{px(x2 - 2)}"))
        if phase.start:
            drawn.append(path("d-phase", f"M{px(x1)} 18V{px(bottom)}"))
        # A name longer than its stretch pushes the next one on; one that is pushed out of its own stretch is left out.
        x = max(x1 + 4, free)
        if x < x2:
            name = _phase_name(phase, int((x2 - x) / STRONG), int((end - x) / STRONG))
            free = x + STRONG * len(name) + 10
            drawn.append(text(name, x, 14, "d-strong"))
    return f'<g class="d-phases">{"".join(drawn)}</g>' if drawn else ""


def _phase_name(phase: Phase, letters: int, most: int) -> str:
    """A phase's name; the word baseline only where it fits, for the stretch is underlined as well."""
    whole = _("%(name)s (baseline)") % {"name": phase.name} if phase.baseline else phase.name
    return whole if len(whole) <= letters else shortened(phase.name, max(3, min(most, max(letters, LONG_NAME))))


def _panel(place: Layout, plot: Plot) -> str:
    panel = plot.panel
    name = f"{panel.name}, {panel.unit}" if panel.unit else panel.name
    right = LEFT + plot.width
    return "".join(
        (
            text(name, LEFT, plot.top - 7, "d-title"),
            _value_axis(plot),
            f'<svg class="d-plot" x="{px(LEFT)}" y="{px(plot.top)}" ',
            f'width="{px(plot.width)}" height="{px(plot.height)}" overflow="visible">',
            f'<g class="d-stretch">{_lines(place, plot)}</g>',
            specification_lines(panel.specification, plot.scale, plot.width, panel.precision),
            f'<g class="d-stretch">{_series(place, plot)}</g>',
            _marks(place, plot),
            "</svg>",
            rect("d-frame", LEFT, plot.top, plot.width, plot.height),
            limit_labels(panel, _on_page(plot), right + 7),
        )
    )


def _on_page(plot: Plot) -> Scale:
    return Scale(plot.scale.low, plot.scale.high, plot.top + plot.height, plot.top)


def _value_axis(plot: Plot) -> str:
    values = ticks(plot.scale.low, plot.scale.high, max(2, int(plot.height / 42)))
    page = _on_page(plot)
    grid = "".join(f"M{px(LEFT)} {px(page(v))}h{px(plot.width)}" for v in values)
    names = "".join(
        text(name, LEFT - 7, page(v) + 4, "d-end") for v, name in zip(values, tick_labels(values), strict=True)
    )
    return path("d-grid", grid) + names


def _lines(place: Layout, plot: Plot) -> str:
    index = place.index
    edges = np.concatenate((index[1:] + index[:-1], [2 * place.chart.size - 1])) if index.size else index
    right = (edges / 2 + 0.5) * place.slot
    left = np.concatenate(([0.0], right[:-1])) if index.size else right
    limits = tuple(limit[index] for limit in plot.panel.limits())
    return control_lines(plot.panel, limits, (left, right), plot.scale)


def _series(place: Layout, plot: Plot) -> str:
    index = place.index
    y = plot.scale(plot.panel.array()[index])
    counted = y.copy()
    counted[np.isin(index, list(plot.panel.excluded))] = np.nan
    x = place.x(index)
    joined = np.isfinite(counted) | ~np.isfinite(y)
    cls = "d-points" if index.size <= 250 else "d-points fine"
    return path("d-series", polyline(x[joined], counted[joined])) + path(cls, dots(x, counted))


def _marks(place: Layout, plot: Plot) -> str:
    """Signals with the rule broken, excluded and corrected points, remarks: each keeps its size when zoomed."""
    values = plot.panel.array()

    def at(index: int) -> tuple[float, float]:
        return float(place.x(index)), float(plot.scale(values[index]))

    drawn = [
        pinned("d-excluded-mark", *at(i), '<path class="d-excluded" d="m-3.5-3.5 7 7m0-7-7 7"/>')
        for i in _plotted(plot.panel.excluded, values)
    ]
    drawn += [
        pinned("d-corrected-mark", *at(i), '<path class="d-corrected" d="m0-6 6 6-6 6-6-6z"/>')
        for i in _plotted(plot.panel.corrected, values)
    ]
    drawn.append(_signals(place, plot, values))
    if plot is place.plots[0]:
        drawn += [
            note(shortened(remark.text, 40), float(place.x(remark.index)), plot.height)
            for remark in place.chart.annotations
        ]
    return "".join(drawn)


def _plotted(indices, values: np.ndarray) -> list[int]:
    return sorted(i for i in indices if 0 <= i < len(values) and math.isfinite(values[i]))


def _signals(place: Layout, plot: Plot, values: np.ndarray) -> str:
    rules = defaultdict(list)
    for signal in plot.panel.signals:
        rules[signal.index].append(signal.rule)
    shown = _plotted(rules, values)
    x, y = place.x(np.array(shown, dtype=int)), plot.scale(values[shown]) if shown else np.array([])
    marks = (
        f'<g class="d-stretch">{path("d-signal-ring", dots(x, y))}{path("d-signal", dots(x, y))}</g>' if shown else ""
    )
    if len(shown) > LABELLED_SIGNALS:
        return marks
    middle = plot.panel.limits()[1]
    wanted = [
        (a, b, ",".join(dict.fromkeys(rules[i])), not values[i] < middle[i], abs(values[i] - middle[i]))
        for i, a, b in zip(shown, x.tolist(), y.tolist(), strict=True)
    ]
    return marks + "".join(_rule_mark(*one) for one in _without_collisions(wanted, plot.width))


def _without_collisions(wanted: list[tuple], width: float) -> list[tuple]:
    """The names that lie over no other name, no other mark and no end of the plot; outer points are named first."""
    kept: list[tuple] = []
    marks = [(one[0], one[1]) for one in wanted]
    taken: list[tuple[float, float, float]] = []
    for one in sorted(wanted, key=lambda one: -one[4] if math.isfinite(one[4]) else 0.0):
        point, y, name, above, _distance = one
        half, at = width_of(name, LETTERS) / 2 + 3, y + (LIFT_ABOVE if above else LIFT_BELOW)
        x = max(half, min(point, width - half))
        if _is_free(x, at, half, [mark for mark in marks if mark != (point, y)], taken):
            taken.append((x, at, half))
            kept.append((point, y, name, above, x - point))
    return sorted(kept)


def _is_free(x: float, y: float, half: float, marks: list[tuple], names: list[tuple]) -> bool:
    """Whether a name with its middle at x and its foot at y touches neither a mark nor another name."""
    middle = y - LETTERS / 3
    return all(abs(x - a) > half + 3 or abs(middle - b) > LETTERS / 2 + 3 for a, b in marks) and all(
        abs(x - a) > half + other or abs(y - b) > LETTERS + 2 for a, b, other in names
    )


def _rule_mark(x: float, y: float, rules: str, above: bool, aside: float) -> str:
    """The short names of the rules a point breaks, on the side away from the center line."""
    lift = LIFT_ABOVE if above else LIFT_BELOW
    name, at = text_of(rules), f'x="{px(aside)}" y="{lift}"' if aside else f'y="{lift}"'
    halo = f'<text class="d-rule d-middle d-halo" {at}>{name}</text>'
    return pinned("d-rule-mark", x, y, f'{halo}<text class="d-rule d-middle" {at}>{name}</text>')


def _time_axis(place: Layout) -> str:
    """Labels under the last panel, as many as fit."""
    size, base = place.chart.size, place.height - FOOT
    if not size:
        return text(_("no points yet"), LEFT + 8, base - 12, "d-faint")
    widest = max(width_of(place.chart.label(i), LETTERS) for i in {0, size // 2, size - 1}) + 18
    count = max(1, min(size, int(place.plot_width / widest), 12))
    chosen = _labelled(place.chart, count)
    marks = path("d-frame", "".join(f"M{px(LEFT + float(place.x(i)))} {px(base)}v4" for i in chosen))
    names = "".join(text(place.chart.label(i), LEFT + float(place.x(i)), base + 17, "d-middle") for i in chosen)
    under = (
        text(place.chart.x_title, LEFT + place.plot_width, base + 31, "d-faint d-end") if place.chart.x_title else ""
    )
    return f'<g class="d-time">{marks}{names}</g>{under}'


def _labelled(chart: ChartData, most: int) -> range:
    """The points whose labels are written, at equal distances: round numbers where labels are numbers."""
    step = max(1.0, step_of(0, chart.size, most))
    step = int(step if step.is_integer() else 2 * step)
    first = chart.label(0)
    start = -int(first) % step if first.isdecimal() else (chart.size - 1) % step // 2
    return range(min(start, chart.size - 1), chart.size, step)


def payload(chart: ChartData, width: float = WIDTH, height: float | None = None, rows: tuple = ()) -> dict:
    """What the page's script needs for tooltips, keys and zoom: the drawn points' places, values and words.

    `rows` are the keys (`data-point`) of the table's rows, one per point; their positions count when absent.
    """
    place = layout(chart, width, height)
    index = place.index.tolist()
    return {
        "size": chart.size,
        "width": round(place.plot_width, 1),
        "index": index,
        "labels": [chart.label(i) for i in index],
        "details": {str(i): chart.details[i] for i in index if i in chart.details},
        "rows": [str(rows[i]) if rows else str(i) for i in index],
        "panels": [_panel_payload(plot, place.index) for plot in place.plots],
    }


def payload_json(chart: ChartData, width: float = WIDTH, height: float | None = None, rows: tuple = ()) -> Drawing:
    """The payload as the text of a script element of type application/json; nothing in it can end that element."""
    data = json.dumps(payload(chart, width, height, rows), separators=(",", ":"), ensure_ascii=False)
    return Drawing(data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _panel_payload(plot: Plot, index: np.ndarray) -> dict:
    panel, values = plot.panel, plot.panel.array()[index]
    decimals = panel.precision
    broken = defaultdict(list)
    for signal in panel.signals:
        broken[str(signal.index)].append(signal.text)
    y = [None if math.isnan(v) else round(v, 1) for v in plot.scale(values).tolist()]
    return {
        "name": panel.name,
        "unit": panel.unit,
        "y": y,
        "values": [figure(v, decimals) for v in values.tolist()],
        "signals": broken,
        "excluded": sorted(panel.excluded),
        "corrected": sorted(panel.corrected),
    }
