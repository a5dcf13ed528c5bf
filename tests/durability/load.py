"""A mixed load through the doors that keeps a log of what was acknowledged, and the questions asked after a kill."""

import hashlib
import json
import os
import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import UUID

from django.conf import settings

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch, SegmentRow
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.attachments import Attachment, attach, path_of
from hoshin.kernel.records.comments import Comment, comment
from hoshin.kernel.records.links import Link, link
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.signatures import Proof, Signature
from hoshin.kernel.records.tasks import DONE, Task, assign, finish
from hoshin.kernel.trail.actors import system
from hoshin.kernel.trail.models import Entry, Head
from hoshin.kernel.trail.unit import unit_of_work

from .world import PASSWORD, actor, diameter, findings

ORDER = ("open", "assessed", "closed")


class Client:
    """One user at work. What a door has answered is written to the log before the next thing is begun."""

    def __init__(self, log: str, seed: int):
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.random = random.Random(seed)
        self.ana, self.quinn = actor("ana"), actor("quinn")
        self.machine = system("load")
        self.characteristic = diameter()
        self.records = list(registry.get("deviation").rows().filter(state="open").order_by("-pk")[:20])

    def acknowledge(self, what: str, uid: object, value: object = None) -> None:
        os.write(self.log, json.dumps([what, str(uid), value]).encode() + b"\n")

    def work(self) -> None:
        doings = (
            self.open,
            self.open,
            self.edit,
            self.edit,
            self.walk,
            self.attach,
            self.task,
            self.pair,
            self.measure,
        )
        while True:
            self.random.choice(doings)()

    def open(self) -> None:
        drafts = [doors.Draft({"title": f"Title {n}", "steps": [{"what": "Stop"}] * n}) for n in range(3)]
        for row in doors.create("deviation", drafts, by=self.ana):
            self.acknowledge("opened", row.uid)
            self.records.append(row)

    def edit(self) -> None:
        if self.records:
            row = self.random.choice(self.records)
            (row,) = doors.edit([row], {"impact": str(self.random.random()), "severity": "major"}, by=self.ana)
            self.acknowledge("revision", row.uid, row.revision)

    def walk(self) -> None:
        (row,) = doors.create("deviation", [{"title": "x", "severity": "minor", "impact": "y"}], by=self.ana)
        for step, proof in (("assess", None), ("close", Proof(PASSWORD))):
            (row,) = doors.perform([row], step, by=self.quinn, proof=proof)
            self.acknowledge("state", row.uid, row.state)

    def attach(self) -> None:
        if self.records:
            row, content = self.random.choice(self.records), self.random.randbytes(2000)
            attach(row, [("photo.bin", BytesIO(content))], by=self.ana)
            self.acknowledge("file", row.uid, hashlib.sha256(content).hexdigest())

    def task(self) -> None:
        if self.records:
            row = self.random.choice(self.records)
            given = assign(row, "Look", self.quinn.person, by=self.ana)
            self.acknowledge("task", given.uid, "open")
            finish(given, by=self.quinn, evidence="Looked")
            self.acknowledge("task", given.uid, DONE)
            self.acknowledge("comment", comment(row, "Looked at it", by=self.ana).uid)

    def pair(self) -> None:
        """Two records and their link, or nothing: several doors in one unit of work."""
        with unit_of_work():
            one, two = doors.create("deviation", [{"title": "Pair"}, {"title": "Pair"}], by=self.ana)
            link(one, "leads_to", [two], by=self.ana)
        self.acknowledge("pair", one.uid)

    def measure(self) -> None:
        values = [measuring.Measurement(self.random.random(), lot="L1") for _ in range(20)]
        self.acknowledge("batch", measuring.record(self.characteristic, values, by=self.quinn).uid)
        if self.random.random() < 0.2:
            row = measuring.seal(by=self.machine, least=100)
            if row is not None:
                self.acknowledge("segment", row.uid)


def work(place: int, log: str, seed: int) -> None:
    Client(log, seed).work()


# What is asked afterwards


def lost(log: Path) -> Iterator[list]:
    """What was acknowledged and is not there."""
    there = {
        "opened": lambda uid, _: Record.objects.filter(uid=uid).exists(),
        "revision": lambda uid, n: Record.objects.get(uid=uid).revision >= n,
        "state": lambda uid, state: ORDER.index(Record.objects.get(uid=uid).state) >= ORDER.index(state),
        "file": lambda uid, sha256: Attachment.objects.filter(record=uid, sha256=sha256).exists() and is_whole(sha256),
        "task": lambda uid, state: Task.objects.get(uid=uid).state in (state, DONE),
        "comment": lambda uid, _: Comment.objects.filter(uid=uid).exists(),
        "pair": lambda uid, _: Link.objects.filter(source=uid).exists(),
        "batch": lambda uid, _: Batch.objects.filter(uid=uid).exists(),
        "segment": lambda uid, _: SegmentRow.objects.filter(uid=uid).exists(),
    }
    for line in log.read_bytes().splitlines():
        what, uid, value = json.loads(line)
        if not there[what](UUID(uid), value):
            yield [what, uid, value]


def is_whole(sha256: str) -> bool:
    return hashlib.sha256(path_of(sha256).read_bytes()).hexdigest() == sha256


def half_done() -> Iterator[str]:
    """Workflows, pairs and lines of which only a part is there."""
    closed = set(Record.objects.filter(kind="deviation", state="closed").values_list("uid", flat=True))
    signed = list(Signature.objects.filter(transition="close").values_list("record", flat=True))
    if set(signed) != closed or len(signed) != len(closed):
        yield f"{len(closed)} closed, {len(signed)} signed"
    pairs = Record.objects.filter(title="Pair").count()
    if pairs != 2 * Link.objects.count():
        yield f"{pairs} of pairs, {Link.objects.count()} links"
    for row in registry.get("deviation").rows().filter(title__startswith="Title "):
        if len(row.steps) != int(row.title.split()[-1]):
            yield f"{row.number} has {len(row.steps)} steps"
    if Head.objects.get().size != Entry.objects.count():
        yield "the head does not know how many entries there are"


def harmful_files() -> Iterator[str]:
    """A file under a hash it does not have; a file that nothing refers to is only litter."""
    for file in (Path(settings.HOSHIN_HOME) / "files").glob("*/*"):
        if not is_whole(file.name):
            yield file.name


def check(place: int, log: str, whole: bool) -> dict:
    """All that is wrong; ``whole`` also holds every row against the ledger."""
    path = Path(log)
    wrong = {
        "lost": list(lost(path)) if path.exists() else [],
        "half": list(half_done()),
        "files": list(harmful_files()),
    }
    return {**wrong, "findings": findings() if whole else [], "acknowledged": len(path.read_bytes().splitlines())}
