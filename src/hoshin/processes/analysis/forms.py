"""What an assistant asks: its questions as plain values, and the reading of what was answered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class Widget(str, Enum):
    """How a question is answered."""

    NUMBER = "number"
    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    YES = "yes"
    SAMPLE = "sample"


class NoAnswer(ValueError):
    """What was asked cannot be answered: what was found and what is needed."""


@dataclass(frozen=True)
class Ask:
    """One question of an assistant."""

    name: str
    label: str | Promise
    widget: Widget = Widget.NUMBER
    help: str | Promise = ""
    default: str = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()
    # The kinds of question it belongs to; all of them where empty.
    kinds: tuple[str, ...] = ()
    unit: str = ""

    def belongs_to(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class Inputs:
    """What was answered, by the names of the questions; every text trimmed."""

    told: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.told.get(name, "").strip()

    def is_yes(self, name: str) -> bool:
        return self.text(name) in ("on", "yes", "true", "1")

    def number(
        self, name: str, label: str | Promise, *, needed: bool = True, least: float | None = None
    ) -> float | None:
        """A number; NoAnswer names the question where it is none."""
        text = self.text(name)
        if not text:
            if needed:
                raise NoAnswer(_("“%(label)s” is needed.") % {"label": label})
            return None
        value = parsed(text)
        if value is None:
            raise NoAnswer(
                _("“%(label)s”: “%(found)s” is no number, such as 2.5.") % {"label": label, "found": text[:40]}
            )
        if least is not None and value < least:
            raise NoAnswer(
                _("“%(label)s” is %(found)s; at least %(least)s is needed.")
                % {"label": label, "found": text, "least": f"{least:g}"}
            )
        return value

    def whole(
        self, name: str, label: str | Promise, *, least: int = 0, most: int = 10**9, default: int | None = None
    ) -> int:
        value = self.number(name, label, needed=default is None)
        if value is None:
            return default
        if value % 1 or not least <= value <= most:
            told = {"label": label, "found": f"{value:g}", "least": least, "most": most}
            raise NoAnswer(_("“%(label)s” is %(found)s; a whole number from %(least)s to %(most)s is needed.") % told)
        return int(value)

    def share(self, name: str, label: str | Promise) -> float:
        """A percentage as a share."""
        value = self.number(name, label)
        if not 0 < value < 100:
            raise NoAnswer(
                _("“%(label)s” is %(found)s %%; between 0 and 100 %% is needed.")
                % {"label": label, "found": f"{value:g}"}
            )
        return value / 100

    def choice(self, name: str, choices: Sequence[tuple[str, Any]]) -> str:
        found = self.text(name) or choices[0][0]
        if found not in {value for value, _label in choices}:
            raise NoAnswer(
                _("“%(found)s” cannot be chosen; there are: %(known)s.")
                % {"found": found[:40], "known": ", ".join(v for v, _l in choices)}
            )
        return found


def parsed(text: str) -> float | None:
    """A number with a point or a comma; None where the text is none."""
    try:
        value = float(text.replace(",", ".") if "." not in text else text)
    except ValueError:
        return None
    return value if abs(value) < 1e100 else None


def numbers_in(text: str, label: str | Promise) -> list[float]:
    """Pasted numbers, apart by blanks, lines, tabs or semicolons; commas are decimal, or separate where several stand together."""
    found = []
    for piece in re.split(r"[\s;]+", text.strip()):
        for token in piece.split(",") if piece.count(",") > 1 else [piece.strip(",")]:
            if not token or token in ("-", "–"):
                continue
            value = parsed(token)
            if value is None:
                told = {"label": label, "n": len(found) + 1, "found": token[:40]}
                raise NoAnswer(_("%(label)s, value %(n)s: “%(found)s” is no number.") % told)
            found.append(value)
    return found
