"""Salted commitments: what stands in the ledger in place of a value that may have to be forgotten."""

import secrets
from typing import Any

from hoshin.ledger.canonical import canonical
from hoshin.ledger.verifier import COMMITTED, commitment_of, is_commitment

__all__ = ["COMMITTED", "SALT_SIZE", "commitment", "commitment_of", "committed", "is_commitment", "new_salt"]

SALT_SIZE = 32


def new_salt() -> bytes:
    """A fresh salt; one for each value, never used twice."""
    return secrets.token_bytes(SALT_SIZE)


def commitment(value: Any, salt: bytes) -> str:
    """The commitment to `value`: 64 hex digits that say nothing about it without the salt."""
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes, {len(salt)} given")
    return commitment_of(canonical(value), salt)


def committed(digest: str) -> dict[str, str]:
    """How a committed value stands in a document."""
    return {COMMITTED: digest}
