"""Uploads: files of measurements on their way in, kept until they are read or given up."""

import json
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from hoshin.kernel.records.attachments import safe_name
from hoshin.kernel.records.errors import Invalid, Problem
from hoshin.measurements.reading import Layout

LARGEST = 256 * 1024 * 1024
KEPT_SECONDS = 7 * 24 * 3600
# A job that has said nothing for so long has died with its process.
SILENT_SECONDS = 120


@dataclass
class Upload:
    """One file on its way in, and how far it has come."""

    token: str
    person: str
    name: str
    size: int
    layout: dict = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: list[dict] = field(default_factory=list)
    remembered: bool = False
    product: str = ""
    sort: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    stage: str = "guessed"
    progress: float = 0.0
    said_at: float = 0.0
    message: str = ""
    batch: str = ""
    created: int = 0

    @property
    def folder(self) -> Path:
        return home() / self.token

    @property
    def path(self) -> Path:
        """The file itself; its ending is kept, since it tells what the file is."""
        return self.folder / f"file{Path(self.name).suffix.lower()[:8]}"

    @property
    def read_layout(self) -> Layout:
        return Layout.from_json(self.layout)

    @property
    def is_running(self) -> bool:
        return self.stage == "running" and time.time() - self.said_at < SILENT_SECONDS

    def save(self) -> None:
        """Written beside and put in place, so that a reader never sees half of it."""
        self.said_at = time.time()
        waiting = self.folder / f"state.{secrets.token_hex(4)}"
        waiting.write_text(json.dumps(asdict(self)))
        waiting.replace(self.folder / "state.json")

    def drop_file(self) -> None:
        self.path.unlink(missing_ok=True)


def home() -> Path:
    return Path(settings.HOSHIN_HOME) / "uploads"


def keep(name: str, pieces: Iterable[bytes], person: Any) -> Upload:
    """Put what was sent into a folder of its own; refuses what is empty or too large."""
    sweep()
    upload = Upload(secrets.token_urlsafe(16), str(person.uid), safe_name(name), 0)
    upload.folder.mkdir(parents=True)
    with upload.path.open("wb") as out:
        for piece in pieces:
            upload.size += len(piece)
            if upload.size > LARGEST:
                break
            out.write(piece)
    if not 0 < upload.size <= LARGEST:
        shutil.rmtree(upload.folder)
        told = _("The file has %(found)s bytes; accepted are 1 to %(most)s.")
        raise Invalid([Problem("file", told % {"found": upload.size, "most": LARGEST})])
    upload.save()
    return upload


def find(token: str, person: Any) -> Upload | None:
    """Somebody's own upload; another's is not there."""
    if not token.replace("-", "").replace("_", "").isalnum():
        return None
    state = home() / token / "state.json"
    if not state.is_file():
        return None
    upload = Upload(**json.loads(state.read_text()))
    return upload if upload.person == str(person.uid) else None


def sweep() -> None:
    """Remove what nobody came back for."""
    if not home().is_dir():
        return
    for folder in home().iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder)


def drop(upload: Upload) -> None:
    """Give an upload up, with all that is kept of it."""
    shutil.rmtree(upload.folder)
