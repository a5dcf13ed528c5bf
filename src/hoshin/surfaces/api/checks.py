"""Start-up checks: no kind's address hides an address of the API itself; what processes add describes itself."""

from typing import Any

from django.core.checks import Error, register

from hoshin.kernel.records import registry

from .descriptions import added

RESERVED = ("tasks", "my-work", "people", "units", "search", "kinds", "docs", "openapi.json")


@register
def no_kind_takes_a_reserved_address(app_configs: Any = None, **_: Any) -> list[Error]:
    return [
        Error(
            f"The kind {spec.name!r} would stand at /api/{spec.slug}, which is taken.",
            hint=f"Taken addresses: {', '.join(RESERVED)}.",
            id="api.E001",
        )
        for spec in registry.every()
        if spec.slug in RESERVED
    ]


@register
def every_added_address_is_described(app_configs: Any = None, **_: Any) -> list[Error]:
    return [
        Error(
            f"{method} {address.path} does not say what it takes and answers.",
            hint=f"Put @describes(…) of hoshin.surfaces.api.descriptions above {handler.__module__}.{handler.__name__}.",
            id="api.E002",
        )
        for address in added()
        for method, handler in address.handlers.items()
        if not hasattr(handler, "described")
    ]
