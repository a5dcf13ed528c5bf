"""Start-up check: no kind's address hides an address of the API itself."""

from typing import Any

from django.core.checks import Error, register

from hoshin.kernel.records import registry

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
