"""The running organisation's history as tasks: its live segments, waiting rows, statements and specifications."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hoshin.kernel.measuring.models import HotRow
from hoshin.kernel.measuring.reading import MANY, folder, hot_columns, live_segments, overlay_of

from .study import Question, Specification
from .tasks import ROWS_PER_TASK, Task, plan


def tasks_of(
    characteristics: Sequence[Any],
    question: Question | None = None,
    *,
    seen_at: Path | str | None = None,
    rows_per_task: int = ROWS_PER_TASK,
) -> list[Task]:
    """The tasks of a study of these characteristics (records), with everything that counts today.

    ``seen_at`` is where the workers see the folder of sealed measurements, where that is not where this process does.
    Rights are the caller's: give the characteristics that the person may see.
    """
    keys = [row.pk for row in characteristics]
    hot = HotRow.objects.filter(characteristic__in=keys) if len(keys) <= MANY else HotRow.objects.all()
    return plan(
        seen_at or folder(),
        live_segments(),
        characteristics=keys,
        hot=hot_columns(hot),
        overlay=overlay_of(keys),
        question=question,
        specification=Specification.of(keys, *(_limits(characteristics, name) for name in ("lsl", "usl", "target"))),
        rows_per_task=rows_per_task,
    )


def _limits(characteristics: Sequence[Any], name: str) -> list[float]:
    given = (getattr(row, name, None) for row in characteristics)
    return [math.nan if limit is None else float(limit) for limit in given]
