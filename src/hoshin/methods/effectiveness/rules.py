"""Guards of the effectiveness check, and its decision by data as a pure function of two samples."""

from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.tasks import DONE, Task
from hoshin.kernel.records.workflow import Message, say
from hoshin.measurements.overlay import Reading
from hoshin.stats import comparisons
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result
from hoshin.surfaces.statistics import translated

FIXES = (Task.Purpose.CORRECTIVE, Task.Purpose.PREVENTIVE)


@dataclass(frozen=True)
class Sample:
    """Values that count, with their sample sizes (1 where none is given)."""

    values: np.ndarray
    sizes: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def first(self, count: int | None) -> "Sample":
        """The first values alone: those a verdict was based on; all where there is none yet."""
        return self if count is None else Sample(self.values[:count], self.sizes[:count])

    @property
    def total(self) -> float:
        return float(self.values.sum())

    @property
    def exposure(self) -> float:
        return float(self.sizes.sum())


def sample(reading: Reading, first: int, last: int | None) -> Sample:
    """The counted values among the measurements numbered first to last (from 1, both included; None: no end)."""
    number = reading.columns.sequence + 1
    wanted = reading.counted & (number >= first)
    if last is not None:
        wanted &= number <= last
    sizes = reading.columns.size[wanted]
    return Sample(reading.columns.value[wanted], np.where(np.isnan(sizes), 1.0, sizes))


def later_sample(check: Any, reading: Reading) -> Sample:
    """What came after the fix: recorded later and, where its time is known, measured later too."""
    if check.after_sequence is None:
        return Sample(np.empty(0), np.empty(0))
    if check.started_at is not None:
        time = reading.columns.time
        begun = np.datetime64(check.started_at.astimezone(UTC).replace(tzinfo=None), "us")
        reading = reading.take(np.isnat(time) | (time >= begun))
    return sample(reading, check.after_sequence + 1, None).first(check.n_later)


def decide(test: str, direction: str, before: Sample, after: Sample, confidence: float) -> comparisons.TestResult:
    """The declared test on the two samples. "before minus after is positive" is what a decrease means."""
    alternative = "greater" if direction == "decrease" else "less"
    told = {"alternative": alternative, "confidence_level": confidence}
    if test == "two_proportions":
        counts = (whole(before.total), whole(before.exposure), whole(after.total), whole(after.exposure))
        return comparisons.two_proportions(*counts, **told)
    if test == "two_rates":
        return comparisons.two_rates(whole(before.total), before.exposure, whole(after.total), after.exposure, **told)
    of_values = {
        "two_means": comparisons.two_means,
        "mann_whitney": comparisons.mann_whitney,
        "two_variances": comparisons.two_variances,
    }
    return of_values[test](before.values, after.values, **told)


def whole(number: float) -> int:
    if number != round(number):
        raise StatisticsError(
            "{number} is not a whole count; this test needs counts of nonconforming units", number=number
        )
    return round(number)


def level(test: str, some: Sample) -> Decimal:
    """The figure people compare: the proportion or rate, the mean, the median, the standard deviation."""
    if test in ("two_proportions", "two_rates"):
        figure = some.total / some.exposure
    elif test == "two_means":
        figure = some.values.mean()
    elif test == "mann_whitney":
        figure = np.median(some.values)
    else:
        figure = some.values.std(ddof=1)
    return Decimal(f"{figure:.6g}").quantize(Decimal("1e-9"))


def in_words(before: Decimal, after: Decimal, conclusion: str) -> str:
    """The two levels first, for a person; then what the test concludes of them."""
    figures = {"before": f"{before:.4g}", "after": f"{after:.4g}", "conclusion": conclusion}
    return gettext("Before %(before)s, after %(after)s (first and second below). %(conclusion)s") % figures


def conclusion_of(check: Any) -> str:
    """What the data concluded, in the reader's language; what was written down where no result was kept."""
    if not check.result:
        return translated(check.conclusion)
    return in_words(check.before, check.after, translated(Result.from_json(check.result).conclusion))


def baseline_has_data(row: Any) -> Message | None:
    """The declared baseline lies in the data and holds enough of them."""
    if row.baseline_first is None or row.baseline_last is None:
        return None
    if row.baseline_first > row.baseline_last:
        return say(
            _("The baseline ends (%(last)s) before it begins (%(first)s)."),
            first=row.baseline_first,
            last=row.baseline_last,
        )
    key = Record.objects.values_list("pk", flat=True).get(uid=row.characteristic_id)
    found = len(sample(measurements_of([key]), row.baseline_first, row.baseline_last))
    if found < 2:
        return say(_("The baseline holds %(found)s values; at least 2 are needed."), found=found)
    return None


def nothing_is_fixed_yet(row: Any) -> Message | None:
    """A measure of success chosen after the fix proves nothing."""
    done = Task.objects.filter(record=row.subject_record_id, purpose__in=FIXES, state=DONE).count()
    if done:
        return say(
            _("%(done)s corrective actions are done already; the check must be declared before the fix."), done=done
        )
    return None
