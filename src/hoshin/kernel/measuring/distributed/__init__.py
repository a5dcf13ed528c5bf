"""Charts, capability and signals of a history too large for one machine: the same functions, on whatever engine there is.

Nothing here needs Django: tasks travel to workers that have the package and see the folder of sealed files. What asks the
running organisation's database is in ``live``, what needs Spark in ``spark``.
"""

from hoshin.kernel.measuring.distributed.engines import with_dask, with_threads
from hoshin.kernel.measuring.distributed.study import HistoryStudy, Question, Specification, study_of
from hoshin.kernel.measuring.distributed.tasks import Task, plan, study

__all__ = [
    "HistoryStudy",
    "Question",
    "Specification",
    "Task",
    "plan",
    "study",
    "study_of",
    "with_dask",
    "with_threads",
]
