"""What stewards say about measurements later, by the numbers people see: exclude, include, correct, remark."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Statement
from hoshin.kernel.records.errors import Invalid, Problem
from hoshin.kernel.trail.actors import Actor
from hoshin.measurements.overlay import Reading

from .readings import reading_of


class Saying(models.TextChoices):
    EXCLUDE = "exclude", gettext_lazy("Exclude: it does not count")
    INCLUDE = "include", gettext_lazy("Include: it counts again")
    CORRECT = "correct", gettext_lazy("Correct the value")
    ANNOTATE = "annotate", gettext_lazy("Remark something")


def rows_of_numbers(characteristic: Any, numbers: Sequence[int], reading: Reading | None = None) -> list[int]:
    """The rows of measurements by the numbers people see; an unknown one is refused."""
    columns = (reading or reading_of(characteristic)).columns
    known = dict(zip((columns.sequence + 1).tolist(), columns.row.tolist(), strict=True))
    stray = [number for number in numbers if number not in known]
    if stray or not numbers:
        told = _("%(number)s has the measurements 1 to %(last)s; found %(found)s.")
        found = ", ".join(map(str, stray[:5])) or _("none")
        message = told % {"number": characteristic.number, "last": len(known), "found": found}
        raise Invalid([Problem("measurement", message)])
    return [known[number] for number in numbers]


def say(
    characteristic: Any, what: str, numbers: Sequence[int], *, by: Actor, reason: str, value: float | None = None
) -> list[Statement]:
    """Say one thing about some measurements."""
    if what not in Saying.values:
        accepted = ", ".join(Saying.values)
        message = _("“%(found)s” cannot be said; accepted: %(accepted)s.") % {"found": what, "accepted": accepted}
        raise Invalid([Problem("what", message)])
    rows = rows_of_numbers(characteristic, numbers)
    if what == Saying.EXCLUDE:
        return measuring.exclude(characteristic, rows, by=by, reason=reason)
    if what == Saying.INCLUDE:
        return measuring.include(characteristic, rows, by=by, reason=reason)
    if len(rows) != 1:
        raise Invalid([Problem("measurement", _("One measurement at a time is corrected or remarked on."))])
    if what == Saying.ANNOTATE:
        return [measuring.annotate(characteristic, rows[0], by=by, text=reason)]
    told = None if value is None or np.isnan(value) else float(value)
    return [measuring.correct(characteristic, rows[0], told, by=by, reason=reason)]
