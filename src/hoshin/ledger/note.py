"""Checkpoints as signed notes (C2SP signed-note and tlog-checkpoint, Ed25519); the signing itself is passed in."""

import base64
from collections.abc import Callable

from hoshin.ledger.verifier import ED25519, EM_DASH, Checkpoint, Key, Note, key_id

__all__ = ["Checkpoint", "Key", "Note", "parse", "signed", "vkey"]


def vkey(name: str, public_key: bytes) -> str:
    """The line that publishes a log's key: name, key id and key."""
    _require_name(name)
    if len(public_key) != 32:
        raise ValueError(f"an Ed25519 public key has 32 bytes, {len(public_key)} given")
    encoded = base64.b64encode(bytes([ED25519]) + public_key).decode()
    return f"{name}+{key_id(name, ED25519, public_key).hex()}+{encoded}"


def signed(body: str, name: str, sign: Callable[[bytes], bytes], public_key: bytes) -> str:
    """The note over `body`, signed under `name` by `sign`, which makes 64 bytes of Ed25519 signature."""
    _require_name(name)
    if not body.endswith("\n"):
        raise ValueError("the text of a note ends with a newline")
    encoded = base64.b64encode(key_id(name, ED25519, public_key) + sign(body.encode())).decode()
    return f"{body}\n{EM_DASH} {name} {encoded}\n"


def parse(note: str | bytes) -> Checkpoint:
    """The checkpoint a signed note carries; its signatures are not looked at."""
    return Checkpoint.parse(Note.parse(note).text)


def _require_name(name: str) -> None:
    if not name or "+" in name or any(char.isspace() for char in name):
        raise ValueError(f"{name!r} cannot name a key: expected text without spaces and plus signs")
