"""The worksheet as arrays: parts, operators and trials in their places, with what is missing named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from .rules import Sort


class NotComputable(ValueError):
    """A worksheet that supports no answer yet: what was found and what is needed."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The lines of a worksheet, in the order of their names."""

    lines: Sequence[Mapping[str, Any]]
    rated: bool = False

    @property
    def field(self) -> str:
        """What is read: a rating or a value."""
        return "rating" if self.rated else "value"

    @cached_property
    def parts(self) -> list[str]:
        return in_order({line["part"] for line in self.lines})

    @cached_property
    def operators(self) -> list[str]:
        return in_order({line["operator"] or "" for line in self.lines})

    @cached_property
    def waiting(self) -> list[int]:
        """The runs that nothing was read for yet."""
        return sorted(line["run"] for line in self.lines if line[self.field] in (None, ""))

    def check_complete(self) -> None:
        """Refuse an empty worksheet, a gap, and two lines for the same reading."""
        if not self.lines:
            raise NotComputable(_("The worksheet is empty."))
        if self.waiting:
            told = {"n": len(self.waiting), "all": len(self.lines), "runs": ", ".join(map(str, self.waiting[:5]))}
            raise NotComputable(
                _("%(n)s of %(all)s readings are still to be taken; next are the runs %(runs)s.") % told
            )
        seen: set[tuple] = set()
        for line in self.lines:
            key = (line["part"], line["operator"], line["trial"])
            if key in seen:
                told = {"part": key[0], "operator": key[1] or "–", "trial": key[2]}
                raise NotComputable(
                    _("Part %(part)s, operator %(operator)s, trial %(trial)s stands there twice.") % told
                )
            seen.add(key)

    def values(self) -> np.ndarray:
        return np.array([float(line["value"]) for line in self.lines])

    def cells(self) -> dict[tuple[str, str], list[Any]]:
        """The readings of each part and operator, in the order of the trials."""
        found: dict[tuple[str, str], list[tuple[int, Any]]] = {}
        for line in self.lines:
            key = (line["part"], line["operator"] or "")
            found.setdefault(key, []).append((line["trial"], line[self.field]))
        return {key: [read for _trial, read in sorted(cell, key=lambda pair: pair[0])] for key, cell in found.items()}

    @property
    def is_balanced(self) -> bool:
        """Every operator has read every part equally often."""
        cells = self.cells()
        return len(cells) == len(self.parts) * len(self.operators) and len({len(c) for c in cells.values()}) == 1

    def crossed(self) -> np.ndarray:
        """Readings as [part][operator][trial]."""
        if not self.is_balanced:
            raise NotComputable(_("Every operator has to read every part equally often for this kind of study."))
        cells = self.cells()
        return np.array([[cells[part, person] for person in self.operators] for part in self.parts])

    def nested(self) -> np.ndarray:
        """Readings as [operator][part of that operator][trial]."""
        cells = self.cells()
        own = [
            [cells[key] for key in sorted(cells, key=lambda key: natural(key[0])) if key[1] == p]
            for p in self.operators
        ]
        if len({len(parts) for parts in own}) != 1 or len({len(cell) for parts in own for cell in parts}) != 1:
            raise NotComputable(_("Every operator needs equally many parts, each read equally often."))
        return np.array(own)

    def by_part(self) -> np.ndarray:
        """Readings as [part][reading], whoever took them."""
        found = [[line[self.field] for line in self.lines if line["part"] == part] for part in self.parts]
        if len({len(readings) for readings in found}) != 1:
            raise NotComputable(_("Every occasion needs equally many readings."))
        return np.array(found)

    def references(self) -> np.ndarray:
        """The reference of every line, as numbers."""
        return np.array([self._reference(line) for line in self.lines])

    def one_reference(self) -> float:
        """The reference that all lines share."""
        found = np.unique(self.references())
        if found.size != 1:
            told = {"n": found.size}
            raise NotComputable(
                _("%(n)s different references stand in the worksheet; this study compares with one.") % told
            )
        return float(found[0])

    @staticmethod
    def _reference(line: Mapping[str, Any]) -> float:
        text = (line["reference"] or "").strip()
        try:
            return float(text if "." in text else text.replace(",", "."))
        except ValueError:
            told = {"run": line["run"], "found": text}
            raise NotComputable(
                _("Run %(run)s: “%(found)s” is no reference value; a number such as 2.5 is needed.") % told
            )

    def standard(self) -> list[str] | None:
        """The rating each part deserves; None where no part has one."""
        told = {line["part"]: line["reference"] for line in self.lines if line["reference"]}
        if not told:
            return None
        missing = [part for part in self.parts if part not in told]
        if missing:
            raise NotComputable(
                _("These parts have no reference rating: %(parts)s.") % {"parts": ", ".join(missing[:8])}
            )
        return [told[part] for part in self.parts]


def layout_of(row: Any) -> Layout:
    """The worksheet of a study."""
    return Layout(sorted(row.worksheet, key=lambda line: line["run"]), row.sort == Sort.ATTRIBUTE)


def natural(name: str) -> list:
    """So that part 10 comes after part 9."""
    return [(0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in re.split(r"(\d+)", name)]


def in_order(names: set[str]) -> list[str]:
    return sorted(names, key=natural)
