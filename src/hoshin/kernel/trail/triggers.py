"""Database triggers that keep the ledger's tables append-only.

SQLite drops a table's triggers when a migration remakes the table, so they are installed again after every
migrate, and a server that finds one missing does not start.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# Each table with the column that must not come twice: SQLite's "INSERT OR REPLACE" deletes without a delete trigger.
GUARDED = {
    "trail_entry": ("seq", ("UPDATE", "DELETE")),
    "trail_checkpoint": ("id", ("DELETE",)),
    "trail_tile": ("index", ("UPDATE", "DELETE")),
    "trail_opening": ("commitment", ("UPDATE",)),
    "trail_head": ("id", ("DELETE",)),
}


def guards(vendor: str) -> dict[str, str]:
    """Every guard by its name, as the statement that makes it."""
    made = {}
    for table, (key, events) in GUARDED.items():
        for event in events:
            name = f"{table}_no_{event.lower()}"
            made[name] = _refusal(vendor, name, table, event)
        if vendor == "sqlite":
            name = f"{table}_no_replace"
            made[name] = (
                f'CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE "{key}" = NEW."{key}") '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: REPLACE refused'); END"
            )
    return made


def _refusal(vendor: str, name: str, table: str, event: str) -> str:
    refusal = f"{table} is append-only: {event} refused"
    if vendor == "sqlite":
        return f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$ "
        f"LANGUAGE plpgsql; CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def trigger_names(vendor: str = "sqlite") -> set[str]:
    return set(guards(vendor))


def install_after_migrate(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Put the guards in their place again, and make those anew that are not as they should be."""
    connection = connections[using]
    if not set(GUARDED) <= set(connection.introspection.table_names()):
        return
    made = guards(connection.vendor)
    with connection.cursor() as cursor:
        for name in sorted(missing(using)):
            table = name.partition("_no_")[0]
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor != "sqlite" else ""))
            cursor.execute(made[name])


def missing(using: str = DEFAULT_DB_ALIAS) -> set[str]:
    """The names of guards that are not in the database, or (on SQLite) not as they were made."""
    connection = connections[using]
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, NULL FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = dict(cursor.fetchall())
    wanted = guards(connection.vendor)
    return {name for name, sql in wanted.items() if name not in found or found[name] not in (sql, None)}
