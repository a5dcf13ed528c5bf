"""Attachments: files kept by the hash of their content; a record's files belong to its state."""

import hashlib
import mimetypes
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.models import Guarded
from hoshin.kernel.trail.state import Committed
from hoshin.kernel.trail.unit import unit_of_work
from hoshin.kernel.trail.verify import also_verify
from hoshin.ledger.verifier import Report

from . import registry, rounds
from .doors import lock
from .errors import Invalid, NotAllowed, NotYet, Problem
from .record import Record
from .texts import read_reason

LARGEST = 200 * 1024 * 1024
PIECE = 1024 * 1024


@registry.attachments_are
class Attachment(Guarded):
    """A file of a record. The bytes lie once under their hash, however many records have them."""

    record = models.ForeignKey(Record, models.PROTECT, to_field="uid", related_name="files")
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120)
    removed = models.BooleanField(default=False)

    def stated(self) -> dict:
        told = {"sha256": self.sha256, "name": Committed(self.name), "size": self.size, "type": self.media_type}
        return {**told, "removed": True} if self.removed else told

    @property
    def path(self) -> Path:
        return path_of(self.sha256)


def path_of(sha256: str) -> Path:
    return Path(settings.HOSHIN_HOME) / "files" / sha256[:2] / sha256


def store(content: BinaryIO | Iterable[bytes]) -> tuple[str, int]:
    """Put bytes under their hash, safely on the disk before anything refers to them."""
    folder = Path(settings.HOSHIN_HOME) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as out:
        try:
            for piece in iter(lambda: content.read(PIECE), b"") if hasattr(content, "read") else content:
                digest.update(piece)
                size += len(piece)
                if size > LARGEST:
                    raise Invalid(
                        [Problem("file", _("The file is larger than %(most)s MB.") % {"most": LARGEST // 2**20})]
                    )
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        except BaseException:
            Path(out.name).unlink()
            raise
    goal = path_of(digest.hexdigest())
    goal.parent.mkdir(exist_ok=True)
    os.chmod(out.name, 0o440)
    os.replace(out.name, goal)
    for directory in (goal.parent, folder, folder.parent):
        _sync(directory)
    return digest.hexdigest(), size


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def safe_name(name: str) -> str:
    """A file's name without folders, control characters or direction marks."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable() and ord(c) not in range(0x202A, 0x202F)).strip(". ")
    return kept[-200:] or "file"


def attach(record: Any, files: Sequence[tuple[str, BinaryIO]], *, by: Actor) -> list[Attachment]:
    """Add files to a record; its revision and state change with them."""
    # Asked before the bytes are kept, so that nobody fills the disk who may not; and again under the lock.
    _check_may_attach(Record.objects.get(uid=record.uid), by)
    stored = [(safe_name(name), *store(content)) for name, content in files]
    with unit_of_work() as work:
        (row,) = lock([record])
        _check_may_attach(row, by)
        made = [
            Attachment(
                record_id=row.uid,
                sha256=sha256,
                name=name,
                size=size,
                media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            )
            for name, sha256, size in stored
        ]
        Attachment.objects.bulk_create(made)
        _restate(row, "attached", [sha256 for _name, sha256, _size in stored], by, work)
    return made


def _check_may_attach(row: Any, by: Actor) -> None:
    if not may_see(standing_of(by), row):
        raise NotAllowed(_("Files can be added by those who see the record."))
    if not row.spec.workflow.state(row.state).is_open:
        raise NotYet([_("%(number)s is closed; files are added no more.") % {"number": row.number}])


def remove(attachment: Attachment, *, by: Actor, reason: str) -> None:
    """Take a file off a record. The bytes stay, and the history says why."""
    with unit_of_work() as work:
        (row,) = lock([Record.objects.get(uid=attachment.record_id)])
        if not may_see(standing_of(by), row) or not row.spec.edit_by.allows(standing_of(by), row):
            raise NotAllowed(_("Files are taken off by those who may change the record."))
        if not row.spec.workflow.state(row.state).is_open:
            raise NotYet([_("%(number)s is closed; files are taken off no more.") % {"number": row.number}])
        reason = read_reason(reason)
        if not reason:
            raise NotYet([_("A reason is needed.")])
        attachment.refresh_from_db()
        if attachment.removed:
            return
        attachment.removed = True
        attachment.save(update_fields=["removed"])
        _restate(row, "detached", [attachment.sha256], by, work, reason)


def _restate(row: Any, event: str, hashes: list[str], by: Actor, work: Any, reason: str | None = None) -> None:
    row.__dict__.pop("_files", None)
    rounds.lapse(row, by=by, work=work)
    row.changed_at = clock.now()
    work.change([row], ["changed_at"], f"{row.spec.name}.{event}", by=by, reason=reason, files=hashes)


@also_verify
def verify_files(report: Report) -> None:
    """Every file a record has lies under its hash, byte for byte."""
    hashes = Attachment.objects.values_list("sha256", flat=True).distinct()
    for sha256 in hashes.iterator(chunk_size=1000):
        report.count("files")
        path = path_of(sha256)
        if not path.exists():
            report.add("file", sha256, "is missing from the store")
            continue
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != sha256:
            report.add("file", sha256, f"was altered: its content hashes to {found}")
