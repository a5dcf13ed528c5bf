"""The doors to measurements: record, import, seal, compact, correct, exclude, remark."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from hoshin.kernel.access.rights import inside, role
from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.records.errors import Invalid, NotAllowed, NotYet, Problem
from hoshin.kernel.records.texts import read_reason, read_text
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.unit import Unit as Work
from hoshin.kernel.trail.unit import unit_of_work
from hoshin.measurements import segments as sealed
from hoshin.measurements.columns import LARGEST, Columns
from hoshin.measurements.reading import Layout, Table, fingerprint, read

from .models import Batch, HotRow, Label, RememberedLayout, SegmentRow, Statement, Tail
from .reading import folder, hot_columns, live_segments, measurements_of

# Fewer rows wait in the database; more are sealed at once.
DIRECTLY_SEALED = 5_000
# An external auditor reads what insiders do, and adds no data.
MEASURES = inside("external auditor")
STEWARDS = role("quality manager", "quality engineer", "process owner")


@dataclass(frozen=True)
class Measurement:
    """One measured or counted value as somebody gives it. ``value`` None is missing, and stays missing."""

    value: float | None
    time: datetime | None = None
    size: float | None = None
    subgroup: int | None = None
    lot: str = ""
    gauge: str = ""
    operator: str = ""


class ReadBefore(NotYet):
    """The same file was read before; reading it again is refused unless it is asked for."""


def _check_may(characteristics: Iterable[Any], by: Actor, right: Any) -> None:
    standing = standing_of(by)
    for row in characteristics:
        if not may_see(standing, row) or not right.allows(standing, row):
            raise NotAllowed(
                _("Measurements of %(number)s are recorded by: %(who)s.") % {"number": row.number, "who": right.words}
            )
        if row.state != "active":
            raise NotYet(
                [
                    _("%(number)s is not in use; measurements are recorded for characteristics in use.")
                    % {"number": row.number}
                ]
            )


def record(
    characteristic: Any,
    measurements: Sequence[Measurement],
    *,
    by: Actor,
    source: str = Batch.Source.FORM,
    name: str = "",
) -> Batch:
    """Record measurements of one characteristic, in the order given."""
    if not measurements:
        raise Invalid([Problem("measurements", _("At least one measurement is needed."))])
    _check_may([characteristic], by, MEASURES)
    _check_values(measurements)
    with unit_of_work() as work:
        (start,) = _take_sequences({characteristic.pk: len(measurements)}).values()
        n = len(measurements)
        columns = Columns(
            row=_take_rows(n) + np.arange(n),
            characteristic=np.full(n, characteristic.pk),
            sequence=start + np.arange(n),
            time=np.array([_naive(m.time) for m in measurements], "datetime64[us]"),
            value=np.array([np.nan if m.value is None else m.value for m in measurements], float),
            size=np.array([np.nan if m.size is None else m.size for m in measurements], float),
            subgroup=np.array([-1 if m.subgroup is None else m.subgroup for m in measurements]),
            lot=_label_ids("lot", [m.lot for m in measurements], by, work),
            gauge=_label_ids("gauge", [m.gauge for m in measurements], by, work),
            operator=_label_ids("operator", [m.operator for m in measurements], by, work),
        )
        return _enter(columns, work, by, source=source, name=name)


def _check_values(measurements: Sequence[Measurement]) -> None:
    problems = [Problem(name, why, index) for index, m in enumerate(measurements) for name, why in _problems_of(m)]
    if problems:
        raise Invalid(problems)


def _problems_of(m: Measurement) -> Iterable[tuple[str, str]]:
    if m.value is not None and not _is_usable(m.value):
        yield "value", _("%(found)s is not a finite number below 1e100.") % {"found": str(m.value)[:40]}
    if m.size is not None and not (_is_usable(m.size) and m.size > 0):
        yield "size", _("%(found)s is no sample size; a number above 0 is needed.") % {"found": str(m.size)[:40]}
    if m.subgroup is not None and not 0 <= m.subgroup < 2**53:
        yield "subgroup", _("%(found)s is no number of a subgroup.") % {"found": str(m.subgroup)[:40]}
    if m.time is not None and m.time.tzinfo is None:
        yield "time", _("The time has no zone.")


def _is_usable(number: float) -> bool:
    # Compared before anything is converted: a whole number may be too large for a float.
    return -LARGEST < number < LARGEST


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def _label_ids(sort: str, texts: Sequence[str], by: Actor, work: Work) -> np.ndarray:
    """The numbers behind words, made where they are new."""
    wanted = {text for text in texts if text}
    for text in wanted:
        read_text(sort, text, most=200, lines=True)
    if not wanted:
        return np.zeros(len(texts), np.int64)
    known: dict[str, int] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), 500):
        some = ordered[start : start + 500]
        known.update(Label.objects.filter(sort=sort, text__in=some).values_list("text", "id"))
        made = [Label(sort=sort, text=text) for text in some if text not in known]
        work.add(made, "label.made", by=by)
        known.update((label.text, label.pk) for label in made)
    return np.array([known.get(text, 0) for text in texts], np.int64)


def _take_sequences(counts: Mapping[int, int]) -> dict[int, int]:
    """Where each characteristic's new rows begin; the tails are locked until the unit ends."""
    keys = sorted(counts)
    tails: dict[int, Tail] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        Tail.objects.bulk_create([Tail(characteristic=key) for key in some], ignore_conflicts=True)
        for tail in Tail.objects.select_for_update().filter(characteristic__in=some).order_by("characteristic"):
            tails[tail.characteristic] = tail
    begins = {key: tails[key].next_sequence for key in keys}
    for key in keys:
        tails[key].next_sequence += counts[key]
    Tail.objects.bulk_update([tails[key] for key in keys], ["next_sequence"], batch_size=200)
    return begins


# The tail of all rows together: no characteristic has this key.
ALL_ROWS = -1


def _take_rows(count: int) -> int:
    return _take_sequences({ALL_ROWS: count})[ALL_ROWS] + 1


def _enter(columns: Columns, work: Work, by: Actor, *, source: str, **told: Any) -> Batch:
    """Keep a batch's rows in the database and enter it."""
    batch = _batch(columns, by, source=source, **told)
    work.add([batch], "measurements.recorded", by=by, detail=_touched(columns))
    times = columns.time.astype(object)
    HotRow.objects.bulk_create(
        [
            HotRow(
                row=int(columns.row[i]), batch=batch, characteristic=int(columns.characteristic[i]), sequence=int(columns.sequence[i]),
                time=times[i].replace(tzinfo=UTC) if times[i] is not None else None,
                value=_or_none(columns.value[i]), size=_or_none(columns.size[i]), subgroup=int(columns.subgroup[i]),
                lot=int(columns.lot[i]), gauge=int(columns.gauge[i]), operator=int(columns.operator[i]),
            )
            for i in range(len(columns))
        ],
        batch_size=1000,
    )  # fmt: skip
    return batch


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _touched(columns: Columns) -> dict:
    """Which characteristics a batch speaks of, as far as a leaf should carry it."""
    keys = np.unique(columns.characteristic)
    return {"characteristics": len(keys), **({"keys": [int(key) for key in keys]} if len(keys) <= 50 else {})}


def _batch(
    columns: Columns, by: Actor, *, source: str, name: str = "", sha256: str = "", layout: dict | None = None
) -> Batch:
    return Batch(
        source=source, name=name[:200], sha256=sha256, layout=layout or {}, rows=len(columns),
        missing=int(np.isnan(columns.value).sum()), first_row=int(columns.row.min()), fingerprint=columns.fingerprint(),
        recorded_by=by.person, recorded_at=clock.now(),
    )  # fmt: skip


def read_before(sha256: str) -> Batch | None:
    """The batch that came from this very file, if any."""
    return Batch.objects.filter(sha256=sha256).first()


def _check_not_read_before(sha256: str) -> None:
    before = read_before(sha256) if sha256 else None
    if before is not None:
        told = {"day": before.recorded_at.date(), "rows": before.rows}
        raise ReadBefore([_("This very file was read on %(day)s already (%(rows)s rows).") % told])


def remembered(signature: str) -> Layout | None:
    """How a file with these columns was read last."""
    found = RememberedLayout.objects.filter(signature=signature).first()
    return Layout.from_json(found.layout) if found else None


def import_file(
    path: Path, layout: Layout, characteristics: Mapping[str, Any], *, by: Actor, name: str = "", again: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Batch:  # fmt: skip
    """Read a file of measurements, all of it or nothing. ``characteristics`` says which record each name in it means."""
    sha256 = fingerprint(path)
    if not again:
        _check_not_read_before(sha256)
    table = read(path, layout, progress)
    unknown = [name for name in table.names if name not in characteristics]
    if unknown:
        raise Invalid(
            [
                Problem(
                    "characteristics",
                    _("No characteristic is named for: %(names)s.") % {"names": ", ".join(unknown[:20])},
                )
            ]
        )
    told = {"name": name or path.name, "sha256": sha256, "layout": layout, "again": again}
    return import_table(table, characteristics, by=by, **told)


def import_table(
    table: Table,
    characteristics: Mapping[str, Any],
    *,
    by: Actor,
    name: str,
    sha256: str = "",
    layout: Layout | None = None,
    again: bool = True,
) -> Batch:
    """Bring in a table that was read. Large ones are sealed before the write lock is taken; the manifest row is the commit."""
    if not len(table):
        raise Invalid([Problem("file", _("The file holds no measurements."))])
    rows = [characteristics[name] for name in table.names]
    _check_may(rows, by, MEASURES)
    keys = [row.pk for row in rows]
    counts = np.bincount(table.characteristic, minlength=len(keys))
    wanted: dict[int, int] = {}
    for key, count in zip(keys, counts, strict=True):
        wanted[key] = wanted.get(key, 0) + int(count)
    if len(wanted) != len(keys):
        raise Invalid([Problem("characteristics", _("Two names of the file mean the same characteristic."))])
    told = {"source": Batch.Source.FILE, "name": name, "sha256": sha256, "layout": layout.to_json() if layout else {}}
    with unit_of_work() as work:
        begins, first = _take_sequences(wanted), _take_rows(len(table))
        labels = {
            f"{sort}s": _label_ids(sort, getattr(table, sort).labels, by, work).tolist()
            for sort in ("lot", "gauge", "operator")
        }
    columns = table.columns(first_row=first, characteristics=keys, start=[begins[key] for key in keys], **labels)
    enter = _seal_directly if len(columns) > DIRECTLY_SEALED else _keep_hot
    batch = enter(columns, by, told, again)
    if layout is not None:
        RememberedLayout.objects.update_or_create(
            signature=layout.signature, defaults={"layout": layout.to_json(), "used_at": clock.now()}
        )
    return batch


def _keep_hot(columns: Columns, by: Actor, told: dict, again: bool) -> Batch:
    with unit_of_work() as work:
        if not again:
            _check_not_read_before(told["sha256"])
        return _enter(columns, work, by, **told)


def _seal_directly(columns: Columns, by: Actor, told: dict, again: bool) -> Batch:
    segment = sealed.write_segment(folder(), columns)
    with unit_of_work() as work:
        # Asked again under the lock: another may have read the same file meanwhile.
        if not again:
            _check_not_read_before(told["sha256"])
        batch = _batch(columns, by, **told)
        batch.sealed_in = segment.sha256
        row = SegmentRow(sha256=segment.sha256, rows=segment.rows, extent=segment.to_json())
        work.add([row], "segment.sealed", by=by)
        work.add([batch], "measurements.recorded", by=by, detail=_touched(columns))
    return batch


class HotRowsDiffer(RuntimeError):
    """Rows waiting to be sealed are not those the ledger tells of. They are not sealed; `hoshin verify` names them."""


def seal(*, by: Actor, least: int = 1) -> SegmentRow | None:
    """Seal the waiting rows into a segment, after holding each batch against its leaf."""
    batches = list(Batch.objects.filter(sealed_in="").order_by("id"))
    rows = HotRow.objects.filter(batch__in=[batch.id for batch in batches])
    columns = hot_columns(rows)
    if len(columns) < max(least, 1):
        return None
    for batch in batches:
        mine = columns.take((columns.row >= batch.first_row) & (columns.row <= batch.last_row))
        if mine.fingerprint() != batch.fingerprint:
            raise HotRowsDiffer(f"Batch {batch.uid}: its waiting rows are not those that were recorded.")
    segment = sealed.write_segment(folder(), columns)
    with unit_of_work() as work:
        row = SegmentRow(sha256=segment.sha256, rows=segment.rows, extent=segment.to_json())
        work.add([row], "segment.sealed", by=by)
        for batch in batches:
            batch.sealed_in = segment.sha256
        work.change(batches, ["sealed_in"], "measurements.sealed", by=by)
        HotRow.objects.filter(batch__in=[batch.id for batch in batches]).delete()
    return row


def compact(*, by: Actor, least: int = 8) -> list[SegmentRow]:
    """Join many segments into few; the list is exchanged in one unit, the old files are deleted later."""
    old = list(SegmentRow.objects.filter(live=True).order_by("id"))
    if len(old) < least:
        return []
    new = sealed.compact(folder(), live_segments())
    with unit_of_work() as work:
        for row in old:
            row.live = False
        work.change(old, ["live"], "segment.replaced", by=by)
        made = [SegmentRow(sha256=s.sha256, rows=s.rows, extent=s.to_json()) for s in new]
        work.add(made, "segment.sealed", by=by)
    return made


def _say(
    characteristic: Any, rows: Sequence[int], sort: str, reason: str, by: Actor, value: float | None = None
) -> list[Statement]:
    _check_may([characteristic], by, STEWARDS)
    reason = read_reason(reason)
    if not reason:
        raise NotYet([_("A reason is needed.")])
    known = set(measurements_of([characteristic.pk]).columns.row.tolist())
    stray = [row for row in rows if row not in known]
    if stray:
        raise Invalid(
            [
                Problem(
                    "row",
                    _("%(number)s has no measurement %(row)s.") % {"number": characteristic.number, "row": stray[0]},
                )
            ]
        )
    said = [
        Statement(
            sort=sort, row=row, characteristic=characteristic.pk, characteristic_uid=characteristic.uid, value=value, reason=reason,
            made_by=by.person, made_at=clock.now(),
        )
        for row in rows
    ]  # fmt: skip
    with unit_of_work() as work:
        work.add(said, f"measurement.{sort}", by=by)
    return said


def correct(characteristic: Any, row: int, value: float | None, *, by: Actor, reason: str) -> Statement:
    """Say what a measurement really was (None: that it is missing). What was recorded stays and is shown beside."""
    if value is not None and not _is_usable(value):
        raise Invalid([Problem("value", _("%(found)s is not a finite number below 1e100.") % {"found": value})])
    # As the database gives it back: 5 as 5.0, and minus nought as nought.
    value = None if value is None else float(value) + 0.0
    return _say(characteristic, [row], Statement.Sort.CORRECTION, reason, by, value)[0]


def exclude(characteristic: Any, rows: Sequence[int], *, by: Actor, reason: str) -> list[Statement]:
    """Let measurements not count, with the assignable cause. They stay visible, marked."""
    return _say(characteristic, rows, Statement.Sort.EXCLUSION, reason, by)


def include(characteristic: Any, rows: Sequence[int], *, by: Actor, reason: str) -> list[Statement]:
    """Let excluded measurements count again."""
    return _say(characteristic, rows, Statement.Sort.INCLUSION, reason, by)


def annotate(characteristic: Any, row: int, *, by: Actor, text: str) -> Statement:
    """Remark something at a measurement."""
    return _say(characteristic, [row], Statement.Sort.ANNOTATION, text, by)[0]
