"""Checks a ledger bundle or an inclusion proof with Python's standard library alone: `python verifier.py BUNDLE`.

FORMAT.md, which lies beside this file in the package and in every bundle, explains the bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from typing import Any, NamedTuple

FORMAT = 1


class Finding(NamedTuple):
    """One difference between what lies in the bundle and what the ledger says."""

    code: str
    item: str
    message: str


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
    if len(text) > 17 or not -INTEGER_LIMIT < int(text) < INTEGER_LIMIT:
        raise NotCanonical(f"integer {text[:20]} is outside ±(2^53 - 1)")
    return int(text)


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
        same = encode(value) == text
    except NotCanonical:
        raise
    except (ValueError, RecursionError, StopIteration) as error:
        raise NotCanonical(f"not JSON in UTF-8: {error}") from None
    if not same:
        raise NotCanonical("not the canonical spelling (sorted unique keys, no white space, shortest escapes)")
    if not text.isascii():
        _require_ascii_keys(value)
    return value


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


def is_commitment(value: Any) -> bool:
    """Whether `value` is what stands in a document in place of a committed value."""
    return type(value) is dict and value.keys() == {COMMITTED} and re.fullmatch(HASH, str(value[COMMITTED])) is not None


def commitment_of(data: bytes, salt: bytes) -> str:
    """The commitment, 64 hex digits, to a value whose canonical bytes are `data`."""
    return hmac.digest(salt, data, "sha256").hex()


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
# Name, whether it must stand, pattern: in the order of canonical JSON. `detail` alone may be any canonical value.
LEAF_FIELDS = (
    ("action", REQUIRED, STRING),
    ("actor", REQUIRED, ACTOR),
    ("batch", OPTIONAL, STRING),
    ("detail", OPTIONAL, ".+"),
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
    ("subject", REQUIRED, rf'\{{"type":{STRING},"uid":{STRING}\}}'),
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
