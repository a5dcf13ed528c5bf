"""Start-up checks of the pages: no kind takes the address of another page, every icon exists."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver
from lucide import IconDoesNotExist

from hoshin.kernel.records import registry

from .templatetags.hoshin import icon

# The first words of addresses that are served before any route is asked.
ALWAYS = {"static", "api"}


@register
def kinds_have_addresses_of_their_own(app_configs: Any = None, **_: Any) -> list[Error]:
    """A kind's slug is the first word of its addresses; no other page may begin with it."""
    taken = reserved()
    return [
        Error(
            f"The kind {spec.name!r} would be at /{spec.slug}/, which is the address of another page.",
            hint=f"Choose another name; taken are: {', '.join(sorted(taken))}.",
            id="web.E001",
        )
        for spec in registry.every()
        if spec.slug in taken
    ]


@register
def icons_exist(app_configs: Any = None, **_: Any) -> list[Error]:
    errors = []
    for spec in registry.every():
        try:
            icon(spec.icon)
        except IconDoesNotExist as missing:
            errors.append(Error(f"{spec.name}: {missing}", hint="Take a name of lucide's icons.", id="web.E002"))
    return errors


def reserved() -> set[str]:
    """The first words of all addresses that belong to surfaces and the server. A process owns its kind's slug."""
    return ALWAYS | {
        word for word, owner in first_words(get_resolver().url_patterns) if not owner.startswith("hoshin.processes")
    }


def first_words(patterns: list, before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and "/" not in route:
            yield from first_words(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern | URLResolver):
            word = route.split("/")[0]
            owner = getattr(getattr(pattern, "callback", None), "__module__", "") or ""
            if word and "<" not in word:
                yield word, owner
