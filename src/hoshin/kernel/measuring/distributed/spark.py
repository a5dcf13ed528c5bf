"""Spark: the tasks of a study as rows of a DataFrame, its answer as another, without a shuffle."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from hoshin.kernel.measuring.distributed.study import LINES, SIGNAL, HistoryStudy
from hoshin.kernel.measuring.distributed.tasks import Task, study
from hoshin.stats.errors import check_enough

WHOLE = ("characteristic", "rows", "n")
MARKS = SIGNAL[1:]


def dataframe(tasks: Sequence[Task], session: SparkSession) -> DataFrame:
    """The study as a DataFrame with one row per characteristic, for those who go on in Spark.

    Its columns are those of ``HistoryStudy``; ``signals`` is an array of the signals, ``problem`` the word on why there
    are no figures. The workers need this package, and the folder of the sealed files under the same path.
    """
    check_enough(len(tasks), 1, "tasks")
    indices = _index_names(tasks[0])
    given = session.createDataFrame([(pickle.dumps(task),) for task in tasks], "task binary")
    return given.repartition(len(tasks)).mapInArrow(_study_each, _schema(indices))


def with_spark(tasks: Sequence[Task], session: SparkSession) -> HistoryStudy:
    """The study of all tasks on the cluster of a Spark session."""
    return _study(dataframe(tasks, session).toArrow(), tasks[0])


def _index_names(task: Task) -> tuple[str, ...]:
    return tuple(HistoryStudy.empty(task.question).indices)


def _schema(indices: Sequence[str]) -> str:
    reals = [f"`{name}` double" for name in (*LINES, *indices)]
    marks = ", ".join(f"`{name}`: long" for name in MARKS)
    whole = [f"`{name}` long" for name in WHOLE]
    return ", ".join([*whole, *reals, f"`signals` array<struct<{marks}>>", "`problem` string"])


def _study_each(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for task in batch.column(0):
            yield _record_batch(study(pickle.loads(task.as_py())))


def _record_batch(found: HistoryStudy) -> pa.RecordBatch:
    cuts = np.searchsorted(found.signal_characteristic, found.characteristic)
    marks = pa.StructArray.from_arrays([pa.array(getattr(found, name)) for name in MARKS], list(MARKS))
    offsets = pa.array(np.append(cuts, found.signal_characteristic.size).astype(np.int32))
    columns = {name: pa.array(getattr(found, name)) for name in (*WHOLE, *LINES)}
    columns |= {name: pa.array(values) for name, values in found.indices.items()}
    problems = [found.problems.get(int(key)) for key in found.characteristic]
    columns |= {"signals": pa.ListArray.from_arrays(offsets, marks), "problem": pa.array(problems, pa.string())}
    return pa.RecordBatch.from_pydict(columns)


def _study(table: pa.Table, task: Task) -> HistoryStudy:
    """The study that the rows of the answer make, in order."""
    table = table.combine_chunks().sort_by("characteristic")
    column = {name: table.column(name).to_numpy() for name in (*WHOLE, *LINES, *_index_names(task))}
    signals = table.column("signals").combine_chunks()
    counts = signals.value_lengths().to_numpy(zero_copy_only=False)
    marks = signals.flatten()
    found = {name: marks.field(name).to_numpy(zero_copy_only=False) for name in MARKS}
    problems = table.column("problem").to_pylist()
    keys = column["characteristic"].tolist()
    return HistoryStudy(
        **{name: column[name] for name in (*WHOLE, *LINES)},
        indices={name: column[name] for name in _index_names(task)},
        signal_characteristic=np.repeat(column["characteristic"], counts),
        **found,
        rules=tuple(rule.name for rule in task.question.rules),
        range_rules=tuple(rule.name for rule in task.question.range_rules),
        problems={key: why for key, why in zip(keys, problems, strict=True) if why is not None},
    )
