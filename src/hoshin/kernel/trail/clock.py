"""The one clock of the house. Only a demo ledger may set it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

DEMO_ORIGIN = "hoshin-demo/"

_set_back: ContextVar[datetime | None] = ContextVar("set_back", default=None)


class ClockRefused(RuntimeError):
    """Somebody tried to set the clock of a ledger that is not a demonstration."""


def now() -> datetime:
    """The present moment in UTC, or the demonstration's moment while it writes its history."""
    return _set_back.get() or datetime.now(UTC)


def is_set_back() -> bool:
    return _set_back.get() is not None


def check_demonstration(origin: str) -> None:
    """Asked of the origin somebody gives, and again of the ledger's own before a back-dated leaf is appended."""
    if not origin.startswith(DEMO_ORIGIN):
        raise ClockRefused(
            f"The ledger {origin!r} is no demonstration; only {DEMO_ORIGIN}… may write back-dated history."
        )


@contextmanager
def back_dated(moment: datetime, origin: str) -> Iterator[None]:
    """Let the house believe it is ``moment``, which only a ledger of demo origin allows."""
    check_demonstration(origin)
    if moment.tzinfo is None:
        raise ClockRefused(f"The moment {moment!r} has no time zone; an aware datetime is needed.")
    token = _set_back.set(moment)
    try:
        yield
    finally:
        _set_back.reset(token)
