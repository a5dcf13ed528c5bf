"""Rows read by one column: the statement for one value is built once, for building it costs more than running it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from .statements import adapter


@dataclass(frozen=True)
class Reading:
    """A statement that reads whole rows of a model by the value of one column."""

    sql: str
    field: models.Field
    names: tuple[str, ...]
    # For each place of a row that the database gives in a form of its own: what reads it, and the column it is.
    readers: tuple[tuple[int, tuple[Callable, ...], Any], ...]

    def run(self, model: type[models.Model], value: Any) -> list[Any]:
        here = connections[DEFAULT_DB_ALIAS]
        with here.cursor() as cursor:
            cursor.execute(self.sql, [adapter(self.field, here)(value)])
            found = cursor.fetchall()
        return [model.from_db(DEFAULT_DB_ALIAS, self.names, self._read(row, here)) for row in found]

    def _read(self, row: Sequence[Any], here: BaseDatabaseWrapper) -> list[Any]:
        values = list(row)
        for place, readers, column in self.readers:
            for read in readers:
                values[place] = read(values[place], column, here)
        return values


@cache
def _reading(model: type[models.Model], name: str, order: tuple[str, ...]) -> Reading:
    query = model._base_manager.order_by(*order).extra(where=[_condition(model, name)], params=[None]).query
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    sql, _params = compiler.as_sql()
    columns = [column for column, _sql, _alias in compiler.select]
    readers = compiler.get_converters(columns)
    return Reading(
        sql,
        model._meta.get_field(name),
        tuple(column.target.attname for column in columns),
        tuple((place, tuple(read), column) for place, (read, column) in readers.items()),
    )


def _condition(model: type[models.Model], name: str) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    field = model._meta.get_field(name)
    return f"{quote(field.model._meta.db_table)}.{quote(field.column)} = %s"


def rows_with(model: type[models.Model], name: str, values: Iterable[Any], order: tuple[str, ...] = ()) -> list[Any]:
    """The rows whose column of this name holds one of the values."""
    values = list(values)
    if len(values) == 1:
        return _reading(model, name, order).run(model, values[0])
    return list(model._base_manager.filter(**{f"{name}__in": values}).order_by(*order))
