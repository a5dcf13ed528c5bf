"""The guard of the doors: regulated rows are written inside a unit of work and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_open: ContextVar[int] = ContextVar("doors_open", default=0)


class PastTheDoors(RuntimeError):
    """A regulated row was written without a unit of work, so no entry would have told of it."""


def refuse_past_the_doors(model: type) -> None:
    if not _open.get():
        raise PastTheDoors(
            f"{model.__name__} is a regulated row and was written outside a unit of work. "
            "Use its door (create, edit, perform, void, link, attach, comment, assign …)."
        )


@contextmanager
def doors_open() -> Iterator[None]:
    token = _open.set(_open.get() + 1)
    try:
        yield
    finally:
        _open.reset(token)
