"""Columns of text cells turned into numbers and labels."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..columns import LARGEST

FORMULA_SIGNS = ("=", "+", "-", "@")
FLAGS = {"true": 1.0, "false": 0.0, "wahr": 1.0, "falsch": 0.0, "verdadeiro": 1.0, "falso": 0.0}


def numbers(cells: Sequence[str], decimal: str, missing: frozenset[str]) -> tuple[np.ndarray, list[int]]:
    """The numbers, NaN where missing, and the places of cells that are none."""
    joined = "\n".join(cells)
    if _plain(joined, decimal):
        text = joined.replace(",", ".").split("\n") if decimal == "," else cells
        try:
            found = [float("nan") if cell in missing else float(cell) for cell in text]
        except ValueError:
            pass  # At least one cell is a flag, padded or bad; below each is looked at.
        else:
            values = np.array(found, float)
            if len(found) == len(cells) and not (np.abs(values) > LARGEST).any():
                return values, []
    return _one_by_one(cells, decimal, missing)


def _plain(joined: str, decimal: str) -> bool:
    """Whether float() takes nothing that is not a number here: no 1_000, no digits of other scripts, one sign."""
    return joined.isascii() and "_" not in joined and (decimal == "." or "." not in joined)


def _one_by_one(cells: Sequence[str], decimal: str, missing: frozenset[str]) -> tuple[np.ndarray, list[int]]:
    values, bad = np.full(len(cells), np.nan), []
    for place, cell in enumerate(cells):
        cell = cell.strip()
        if cell in missing:
            continue
        value = number(cell, decimal)
        if value is None:
            bad.append(place)
        else:
            values[place] = value
    return values, bad


def number(cell: str, decimal: str) -> float | None:
    """The number a cell says, true as 1 and false as 0; None if it says none."""
    cell = cell.replace("\N{MINUS SIGN}", "-")
    if (flag := FLAGS.get(cell.lower())) is not None:
        return flag
    if not _plain(cell, decimal):
        return None
    try:
        value = float(cell.replace(",", ".") if decimal == "," else cell)
    except ValueError:
        return None
    return None if abs(value) > LARGEST else value


def accepted_number(decimal: str) -> str:
    return f"a number with decimal {'comma (12,5)' if decimal == ',' else 'point (12.5)'}, or empty"


@dataclass(frozen=True, eq=False)
class Labels:
    """A label column: a code per row, 0 = none; code k stands for `labels[k - 1]`."""

    codes: np.ndarray
    labels: tuple[str, ...]

    def texts(self) -> list[str]:
        """The label of every row, empty where there is none."""
        words = ("", *self.labels)
        return [words[code] for code in self.codes.tolist()]

    def ids(self, of_label: Sequence[int]) -> np.ndarray:
        """The codes exchanged for ids given per label, 0 = none."""
        return np.array([0, *of_label], np.int64)[self.codes]


def guarded_label(label: str) -> str:
    """The label as a spreadsheet takes it for text: one that would begin a formula gets an apostrophe."""
    return f"'{label}" if label.startswith(FORMULA_SIGNS) else label


def plain_label(cell: str) -> str:
    """The label that a cell says: without blanks around it and without such an apostrophe."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_SIGNS) else cell


@dataclass
class LabelIndex:
    """Gives each new label the next code, over all chunks of a file."""

    missing: frozenset[str]
    known: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def codes(self, cells: Sequence[str]) -> np.ndarray:
        seen = self._seen
        for cell in dict.fromkeys(cells):
            if cell not in seen:
                label = plain_label(cell)
                seen[cell] = 0 if label in self.missing else self.known.setdefault(label, len(self.known) + 1)
        return np.fromiter(map(seen.__getitem__, cells), np.int64, len(cells))

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.known)
