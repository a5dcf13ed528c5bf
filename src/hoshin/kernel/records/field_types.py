"""Field types: what a kind of value means, in one place — parsing, JSON, widget, words, schema, committed or open.

A value is the same in every store: text, numbers, dates, instants; a person, unit or record is its uid.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .fields import FieldSpec


# SQLite keeps decimals as doubles, which give 15 significant digits back as they came.
MOST_DIGITS = 15
# As many digits of a computed number are shown, and of a computed percentage; programs get them all.
COMPUTED, COMPUTED_SHARE = 6, 3
# A day from the ends of the calendar, so that every time zone can show it.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


class BadValue(ValueError):
    """A value that a field cannot take: what was found and what would be accepted."""


@dataclass(frozen=True)
class FieldType:
    """Text of one line; the base of all types."""

    name: str = "text"
    widget: str = "text"
    # Whether the ledger may show the value. Titles and free text name people, so text is committed.
    open: bool = False
    searchable: bool = True
    # Which database look-ups a filter may use.
    lookups: tuple[str, ...] = ("exact", "icontains")

    def parse(self, raw: Any, field: "FieldSpec") -> Any:
        """The value of what a form, a file or a program sent; ``BadValue`` says what is wrong with it."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise BadValue(_("%(found)s is not text.") % {"found": repr(raw)})
        text = self.cleaned(raw)
        if "\x00" in text:
            raise BadValue(_("The text holds a zero character, which cannot be stored."))
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise BadValue(_("The text holds half a character (a lone surrogate), which cannot be stored."))
        if field.max_length and len(text) > field.max_length:
            raise BadValue(
                _("The text has %(found)s characters; at most %(most)s are accepted.")
                % {"found": len(text), "most": field.max_length}
            )
        return text or None

    def cleaned(self, text: str) -> str:
        return " ".join(text.split())

    def json(self, value: Any) -> Any:
        """The value in JSON; also how form-made kinds and custom fields store it."""
        return value

    def from_json(self, value: Any) -> Any:
        return value

    def words(self, value: Any, field: "FieldSpec", names: Any = None) -> str:
        """The value as people read it. ``names`` tells the name behind a uid."""
        return "" if value is None else str(value)

    def schema(self, field: "FieldSpec") -> dict:
        """The JSON schema of the value."""
        return {"type": "string", **({"maxLength": field.max_length} if field.max_length else {})}


@dataclass(frozen=True)
class LongText(FieldType):
    name: str = "long text"
    widget: str = "textarea"
    lookups: tuple[str, ...] = ("icontains",)

    def cleaned(self, text: str) -> str:
        return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True)
class Integer(FieldType):
    name: str = "integer"
    widget: str = "number"
    open: bool = True
    searchable: bool = False
    lookups: tuple[str, ...] = ("exact", "gte", "lte")

    def parse(self, raw: Any, field: "FieldSpec") -> int | None:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if isinstance(raw, bool):
            raise BadValue(_("%(found)s is not a whole number.") % {"found": raw})
        try:
            value = int(str(raw).strip()) if not isinstance(raw, float) else int(raw) if raw == int(raw) else None
        except (ValueError, OverflowError):
            value = None
        if value is None:
            raise BadValue(_("“%(found)s” is not a whole number, such as 12.") % {"found": raw})
        return check_range(value, field)

    def schema(self, field: "FieldSpec") -> dict:
        return {"type": "integer", "minimum": -(2**53) + 1, "maximum": 2**53 - 1, **range_schema(field)}


@dataclass(frozen=True)
class DecimalNumber(FieldType):
    name: str = "number"
    widget: str = "decimal"
    open: bool = True
    searchable: bool = False
    lookups: tuple[str, ...] = ("exact", "gte", "lte")

    def parse(self, raw: Any, field: "FieldSpec") -> Decimal | None:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        try:
            if isinstance(raw, bool):
                raise InvalidOperation
            value = Decimal(formats.sanitize_separators(raw).strip() if isinstance(raw, str) else str(raw))
        except InvalidOperation:
            raise BadValue(_("“%(found)s” is not a number, such as 12.5.") % {"found": raw})
        if not value.is_finite():
            raise BadValue(_("“%(found)s” is not a finite number.") % {"found": raw})
        if abs(value) >= Decimal(10) ** MOST_DIGITS:
            raise BadValue(_("“%(found)s” is too large; at most %(most)s digits are kept exactly.") % self._bound(raw))
        with localcontext(prec=2 * MOST_DIGITS + field.decimal_places):
            value = plain(round(value, field.decimal_places))
        if len(value.as_tuple().digits) > MOST_DIGITS:
            raise BadValue(_("“%(found)s” has too many digits; %(most)s are kept exactly.") % self._bound(raw))
        return check_range(value, field)

    @staticmethod
    def _bound(raw: Any) -> dict[str, Any]:
        return {"found": str(raw)[:60], "most": MOST_DIGITS}

    def json(self, value: Any) -> Any:
        return None if value is None else format(plain(value), "f")

    def from_json(self, value: Any) -> Any:
        return None if value is None else Decimal(str(value))

    def words(self, value: Any, field: "FieldSpec", names: Any = None) -> str:
        if value is None:
            return ""
        # What was computed has more digits than say anything.
        told = value if field.editable else rounded(value, COMPUTED_SHARE if field.measure == "%" else COMPUTED)
        return f"{formats.number_format(plain(told), use_l10n=True)} {field.measure}".strip()

    def schema(self, field: "FieldSpec") -> dict:
        return {
            "type": ["string", "number"],
            "pattern": r"^-?\d{1,15}(\.\d{1,9})?$",
            "format": "decimal",
            **range_schema(field),
        }


def plain(value: Any) -> Decimal:
    """A decimal without trailing zeros, an exponent or a sign of zero, however the database wrote it."""
    value = Decimal(value).normalize() or Decimal(0)
    return value.quantize(Decimal(1)) if value.as_tuple().exponent > 0 else value


def rounded(value: Any, digits: int) -> Decimal:
    """A decimal to so many digits that count; those before the point stay."""
    value = Decimal(value)
    return round(value, max(0, digits - 1 - value.adjusted())) if value else value


def check_range(value: Any, field: "FieldSpec") -> Any:
    if isinstance(value, int) and abs(value) >= 2**53:
        raise BadValue(_("%(found)s is too large; whole numbers stay below 2^53.") % {"found": value})
    if field.minimum is not None and value < field.minimum:
        raise BadValue(
            _("%(found)s is too small; at least %(least)s is accepted.") % {"found": value, "least": field.minimum}
        )
    if field.maximum is not None and value > field.maximum:
        raise BadValue(
            _("%(found)s is too large; at most %(most)s is accepted.") % {"found": value, "most": field.maximum}
        )
    return value


def range_schema(field: "FieldSpec") -> dict:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return {name: bound for name, bound in bounds.items() if bound is not None}


@dataclass(frozen=True)
class YesNo(FieldType):
    name: str = "yes or no"
    widget: str = "checkbox"
    open: bool = True
    searchable: bool = False
    lookups: tuple[str, ...] = ("exact",)

    def parse(self, raw: Any, field: "FieldSpec") -> bool | None:
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool):
            return raw
        found = str(raw).strip().casefold()
        if found in ("1", "true", "yes", "on"):
            return True
        if found in ("0", "false", "no", "off"):
            return False
        raise BadValue(_("“%(found)s” is neither yes nor no.") % {"found": raw})

    def words(self, value: Any, field: "FieldSpec", names: Any = None) -> str:
        return "" if value is None else _("Yes") if value else _("No")

    def schema(self, field: "FieldSpec") -> dict:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Day(FieldType):
    name: str = "date"
    widget: str = "date"
    open: bool = True
    searchable: bool = False
    lookups: tuple[str, ...] = ("exact", "gte", "lte")

    def parse(self, raw: Any, field: "FieldSpec") -> date | None:
        if raw is None or raw == "":
            return None
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        try:
            value = parse_date(raw.strip()) if isinstance(raw, str) else None
        except ValueError:
            value = None
        if value is None:
            raise BadValue(_("“%(found)s” is not a date, such as 2026-11-20.") % {"found": raw})
        return value

    def json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def from_json(self, value: Any) -> Any:
        return None if value is None else date.fromisoformat(value)

    def words(self, value: Any, field: "FieldSpec", names: Any = None) -> str:
        return "" if value is None else formats.date_format(value)

    def schema(self, field: "FieldSpec") -> dict:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Instant(FieldType):
    name: str = "instant"
    widget: str = "datetime-local"
    open: bool = True
    searchable: bool = False
    lookups: tuple[str, ...] = ("gte", "lte")

    def parse(self, raw: Any, field: "FieldSpec") -> datetime | None:
        if raw is None or raw == "":
            return None
        value = raw
        if isinstance(raw, str):
            try:
                value = parse_datetime(raw.strip())
            except ValueError:
                value = None
        if not isinstance(value, datetime):
            raise BadValue(_("“%(found)s” is not a date and time, such as 2026-11-20T14:30.") % {"found": raw})
        try:
            value = (timezone.make_aware(value) if timezone.is_naive(value) else value).astimezone(UTC)
        except OverflowError:
            value = None
        if value is None or not EARLIEST <= value <= LATEST:
            raise BadValue(_("“%(found)s” lies outside the years that can be stored.") % {"found": raw})
        return value

    def json(self, value: Any) -> Any:
        return (
            None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        )

    def from_json(self, value: Any) -> Any:
        return None if value is None else datetime.fromisoformat(value)

    def words(self, value: Any, field: "FieldSpec", names: Any = None) -> str:
        return "" if value is None else formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")

    def schema(self, field: "FieldSpec") -> dict:
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True)
class Choice(FieldType):
    name: str = "choice"
    widget: str = "select"
    open: bool = True
    searchable: bool = False
    lookups: tuple[str, ...] = ("exact", "in")

    def parse(self, raw: Any, field: "FieldSpec") -> Any:
        if raw is None or raw == "":
            return None
        values = {str(value): value for value, _label in field.choices}
        if str(raw) in values:
            return values[str(raw)]
        # People write the label, programs the value; neither should fail on a capital letter.
        for value, label in field.choices:
            if str(raw).strip().casefold() in (str(value).casefold(), str(label).casefold()):
                return value
        raise BadValue(_("“%(found)s” is not one of: %(choices)s.") % {"found": raw, "choices": ", ".join(values)})

    def words(self, value: Any, field: "FieldSpec", names: Any = None) -> str:
        return "" if value is None else str(dict(field.choices).get(value, value))

    def schema(self, field: "FieldSpec") -> dict:
        return {"enum": [value for value, _label in field.choices]}


@dataclass(frozen=True)
class Reference(FieldType):
    """The uid of a person, a unit or another record."""

    name: str = "record"
    widget: str = "reference"
    open: bool = True
    searchable: bool = False
    lookups: tuple[str, ...] = ("exact", "in")

    def parse(self, raw: Any, field: "FieldSpec") -> UUID | None:
        if raw is None or raw == "":
            return None
        if hasattr(raw, "uid"):
            return raw.uid
        if isinstance(raw, UUID):
            return raw
        try:
            return UUID(str(raw).strip())
        except ValueError:
            raise BadValue(_("“%(found)s” is not the identifier of a %(kind)s.") % {"found": raw, "kind": self.name})

    def json(self, value: Any) -> Any:
        return None if value is None else str(value)

    def from_json(self, value: Any) -> Any:
        return None if value is None else UUID(value)

    def words(self, value: Any, field: "FieldSpec", names: Any = None) -> str:
        return "" if value is None else str((names or {}).get(value, value))

    def schema(self, field: "FieldSpec") -> dict:
        return {"type": "string", "format": "uuid"}


@dataclass(frozen=True)
class PersonReference(Reference):
    name: str = "person"
    widget: str = "person"


@dataclass(frozen=True)
class UnitReference(Reference):
    name: str = "unit"
    widget: str = "unit"


@dataclass(frozen=True)
class Lines(FieldType):
    """Ordered or tree-shaped lines that belong to the record."""

    name: str = "parts"
    widget: str = "parts"
    searchable: bool = True
    lookups: tuple[str, ...] = ()


TEXT, LONG_TEXT, INTEGER, NUMBER, YES_NO = FieldType(), LongText(), Integer(), DecimalNumber(), YesNo()
DAY, INSTANT, CHOICE, RECORD = Day(), Instant(), Choice(), Reference()
PERSON, UNIT, PARTS = PersonReference(), UnitReference(), Lines()

TYPES: dict[str, FieldType] = {
    t.name: t for t in (TEXT, LONG_TEXT, INTEGER, NUMBER, YES_NO, DAY, INSTANT, CHOICE, RECORD, PERSON, UNIT, PARTS)
}
