"""A workflow as a drawing from left to right, with the way a record took through it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .canvas import Drawing, path, px, rect, svg, text, width_of

TALL, ROW, SIDE = 30.0, 62.0, 6.0


@dataclass(frozen=True)
class StateBox:
    """A state to draw: its stable name and the label people read."""

    name: str
    label: str


@dataclass(frozen=True)
class Way:
    """A transition to draw from one state to another."""

    source: str
    target: str
    label: str


@dataclass(frozen=True)
class Place:
    """Where a box ended up."""

    x: float
    y: float
    width: float
    layer: int

    @property
    def middle(self) -> float:
        return self.y + TALL / 2


def workflow_diagram(
    states: Sequence[StateBox],
    ways: Sequence[Way],
    *,
    title: str,
    travelled: Sequence[tuple[str, str]] = (),
    current: str | None = None,
) -> Drawing:
    """Draw states in layers; `travelled` lists the steps taken, `current` the state the record is in."""
    layers = _layers(states, ways)
    places, width = _places(states, ways, layers)
    merged = _merged(ways)
    over, under = _depths(merged, places)
    lift = 16.0 + 24 * over
    tall = max((place.y + TALL for place in places.values()), default=TALL)
    height = lift + tall + 12 + 24 * under
    visited = {name for step in travelled for name in step}
    body = [f'<g transform="translate(0 {px(lift)})">']
    body += _ways(merged, places, set(travelled), tall)
    body += [_box(state, places[state.name], state.name in visited, state.name == current) for state in states]
    return svg(
        width, height, [*body, "</g>"], title=title, description=_described(states, travelled, current), cls="workflow"
    )


def _layers(states: Sequence[StateBox], ways: Sequence[Way]) -> dict[str, int]:
    """Longest way from a first state, transitions that lead back left out."""
    forward = _forward(states, ways)
    layer = {state.name: 0 for state in states}
    for _state in states:
        for source, target in forward:
            layer[target] = max(layer[target], layer[source] + 1)
    return layer


def _forward(states: Sequence[StateBox], ways: Sequence[Way]) -> list[tuple[str, str]]:
    follow = defaultdict(list)
    for way in ways:
        follow[way.source].append(way.target)
    forward, open_, done = [], set(), set()

    def visit(name: str) -> None:
        open_.add(name)
        for target in follow[name]:
            if target in open_:
                continue
            forward.append((name, target))
            if target not in done:
                visit(target)
        open_.discard(name)
        done.add(name)

    for state in states:
        if state.name not in done:
            visit(state.name)
    return forward


def _places(states, ways, layers: dict[str, int]) -> tuple[dict[str, Place], float]:
    columns = defaultdict(list)
    for state in states:
        columns[layers[state.name]].append(state)
    tallest = max((len(column) for column in columns.values()), default=1)
    places, x = {}, SIDE
    for layer in sorted(columns):
        column = columns[layer]
        width = max(72.0, *(width_of(state.label, 12) + 26 for state in column))
        first = (tallest - len(column)) * ROW / 2
        for k, state in enumerate(column):
            places[state.name] = Place(x, first + k * ROW, width, layer)
        x += width + _gap(ways, layers, layer)
    last = max((place.x + place.width for place in places.values()), default=0)
    return places, last + SIDE


def _gap(ways: Sequence[Way], layers: dict[str, int], layer: int) -> float:
    here = [way for way in ways if layers[way.source] == layer and layers[way.target] == layer + 1]
    return max([34.0, *(width_of(part, 10) + 26 for way in here for part in _two_lines(way.label))])


def _two_lines(label: str) -> list[str]:
    words = label.split()
    if len(label) <= 9 or len(words) < 2:
        return [label]
    cuts = range(1, len(words))
    best = min(cuts, key=lambda cut: max(len(" ".join(words[:cut])), len(" ".join(words[cut:]))))
    return [" ".join(words[:best]), " ".join(words[best:])]


def _merged(ways: Sequence[Way]) -> list[Way]:
    """Several transitions between the same two states share one arrow."""
    labels = defaultdict(list)
    for way in ways:
        labels[way.source, way.target].append(way.label)
    return [Way(source, target, " / ".join(names)) for (source, target), names in labels.items()]


def _kind(way: Way, places: dict[str, Place]) -> str:
    apart = places[way.target].layer - places[way.source].layer
    if apart == 1:
        return "next"
    return "over" if apart > 1 else "under"


def _depths(ways, places) -> tuple[int, int]:
    kinds = [_kind(way, places) for way in ways]
    return kinds.count("over"), kinds.count("under")


def _ways(ways: Sequence[Way], places, travelled: set, tall: float) -> list[str]:
    drawn, over, under = [], 0, 0
    ordered = sorted(
        ways, key=lambda w: ((w.source, w.target) in travelled, abs(places[w.target].layer - places[w.source].layer))
    )
    for way in ordered:
        cls = " travelled" if (way.source, way.target) in travelled else ""
        kind = _kind(way, places)
        if kind == "next":
            drawn.append(_straight(way, places, cls))
        elif kind == "over":
            over += 1
            drawn.append(_around(way, places, cls, -24.0 * over, from_top=True))
        else:
            under += 1
            drawn.append(_around(way, places, cls, tall + 24.0 * under, from_top=False))
    return drawn


def _straight(way: Way, places, cls: str) -> str:
    a, b = places[way.source], places[way.target]
    x1, y1, x2, y2 = a.x + a.width, a.middle, b.x - 6, b.middle
    bend = (x2 - x1) / 2
    lines = _two_lines(way.label)
    mid = (y1 + y2) / 2
    rows = [mid - 5] if len(lines) == 1 else [mid - 5, mid + 12]
    names = "".join(_label(part, (x1 + x2) / 2, y) for part, y in zip(lines, rows, strict=True))
    d = f"M{px(x1)} {px(y1)}C{px(x1 + bend)} {px(y1)} {px(x2 - bend)} {px(y2)} {px(x2)} {px(y2)}"
    return path(f"d-way{cls}", d) + _head(x2, y2, 1, 0, cls) + names


def _around(way: Way, places, cls: str, lane: float, from_top: bool) -> str:
    a, b = places[way.source], places[way.target]
    shift = 8 if way.source != way.target else 18
    x1, x2 = a.x + a.width / 2 + shift, b.x + b.width / 2 - shift
    y1, y2 = (a.y, b.y - 6) if from_top else (a.y + TALL, b.y + TALL + 6)
    turn = 6 if lane > y1 else -6
    side = 6 if x2 > x1 else -6
    d = (
        f"M{px(x1)} {px(y1)}V{px(lane - turn)}Q{px(x1)} {px(lane)} {px(x1 + side)} {px(lane)}"
        f"H{px(x2 - side)}Q{px(x2)} {px(lane)} {px(x2)} {px(lane - turn)}V{px(y2)}"
    )
    return (
        path(f"d-way{cls}", d)
        + _head(x2, y2, 0, 1 if from_top else -1, cls)
        + _label(way.label, (x1 + x2) / 2, lane - 4)
    )


def _head(x: float, y: float, right: int, down: int, cls: str) -> str:
    if right:
        return path(f"d-way-head{cls}", f"M{px(x + 6)} {px(y)}l-7-3.5v7z")
    return path(f"d-way-head{cls}", f"M{px(x)} {px(y + 6 * down)}l-3.5{'-7' if down > 0 else ' 7'}h7z")


def _label(words: str, x: float, y: float) -> str:
    return text(words, x, y, "d-way-label d-middle d-halo") + text(words, x, y, "d-way-label d-middle")


def _box(state: StateBox, place: Place, visited: bool, current: bool) -> str:
    cls = "d-state current" if current else "d-state travelled" if visited else "d-state"
    name = "d-middle d-current-label" if current else "d-middle d-strong"
    x = place.x + place.width / 2
    needle = path("d-needle", f"M{px(x)} {px(place.y - 1)}l-5-9h10z") if current else ""
    return rect(cls, place.x, place.y, place.width, TALL, 5) + text(state.label, x, place.y + 19, name) + needle


def _described(states, travelled, current) -> str:
    labels = {state.name: state.label for state in states}
    way = [labels[travelled[0][0]], *(labels[target] for _, target in travelled)] if travelled else []
    said = [_("States: %(states)s.") % {"states": ", ".join(labels.values())}]
    if way:
        said.append(_("The way so far: %(states)s.") % {"states": ", ".join(way)})
    if current in labels:
        said.append(_("Now: %(state)s.") % {"state": labels[current]})
    return " ".join(said)
