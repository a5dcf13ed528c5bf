"""The pictures of a gauge study: variance components, readings by part and operator, readings beside their reference."""

from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from hoshin.surfaces.drawing import ChartData, Drawing, Panel, Signal, Specification, bar, control_chart, trend
from hoshin.surfaces.drawing.canvas import Scale, dots, path, polyline, px, span, svg, text, tick_labels, ticks

from .evaluation import Evaluation
from .layout import Layout, layout_of
from .rules import GAUGE_RR, Sort
from .words import components_of

LEFT, RIGHT, TOP, FOOT = 56.0, 16.0, 26.0, 34.0


def components_drawing(made: Evaluation, width: float = 480) -> Drawing:
    """How much of the variation seen each source takes; above 30 % the gauge stands out."""
    rows = [one for one in components_of(made) if one.name != "total"]
    alarm = [place for place, one in enumerate(rows) if one.name == "grr" and one.percent > 30]
    return bar(
        [(one.label, one.percent) for one in rows],
        title=_("% of the variation seen"),
        unit="%",
        alarm=alarm,
        width=width,
    )


def readings_drawing(row: Any, made: Evaluation, width: float = 640) -> Drawing | None:
    """The readings themselves, as the kind of study wants them seen."""
    layout = layout_of(row)
    if row.sort in GAUGE_RR:
        return by_part(layout, row.title, width)
    if row.sort == Sort.LINEARITY:
        return by_reference(layout, made, row.title, width)
    if row.sort == Sort.STABILITY:
        return _over_time(layout, made, row.title, width)
    if row.sort in (Sort.BIAS, Sort.TYPE1):
        labels = [str(line["run"]) for line in layout.lines]
        return trend(labels, layout.values(), title=row.title, target=layout.one_reference(), width=width)
    return None


def by_part(layout: Layout, title: str, width: float = 640, height: float = 260) -> Drawing:
    """Every reading, grouped by part; within a part one column for each operator, joined from lowest to highest."""
    values = layout.values()
    y = Scale(*span(values), height - FOOT, TOP)
    slot = (width - LEFT - RIGHT) / len(layout.parts)
    step = slot * 0.7 / len(layout.operators)
    where = {
        (part, person): LEFT + slot * (p + 0.15) + step * (o + 0.5)
        for p, part in enumerate(layout.parts)
        for o, person in enumerate(layout.operators)
    }
    read = layout.cells()
    x_of = np.array([where[key] for key, cell in read.items() for _reading in cell])
    y_of = np.array([y(float(reading)) for cell in read.values() for reading in cell])
    spans = "".join(
        f"M{px(where[key])} {px(y(min(map(float, cell))))}V{px(y(max(map(float, cell))))}" for key, cell in read.items()
    )
    body = [
        _value_axis(y, width - RIGHT), path("d-phase", _borders(len(layout.parts), slot, height)), path("d-note", spans),
        path("d-points", dots(x_of, y_of)), *_part_names(layout.parts, slot, height), _who(layout),
    ]  # fmt: skip
    told = _("%(n)s readings of %(parts)s parts by %(operators)s operators")
    said = told % {"n": len(values), "parts": len(layout.parts), "operators": len(layout.operators)}
    return svg(
        width, height, body, title=_("Readings of %(title)s by part and operator") % {"title": title}, description=said
    )


def _who(layout: Layout) -> str:
    names = ", ".join(name or "–" for name in layout.operators[:8])
    return text(_("in each part, from left: %(names)s") % {"names": names}, LEFT, 13, "d-faint")


def _borders(parts: int, slot: float, height: float) -> str:
    return "".join(f"M{px(LEFT + slot * p)} {px(TOP)}V{px(height - FOOT)}" for p in range(1, parts))


def _part_names(parts: list[str], slot: float, height: float) -> list[str]:
    longest = max(map(len, parts), default=1)
    every = max(1, int(np.ceil(longest * 6.5 / slot)))
    return [
        text(name, LEFT + slot * (p + 0.5), height - FOOT + 17, "d-middle")
        for p, name in enumerate(parts)
        if p % every == 0
    ]


def by_reference(layout: Layout, made: Evaluation, title: str, width: float = 640, height: float = 280) -> Drawing:
    """Bias against reference with the fitted line and the line of no bias."""
    study, reference = made.result, layout.references()
    bias = layout.values() - reference
    x = Scale(*span(reference), LEFT, width - RIGHT)
    y = Scale(*span([*bias.tolist(), 0.0]), height - FOOT, TOP)
    ends = np.array([reference.min(), reference.max()])
    means = np.asarray(study.by_reference.bias)
    body = [
        _value_axis(y, width - RIGHT), path("d-center", f"M{px(LEFT)} {px(y(0.0))}H{px(width - RIGHT)}"),
        path("d-points fine", dots(x(reference), y(bias))), path("d-points", dots(x(np.asarray(study.by_reference.reference)), y(means))),
        path("d-curve", polyline(x(ends), y(study.intercept + study.slope * ends))), _reference_axis(x, height - FOOT),
        text(_("bias"), LEFT, 13, "d-faint"), text(_("reference"), width - RIGHT, height - 3, "d-faint d-end"),
    ]  # fmt: skip
    said = _("bias = %(a)s + %(b)s × reference") % {"a": f"{study.intercept:.4g}", "b": f"{study.slope:.4g}"}
    return svg(
        width, height, body, title=_("Bias of %(title)s against the reference") % {"title": title}, description=said
    )


def _over_time(layout: Layout, made: Evaluation, title: str, width: float) -> Drawing:
    study = made.result
    values = layout.by_part().astype(float).mean(axis=1)
    reference = Specification(target=study.reference)
    signals = tuple(Signal(int(place), "1", _("beyond the control limits")) for place in study.out)
    name = _("Mean of each occasion")
    panel = Panel(name, values, study.center, study.lcl, study.ucl, specification=reference, signals=signals)
    return control_chart(ChartData(title=title, panels=(panel,), labels=layout.parts), width=width)


def _value_axis(y: Scale, right: float) -> str:
    values = ticks(y.low, y.high, 5)
    grid = path("d-grid", "".join(f"M{px(LEFT)} {px(y(v))}H{px(right)}" for v in values))
    names = zip(values, tick_labels(values), strict=True)
    return grid + "".join(text(name, LEFT - 7, y(v) + 4, "d-end") for v, name in names)


def _reference_axis(x: Scale, base: float) -> str:
    values = ticks(x.low, x.high, 6)
    names = zip(values, tick_labels(values), strict=True)
    return path("d-frame", f"M{px(x.start)} {px(base)}H{px(x.end)}") + "".join(
        text(name, x(v), base + 17, "d-middle") for v, name in names
    )
