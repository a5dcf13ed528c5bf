"""Ledgers made for tests, and tools to tamper with their bundles."""

import datetime as dt
import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hoshin.ledger.bundle import WHOLE, BundleWriter
from hoshin.ledger.canonical import canonical, parse_canonical
from hoshin.ledger.commitments import commitment, committed
from hoshin.ledger.leaf import ERASED, leaf
from hoshin.ledger.merkle import leaf_hash, root_of
from hoshin.ledger.note import Checkpoint, signed, vkey
from hoshin.ledger.state import signed_content, state_hash
from hoshin.ledger.verifier import Finding, Report, verify_bundle

ORIGIN = "quality.example.org/ledger"
BEGIN = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)


def uid(number: int) -> str:
    return f"0190a1b2-0000-7000-8000-{number:012d}"


@dataclass
class Ledger:
    """A ledger in memory with its log key; seeded, so that every run has the same bytes."""

    key: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    origin: str = ORIGIN
    leaves: list[bytes] = field(default_factory=list)
    states: list[dict] = field(default_factory=list)
    openings: dict[str, tuple[bytes, object]] = field(default_factory=dict)
    checkpoints: list[str] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    segments: list[bytes] = field(default_factory=list)

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        return vkey(self.origin, self.public_key)

    def commit(self, value: object) -> dict:
        salt = hashlib.sha256(f"salt {len(self.openings)}".encode()).digest()
        digest = commitment(value, salt)
        self.openings[digest] = (salt, value)
        return committed(digest)

    def append(self, action: str, subject: dict, **fields) -> int:
        seq = len(self.leaves)
        data = leaf(
            origin=self.origin,
            seq=seq,
            previous=leaf_hash(self.leaves[-1]) if self.leaves else None,
            recorded_at=fields.pop("recorded_at", BEGIN + dt.timedelta(minutes=seq)),
            actor=fields.pop("actor", {"type": "person", "uid": uid(1), "role": "quality engineer", "via": "password"}),
            action=action,
            subject=subject,
            **fields,
        )
        self.leaves.append(data)
        return seq

    def change(self, kind: str, number: int, revision: int, fields: dict, **more) -> dict:
        document = {"format": 1, "kind": kind, "uid": uid(number), "revision": revision, "schema": f"{kind}/1"}
        document |= {"fields": fields} | more
        self.states.append(document)
        files = [each["sha256"] for each in more.get("files", [])]
        subject = {"type": kind, "uid": uid(number)}
        state = state_hash(document)
        self.append(f"{kind}.changed", subject, record=uid(number), revision=revision, state=state, files=files)
        return document

    def sign(self, number: int, document: dict, content_fields: list[str]) -> None:
        fields = {
            "record": document["uid"],
            "revision": document["revision"],
            "content": signed_content(document, content_fields),
            "content_fields": content_fields,
            "meaning": "approved",
            "transition": "close",
            "signer": uid(1),
        }
        self.change("signature", number, 1, fields)

    def checkpoint(self) -> str:
        body = Checkpoint(self.origin, len(self.leaves), root_of(map(leaf_hash, self.leaves))).body()
        note = signed(body, self.origin, self.key.sign, self.public_key)
        self.checkpoints.append(note)
        return note

    @classmethod
    def small(cls) -> "Ledger":
        ledger = cls()
        ledger.append("ledger.opened", {"type": "ledger", "uid": uid(0)}, actor={"type": "system"})
        photo, segment = b"a photograph of the part", b"PAR1 measurements PAR1"
        ledger.files.append(photo)
        ledger.segments.append(segment)
        title = ledger.commit("Cans leak at the seam")
        for revision in range(1, 6):
            fields = {"severity": revision, "title": title, "note": ledger.commit(f"seen by Ada, shift {revision}")}
            document = ledger.change(
                "nonconformity",
                100,
                revision,
                fields,
                parts={
                    "dispositions": [{"uid": uid(500), "quantity": "2.50", "reason": ledger.commit("scrap — rost")}]
                },
                files=[{"sha256": hashlib.sha256(photo).hexdigest(), "name": ledger.commit("Fläche.jpg")}],
            )
        ledger.sign(200, document, ["severity", "title", "dispositions"])
        ledger.checkpoint()
        digest = hashlib.sha256(segment).hexdigest()
        ledger.append("segment.sealed", {"type": "segment", "uid": uid(300)}, segments=[digest], detail={"rows": 2})
        reason = ledger.commit("asked for by the person")
        for number in range(4):
            ledger.append("comment.made", {"type": "comment", "uid": uid(400 + number)}, record=uid(100), reason=reason)
        ledger.checkpoint()
        return ledger

    def erase(self, digest: str) -> int:
        del self.openings[digest]
        subject = {"type": "person", "uid": uid(1)}
        return self.append(ERASED, subject, detail={"commitments": [digest]})


def write_bundle(ledger: Ledger, path: Path, openings: str = WHOLE, states: str = WHOLE, files: str = WHOLE) -> Path:
    with BundleWriter(path, ledger.origin, [ledger.vkey], openings=openings, states=states, files=files) as bundle:
        for data in ledger.leaves:
            bundle.add_leaf(data)
        for document in ledger.states:
            bundle.add_state(document)
        for digest, (salt, value) in ledger.openings.items():
            bundle.add_opening(digest, salt, value)
        for note in ledger.checkpoints:
            bundle.add_checkpoint(note)
        for kind, contents in (("file", ledger.files), ("segment", ledger.segments)):
            for number, content in enumerate(contents):
                stored = path.with_name(f"{kind}{number}")
                stored.write_bytes(content)
                getattr(bundle, f"add_{kind}")(stored)
    return path


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(members: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def cover_up(members: dict[str, bytes], **changes) -> dict[str, bytes]:
    """The members with a manifest that fits them: what somebody with the whole bundle in hand can do."""
    manifest = parse_canonical(members["manifest.json"])
    leaves = members["leaves.jsonl"].splitlines()
    hashes = [leaf_hash(line) for line in leaves]
    manifest["members"] = {
        name: hashlib.sha256(data).hexdigest() for name, data in members.items() if name != "manifest.json"
    }
    manifest |= {"size": len(leaves), "root": root_of(hashes).hex(), "head": hashes[-1].hex()} | changes
    return members | {"manifest.json": canonical(manifest)}


def lines(members: dict[str, bytes], name: str) -> list[bytes]:
    return members[name].splitlines()


def with_lines(members: dict[str, bytes], name: str, changed: list[bytes]) -> dict[str, bytes]:
    return members | {name: b"".join(line + b"\n" for line in changed)}


def verify_members(members: dict[str, bytes], folder: Path, **options) -> Report:
    return verify_bundle(write_members(members, folder / "tampered.zip"), **options)


def named(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.item) for finding in findings}
