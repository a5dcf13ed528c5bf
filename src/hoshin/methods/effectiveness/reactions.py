"""The check watches the data: it begins where the fix is in place, and decides when enough later values have come."""

from collections.abc import Sequence

from hoshin.kernel.measuring.models import Tail
from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records import doors
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import system
from hoshin.kernel.trail.reactions import reacts_to
from hoshin.kernel.trail.unit import Change
from hoshin.stats.errors import StatisticsError

from .models import COLLECTING, EffectivenessCheck
from .rules import decide, in_words, later_sample, level, sample

MACHINE = system("effectiveness")


@reacts_to("effectiveness_check.collecting")
def begin_after_what_is_there(changes: Sequence[Change]) -> None:
    """Data recorded so far do not count as later data."""
    for change in changes:
        check = change.row
        tail = Tail.objects.filter(characteristic=_key_of(check)).first()
        begun = {"after_sequence": tail.next_sequence if tail else 0, "started_at": clock.now()}
        doors.compute([check], begun, by=MACHINE)


def _key_of(check: EffectivenessCheck) -> int:
    return Record.objects.values_list("pk", flat=True).get(uid=check.characteristic_id)


@reacts_to("measurements.recorded")
def decide_where_enough_has_come(changes: Sequence[Change]) -> None:
    """Every collecting check is looked at; there are few, and most batches touch none of them."""
    waiting = EffectivenessCheck.objects.filter(state=COLLECTING.name).select_related("characteristic")
    touched = _touched(changes)
    checks = [check for check in waiting if touched is None or check.characteristic.pk in touched]
    if not checks:
        return
    keys = {check.uid: check.characteristic.pk for check in checks}
    reading = measurements_of(sorted(set(keys.values())))
    for check in checks:
        evaluate(check, reading.take(reading.columns.characteristic == keys[check.uid]))


def _touched(changes: Sequence[Change]) -> set[int] | None:
    """The characteristics the batches speak of; None where a batch has too many to name."""
    found: set[int] = set()
    for change in changes:
        keys = (change.detail or {}).get("keys")
        if keys is None:
            return None
        found.update(keys)
    return found


def evaluate(check: EffectivenessCheck, reading) -> None:
    """Decide if enough later values have come; what was found is kept with the verdict."""
    before = sample(reading, check.baseline_first, check.baseline_last)
    after = later_sample(check, reading)
    if len(after) < check.amount:
        return
    told = {"n_later": len(after), "evaluated_at": clock.now()}
    try:
        result = decide(check.test, check.direction, before, after, float(check.confidence))
    except StatisticsError as unusable:
        doors.perform([check], "fail", by=MACHINE, reason=str(unusable), computed={**told, "conclusion": str(unusable)})
        return
    told |= {
        "before": level(check.test, before),
        "after": level(check.test, after),
        "p_value": f"{result.pvalue:.6g}",
        "conclusion": in_words(level(check.test, before), level(check.test, after), result.conclusion),
        "result": result.to_json(),
    }
    doors.perform([check], "pass" if result.significant else "fail", by=MACHINE, computed=told)
