"""The beginning of a ledger: its origin is chosen once and never changes."""

import uuid
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from .clock import DEMO_ORIGIN
from .models import Head


def begin_after_migrate(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Give a new database its ledger: a demonstration's says so in its origin for ever."""
    if (
        using == DEFAULT_DB_ALIAS
        and Head._meta.db_table in connections[using].introspection.table_names()
        and not Head.objects.exists()
    ):
        prefix = DEMO_ORIGIN if settings.HOSHIN_DEMO else "hoshin/"
        Head.objects.create(id=1, origin=f"{prefix}{uuid.uuid4()}")


def origin() -> str:
    return Head.objects.values_list("origin", flat=True).get()


def is_demo() -> bool:
    return origin().startswith(DEMO_ORIGIN)
