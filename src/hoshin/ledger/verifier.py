"""Checks a ledger bundle or an inclusion proof with Python's standard library alone: `python verifier.py BUNDLE`.

FORMAT.md, which lies beside this file in the package and in every bundle, explains the bytes.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import re
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

FORMAT = 1


class Finding(NamedTuple):
    """One difference between what lies in the bundle and what the ledger says."""

    code: str
    item: str
    message: str


def printable(line: str) -> str:
    """The line without control characters, by which names in a bundle could repaint a terminal."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in line)


class Report:
    """What a verification found: differences, notes that are none, and how much was looked at."""

    # A file that is wrong throughout shall not fill the memory with findings.
    most = 1000

    def __init__(self, subject: str):
        self.subject = subject
        self.findings: list[Finding] = []
        self.notes: list[Finding] = []
        self.counts: dict[str, int] = {}
        self.facts: dict[str, Any] = {}
        self._seen: dict[str, set[str]] = {}

    def add(self, code: str, item: object, message: str) -> None:
        items = self._seen.setdefault(code, set())
        if str(item) in items:
            return
        if len(items) < self.most:
            items.add(str(item))
            self.findings.append(Finding(code, str(item), message))
        else:
            self.count("findings not listed")

    def note(self, code: str, item: object, message: str) -> None:
        if len(self.notes) < self.most:
            self.notes.append(Finding(code, str(item), message))
        else:
            self.count("notes not listed")

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    @property
    def fine(self) -> bool:
        return not self.findings

    def as_dict(self) -> dict:
        return {
            "subject": self.subject,
            "fine": self.fine,
            "findings": [finding._asdict() for finding in self.findings],
            "notes": [note._asdict() for note in self.notes],
            "counts": self.counts,
            **self.facts,
        }

    def as_text(self) -> str:
        lines = [f"DIFFERENCE {f.code} {f.item}: {f.message}" for f in self.findings]
        lines += [f"note {n.code} {n.item}: {n.message}" for n in self.notes]
        lines += [f"{name}: {value}" for name, value in self.facts.items()]
        lines.append("looked at " + ", ".join(f"{number:,} {what}" for what, number in self.counts.items()))
        lines.append(f"{self.subject}: " + ("no differences" if self.fine else f"{len(self.findings)} differences"))
        return "\n".join(map(printable, lines))


# Canonical JSON (RFC 8785 on ASCII keys and integers)

INTEGER_LIMIT = 2**53
HASH = "[0-9a-f]{64}"
PLAIN = r'[^"\\\x00-\x1f]*'
STRING = f'"{PLAIN}(?:\\\\(?:["\\\\bfnrt]|u00(?:0[0-7be-f]|1[0-9a-f])){PLAIN})*"'
INTEGER = "(?:0|[1-9][0-9]{0,15})"

encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


class NotCanonical(ValueError):
    """A value that has no canonical form, or bytes that are not in it."""


def _refuse_number(text: str) -> None:
    raise NotCanonical(f"number {text} is not an integer; decimals and floats are written as strings")


def _integer(text: str) -> int:
    number = int(text)
    if not -INTEGER_LIMIT < number < INTEGER_LIMIT:
        raise NotCanonical(f"integer {text[:20]} is outside ±(2^53 - 1)")
    return number


_decode = json.JSONDecoder(parse_int=_integer, parse_float=_refuse_number, parse_constant=_refuse_number).raw_decode


def _require_ascii_keys(value: Any) -> None:
    if isinstance(value, dict):
        for key, member in value.items():
            if not key.isascii():
                raise NotCanonical(f"key {key!r} is not ASCII")
            _require_ascii_keys(member)
    elif isinstance(value, list):
        for member in value:
            _require_ascii_keys(member)


def parse_canonical(data: bytes) -> Any:
    """The value written in `data`; refuses every spelling but the canonical one."""
    try:
        text = data.decode("utf-8")
        value, _ = _decode(text)
        if encode(value) != text:
            raise NotCanonical("not the canonical spelling (sorted unique keys, no white space, shortest escapes)")
        if not text.isascii():
            _require_ascii_keys(value)
        return value
    except NotCanonical:
        raise
    except (ValueError, RecursionError, StopIteration) as error:
        raise NotCanonical(f"not JSON in UTF-8: {error}") from None


# Merkle tree (RFC 6962, section 2.1; RFC 9162, section 2.1)

sha256 = hashlib.sha256
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash under which `data` stands in the tree."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first."""

    def __init__(self, size: int = 0, peaks: tuple[bytes, ...] = ()):
        if size.bit_count() != len(peaks):
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees, {len(peaks)} given")
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> None:
        peaks, carry, node = self.peaks, self.size, leaf
        while carry & 1:
            node = sha256(b"\x01" + peaks.pop() + node).digest()
            carry >>= 1
        peaks.append(node)
        self.size += 1

    def extend(self, leaves) -> None:
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def verify_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` stands at `index` in the tree of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `path` proves that the tree of `old` leaves is a prefix of the one of `new` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new or old == 0:
        return not path and old_root == (new_root if old == new else EMPTY_ROOT)
    nodes = list(path) if old & (old - 1) else [old_root, *path]
    if not nodes:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# Commitments and state documents

COMMITTED = "#"


def is_hash(value: Any) -> bool:
    """Whether `value` is a hash or commitment as documents write it: 64 hexadecimal digits."""
    return isinstance(value, str) and re.fullmatch(HASH, value) is not None


def is_commitment(value: Any) -> bool:
    """Whether `value` is what stands in a document in place of a committed value."""
    return isinstance(value, dict) and value.keys() == {COMMITTED} and is_hash(value[COMMITTED])


def commitment_of(data: bytes, salt: bytes) -> str:
    """The commitment, 64 hex digits, to a value whose canonical bytes are `data`."""
    return hmac.digest(salt, data, "sha256").hex()


def is_state(value: Any) -> bool:
    """Whether `value` has the form of a state document."""
    return (
        isinstance(value, dict)
        and value.get("format") == FORMAT
        and all(isinstance(value.get(name), str) for name in ("kind", "uid"))
        and type(value.get("revision")) is int
        and all(isinstance(value.get(name, {}), dict) for name in ("fields", "parts"))
        and isinstance(value.get("files", []), list)
        and all(isinstance(each, dict) and is_hash(each.get("sha256")) for each in value.get("files", []))
    )


def signed_content(document: dict, content_fields: list[str]) -> str:
    """The hash, 64 hex digits, that a signature over the named fields and parts of a state document covers."""
    names = set(content_fields)
    content = {
        "uid": document["uid"],
        "kind": document["kind"],
        "revision": document["revision"],
        "fields": {name: value for name, value in document.get("fields", {}).items() if name in names},
        "parts": {name: value for name, value in document.get("parts", {}).items() if name in names},
        "files": document.get("files", []),
    }
    return sha256(encode(content).encode()).hexdigest()


# Ed25519 (RFC 8032, section 5.1), verification only

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]
_NEUTRAL: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(p: Point) -> Point:
    a, b = p[0] * p[0] % _P, p[1] * p[1] % _P
    h = a + b
    e = h - (p[0] + p[1]) * (p[0] + p[1])
    g = a - b
    f = 2 * p[2] * p[2] + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decode_point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if len(data) != 32 or y >= _P:
        return None
    x2 = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(x2, (_P + 3) // 8, _P)
    if (x * x - x2) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - x2) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _encode_point(p: Point) -> bytes:
    inverse = pow(p[2], -1, _P)
    x, y = p[0] * inverse % _P, p[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _decode_point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `public_key`."""
    point = _decode_point(public_key)
    if point is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= _L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _L
    minus = (_P - point[0], point[1], 1, _P - point[3])
    # [s]B - [k]A in one pass over the bits of both numbers.
    table = (_NEUTRAL, _BASE, minus, _add(_BASE, minus))
    total = _NEUTRAL
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        total = _double(total)
        choice = s >> bit & 1 | (k >> bit & 1) << 1
        if choice:
            total = _add(total, table[choice])
    return _encode_point(total) == signature[:32]


# Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature)

ED25519, COSIGNATURE = 1, 4
EM_DASH = "\u2014"


def strict_base64(text: str) -> bytes:
    """The bytes of `text`; refuses every spelling but the usual one, or a signature could be written twice."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{text[:80]!r} is not base64: {error}") from None
    if base64.b64encode(data).decode() != text:
        raise ValueError(f"{text[:80]!r} is not canonical base64")
    return data


def key_id(name: str, algorithm: int, public_key: bytes) -> bytes:
    """The four bytes by which a note's signature line points at a key."""
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public_key).digest()[:4]


class Key(NamedTuple):
    """A public key that signs notes, as its `vkey` line says it: name+id+base64."""

    name: str
    id: bytes
    algorithm: int
    public_key: bytes

    @classmethod
    def parse(cls, vkey: str) -> Key:
        name, identity, encoded = [*vkey.split("+", 2), "", ""][:3]
        data = strict_base64(encoded)
        if not name or len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
            raise ValueError(f"{vkey[:120]!r} is not a key: expected NAME+8 HEX DIGITS+BASE64 of an Ed25519 key")
        key = cls(name, key_id(name, data[0], data[1:]), data[0], data[1:])
        if key.id.hex() != identity:
            raise ValueError(f"key {name!r} has the id {key.id.hex()}, not {identity!r}")
        return key

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether `signature` is this key's, under the note's `text`."""
        if self.algorithm == ED25519:
            return ed25519_verify(self.public_key, text.encode(), signature)
        if len(signature) != 72:
            return False
        time = int.from_bytes(signature[:8], "big")
        return ed25519_verify(self.public_key, f"cosignature/v1\ntime {time}\n{text}".encode(), signature[8:])


class NoteSignature(NamedTuple):
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A signed note: its text with the final newline, and its signatures."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def parse(cls, data: str | bytes) -> Note:
        note = data.decode("utf-8") if isinstance(data, bytes) else data
        text, gap, block = note.rpartition("\n\n")
        if not gap or not block.endswith("\n") or any(ord(char) < 32 and char != "\n" for char in note):
            raise ValueError("not a signed note: expected a text, an empty line and signature lines")
        return cls(text + "\n", tuple(map(cls._signature, block[:-1].split("\n"))))

    @staticmethod
    def _signature(line: str) -> NoteSignature:
        dash, name, encoded = [*line.split(" "), "", ""][:3]
        data = strict_base64(encoded)
        if dash != EM_DASH or not name or len(data) < 5 or line.count(" ") != 2:
            raise ValueError(f"{line[:80]!r} is not a signature line: expected '{EM_DASH} NAME BASE64'")
        return NoteSignature(name, data[:4], data[4:])


class Checkpoint(NamedTuple):
    """What a log signs: under this origin, so many entries have this root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch(INTEGER, lines[1]):
            raise ValueError("not a checkpoint: expected the lines origin, size, root")
        root = strict_base64(lines[2])
        if len(root) != 32:
            raise ValueError(f"a root has 32 bytes, {len(root)} found")
        return cls(lines[0], int(lines[1]), root)


# Leaves

INSTANT = '"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z"'
COMMITMENT = rf'\{{"#":"{HASH}"\}}'
HASHES = rf'\["{HASH}"(?:,"{HASH}")*\]'
ACTOR_TYPES = ("person", "system", "outside", "unattributed")
ACTOR = (
    rf'\{{(?:"for":{STRING},)?(?:"role":{STRING},)?"type":"(?:{"|".join(ACTOR_TYPES)})"'
    rf'(?:,"uid":{STRING})?(?:,"via":{STRING})?\}}'
)
OPTIONAL, REQUIRED = "?", ""
# Name, whether it must stand, pattern: in the order of canonical JSON. `detail` alone may be any canonical value:
# it ends where the rest of a leaf begins, which no text inside a canonical value can imitate up to the end of the line.
LEAF_FIELDS = (
    ("action", REQUIRED, STRING),
    ("actor", REQUIRED, ACTOR),
    ("batch", OPTIONAL, STRING),
    ("detail", OPTIONAL, ".+?"),
    ("files", OPTIONAL, HASHES),
    ("format", REQUIRED, str(FORMAT)),
    ("occurred_at", OPTIONAL, INSTANT),
    ("origin", REQUIRED, STRING),
    ("previous", OPTIONAL, f'"{HASH}"'),
    ("reason", OPTIONAL, f"(?:{STRING}|{COMMITMENT})"),
    ("record", OPTIONAL, STRING),
    ("recorded_at", REQUIRED, INSTANT),
    ("revision", OPTIONAL, INTEGER),
    ("segments", OPTIONAL, HASHES),
    ("seq", REQUIRED, INTEGER),
    ("state", OPTIONAL, f'"{HASH}"'),
    ("subject", REQUIRED, rf'\{{"type":(?P<subject_type>{STRING}),"uid":(?P<subject_uid>{STRING})\}}'),
)


def _leaf_pattern() -> str:
    members = ""
    for name, optional, pattern in LEAF_FIELDS:
        comma = "," if members else ""
        members += f'(?:{comma}"{name}":(?P<{name}>{pattern})){optional}'
    return rf"\{{{members}\}}"


# One regular expression is both the canonical check and the check of form; it is several times faster than
# decoding the line and encoding it again.
match_leaf = re.compile(_leaf_pattern(), re.DOTALL).fullmatch


class Chain:
    """Reads leaves in their order and checks form, origin, number, link to the one before, and time."""

    def __init__(self, report: Report, origin: str, wanted: Iterable[int]):
        self.report = report
        self.origin = encode(origin)
        self.frontier = Frontier()
        # Roots at the sizes that checkpoints speak of.
        self.roots = dict.fromkeys(wanted)
        self.last: str | None = None
        self.time = ""
        self.offset = 0
        self.misplaced: list[tuple[int, int]] = []
        self.broken: dict[int, int] = {}
        if 0 in self.roots:
            self.roots[0] = EMPTY_ROOT

    def read(self, line: bytes) -> re.Match | None:
        """Take the next leaf; answers its fields, or None where it is not one."""
        position = self.frontier.size
        digest = sha256(b"\x00" + line).digest()
        self.frontier.append(digest)
        if position + 1 in self.roots:
            self.roots[position + 1] = self.frontier.root()
        leaf = self._match(line, position + self.offset)
        if leaf:
            seq, origin, previous, time = leaf.group("seq", "origin", "previous", "recorded_at")
            if int(seq) != position + self.offset or self.misplaced:
                self._number(position, int(seq))
            if previous != self.last:
                self.broken[position - 1] = position - 1 + self.offset
            if origin != self.origin:
                self.report.add("leaf", seq, f"stands in another log: origin {origin}, expected {self.origin}")
            if time < self.time:
                self.report.note("time", seq, f"recorded at {time}, before the entry preceding it ({self.time})")
            self.time = time
        self.last = f'"{digest.hex()}"'
        return leaf

    def _match(self, line: bytes, seq: int) -> re.Match | None:
        try:
            leaf = match_leaf(line.decode("utf-8"))
            if leaf and leaf["detail"]:
                parse_canonical(leaf["detail"].encode())
            if leaf and int(leaf["revision"] or 0) < INTEGER_LIMIT:
                return leaf
            self.report.add("leaf", seq, "not a leaf in canonical form")
        except (UnicodeDecodeError, NotCanonical) as error:
            self.report.add("leaf", seq, f"not a leaf in canonical form: {error}")
        return None

    def _number(self, position: int, seq: int) -> None:
        if seq == position + self.offset:
            self._flush()
        elif self.misplaced and seq == self.misplaced[-1][1] + 1:
            self._shift(*self.misplaced.pop())
            self._flush()
        else:
            self.misplaced.append((position, seq))

    def _shift(self, position: int, seq: int) -> None:
        # Two neighbours agree that all numbers are off by the same: entries were taken out or put in.
        expected = position + self.offset
        if seq > expected:
            gone = f"{expected}" if seq == expected + 1 else f"{expected}-{seq - 1}"
            self.report.add("leaf", gone, f"missing: entry {seq} follows entry {expected - 1}")
        else:
            self.report.add("leaf", seq, f"stands twice: the second time after entry {expected - 1}")
        self.offset = seq - position
        self.broken.pop(position - 1, None)

    def _flush(self) -> None:
        for position, seq in self.misplaced:
            self.report.add("leaf", position + self.offset, f"entry {seq} stands in its place")
        self.misplaced.clear()

    def finish(self, head: str | None) -> None:
        """Name the entries whose successor, or for the last one the manifest's `head`, was chained to another."""
        self._flush()
        size = self.frontier.size
        if head is not None and self.last != f'"{head}"':
            self.broken[size - 1] = size - 1 + self.offset
        run: list[int] = []
        for position in sorted(self.broken):
            if run and position != run[-1] + 1:
                self._blame(run)
                run = []
            run.append(position)
        self._blame(run)

    def _blame(self, run: list[int]) -> None:
        # A leaf whose own link was altered breaks the link before it and the one after it.
        for position in run[1:] or run:
            also = f", entry {self.broken[run[0]]} possibly too" if len(run) > 1 and run[0] >= 0 else ""
            message = f"altered: the entry after it was chained to other bytes{also}"
            self.report.add("leaf", max(self.broken[position], 0), message)


# Bundles

WHOLE, PARTIAL = "complete", "partial"
# The action of the entry that says which openings were erased: detail {"commitments": [...]}.
ERASED = "opening.erased"
LINE_LIMIT = 1 << 24
CHUNK = 1 << 20
DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)
COMMITMENTS = re.compile(rb'\{"#":"([0-9a-f]{64})"\}').findall


class Unusable(Exception):
    """Arguments or files with which no verification can begin."""


class Archive:
    """The members of a bundle: one zip file, or the folder it was unpacked into."""

    def __init__(self, path: Path):
        self.folder = path if path.is_dir() else None
        if self.folder:
            self.names = [member.relative_to(path).as_posix() for member in path.rglob("*") if member.is_file()]
        else:
            self.zip = zipfile.ZipFile(path)
            self.names = self.zip.namelist()

    def open(self, name: str) -> BinaryIO:
        return (self.folder / name).open("rb") if self.folder else self.zip.open(name)

    def close(self) -> None:
        if not self.folder:
            self.zip.close()


class Manifest(NamedTuple):
    """What a bundle says about itself; nothing of it is believed before it is found true."""

    files: str
    format: int
    head: str | None
    members: dict[str, str]
    openings: str
    origin: str
    root: str
    segments: str
    size: int
    states: str
    vkeys: list[str]

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        value = parse_canonical(data)
        if not isinstance(value, dict) or {"head", *value} != set(cls._fields):
            raise ValueError(f"expected an object with the members {', '.join(cls._fields)}")
        manifest = cls(**{"head": None, **value})
        for name, good in manifest._checks().items():
            if not good:
                raise ValueError(f"{name} cannot be {encode(value.get(name))[:200]}")
        return manifest

    def _checks(self) -> dict[str, bool]:
        extents = {
            name: getattr(self, name) in (WHOLE, PARTIAL) for name in ("files", "openings", "segments", "states")
        }
        return extents | {
            "format": type(self.format) is int and self.format == FORMAT,
            "size": type(self.size) is int and self.size >= 0,
            "origin": isinstance(self.origin, str),
            "root": is_hash(self.root),
            "head": self.head is None if self.size == 0 else is_hash(self.head),
            "members": isinstance(self.members, dict) and all(map(is_hash, self.members.values())),
            "vkeys": isinstance(self.vkeys, list) and all(isinstance(key, str) for key in self.vkeys),
        }


class Members:
    """Reads members of a bundle once each and compares each with its hash in the manifest."""

    def __init__(self, archive: Archive, report: Report, hashes: dict[str, str]):
        self.archive, self.report, self.hashes = archive, report, hashes
        self.names = set(archive.names)
        self.unread = self.names & hashes.keys()

    def check_names(self) -> None:
        for name, number in Counter(self.archive.names).items():
            if number > 1:
                self.report.add("member", name, "stands twice in the bundle")
        for name in sorted(self.names - self.hashes.keys() - {"manifest.json"}):
            self.report.add("member", name, "lies in the bundle and is not in its manifest")
        for name in sorted(self.hashes.keys() - self.names):
            self.report.add("member", name, "missing from the bundle")

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, nothing if it is missing; ends early, with a finding, where it is damaged."""
        if name not in self.names:
            return
        self.unread.discard(name)
        digest = sha256()
        try:
            with self.archive.open(name) as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    yield chunk
        except DAMAGE as error:
            self.report.add("member", name, f"damaged: {error}")
            return
        if name in self.hashes and digest.hexdigest() != self.hashes[name]:
            self.report.add("member", name, f"altered: its hash is {digest.hexdigest()}, not that of the manifest")

    def read(self, name: str) -> bytes:
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        rest = b""
        for chunk in self.chunks(name):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
            if len(rest) > LINE_LIMIT:
                self.report.add("member", name, f"has a line of more than {LINE_LIMIT} bytes")
                return
        if rest:
            self.report.add("member", name, "its last line has no end")
            yield rest

    def digest(self, name: str) -> str:
        digest = sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.hexdigest()

    def under(self, folder: str) -> list[str]:
        return sorted(name for name in self.names if name.startswith(folder + "/"))


class Signed(NamedTuple):
    """A checkpoint with the note that carries it and the name under which findings speak of it."""

    name: str
    note: Note
    checkpoint: Checkpoint
    outside: bool = False


def parse_signed(name: str, data: str | bytes, outside: bool = False) -> Signed:
    note = Note.parse(data)
    return Signed(name, note, Checkpoint.parse(note.text), outside)


def check_signatures(report: Report, signed: Signed, keys: list[Key], origin: str) -> None:
    """One known key of the log must have signed; no signature by a known key may be false."""
    by_log = False
    for line in signed.note.signatures:
        for key in (key for key in keys if (key.name, key.id) == (line.name, line.key_id)):
            if key.verifies(signed.note.text, line.signature):
                report.count("checkpoint signatures")
                by_log |= key.name == origin and key.algorithm == ED25519
            else:
                report.add("checkpoint", signed.name, f"the signature of {key.name} is false")
    if not by_log:
        report.add("checkpoint", signed.name, f"carries no good signature by a known key of the log {origin!r}")


def trusted_keys(report: Report, given: Iterable[str], found: Iterable[str]) -> list[Key]:
    """The keys given by the reader or, with a note, those the bundle brings along."""
    if given:
        return [Key.parse(vkey) for vkey in given]
    keys = []
    for vkey in found:
        try:
            keys.append(Key.parse(vkey))
            report.note(
                "key", vkey, "comes from the bundle itself: compare it with the published one, or give --trust-key"
            )
        except ValueError as error:
            report.add("manifest", "vkeys", str(error))
    return keys


class Bundle:
    """One verification of one bundle."""

    def __init__(self, archive: Archive, report: Report, manifest: Manifest, trust: Iterable[str], thorough: bool):
        self.report, self.manifest, self.thorough = report, manifest, thorough
        self.members = Members(archive, report, manifest.members)
        self.keys = trusted_keys(report, trust, manifest.vkeys)
        # Keyed by the subject's uid as JSON text with its revision: "…"3
        self.states: dict[str, str] = {}
        self.commitments: dict[str, str] = {}
        self.erased: dict[str, str] = {}
        self.stored: dict[str, dict[str, str]] = {"files": {}, "segments": {}}
        self.signatures: list[dict] = []

    def check(self, outside: Iterable[Signed] = ()) -> None:
        self.members.check_names()
        checkpoints = [*self._checkpoints(), *outside]
        chain = Chain(self.report, self.manifest.origin, (each.checkpoint.size for each in checkpoints))
        for line in self.members.lines("leaves.jsonl"):
            leaf = chain.read(line)
            if leaf:
                self._collect(leaf, line)
        self._check_tree(chain)
        self._check_checkpoints(checkpoints, chain)
        self._check_states()
        self._check_record_signatures()
        self._check_openings()
        self._check_stored("files", "file")
        self._check_stored("segments", "segment")
        for name in sorted(self.members.unread):
            self.members.digest(name)

    # Leaves and their tree

    def _collect(self, leaf: re.Match, line: bytes) -> None:
        seq, revision, state, uid, reason, detail, files, segments = leaf.group(
            "seq", "revision", "state", "subject_uid", "reason", "detail", "files", "segments"
        )
        if state:
            known = self.states.setdefault(f"{uid}{revision}", state)
            if known != state:
                self.report.add(
                    "state", _of_revision(uid, revision), f"entry {seq} and an earlier one say different hashes"
                )
        if reason or detail:
            place = f"entry {seq}"
            for commitment in COMMITMENTS(line):
                self.commitments.setdefault(commitment.decode(), place)
            if leaf["action"] == encode(ERASED):
                self._collect_erased(detail, seq)
        if files or segments:
            for stored, digests in ((self.stored["files"], files), (self.stored["segments"], segments)):
                for digest in json.loads(digests or "[]"):
                    stored.setdefault(digest, f"entry {seq}")

    def _collect_erased(self, detail: str | None, seq: str) -> None:
        value = json.loads(detail or "null")
        commitments = value.get("commitments") if isinstance(value, dict) else None
        if not isinstance(commitments, list) or not all(map(is_hash, commitments)):
            self.report.add("leaf", seq, 'erases openings; expected a detail {"commitments": [...]}')
            return
        for commitment in commitments:
            self.erased.setdefault(commitment, seq)

    def _check_tree(self, chain: Chain) -> None:
        size, root = chain.frontier.size, chain.frontier.root().hex()
        self.report.count("entries", size)
        self.report.facts |= {"origin": self.manifest.origin, "size": size, "root": root}
        same_root = root == self.manifest.root
        chain.finish(self.manifest.head if size == self.manifest.size and not same_root else None)
        if size < self.manifest.size:
            missing = _span(size, self.manifest.size)
            self.report.add("leaf", missing, f"missing: the manifest counts {self.manifest.size} entries, {size} found")
        elif size > self.manifest.size:
            self.report.add("leaf", _span(self.manifest.size, size), "added after what the manifest counts")
        elif not same_root:
            self.report.add("manifest", "root", f"is {self.manifest.root}; the entries have {root}")
        elif size and chain.last != f'"{self.manifest.head}"':
            self.report.add("manifest", "head", f"is {self.manifest.head}; the last entry has {chain.last}")

    # Checkpoints

    def _checkpoints(self) -> list[Signed]:
        found = []
        for name in self.members.under("checkpoints"):
            self.report.count("checkpoints")
            try:
                found.append(parse_signed(name, self.members.read(name)))
            except ValueError as error:
                self.report.add("checkpoint", name, str(error))
        return found

    def _check_checkpoints(self, checkpoints: list[Signed], chain: Chain) -> None:
        ordered = sorted(checkpoints, key=lambda each: each.checkpoint.size)
        newest = max((each.checkpoint.size for each in ordered if not each.outside), default=-1)
        for each in ordered:
            # A second signature is a witness's.
            witnessed = len(each.note.signatures) > 1 or each.outside or each.checkpoint.size == newest
            if witnessed or self.thorough:
                check_signatures(self.report, each, self.keys, self.manifest.origin)
        if newest < 0:
            self.report.add("checkpoint", "newest", "the bundle carries no checkpoint: nobody signed these entries")
        elif newest < chain.frontier.size:
            self.report.add("checkpoint", _span(newest, chain.frontier.size), "entries that no checkpoint covers")
        self._compare_roots(ordered, chain.roots)

    def _compare_roots(self, ordered: list[Signed], roots: dict[int, bytes | None]) -> None:
        # The bundle's own checkpoints fit a history rewritten with the log's key; they cannot narrow down where.
        good = {True: 0, False: 0}
        for each in ordered:
            origin, size, root = each.checkpoint
            if origin != self.manifest.origin:
                self.report.add("checkpoint", each.name, f"speaks of the log {origin!r}, not {self.manifest.origin!r}")
            elif roots[size] is None:
                self.report.add("checkpoint", each.name, f"covers {size} entries; the last of them are missing")
            elif roots[size] != root:
                known = good[True] if each.outside else max(good.values())
                where = _span(known if known < size else 0, size)
                self.report.add("checkpoint", each.name, f"root of {size} entries differs: look at entries {where}")
            else:
                good[each.outside] = size

    # States, and signatures over them

    def _check_states(self) -> None:
        for number, line in enumerate(self.members.lines("states.jsonl"), 1):
            self.report.count("states")
            document = self._state(line, number)
            if document:
                self._check_state(document, line)
        if self.manifest.states == PARTIAL:
            self.report.count("states withheld", len(self.states))
        else:
            for key in self.states:
                uid, _, revision = key.rpartition('"')
                self._absent("state", _of_revision(uid + '"', revision), WHOLE)

    def _state(self, line: bytes, number: int) -> dict | None:
        try:
            document = parse_canonical(line)
            if is_state(document):
                return document
            self.report.add("state", f"line {number}", "not a state document as FORMAT.md describes it")
        except NotCanonical as error:
            self.report.add("state", f"line {number}", str(error))
        return None

    def _check_state(self, document: dict, line: bytes) -> None:
        uid, revision = encode(document["uid"]), document["revision"]
        name, digest = _of_revision(uid, revision), sha256(line).hexdigest()
        expected = self.states.pop(f"{uid}{revision}", None)
        if expected is None:
            self.report.add("state", name, "no entry speaks of it, or it stands twice")
        elif expected != f'"{digest}"':
            self.report.add("state", name, f"altered: its hash is {digest}, its entry says {expected}")
        else:
            self._collect_state(document, line, name)

    def _collect_state(self, document: dict, line: bytes, name: str) -> None:
        for commitment in COMMITMENTS(line):
            self.commitments.setdefault(commitment.decode(), f"state {name}")
        for stored in document.get("files", []):
            self.stored["files"].setdefault(stored["sha256"], f"state {name}")
        if document["kind"] == "signature":
            self.signatures.append(document)

    def _check_record_signatures(self) -> None:
        waiting: dict[tuple[str, int], list[dict]] = {}
        for signature in self.signatures:
            fields = signature.get("fields", {})
            record, revision = fields.get("record"), fields.get("revision")
            if isinstance(record, str) and type(revision) is int:
                waiting.setdefault((record, revision), []).append(signature)
            else:
                self.report.add("signature", signature["uid"], "names no record and revision")
        for number, line in enumerate(self.members.lines("states.jsonl") if waiting else (), 1):
            document = self._state(line, number)
            for signature in waiting.pop((document["uid"], document["revision"]), ()) if document else ():
                check_signature(self.report, signature, document)
        for (record, revision), signatures in waiting.items():
            message = f"signs {record} revision {revision}, whose state is not in the bundle"
            found = self.report.note if self.manifest.states == PARTIAL else self.report.add
            for signature in signatures:
                found("signature", signature["uid"], message)

    # Openings, files and segments

    def _check_openings(self) -> None:
        for number, line in enumerate(self.members.lines("openings.jsonl"), 1):
            self.report.count("openings")
            commitment = check_opening(self.report, line, f"line {number}")
            if commitment in self.erased:
                self.report.add(
                    "opening", commitment, f"still there although entry {self.erased[commitment]} erased it"
                )
            if commitment and self.commitments.pop(commitment, None) is None:
                self.report.add("opening", commitment, "opens nothing in this bundle, or stands twice")
        for commitment, place in self.commitments.items():
            if commitment in self.erased:
                self.report.note("opening", commitment, f"of {place}: erased by entry {self.erased[commitment]}")
            else:
                self._absent("opening", commitment, self.manifest.openings, f" (of {place})")

    def _check_stored(self, folder: str, code: str) -> None:
        missing = self.stored[folder]
        for name in self.members.under(folder):
            self.report.count(folder)
            digest = name.removeprefix(folder + "/")
            found = self.members.digest(name)
            if found != digest:
                self.report.add(code, digest, f"altered: its hash is {found}")
            if missing.pop(digest, None) is None:
                self.report.add(code, digest, "no entry and no state speaks of it")
        for digest, place in missing.items():
            self._absent(code, digest, getattr(self.manifest, folder), f" (of {place})")

    def _absent(self, code: str, item: str, extent: str, place: str = "") -> None:
        if extent == PARTIAL:
            self.report.count(f"{code}s withheld")
        else:
            self.report.add(code, item, f"missing{place}, and the bundle says it is complete")


def _span(first: int, end: int) -> str:
    return str(first) if end == first + 1 else f"{first}-{end - 1}"


def _of_revision(uid: str, revision: object) -> str:
    return f"{json.loads(uid)} revision {revision}"


def check_signature(report: Report, signature: dict, document: dict) -> None:
    """Compare the content a signature's state document says with the state of the record it signs."""
    report.count("signatures")
    fields = signature.get("fields", {})
    names = fields.get("content_fields")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        report.add("signature", signature["uid"], "content_fields is not a list of names")
    elif signed_content(document, names) != fields.get("content"):
        signed = f"{document['uid']} revision {document['revision']}"
        report.add("signature", signature["uid"], f"is not over the content of {signed} as it stands here")


def check_opening(report: Report, line: bytes, place: str) -> str | None:
    """The commitment that one opening line opens, or None where it is none."""
    try:
        opening = parse_canonical(line)
        commitment, salt = opening["commitment"], opening["salt"]
        if opening.keys() != {"commitment", "salt", "value"} or not is_hash(commitment) or not is_hash(salt):
            raise ValueError("expected commitment, salt and value, the first two as 64 hexadecimal digits")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        report.add("opening", place, f"not an opening: {error}")
        return None
    if commitment_of(encode(opening["value"]).encode(), bytes.fromhex(salt)) != commitment:
        report.add("opening", commitment, "salt and value do not open it")
    return commitment


def verify_bundle(
    path: Path, trust: Iterable[str] = (), outside: Iterable[Path] = (), thorough: bool = False
) -> Report:
    """Everything that differs in the bundle at `path`; `outside` are files with checkpoints kept elsewhere."""
    report = Report(str(path))
    kept = [_outside_checkpoint(each) for each in outside]
    try:
        archive = Archive(path)
    except FileNotFoundError as error:
        raise Unusable(f"{path}: {error.strerror}") from None
    except DAMAGE as error:
        report.add("bundle", path.name, f"not a zip file that can be read: {error}")
        return report
    try:
        with archive.open("manifest.json") as stream:
            manifest = Manifest.parse(stream.read())
    except (KeyError, *DAMAGE) as error:
        report.add("manifest", "manifest.json", f"cannot be used: {error}")
    else:
        try:
            Bundle(archive, report, manifest, trust, thorough).check(kept)
        except RecursionError:
            report.add("bundle", path.name, "holds a value that is nested too deeply")
    archive.close()
    return report


def _outside_checkpoint(path: Path) -> Signed:
    try:
        return parse_signed(str(path), path.read_bytes(), outside=True)
    except (OSError, ValueError) as error:
        raise Unusable(f"checkpoint {path}: {error}") from None


# Proofs of one record

PROOF_MEMBERS = {"checkpoint", "format", "leaves", "openings", "record", "state", "vkey"}


def verify_proof(path: Path, trust: Iterable[str] = ()) -> Report:
    """Everything that differs in the inclusion proof at `path`."""
    report = Report(str(path))
    try:
        proof = json.loads(path.read_bytes())
        if not isinstance(proof, dict) or proof.keys() - {"state"} != PROOF_MEMBERS - {"state"}:
            raise ValueError(f"expected an object with the members {', '.join(sorted(PROOF_MEMBERS))}")
        if proof["format"] != FORMAT:
            raise ValueError(f"is of format {proof['format']!r}; this program reads {FORMAT}")
        signed = parse_signed("checkpoint", proof["checkpoint"])
        keys = trusted_keys(report, trust, [proof["vkey"]])
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError, AttributeError) as error:
        report.add("proof", path.name, str(error))
        return report
    origin, size, root = signed.checkpoint
    report.facts |= {"origin": origin, "size": size, "root": root.hex(), "record": proof["record"]}
    check_signatures(report, signed, keys, origin)
    try:
        _check_proof(report, proof, signed.checkpoint)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        report.add("proof", path.name, f"malformed: {error!r}")
    return report


def _check_proof(report: Report, proof: dict, checkpoint: Checkpoint) -> None:
    committed, state, last = b"", None, -1
    for each in proof["leaves"]:
        report.count("entries")
        line = each["leaf"].encode()
        leaf = match_leaf(each["leaf"])
        if not leaf or int(leaf["seq"]) != each["seq"]:
            report.add("leaf", each["seq"], "not a leaf in canonical form with this number")
            continue
        path = [bytes.fromhex(sibling) for sibling in each["path"]]
        if not verify_inclusion(leaf_hash(line), each["seq"], checkpoint.size, path, checkpoint.root):
            report.add("leaf", each["seq"], "its path does not lead to the root of the checkpoint")
        record = encode(proof["record"])
        if leaf["origin"] != encode(checkpoint.origin) or record not in (leaf["record"], leaf["subject_uid"]):
            report.add("leaf", each["seq"], f"does not speak of {proof['record']} in {checkpoint.origin}")
        if leaf["state"] and leaf["subject_uid"] == record:
            state = leaf["state"].strip('"')
        if each["seq"] <= last:
            report.add("leaf", each["seq"], f"stands after entry {last}")
        last = each["seq"]
        committed += line
    if "state" in proof:
        line = encode(proof["state"]).encode()
        committed += line
        if sha256(line).hexdigest() != state:
            report.add("state", proof["record"], "is not the state after the last entry with a state")
    known = {commitment.decode() for commitment in COMMITMENTS(committed)}
    for number, opening in enumerate(proof["openings"], 1):
        report.count("openings")
        commitment = check_opening(report, encode(opening).encode(), f"number {number}")
        if commitment and commitment not in known:
            report.add("opening", commitment, "opens nothing in this proof")


# Command


def parser() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(prog="verify", description=__doc__.split("\n")[0])
    arguments.add_argument("bundle", nargs="?", type=Path, help="a bundle, or the folder it was unpacked into")
    arguments.add_argument("--proof", type=Path, help="an inclusion proof of one record")
    arguments.add_argument(
        "--trust-key", action="append", default=[], metavar="VKEY", help="the log's published key; may be repeated"
    )
    arguments.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a checkpoint kept outside; may be repeated",
    )
    arguments.add_argument(
        "--all",
        action="store_true",
        help="check the signatures of all checkpoints, not only of the newest and the witnessed ones",
    )
    arguments.add_argument("--json", action="store_true", help="print the report as JSON")
    return arguments


def reports(options: argparse.Namespace) -> list[Report]:
    for vkey in options.trust_key:
        try:
            Key.parse(vkey)
        except ValueError as error:
            raise Unusable(f"--trust-key: {error}") from None
    found = []
    if options.bundle:
        found.append(verify_bundle(options.bundle, options.trust_key, options.checkpoint, options.all))
    if options.proof:
        found.append(verify_proof(options.proof, options.trust_key))
    if not found:
        raise Unusable("give a bundle, or --proof FILE")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Verify and print: 0 without differences, 1 with some, 2 where the arguments cannot be used."""
    options = parser().parse_args(arguments)
    try:
        found = reports(options)
    except Unusable as error:
        print(f"verify: {error}", file=sys.stderr)
        return 2
    if options.json:
        text = json.dumps([report.as_dict() for report in found] if len(found) > 1 else found[0].as_dict(), indent=1)
    else:
        text = "\n".join(report.as_text() for report in found)
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
    return 0 if all(report.fine for report in found) else 1


if __name__ == "__main__":
    sys.exit(main())
