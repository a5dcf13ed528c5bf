"""What several processes do at the same moment."""

from pathlib import Path
from uuid import UUID

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch, HotRow
from hoshin.kernel.records import doors
from hoshin.kernel.records.escalation import escalate_due
from hoshin.kernel.records.rounds import Seat
from hoshin.kernel.records.signatures import Proof, Signature
from hoshin.kernel.records.tasks import Task, assign, finish
from hoshin.kernel.trail import checkpoints
from hoshin.kernel.trail.actors import system
from hoshin.kernel.trail.models import Entry
from hoshin.measurements.reading import guess
from tests.contract import kinds  # noqa: F401  the kind made of plain data

from .world import PASSWORD, actor, diameter, row_of


def opened(place: int = 0, **values) -> str:
    (row,) = doors.create("deviation", [{"title": "Oven", **values}], by=actor("ana"))
    return str(row.uid)


def assessed(place: int = 0) -> str:
    uid = opened(severity="major", impact="Scrap")
    doors.perform([row_of(uid)], "assess", by=actor("pat"))
    return uid


def close(place: int, uid: str) -> str:
    (row,) = doors.perform([row_of(uid)], "close", by=actor("quinn"), proof=Proof(PASSWORD))
    return row.state


def told_of(place: int, uid: str) -> dict:
    actions = list(Entry.objects.filter(subject_uid=uid).order_by("seq").values_list("action", flat=True))
    return {"actions": actions, "signatures": Signature.objects.filter(record=uid).count()}


def open_many(place: int, count: int) -> list[str]:
    return [doors.create("deviation", [{"title": f"{place} {n}"}], by=actor("max"))[0].number for n in range(count)]


def open_same(place: int, uid: str) -> str:
    return doors.create("deviation", [doors.Draft({"title": f"By {place}"}, uid=UUID(uid))], by=actor("max"))[0].number


def task_same(place: int, record: str, uid: str) -> int:
    return assign(row_of(record), "Look", actor("max").person, by=actor("ana"), uid=UUID(uid)).pk


def edit_other_fields(place: int, uid: str) -> int:
    values = [{"title": "Oven far too cold"}, {"impact": "Scrap"}, {"severity": "minor"}, {"priority": 3}][place]
    return doors.edit([row_of(uid)], values, by=actor("ana"), revision=1)[0].revision


def edit_same_field(place: int, uid: str) -> str:
    return doors.edit([row_of(uid)], {"title": f"Title {place}"}, by=actor("ana"), revision=1)[0].title


def values_of(place: int, uid: str) -> dict:
    row = row_of(uid)
    return {"title": row.title, "impact": row.impact, "severity": row.severity, "priority": row.priority}


def visit(place: int = 0) -> str:
    values = {"title": "Visit", "supplier": "ACME", "summary": "Fine", "visited_on": "2026-03-02"}
    (row,) = doors.create("supplier_visit", [values], by=actor("ana"))
    doors.perform([row], "report", by=actor("ana"))
    doors.perform([row], "agree", by=actor("ana"))
    return str(row.uid)


def sign(place: int, uid: str) -> str:
    return doors.sign_seat(row_of(uid), "agree", by=actor("pat"), proof=Proof(PASSWORD)).state


def seats(place: int, uid: str) -> list[str]:
    return sorted(Seat.objects.filter(record=uid).values_list("state", flat=True))


def task(place: int = 0) -> int:
    return assign(row_of(opened()), "Look", actor("max").person, by=actor("ana")).pk


def do(place: int, key: int) -> str:
    return finish(Task.objects.get(pk=key), by=actor("max"), evidence=f"By {place}").evidence


def measure(place: int, count: int) -> None:
    for n in range(count):
        measuring.record(diameter(), [measuring.Measurement(place + n / 100, lot=f"L{n}")] * 3, by=actor("quinn"))


def sequences(place: int = 0) -> list[list[int]]:
    rows = HotRow.objects.order_by("row")
    return [list(rows.values_list("row", flat=True)), sorted(rows.values_list("sequence", flat=True))]


def read_file(place: int, path: str) -> int:
    layout = guess(Path(path)).layout
    names = {"Diameter": diameter()}
    return measuring.import_file(Path(path), layout, names, by=actor("quinn")).rows


def batches_of(place: int, file: str) -> int:
    return Batch.objects.filter(name=file).count()


def late(place: int = 0) -> None:
    doors.create("deviation", [{"title": f"Late {n}", "due_on": "2020-01-01"} for n in range(20)], by=actor("ana"))


def escalate(place: int) -> int:
    return escalate_due(by=system("escalation"))


def checkpoint(place: int) -> int:
    return checkpoints.make_checkpoint().size
