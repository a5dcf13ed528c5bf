"""Engines: threads of this process, or a Dask cluster that an organisation already runs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hoshin.kernel.measuring.distributed.study import HistoryStudy
from hoshin.kernel.measuring.distributed.tasks import Task, study
from hoshin.stats.errors import check_enough


def with_threads(tasks: Sequence[Task], threads: int = 2) -> HistoryStudy:
    """The study of all tasks in this process: the way without an engine."""
    check_enough(len(tasks), 1, "tasks")
    with ThreadPoolExecutor(threads) as pool:
        return HistoryStudy.joined(list(pool.map(study, tasks)))


def with_dask(tasks: Sequence[Task], client: Any) -> HistoryStudy:
    """The study of all tasks on the cluster of a ``distributed.Client``; a worker that is lost is made up for."""
    check_enough(len(tasks), 1, "tasks")
    # Files may have been exchanged since the same task was done: nothing is taken from an earlier answer.
    return HistoryStudy.joined(client.gather(client.map(study, tasks, pure=False)))
