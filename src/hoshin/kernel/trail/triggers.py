"""Database triggers that keep the ledger's tables append-only.

SQLite drops a table's triggers when a migration remakes the table, so they are installed again after every
migrate, and a server that finds one missing does not start.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

GUARDED = {
    "trail_entry": ("UPDATE", "DELETE"),
    "trail_checkpoint": ("DELETE",),
    "trail_tile": ("UPDATE", "DELETE"),
    "trail_opening": ("UPDATE",),
    "trail_head": ("DELETE",),
}


def trigger_names() -> set[str]:
    return {f"{table}_no_{event.lower()}" for table, events in GUARDED.items() for event in events}


def statements(vendor: str) -> list[str]:
    made = []
    for table, events in GUARDED.items():
        for event in events:
            name = f"{table}_no_{event.lower()}"
            refusal = f"{table} is append-only: {event} refused"
            if vendor == "sqlite":
                made.append(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
                )
            else:
                made.append(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS "
                    f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$ LANGUAGE plpgsql"
                )
                made.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                made.append(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    return made


def install_after_migrate(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    connection = connections[using]
    if not set(GUARDED) <= set(connection.introspection.table_names()):
        return
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def missing(using: str = DEFAULT_DB_ALIAS) -> set[str]:
    """The names of guards that are not in the database."""
    connection = connections[using]
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return trigger_names() - {name for (name,) in cursor.fetchall()}
