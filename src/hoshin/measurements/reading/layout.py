"""What each column of a file means: a plain value that can be shown, corrected and remembered."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .dialect import SEPARATORS, Dialect
from .errors import LayoutError

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "NULL", "null", "None", "?", "-", "--", ".", "#N/A", "#NV")
DATE_ORDERS = ("YMD", "DMY", "MDY")


class Role(StrEnum):
    """What a column holds."""

    CHARACTERISTIC = "characteristic"
    VALUE = "value"
    TIME = "time"
    SIZE = "size"
    SUBGROUP = "subgroup"
    LOT = "lot"
    GAUGE = "gauge"
    OPERATOR = "operator"
    IGNORE = "ignore"


SINGLE = (Role.SIZE,)


@dataclass(frozen=True)
class Column:
    """A column of the file, in the order of the file."""

    name: str
    role: Role


@dataclass(frozen=True)
class Layout:
    """How a file is to be read.

    `header` is the row number of the column names, 0 where there are none. A *long* layout has one value column: the
    characteristic is named by the characteristic columns, or by the header where there are none. A *wide* layout has a
    value column per characteristic. Several columns of one role are joined (date and time of day; hospital and ward).
    """

    columns: tuple[Column, ...]
    dialect: Dialect = field(default_factory=Dialect)
    header: int = 1
    date_order: str = "YMD"
    zone: str = "UTC"
    missing: tuple[str, ...] = MISSING

    @property
    def kind(self) -> str:
        return "long" if len(self.positions(Role.VALUE)) == 1 else "wide"

    @property
    def signature(self) -> str:
        return signature([column.name for column in self.columns])

    def positions(self, role: Role) -> list[int]:
        return [place for place, column in enumerate(self.columns) if column.role == role]

    def with_role(self, name: str, role: Role | str) -> "Layout":
        """The layout corrected in one column."""
        if name not in {column.name for column in self.columns}:
            raise LayoutError(f'found no column "{name}", accepted are {", ".join(c.name for c in self.columns)}')
        return replace(self, columns=tuple(replace(c, role=_role(role)) if c.name == name else c for c in self.columns))

    def check(self) -> "Layout":
        """The layout itself, refused where it cannot be read by."""
        if not self.positions(Role.VALUE):
            raise LayoutError("found no column with the role value, accepted is at least one")
        for role in SINGLE:
            if len(self.positions(role)) > 1:
                names = ", ".join(self.columns[place].name for place in self.positions(role))
                raise LayoutError(f"found the role {role} on {names}, accepted is one column")
        _one_of("date order", self.date_order, DATE_ORDERS)
        _one_of("decimal sign", self.dialect.decimal, (".", ","))
        if self.dialect.sheet is None:
            _one_of("separator", self.dialect.separator, tuple(SEPARATORS))
        zone(self.zone)
        return self

    def to_json(self) -> dict:
        """Plain values, ready for json.dumps."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, given: dict) -> "Layout":
        """The layout that `to_json` gave, perhaps corrected by hand."""
        known = {one.name for one in fields(cls)}
        if not isinstance(given, dict) or not {"columns"} <= set(given) <= known:
            raise LayoutError(f"found the fields {_names(given)}, accepted are {_names(known)}, columns at least")
        try:
            columns = tuple(Column(str(column["name"]), _role(column["role"])) for column in given["columns"])
            dialect = Dialect(**given.get("dialect", {}))
        except (TypeError, KeyError) as error:
            raise LayoutError(f"found a layout that is not one ({error}), accepted is what to_json gives") from None
        rest = {name: value for name, value in given.items() if name not in {"columns", "dialect", "missing"}}
        missing = tuple(map(str, given.get("missing", MISSING)))
        return cls(columns=columns, dialect=dialect, missing=missing, **rest).check()


def signature(header: Sequence[str]) -> str:
    """Recognises the same kind of file by its column names, whatever their case and blanks."""
    names = [" ".join(name.split()).casefold() for name in header]
    return hashlib.sha256(json.dumps(names, ensure_ascii=True).encode()).hexdigest()


def column_names(header: Sequence[str]) -> list[str]:
    """The names in a header, made distinct; a column without a name is called by its number."""
    seen: Counter = Counter()
    names = []
    for place, name in enumerate(header, start=1):
        name = name.strip() or f"column {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise LayoutError(f'found the time zone "{name}", accepted are IANA names such as Europe/Berlin') from None


def _role(name: str) -> Role:
    _one_of("role", name, tuple(Role))
    return Role(name)


def _one_of(what: str, found, accepted: Sequence[str]) -> None:
    if found not in accepted:
        raise LayoutError(f"found the {what} {found!r}, accepted are {', '.join(map(repr, map(str, accepted)))}")


def _names(given) -> str:
    return ", ".join(sorted(map(str, given)))
