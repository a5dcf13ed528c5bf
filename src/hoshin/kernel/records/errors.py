"""What a door refuses with: what was found, where, and what would be accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .workflow import Message


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what was sent: in which record of the set, in which field (and line), and why."""

    field: str
    message: str
    index: int = 0
    line: int | None = None

    def as_json(self) -> dict[str, Any]:
        told = {"field": self.field, "message": self.message, "index": self.index}
        return told if self.line is None else {**told, "line": self.line}

    def __str__(self) -> str:
        where = f"{self.field}[{self.line}]" if self.line is not None else self.field
        return f"{where}: {self.message}"


class DoorRefused(Exception):
    """The base of everything a door refuses with. Nothing was written."""

    code = "refused"


class Invalid(DoorRefused):
    """Values that cannot be accepted."""

    code = "invalid"

    def __init__(self, problems: Sequence[Problem]):
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in problems))


class NotAllowed(DoorRefused):
    """The actor has no right to do this."""

    code = "forbidden"


class NotYet(DoorRefused):
    """The step exists and the actor may take it, but something is missing; the reasons are in words."""

    code = "not_yet"

    def __init__(self, reasons: Sequence[Message | str]):
        self.reasons = tuple(str(reason) for reason in reasons)
        super().__init__(" ".join(self.reasons))


class Conflict(DoorRefused):
    """Somebody else changed the same fields meanwhile. Both versions are kept here; nothing typed is lost."""

    code = "conflict"

    def __init__(self, revision: int, theirs: dict[str, Any], mine: dict[str, Any]):
        self.revision, self.theirs, self.mine = revision, theirs, mine
        super().__init__(
            _("Changed by somebody else meanwhile (now revision %(revision)s): %(fields)s.")
            % {"revision": revision, "fields": ", ".join(theirs)}
        )


class NotSigned(DoorRefused):
    """The step needs a signature and the identity was not proved."""

    code = "signature_needed"
