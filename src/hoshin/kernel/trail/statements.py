"""The statements every write goes through, written out: building each with the ORM costs more than running it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from .doors import refuse_past_the_doors
from .models import Head

SLICE = 500


# Column types whose values the database takes as they are, if they are of this very type.
AS_IT_IS = {
    "CharField": str, "TextField": str, "BooleanField": bool, "BigAutoField": int, "IntegerField": int,
    "BigIntegerField": int, "SmallIntegerField": int, "PositiveIntegerField": int, "PositiveSmallIntegerField": int,
    "PositiveBigIntegerField": int,
}  # fmt: skip


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as values in the order of these field names."""
    _insert(model, [model._meta.get_field(name) for name in names], rows)


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert what rows hold for one table; a key that the database gives stays to be asked for."""
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField)]
    _insert(model, fields, map(attrgetter(*(field.attname for field in fields)), rows))


def _insert(model: type[models.Model], fields: Sequence[models.Field], rows: Iterable[Sequence[Any]]) -> None:
    rows = list(rows)
    if not rows:
        return
    refuse_past_the_doors(model)
    here = connections[DEFAULT_DB_ALIAS]
    quote = here.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    told = zip(*rows, strict=True)
    prepared = zip(*(_given(field, values, here) for field, values in zip(fields, told, strict=True)), strict=True)
    with here.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})", list(prepared))


def _given(field: models.Field, values: Sequence[Any], here: BaseDatabaseWrapper) -> Iterable[Any]:
    """The values of one column as the database takes them; a column that needs nothing is not walked through."""
    if {AS_IT_IS.get(_sort(field)), NoneType}.issuperset(map(type, values)):
        return values
    return map(adapter(field, here), values)


def _sort(field: models.Field) -> str:
    return (field.target_field if field.is_relation else field).get_internal_type()


def adapter(field: models.Field, here: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    """How a column's values are given to the database; most need nothing, and only the rest take the ORM's way."""
    sort = _sort(field)
    if sort in AS_IT_IS:
        plain, give = AS_IT_IS[sort], _same
    elif sort == "UUIDField" and not here.features.has_native_uuid_field:
        plain, give = UUID, attrgetter("hex")
    elif sort == "DateTimeField":
        plain, give = datetime, cache(here.ops.adapt_datetimefield_value)
    elif sort == "BinaryField":
        plain, give = bytes, here.Database.Binary
    else:
        return lambda value: field.get_db_prep_save(value, here)

    def adapt(value: Any) -> Any:
        if value is None or type(value) is plain:
            return None if value is None else give(value)
        return field.get_db_prep_save(value, here)

    return adapt


def _same(value: Any) -> Any:
    return value


def update(
    model: type[models.Model], key: Any, values: dict[models.Field, Any], where: dict[models.Field, Any]
) -> bool:
    """Write columns of one row, if the columns of ``where`` are as they are given; answers whether there was a row."""
    refuse_past_the_doors(model)
    here = connections[DEFAULT_DB_ALIAS]
    quote = here.ops.quote_name
    where = {model._meta.pk: key, **where}
    written, asked = ([adapter(field, here)(value) for field, value in told.items()] for told in (values, where))
    changes = ", ".join(f"{quote(field.column)} = %s" for field in values)
    conditions = " AND ".join(f"{quote(field.column)} = %s" for field in where)
    with here.cursor() as cursor:
        cursor.execute(f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {conditions}", [*written, *asked])
        return cursor.rowcount > 0


def take_head() -> Head:
    """The end of the ledger, locked until the transaction ends."""
    locked = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, origin, size, last_leaf, last_at, frontier FROM trail_head{locked}")
        key, origin, size, last_leaf, last_at, frontier = cursor.fetchone()
    return Head(key, origin, size, bytes(last_leaf), _moment(last_at), bytes(frontier))


def move_head(head: Head) -> None:
    """Write how far the ledger has come."""
    told = [head.size, connection.Database.Binary(head.last_leaf), _written(head.last_at)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trail_head SET size = %s, last_leaf = %s, last_at = %s, frontier = %s WHERE id = %s",
            [*told, connection.Database.Binary(head.frontier), head.pk],
        )


def newest_states(
    subjects: Sequence[UUID], until: datetime | None = None, using: str = DEFAULT_DB_ALIAS
) -> Iterator[tuple[UUID, bytes]]:
    """The newest state bytes of each subject, of now or of a past moment."""
    native = connections[using].features.has_native_uuid_field
    past, moment = ("", []) if until is None else (" AND recorded_at <= %s", [_written(until)])
    for start in range(0, len(subjects), SLICE):
        some = [uid if native else uid.hex for uid in subjects[start : start + SLICE]]
        places = ", ".join(["(%s)"] * len(some))
        with connections[using].cursor() as cursor:
            # From the end of each subject's entries: its history may be long.
            cursor.execute(
                f"WITH asked(uid) AS (VALUES {places}) SELECT uid, (SELECT state FROM trail_entry "
                f"WHERE subject_uid = asked.uid AND state IS NOT NULL{past} ORDER BY seq DESC LIMIT 1) FROM asked",
                [*some, *moment],
            )
            found = cursor.fetchall()
        for uid, state in found:
            if state is not None:
                yield uid if native else UUID(uid), bytes(state)


def openings(commitments: Sequence[str]) -> Iterator[tuple[UUID, str, str, bytes, bytes]]:
    """Subject, place, commitment, salt and value of what opens these commitments."""
    for start in range(0, len(commitments), SLICE):
        some = commitments[start : start + SLICE]
        places = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT subject_uid, place, commitment, salt, value FROM trail_opening WHERE commitment IN ({places})",
                some,
            )
            found = cursor.fetchall()
        for uid, place, commitment, salt, value in found:
            yield uid if isinstance(uid, UUID) else UUID(uid), place, commitment, bytes(salt), bytes(value)


def _written(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _moment(found: datetime | None) -> datetime | None:
    """SQLite keeps instants in UTC and says no zone."""
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
