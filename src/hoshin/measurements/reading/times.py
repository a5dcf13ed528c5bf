"""Dates and times as people write them, and the zone they were written in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from ..columns import MISSING_TIME, TIME

CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([AaPp])\.?[Mm]\.?)?"
OFFSET = r"\s*(Z|[+-]\d{2}:?\d{2})?"
DIGITS = re.compile(rf"(\d{{1,4}})([-/.])(\d{{1,2}})\2(\d{{1,4}})(?:(?:T|\s+|,\s*){CLOCK}{OFFSET})?")
NAMED = re.compile(rf"(\d{{1,2}})\.?[ -]([^\W\d]{{3,9}})\.?[ ,-]+(\d{{4}})(?:(?:T|\s+|,\s*){CLOCK}{OFFSET})?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?")
TIME_OF_DAY = re.compile(CLOCK)
MONTH = re.compile(r"(\d{4})-(\d{2})")
REGULAR_CLOCK = r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?"
ISO = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}{REGULAR_CLOCK}")
PADDED = re.compile(rf"\d{{2}}([-/.])\d{{2}}\1\d{{4}}{REGULAR_CLOCK}")
MONTH_NAMES = "jan|feb fev|mar mär mrz|apr abr|may mai|jun|jul|aug ago|sep set|oct okt out|nov|dec dez"
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES.split("|"), start=1) for name in names.split()}
FIRST_YEAR, LAST_YEAR = 1900, 2199
EXAMPLES = {"YMD": "2024-01-31 14:05:00", "DMY": "31.01.2024 14:05:00", "MDY": "01/31/2024 14:05:00"}


@dataclass
class Times:
    """Parsed cells: UTC times, and by cell text why it cannot be taken or what was assumed."""

    utc: np.ndarray
    bad: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)


def parse(cells: Sequence[str], order: str, zone: ZoneInfo, missing: frozenset[str]) -> Times:
    """Times in UTC; each distinct text is looked at once."""
    distinct = list(dict.fromkeys(cells))
    found = _parse_distinct(distinct, order, zone, missing)
    place = dict(zip(distinct, range(len(distinct)), strict=True))
    return Times(found.utc[np.fromiter(map(place.__getitem__, cells), int, len(cells))], found.bad, found.assumed)


def _parse_distinct(cells: list[str], order: str, zone: ZoneInfo, missing: frozenset[str]) -> Times:
    local, given = np.full(len(cells), MISSING_TIME, TIME), np.zeros(len(cells), bool)
    times = Times(local)
    zulu = all(cell.endswith("Z") for cell in cells)
    if regular := _as_iso([cell[:-1] for cell in cells] if zulu else cells, order):
        given[:] = zulu
        try:
            local[:] = np.array(regular, TIME)
            return _in_zone(cells, _checked(cells, times, order), given, zone)
        except ValueError:
            given[:] = False  # One of them is no date; which one is found below, cell by cell.
    for place, cell in enumerate(cells):
        cell = cell.strip()
        if cell in missing:
            continue
        moment = moment_of(cell, order)
        if moment is None:
            times.bad[cells[place]] = accepted(order)
        else:
            given[place] = moment.tzinfo is not None
            local[place] = moment.astimezone(UTC).replace(tzinfo=None) if given[place] else moment
    return _in_zone(cells, _checked(cells, times, order), given, zone)


def _as_iso(cells: list[str], order: str) -> list[str] | None:
    """The cells in ISO 8601 where all are written alike with padded numbers: NumPy then reads them at once."""
    if all(map(ISO.fullmatch, cells)):
        return cells
    if order == "YMD" or not all(map(PADDED.fullmatch, cells)):
        return None
    if order == "DMY":
        return [f"{cell[6:10]}-{cell[3:5]}-{cell[:2]}{cell[10:]}" for cell in cells]
    return [f"{cell[6:10]}-{cell[:2]}-{cell[3:5]}{cell[10:]}" for cell in cells]


def _checked(cells: list[str], times: Times, order: str) -> Times:
    early, late = np.datetime64(f"{FIRST_YEAR}-01-01"), np.datetime64(f"{LAST_YEAR + 1}-01-01")
    for place in np.flatnonzero((times.utc < early) | (times.utc >= late)):
        times.bad[cells[place]] = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        times.utc[place] = MISSING_TIME
    return times


def _in_zone(cells: list[str], times: Times, given: np.ndarray, zone: ZoneInfo) -> Times:
    naive = np.flatnonzero(~given & ~np.isnat(times.utc))
    utc, gap, overlap = to_utc(times.utc[naive], zone)
    times.utc[naive] = utc
    for place in naive[gap]:
        times.bad[cells[place]] = f"a time that exists in {zone.key} (clocks were put forward over this one)"
        times.utc[place] = MISSING_TIME
    for place in naive[overlap]:
        times.assumed[cells[place]] = f"stands twice in {zone.key} (clocks were put back); the first was taken"
    return times


def accepted(order: str) -> str:
    """What a time cell may look like."""
    return f"a time such as {EXAMPLES[order]}, or empty"


def moment_of(cell: str, order: str) -> datetime | None:
    """The date and time a text says, aware if it gives an offset; None if it says none."""
    try:
        if match := DIGITS.fullmatch(cell):
            first, _, second, third, *clock = match.groups()
            return _moment(*_ordered(first, second, third, order), *clock)
        if match := NAMED.fullmatch(cell):
            day, month, year, *clock = match.groups()
            return _moment(int(year), MONTHS[month[:3].lower()], int(day), *clock)
        if match := COMPACT.fullmatch(cell):
            return datetime(*(int(part) for part in match.groups(default="0")))
        if match := MONTH.fullmatch(cell):
            return datetime(int(match[1]), int(match[2]), 1)
    except (ValueError, KeyError, OverflowError):
        return None
    return None


def _ordered(first: str, second: str, third: str, order: str) -> tuple[int, int, int]:
    if len(first) == 4:
        return int(first), int(second), int(third)
    if order == "YMD":
        if len(third) == 4:
            raise ValueError("day or month first")
        return _year(first), int(second), int(third)
    day, month = (first, second) if order == "DMY" else (second, first)
    return _year(third), int(month), int(day)


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        raise ValueError("a year has two or four digits")
    # POSIX strptime: 69 to 99 are the twentieth century.
    return int(text) + (1900 if int(text) >= 69 else 2000)


def _moment(year, month, day, hour=None, minute=None, second=None, fraction=None, half=None, offset=None) -> datetime:
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError("a clock with am and pm goes from 1 to 12")
        hours = hours % 12 + (12 if half in "pP" else 0)
    microsecond = int((fraction or "0").ljust(6, "0")[:6])
    moment = datetime(year, month, day, hours, int(minute or 0), int(second or 0), microsecond)
    if not offset:
        return moment
    return datetime.fromisoformat(f"{moment.isoformat()}{'+00:00' if offset == 'Z' else offset}")


def to_utc(local: np.ndarray, zone: ZoneInfo) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """UTC of local times, with masks of those that fall into a gap and of those that stand twice."""
    gap, overlap = np.zeros(len(local), bool), np.zeros(len(local), bool)
    if zone.key == "UTC" or not len(local):
        return local, gap, overlap
    days, day_of = np.unique(local.astype("datetime64[D]"), return_inverse=True)
    starts = [datetime(day.year, day.month, day.day) for day in days.tolist()]
    before = [zone.utcoffset(start) for start in starts]
    after = [zone.utcoffset(start + timedelta(days=1)) for start in starts]
    offset = np.array(before, "timedelta64[us]")[day_of]
    changing = np.array([a != b for a, b in zip(before, after, strict=True)])[day_of]
    for place in np.flatnonzero(changing):
        moment = local[place].item()
        first, second = zone.utcoffset(moment), zone.utcoffset(moment.replace(fold=1))
        offset[place], gap[place], overlap[place] = np.timedelta64(first), second > first, second < first
    return local - offset, gap, overlap


def order_of(cells: Iterable[str]) -> tuple[str, bool]:
    """The date order that the cells are written in, and whether another would fit as well."""
    parts = [match.groups() for cell in cells if (match := DIGITS.fullmatch(cell.strip())) and len(match[1]) < 4]
    if not parts:
        return "YMD", False
    numbers = [(int(first), int(second), int(third), sign) for first, sign, second, third, *_ in parts]
    day_first = all(second <= 12 for _, second, _, _ in numbers)
    month_first = all(first <= 12 for first, _, _, _ in numbers)
    if day_first != month_first or not day_first:
        return ("DMY" if day_first else "MDY" if month_first else _likelier(numbers)), False
    if all(sign == "." for *_, sign in numbers):
        return "DMY", False
    return _likelier(numbers), True


def _likelier(numbers: list[tuple[int, int, int, str]]) -> str:
    """Day first unless only month first lets the dates rise down the file."""
    falls_by_day = _falls((year, second, first) for first, second, year, _ in numbers)
    falls_by_month = _falls((year, first, second) for first, second, year, _ in numbers)
    return "MDY" if falls_by_month < falls_by_day else "DMY"


def _falls(dates: Iterable[tuple]) -> int:
    return sum(earlier > later for earlier, later in pairwise(dates))
