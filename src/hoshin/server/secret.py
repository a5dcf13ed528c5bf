"""Secrets that belong to one installation: made once, kept in files only their owner reads."""

import os
import secrets
from pathlib import Path


def kept_in(file: Path) -> str:
    """The secret kept in a file, made when it is first asked for."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(50))
    return file.read_text().strip()
