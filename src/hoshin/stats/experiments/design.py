"""A design: its runs in coded units, its factors, and the order in which to make them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.errors import StatisticsError, check_enough, check_whole
from hoshin.stats.results import Result, Step


@dataclasses.dataclass(frozen=True, eq=False)
class Design(Result):
    """Runs of an experiment: one row for a run, one column for a factor, in coded units.

    Two-level and response surface designs are coded -1 .. +1, designs with levels by their number from 0. ``order`` is
    the order in which to make the runs, ``blocks`` the block of each.
    """

    kind: str
    runs: np.ndarray
    factors: tuple[str, ...]
    order: np.ndarray
    blocks: np.ndarray
    generators: tuple[str, ...] = ()
    resolution: int | None = None
    notes: tuple[str, ...] = ()
    source: str = ""

    title = "Design of an experiment"

    @property
    def n(self) -> int:
        """How many runs there are."""
        return len(self.runs)

    def steps(self):
        """Kind, size and the runs in the order to make them."""
        yield Step(self.kind, f"{self.n} runs of {len(self.factors)} factors")
        if self.generators:
            yield Step("generators", value=self.generators)
        if self.resolution:
            yield Step("resolution", value=self.resolution)
        for place, run in enumerate(self.order, 1):
            settings = dict(zip(self.factors, self.runs[run].tolist(), strict=True))
            yield Step(f"run {place} (standard order {run + 1})", value=settings)


def make_design(kind: str, runs, names: Sequence[str] | None = None, **more) -> Design:
    """A design in standard order, one block, factors named A, B, C ... unless named.

    >>> make_design("two runs", [[-1], [1]]).factors
    ('A',)
    """
    runs = np.asarray(runs)
    count = check_enough(runs.shape[1], 1, "factors")
    names = tuple(names) if names is not None else factor_letters(count)
    if len(names) != count or len(set(names)) != count:
        raise StatisticsError(
            "{found} names for {count} factors; one of its own for each is needed", found=len(names), count=count
        )
    return Design(kind, runs, names, np.arange(len(runs)), np.zeros(len(runs), dtype=np.int64), **more)


def factor_letters(count: int) -> tuple[str, ...]:
    """A, B, C ... without I, which stands for the mean; beyond 25 factors X26 and so on.

    >>> factor_letters(9)[-2:]
    ('H', 'J')
    """
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
    return tuple(letters[i] if i < len(letters) else f"X{i + 1}" for i in range(count))


def randomize(design: Design, seed: int, replicates: int = 1, center_points: int = 0) -> Design:
    """The design with replicates and center points, in random order within each block and each replicate (a block too).

    Estimand: none; it makes chance independent of the settings. Within a block the order is a permutation drawn with
    PCG64 from ``seed``.

    Parameters
    ----------
    design : the runs; if it has blocks, they stay together.
    seed : a whole number of 0 or more; keep it: the same seed gives the same order.
    replicates : how often the whole is run, 1 or more.
    center_points : added to each block of each replicate of a design coded -1 .. +1.

    Units: runs as in ``design``; ``order`` counts from 0.

    Assumes: runs that follow one another may be alike for reasons of their own, which a random order spreads.

    Errors: a negative seed, no replicate, center points of a design with levels from 0.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, sections 1.3 and 6.8.

    >>> from hoshin.stats.experiments import full_factorial
    >>> plan = randomize(full_factorial([2, 2]), seed=7, replicates=2, center_points=1)
    >>> plan.n, plan.blocks, sorted(plan.order.tolist()) == list(range(10))
    (10, array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]), True)
    """
    replicates, seed = check_whole(replicates, "replicates", at_least=1), check_whole(seed, "seed", at_least=0)
    center_points = check_whole(center_points, "center_points", at_least=0)
    if center_points and design.runs.min() >= 0:
        raise StatisticsError("the runs are levels from 0; center points need a design coded -1 to +1")
    own = np.unique(design.blocks)
    once = np.vstack([design.runs, np.zeros((center_points * own.size, design.runs.shape[1]), dtype=design.runs.dtype)])
    of = np.concatenate([design.blocks, np.repeat(own, center_points)])
    random = np.random.Generator(np.random.PCG64(seed))
    order = [random.permutation(np.flatnonzero(of == b)) + i * len(once) for i in range(replicates) for b in own]
    return dataclasses.replace(
        design,
        runs=np.tile(once, (replicates, 1)),
        order=np.concatenate(order),
        blocks=np.concatenate([np.searchsorted(own, of) + i * own.size for i in range(replicates)]),
    )


def runs_in_units(design: Design, ranges: Mapping[str, Sequence]) -> list[dict]:
    """The runs in the order to make them, in the factors' own units.

    Estimand: none. ``setting = (low + high) / 2 + code (high - low) / 2`` for coded designs; the setting of that number
    for designs with levels.

    Parameters
    ----------
    design : the runs and their order.
    ranges : for each factor (low, high) for coded designs, or the list of settings for designs with levels.

    Units: those of ``ranges``.

    Assumes: low and high are the settings coded -1 and +1; axial points may lie outside them.

    Errors: a factor without a range, fewer settings than levels.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, section 6.2 (natural and coded variables).

    >>> from hoshin.stats.experiments import full_factorial
    >>> runs_in_units(full_factorial([2], ["temperature"]), {"temperature": (180, 200)})
    [{'temperature': 180.0}, {'temperature': 200.0}]
    """
    missing = [name for name in design.factors if name not in ranges]
    if missing:
        raise StatisticsError("no range for factor {name}; each factor needs one", name=missing[0])
    leveled = design.runs.min() >= 0
    return [
        {name: _setting(code, ranges[name], leveled) for name, code in zip(design.factors, design.runs[i], strict=True)}
        for i in design.order
    ]


def _setting(code, given, leveled):
    if leveled:
        if code >= len(given):
            raise StatisticsError(
                "{found} settings given; level {code} is needed too", found=len(given), code=int(code)
            )
        return given[int(code)]
    low, high = given
    return float((low + high) / 2 + code * (high - low) / 2)
