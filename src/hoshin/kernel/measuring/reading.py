"""Reading measurements: sealed and fresh rows with the overlay, for one characteristic or many."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from django.conf import settings

from hoshin.measurements.columns import Columns
from hoshin.measurements.manifest import Segment
from hoshin.measurements.overlay import Annotation, Correction, Exclusion, Overlay, Reading
from hoshin.measurements.scan import scan

from .models import HotRow, Label, SegmentRow, Statement

HOT = ("row", "characteristic", "sequence", "time", "value", "size", "subgroup", "lot", "gauge", "operator")
MANY = 400


def folder() -> Path:
    return Path(settings.HOSHIN_HOME) / "measurements"


def live_segments() -> list[Segment]:
    return [row.segment for row in SegmentRow.objects.filter(live=True).order_by("id")]


def hot_columns(rows) -> Columns:
    """Rows out of the database as columns."""
    found = list(rows.order_by("row").values_list(*HOT))
    if not found:
        return Columns.empty()
    given = dict(zip(HOT, zip(*found, strict=True), strict=True))
    times = [moment.astimezone(UTC).replace(tzinfo=None) if moment else None for moment in given["time"]]
    reals = {name: np.array([np.nan if v is None else v for v in given[name]], float) for name in ("value", "size")}
    integers = {name: np.array(given[name], np.int64) for name in HOT if name not in ("time", "value", "size")}
    return Columns(time=np.array(times, "datetime64[us]"), **reals, **integers)


def overlay_of(characteristics: Sequence[int] | None) -> Overlay:
    """Everything said later about these characteristics' rows, in the order it was said."""
    said = Statement.objects.order_by("id")
    if characteristics is not None and len(characteristics) <= MANY:
        said = said.filter(characteristic__in=list(characteristics))
    corrections, annotations, excluded = [], [], {}
    for statement in said:
        if statement.sort == Statement.Sort.CORRECTION:
            value = np.nan if statement.value is None else statement.value
            corrections.append(Correction(statement.row, reason=statement.id, author=0, value=value))
        elif statement.sort == Statement.Sort.ANNOTATION:
            annotations.append(Annotation(statement.row, statement.id))
        elif statement.sort == Statement.Sort.EXCLUSION:
            excluded[statement.row] = Exclusion(statement.row, statement.id)
        else:
            excluded.pop(statement.row, None)
    return Overlay(tuple(corrections), tuple(excluded.values()), tuple(annotations))


def measurements_of(
    characteristics: Sequence[int] | None, *, since: datetime | None = None, until: datetime | None = None
) -> Reading:
    """The rows of characteristics (their record keys) as they count today; all characteristics where None."""
    hot = HotRow.objects.all()
    if characteristics is not None and len(characteristics) <= MANY:
        hot = hot.filter(characteristic__in=list(characteristics))
    return scan(
        folder(),
        live_segments(),
        hot=hot_columns(hot),
        overlay=overlay_of(characteristics),
        characteristics=None if characteristics is None else np.array(sorted(characteristics), np.int64),
        since=_moment(since),
        until=_moment(until),
    )


def _moment(at: datetime | None) -> np.datetime64 | None:
    return None if at is None else np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")


def labels_of(ids: Sequence[int]) -> dict[int, str]:
    """The words behind lot, gauge and operator numbers."""
    wanted = {int(i) for i in ids if i}
    labels = Label.objects.filter(id__in=wanted) if len(wanted) <= MANY else Label.objects.all()
    return dict(labels.values_list("id", "text"))


def reasons_of(ids: Sequence[int]) -> dict[int, Statement]:
    """The statements behind the marks of a reading."""
    wanted = {int(i) for i in ids if i}
    return Statement.objects.select_related("made_by").in_bulk(wanted) if wanted else {}
