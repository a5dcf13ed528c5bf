"""What the API answers with: JSON, and one shape for everything that went wrong."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _

from hoshin.kernel.records.errors import Conflict, DoorRefused, Invalid, NotAllowed, NotSigned, NotYet, Problem
from hoshin.kernel.records.expressions import ExpressionError
from hoshin.kernel.records.field_types import INSTANT, NUMBER
from hoshin.kernel.records.registry import UnknownKind


class Refused(Exception):
    """The request cannot be answered as asked."""

    def __init__(self, status: int, code: str, message: str, problems: Sequence[Problem] = ()):
        self.status, self.code, self.message, self.problems = status, code, message, problems
        super().__init__(message)


def missing() -> Refused:
    """Nothing is there, or nothing that this person may see: the two answer alike."""
    return Refused(404, "not_found", _("There is nothing here that you may see."))


def malformed(message: str) -> Refused:
    return Refused(400, "malformed", message)


def invalid(field: str, message: str) -> Refused:
    return Refused(422, "invalid", message, [Problem(field, message)])


def answer(data: Any, status: int = 200, **headers: str) -> JsonResponse:
    told = JsonResponse(data, status=status, safe=False)
    for name, value in headers.items():
        told[name] = value
    return told


def error(status: int, code: str, message: str, problems: Sequence[dict] = (), **more: Any) -> JsonResponse:
    return answer({"error": {"code": code, "message": message, "problems": list(problems), **more}}, status)


STATUS = {Invalid: 422, NotAllowed: 403, NotYet: 409, Conflict: 409, NotSigned: 403}


def answer_to(refused: Exception) -> JsonResponse:
    """The answer to what a door, a question or the API itself refused with."""
    if isinstance(refused, Refused):
        return error(refused.status, refused.code, refused.message, [p.as_json() for p in refused.problems])
    if isinstance(refused, UnknownKind):
        return answer_to(missing())
    if isinstance(refused, ExpressionError):
        return error(400, "malformed", str(refused), position=refused.position)
    status = next((STATUS[known] for known in type(refused).__mro__ if known in STATUS), 400)
    return error(status, refused.code, str(refused), _problems(refused), **_versions(refused))


def _problems(refused: DoorRefused) -> list[dict]:
    if isinstance(refused, Invalid):
        return [problem.as_json() for problem in refused.problems]
    if isinstance(refused, NotYet):
        return [{"field": "", "message": reason, "index": 0} for reason in refused.reasons]
    if isinstance(refused, Conflict):
        message = _("Changed meanwhile.")
        return [{"field": name, "message": message, "index": 0} for name in refused.theirs]
    return []


def _versions(refused: DoorRefused) -> dict[str, Any]:
    if not isinstance(refused, Conflict):
        return {}
    return {"revision": refused.revision, "theirs": _plain(refused.theirs), "mine": _plain(refused.mine)}


def _plain(value: Any) -> Any:
    """A value of any field in JSON, lines of a part included."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, Decimal):
        return NUMBER.json(value)
    if isinstance(value, datetime):
        return INSTANT.json(value)
    return value if isinstance(value, str | int | type(None)) else str(value)
