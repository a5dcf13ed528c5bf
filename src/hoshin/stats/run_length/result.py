"""Run lengths as one result: how many points until a signal, for each shift of the process and each chart asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from hoshin.stats._results import Entries
from hoshin.stats.errors import StatisticsError, check_finite, check_number, check_whole
from hoshin.stats.results import Result, Step

KNOWN = (
    "points are independent and normal",
    "center line and sigma are known, not estimated",
    "the shift is there from the first point on",
)
FROM_THE_FIRST = (
    "points are independent of one another",
    "limits are fixed",
    "the change is there from the first point on",
)


@dataclasses.dataclass(frozen=True, eq=False)
class RunLength(Entries, Result):
    """Average run length (``arl``) of a chart for each shift, in standard deviations of a plotted point.

    ``sd`` is the standard deviation of the run length where it was computed, ``interval`` that of a simulated average.
    For many charts at once ``arl`` and ``sd`` are arrays (charts, shifts), the parameters asked for are arrays, and
    ``result[i]`` is the run length of one.
    """

    chart: str
    parameters: Mapping[str, Any]
    shifts: tuple[float, ...]
    arl: tuple[float, ...] | np.ndarray
    method: str
    sd: tuple[float, ...] | np.ndarray | None = None
    interval: tuple[tuple[float, float], ...] | None = None
    replicates: int | None = None
    assumptions: tuple[str, ...] = KNOWN
    source: str = ""

    @property
    def count(self) -> int | None:
        """How many charts there are; None of one alone."""
        return len(self.arl) if isinstance(self.arl, np.ndarray) else None

    def _entry(self, i: int) -> RunLength:
        own = {
            name: value[i].item() if isinstance(value, np.ndarray) else value for name, value in self.parameters.items()
        }
        rows = {
            name: tuple(getattr(self, name)[i].tolist()) for name in ("arl", "sd") if getattr(self, name) is not None
        }
        return dataclasses.replace(self, parameters=own, **rows)

    @property
    def false_alarm_rate(self) -> float | np.ndarray:
        """One over the average run length without a shift, where shift 0 was asked for."""
        place = self.shifts.index(0.0)
        return 1 / self.arl[:, place] if isinstance(self.arl, np.ndarray) else 1 / self.arl[place]

    def steps(self):
        """The parameters, then the average run length of each shift."""
        yield Step("method", value=self.method)
        for name, value in self.parameters.items():
            yield Step(name, value=value)
        each = np.asarray(self.arl).T if isinstance(self.arl, np.ndarray) else self.arl
        for i, shift in enumerate(self.shifts):
            yield Step(f"average run length at a shift of {shift:g}", value=each[i])
            if self.interval is not None:
                yield Step("its interval", value=self.interval[i])

    def explain(self):
        """The parameters and the average run length of each shift."""
        explanation = super().explain()
        sources = (self.source,) if self.source else ()
        return dataclasses.replace(explanation, title=f"Run length of {self.chart}", sources=sources)


@dataclasses.dataclass(frozen=True, eq=False)
class ChartDesign(Entries, Result):
    """The limit (and weight) of a chart that has a wanted average run length without a shift.

    For many charts at once the numbers are arrays and ``design[i]`` is the design of one.
    """

    chart: str
    parameters: Mapping[str, Any]
    arl0: float | np.ndarray
    shift: float | np.ndarray | None = None
    arl1: float | np.ndarray | None = None
    source: str = ""

    title = "Design of a chart for a wanted average run length"

    @property
    def count(self) -> int | None:
        """How many charts there are; None of one alone."""
        return len(self.arl0) if np.ndim(self.arl0) else None

    def _entry(self, i: int) -> ChartDesign:
        own = {name: value[i].item() for name, value in self.parameters.items()}
        aims = (None if line is None or np.isnan(line[i]) else line[i].item() for line in (self.shift, self.arl1))
        return ChartDesign(self.chart, own, self.arl0[i].item(), *aims, self.source)

    def steps(self):
        """The parameters found and the run lengths they give."""
        for name, value in self.parameters.items():
            yield Step(name, value=value)
        yield Step("average run length without a shift", value=self.arl0)
        if self.arl1 is not None and np.ndim(self.shift):
            yield Step("average run length at the shifts", "shift {shift}", {"shift": self.shift}, self.arl1)
        elif self.arl1 is not None:
            yield Step(f"average run length at a shift of {self.shift:g}", value=self.arl1)


def designed(
    chart: str, parameters: Mapping[str, np.ndarray], arl0, shift, arl1, source: str, many: bool
) -> ChartDesign:
    """The designs of columns of charts, or that of the only one; NaN stands for a shift that is not asked for.

    >>> designed("EWMA", {"L": np.array([2.7])}, np.array([370.0]), None, None, "", False).parameters["L"]
    2.7
    """
    columns = {name: np.broadcast_to(column, arl0.shape) for name, column in parameters.items()}
    whole = ChartDesign(chart, columns, arl0, shift, arl1, source)
    return whole if many else whole[0]


class Grid:
    """Every chart asked for (one entry per array of parameters) at every shift, as flat columns to compute with."""

    def __init__(self, shifts, parameters: Mapping[str, Any]):
        self.shifts = shifts_of(shifts)
        self.parameters = parameters
        sizes = {name: value.size for name, value in parameters.items() if isinstance(value, np.ndarray) and value.ndim}
        if len(set(sizes.values())) > 1:
            raise StatisticsError(
                "parameters have {found} entries; one number, or one for each chart, is needed",
                found=", ".join(f"{name} {size}" for name, size in sizes.items()),
            )
        self.many = bool(sizes)
        self.shape = (next(iter(sizes.values()), 1), len(self.shifts))

    def columns(self) -> list[np.ndarray]:
        """Each numeric parameter, then the shifts, one entry for each chart and shift."""
        numbers = [value for value in self.parameters.values() if isinstance(value, np.ndarray)]
        each = [np.broadcast_to(value[..., None], self.shape).ravel() for value in numbers]
        return [*each, np.broadcast_to(self.shifts, self.shape).ravel()]

    def result(self, chart: str, method: str, arl: np.ndarray, *, sd=None, **fields) -> RunLength:
        """The run lengths of a flat column of averages."""
        numbers = {
            name: value.item() if isinstance(value, np.ndarray) and not value.ndim else value
            for name, value in self.parameters.items()
        }
        return RunLength(chart, numbers, self.shifts, self._shaped(arl), method, sd=self._shaped(sd), **fields)

    def geometric(self, chart: str, method: str, chance: np.ndarray, **fields) -> RunLength:
        """The run lengths of a chart each of whose points signals with a chance of its own."""
        with np.errstate(divide="ignore"):
            arl, sd = 1 / chance, np.where(chance > 0, np.sqrt(1 - chance), np.inf) / chance
        return self.result(chart, method, arl, sd=sd, **fields)

    def _shaped(self, column):
        if column is None:
            return None
        return column.reshape(self.shape) if self.many else tuple(column.tolist())


def shifts_of(shifts, name: str = "shifts") -> tuple[float, ...]:
    """One shift or several, as a tuple of floats.

    >>> shifts_of(1)
    (1.0,)
    """
    return tuple(np.atleast_1d(check_finite(shifts, name, ndim=(0, 1))).tolist())


def numbers_of(value, name: str, *, above=None, at_least=None, whole: bool = False) -> np.ndarray:
    """A parameter of one chart, or one of each of many, within its bound.

    >>> numbers_of([3.0, 3.5], "k", above=0)
    array([3. , 3.5])
    """
    array = check_finite(value, name, ndim=(0, 1))
    if not array.size:
        raise StatisticsError("{name} is empty; at least one number is needed", name=name)
    check_number(array.min(), name, above=above, at_least=at_least)
    if whole:
        broken = array[array != np.floor(array)]
        check_whole(broken.flat[0] if broken.size else array.flat[0], name)
        return array.astype(np.int64)
    return array


def limits_of(value, name: str, *, above=None) -> np.ndarray:
    """A limit of one chart, or of each of many, infinite where there is none.

    >>> limits_of([3.0, np.inf], "ucl")
    array([ 3., inf])
    """
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return numbers_of(value, name)
    stand_in = 0.0 if above is None else above + 1
    numbers_of(np.where(np.isinf(array), stand_in, array), name, above=above)
    return array
