"""Bundles: one zip file that carries a ledger, what it speaks of, and the program that verifies it."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from hoshin.ledger.canonical import canonical
from hoshin.ledger.merkle import Frontier, leaf_hash
from hoshin.ledger.verifier import FORMAT, PARTIAL, WHOLE

__all__ = ["PARTIAL", "WHOLE", "BundleWriter"]

LINES = ("leaves.jsonl", "states.jsonl", "openings.jsonl")
ENCLOSED = ("verifier.py", "FORMAT.md")
CHUNK = 1 << 20


class BundleWriter:
    """Writes a bundle in bounded memory; it appears at `path` when the block ends, and not at all if it fails.

    `openings`, `states`, `files` and `segments` say whether all that the ledger speaks of is inside (WHOLE), so that
    what is missing is a finding, or only what the reader may see (PARTIAL).
    """

    def __init__(
        self,
        path: Path | str,
        origin: str,
        vkeys: Iterable[str],
        *,
        openings: str = WHOLE,
        states: str = WHOLE,
        files: str = WHOLE,
        segments: str = WHOLE,
    ):
        self.path = Path(path)
        self.declared = {"files": files, "openings": openings, "segments": segments, "states": states}
        for name, extent in self.declared.items():
            if extent not in (WHOLE, PARTIAL):
                raise ValueError(f"{name} are {WHOLE!r} or {PARTIAL!r}, not {extent!r}")
        self.origin, self.vkeys = origin, list(vkeys)
        self.frontier = Frontier()
        self.head: bytes | None = None
        self.members: dict[str, str] = {}
        self.checkpoints = 0

    def __enter__(self) -> "BundleWriter":
        self._unfinished = self.path.with_name(self.path.name + ".part")
        with ExitStack() as stack:
            stack.callback(self._unfinished.unlink, missing_ok=True)
            self._zip = stack.enter_context(ZipFile(self._unfinished, "w", ZIP_DEFLATED, compresslevel=1))
            # A zip file takes one member at a time; what arrives mixed waits beside it.
            self._waiting = {name: stack.enter_context(TemporaryFile(dir=self.path.parent)) for name in LINES}
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: object) -> None:
        with self._stack:
            if kind is None:
                self._finish()
                self._zip.close()
                os.replace(self._unfinished, self.path)

    def add_leaf(self, data: bytes) -> None:
        """The exact bytes of the next entry."""
        self.head = leaf_hash(data)
        self.frontier.append(self.head)
        self._waiting["leaves.jsonl"].write(data + b"\n")

    def add_state(self, document: dict | bytes) -> None:
        """A state document with its values committed, or its canonical bytes as they were stored."""
        data = document if isinstance(document, bytes) else canonical(document)
        self._waiting["states.jsonl"].write(data + b"\n")

    def add_opening(self, commitment: str, salt: bytes, value: Any) -> None:
        """What opens one commitment."""
        opening = {"commitment": commitment, "salt": salt.hex(), "value": value}
        self._waiting["openings.jsonl"].write(canonical(opening) + b"\n")

    def add_checkpoint(self, note: str) -> None:
        """A signed note, older ones first."""
        self.checkpoints += 1
        self._member(f"checkpoints/{self.checkpoints:03d}", note.encode())

    def add_file(self, path: Path | str) -> None:
        """A file attached to a record."""
        self._stored("files", Path(path))

    def add_segment(self, path: Path | str) -> None:
        """A sealed segment of measurements."""
        self._stored("segments", Path(path))

    def _stored(self, folder: str, path: Path) -> None:
        with path.open("rb") as source:
            name = f"{folder}/{hashlib.file_digest(source, 'sha256').hexdigest()}"
            if name not in self.members:
                source.seek(0)
                self._copy(name, source)

    def _finish(self) -> None:
        for name, waiting in self._waiting.items():
            waiting.seek(0)
            self._copy(name, waiting)
        for name in ENCLOSED:
            self._member(name, Path(__file__).with_name(name).read_bytes())
        self._member("manifest.json", canonical(self._manifest()))

    def _manifest(self) -> dict:
        manifest = {
            "format": FORMAT,
            "members": self.members,
            "origin": self.origin,
            "root": self.frontier.root().hex(),
            "size": self.frontier.size,
            "vkeys": self.vkeys,
            **self.declared,
        }
        return manifest | ({"head": self.head.hex()} if self.head else {})

    def _copy(self, name: str, source: BinaryIO) -> None:
        digest = hashlib.sha256()
        # Opened by name, a member bears the format's first date: the same ledger always makes the same bytes.
        with self._zip.open(name, "w", force_zip64=True) as member:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                member.write(chunk)
        self.members[name] = digest.hexdigest()

    def _member(self, name: str, data: bytes) -> None:
        self._copy(name, BytesIO(data))
