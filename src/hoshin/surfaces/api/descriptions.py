"""What a handler takes and answers, said beside it; the OpenAPI document of addresses outside the kinds is made from it."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PREFIX = "api/"
# The package whose addresses are expanded for every kind.
OURS = __name__.rpartition(".")[0]
CONVERTED = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
Schema = dict[str, Any]
Handler = Callable[..., Any]


@dataclass(frozen=True)
class Description:
    """The answer with its status, other good answers, what is asked in the query and sent in the body."""

    answer: Schema | None
    status: int = 200
    also: Mapping[int, Schema] = field(default_factory=dict)
    parameters: Sequence[Schema] = ()
    # A schema, or what makes it at the moment of asking.
    body: Schema | Callable[[], Schema] | None = None
    sent: str = "application/json"
    # Other forms the answer may take, such as text/csv.
    media: Sequence[str] = ()


def describes(answer: Schema | None, **told: Any) -> Callable[[Handler], Handler]:
    """Say what a handler takes and answers; its docstring says what for."""

    def mark(handler: Handler) -> Handler:
        handler.described = Description(answer, **told)
        return handler

    return mark


@dataclass(frozen=True)
class Address:
    """An address below /api/ that belongs to no kind, with its handlers by method."""

    path: str
    name: str
    view: Any

    @property
    def handlers(self) -> dict[str, Handler]:
        return {method: handler for method, handler in self.view.handlers.items() if method != "HEAD"}

    @property
    def module(self) -> Any:
        return sys.modules[next(iter(self.handlers.values())).__module__]

    @property
    def tag(self) -> str:
        """What it is listed under: the process it belongs to."""
        return self.module.__name__.split(".")[-2]


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Every route below /api/ with its pattern."""
    for route, pattern in _below("", get_resolver().url_patterns):
        if route.startswith(PREFIX):
            yield route, pattern


def _below(start: str, patterns: Sequence[URLPattern | URLResolver]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(route, pattern.url_patterns)
        else:
            yield route, pattern


def added() -> list[Address]:
    """The addresses that processes add to the API."""
    found = [
        Address("/" + CONVERTED.sub(r"{\g<name>}", route), pattern.name or "", pattern.callback)
        for route, pattern in routes()
        if hasattr(pattern.callback, "handlers")
    ]
    return [address for address in found if not address.module.__name__.startswith(OURS)]


def words_of(handler: Handler) -> str:
    """What a handler is for: its docstring, in one paragraph."""
    return " ".join((inspect.getdoc(handler) or "").replace("``", "").split())
