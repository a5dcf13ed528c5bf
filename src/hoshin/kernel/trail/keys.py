"""The log's signing key: kept in a file outside the database, made with the ledger."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from hoshin.ledger.note import Checkpoint, signed, vkey

from .models import CheckpointRow


class NoKey(RuntimeError):
    """The log's key is not where it should be."""


def key_file() -> Path:
    return Path(settings.HOSHIN_HOME) / "keys" / "ledger.key"


def signing_key() -> Ed25519PrivateKey:
    """The log's key, made when the ledger signs for the first time."""
    file = key_file()
    if not file.exists():
        if CheckpointRow.objects.exists():
            raise NoKey(f"{file.name} is gone, and checkpoints were signed with it; bring it back from a backup.")
        _make(file)
    raw = file.read_bytes()
    if len(raw) != 32:
        raise NoKey(f"{file.name} holds {len(raw)} bytes; an Ed25519 key of 32 bytes is needed.")
    return Ed25519PrivateKey.from_private_bytes(raw)


def _make(file: Path) -> None:
    """Write a new key whole, so that nobody reads half of one; whoever comes second takes the first one's."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as out:
        out.write(Ed25519PrivateKey.generate().private_bytes_raw())
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def public_line(origin: str) -> str:
    """The line that publishes the log's key (a C2SP vkey)."""
    return vkey(origin, signing_key().public_key().public_bytes_raw())


def sign_checkpoint(checkpoint: Checkpoint) -> str:
    key = signing_key()
    return signed(checkpoint.body(), checkpoint.origin, key.sign, key.public_key().public_bytes_raw())
