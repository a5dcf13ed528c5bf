"""What leaves the house: a chart as PDF, a characteristic's measurements as CSV."""

import csv
import io
from typing import Any

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hoshin.kernel.trail import clock
from hoshin.surfaces import pdf
from hoshin.surfaces.drawing import control_chart
from hoshin.surfaces.statistics import explained, translated

from .charts import CharacteristicChart, drawing_of, local_times, point_number
from .rules import worded

HEADER = (
    "no", "time", "value", "size", "subgroup", "lot", "gauge", "operator", "excluded", "corrected", "remark",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS_IN_PRINT = 400
PAPER_WIDTH = 680


def csv_of(of: CharacteristicChart, window: range | None = None) -> str:
    """The measurements behind the points, as they count today, with what was said about them."""
    points = of.points
    whole = range(len(points)) if window is None else window
    low = int(points.cuts[whole.start]) if len(whole) else 0
    high = len(points.reading) if window is None else int(points.cuts[whole.stop])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows_of(of, low, high))
    return out.getvalue()


def rows_of(of: CharacteristicChart, low: int, high: int):
    """Cells of the measurements from low to before high; text can do nothing in a spreadsheet."""
    reading, columns = of.points.reading, of.points.columns
    times = columns.time[low:high].astype("datetime64[us]").astype(object)
    for i, moment in zip(range(low, high), times, strict=True):
        words = [safe(of.labels.get(int(getattr(columns, name)[i]), "")) for name in ("lot", "gauge", "operator")]
        said = of.statements.get(int(reading.reason[i])) if reading.excluded[i] else None
        remark = of.statements.get(int(reading.annotation[i]))
        yield (
            int(columns.sequence[i]) + 1,
            "" if moment is None else moment.isoformat() + "Z",
            plain(columns.value[i]),
            plain(columns.size[i]),
            "" if columns.subgroup[i] < 0 else int(columns.subgroup[i]),
            *words,
            "" if not reading.excluded[i] else safe(said.reason) if said else "yes",
            "yes" if reading.corrected[i] else "",
            safe(remark.reason) if remark else "",
        )


def plain(value: float) -> str:
    """A number that reads back exactly; nothing where it is missing."""
    return "" if np.isnan(value) else repr(float(value)).removesuffix(".0")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def chart_pdf(of: CharacteristicChart, *, organisation: str, window: range | None = None) -> bytes:
    """The chart on paper: the same drawing, the signals in words, how it was computed, the points."""
    drawn = drawing_of(of, of.window() if window is None else window)
    row, today = of.characteristic, clock.now().date()
    data: dict[str, Any] = {
        "organisation": organisation,
        "number": row.number,
        "title": row.title,
        "kind": _("Control chart"),
        "state": str(row.spec.workflow.state(row.state).label),
        "subtitle": translated(of.result.title) if of.result else "",
        "language": get_language() or "en",
        "date": [today.year, today.month, today.day],
        "printed": _("Printed %(day)s") % {"day": date_format(today)},
        "chart": "chart",
        "caption": _("%(chart)s of %(title)s")
        % {"chart": translated(of.result.title) if of.result else "", "title": row.title},
        "alt": drawn.described(),
        "facts": facts_of(of),
        "signals": [
            {"point": point_number(of.points, s.index), "value": value_of(of, s), "rule": worded(s.rule)}
            for s in of.signals
        ],
        "computed": explained(of.result) if of.result else [of.problem],
        "columns": [_("No."), _("Time"), _("Value")],
        "rows": _printed_rows(of),
    }
    return pdf.render("chart", data, {"chart": control_chart(drawn, width=PAPER_WIDTH)})


def value_of(of: CharacteristicChart, signal: Any) -> str:
    panel = of.result.panel(signal.panel)
    return f"{panel.points[signal.index]:.6g}"


def facts_of(of: CharacteristicChart) -> list[dict[str, str]]:
    """Where the limits come from, in a few lines."""
    row = of.characteristic
    told = [(_("Points"), str(len(of.points))), (_("Chart"), _chart_words(of))]
    if of.baseline is not None:
        state = of.baseline.spec.workflow.state(of.baseline.state).label
        told.append((_("Baseline"), f"{of.baseline.number} ({state})"))
    else:
        told.append((_("Baseline"), _("none; the limits are provisional")))
    told += [(_("Shift"), shift) for shift in of.shifts]
    told += [
        (name, str(limit.normalize()))
        for name, limit in ((_("LSL"), row.lsl), (_("Target"), row.target), (_("USL"), row.usl))
        if limit is not None
    ]
    return [{"label": label, "value": value} for label, value in told]


def _chart_words(of: CharacteristicChart) -> str:
    name = translated(of.result.title) if of.result else of.points.choice.chart
    return _("%(chart)s, because %(reason)s") % {"chart": name, "reason": of.reason}


def _printed_rows(of: CharacteristicChart) -> list[list[str]]:
    """The newest points in figures."""
    if of.shown is None:
        return []
    start = max(0, len(of.points) - MOST_ROWS_IN_PRINT)
    moments = local_times(of.points.time[start:])
    return [
        [
            point_number(of.points, index),
            date_format(moment, "SHORT_DATETIME_FORMAT") if moment else "",
            f"{of.shown.main.points[index]:.6g}" if np.isfinite(of.shown.main.points[index]) else "",
        ]
        for index, moment in zip(range(start, len(of.points)), moments, strict=True)
    ]
