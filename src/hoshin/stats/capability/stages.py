"""Capability stage by stage, before and after a change: what did each stage hold, and what did the change bring?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import fdtri, ndtri

from hoshin.stats._layout import read_segments
from hoshin.stats._results import Entries
from hoshin.stats.capability.normal import Capability, normal
from hoshin.stats.errors import StatisticsError, check_choice, check_each, check_fraction, check_limits, check_numbers
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class StagedCapability(Entries, Result):
    """The capability of each stage, and the change from each stage to the next of the same characteristic.

    ``studies[s]`` is the study of stage s, ``labels`` its name and ``characteristic`` whose it is (None of one alone).
    Stages ``before`` and ``before + 1`` are compared: ``ppk_change`` is the difference of Ppk, ``sd_ratio`` that of
    the overall standard deviations (after / before), each with its interval.
    """

    labels: tuple
    stage_offsets: np.ndarray
    characteristic: np.ndarray | None
    studies: Capability
    before: np.ndarray
    ppk_change: np.ndarray
    ppk_change_ci: np.ndarray
    sd_ratio: np.ndarray
    sd_ratio_ci: np.ndarray
    confidence: float
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Capability by stages"
    assumptions = (
        "the process is stable within each stage",
        "values roughly normal and independent, also from one stage to the next",
        "interval of the change: normal approximation with the variances of both Ppk",
    )
    sources = (
        "A. F. Bissell, How reliable is your capability index?, Applied Statistics 39 (1990), 331-340",
        "D. C. Montgomery, Introduction to Statistical Quality Control, chapter 8",
    )

    @property
    def count(self) -> int:
        """How many stages there are."""
        return len(self.labels)

    def _entry(self, s: int) -> Capability:
        return self.studies[s]

    @property
    def improved(self) -> np.ndarray:
        """Whether the interval of each change of Ppk lies above 0."""
        return self.ppk_change_ci[:, 0] > 0

    @property
    def worsened(self) -> np.ndarray:
        """Whether the interval of each change of Ppk lies below 0."""
        return self.ppk_change_ci[:, 1] < 0

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the figures cannot be trusted for, stage by stage."""
        stages = (s for s in range(len(self)) if s not in self.problems)
        return tuple(f"stage {self.labels[s]}: {word}" for s in stages for word in self.studies[s].cautions)

    def steps(self):
        """Each stage, then each change."""
        level = {"level": self.confidence}
        for s, label in enumerate(self.labels):
            study = {"n": self.studies.n[s], "mean": self.studies.mean[s], "s": self.studies.sd_overall[s]}
            yield Step(f"Ppk of stage {label}", "n {n}, mean {mean}, s overall {s}", study, self.studies.Ppk[s])
        for i, s in enumerate(self.before):
            names = f"{self.labels[s]} to {self.labels[s + 1]}"
            yield Step(f"change of Ppk, {names}", "after - before", value=self.ppk_change[i])
            yield Step(
                "interval",
                "change -+ z sqrt(v before + v after), v = 1 / (9 n) + Ppk^2 / (2 (n - 1)), confidence {level}",
                level,
                self.ppk_change_ci[i],
            )
            yield Step(f"ratio of s overall, {names}", "after / before", value=self.sd_ratio[i])
            yield Step("interval", "from F, confidence {level}", level, self.sd_ratio_ci[i])
        for caution in self.cautions:
            yield Step("caution", caution)


def by_stages(
    values=None,
    stages=None,
    *,
    subgroups=None,
    subgroup_offsets=None,
    lsl=None,
    usl=None,
    target=None,
    offsets=None,
    sigma_method: str | None = None,
    confidence: float = 0.95,
    on_unstable: str = "mark",
    on_error: str = "raise",
) -> StagedCapability:
    """Capability of each stage of a process, and whether it changed from one stage to the next.

    Estimand: the indices of ``normal`` for each stage; the change ``Ppk after - Ppk before`` with
    ``-+ z sqrt(v1 + v2)``, ``v = 1 / (9 n) + Ppk^2 / (2 (n - 1))`` (Bissell); the ratio of the overall standard
    deviations with its interval ``ratio / sqrt(F)``, F the quantiles with n - 1 of after and of before.

    Parameters
    ----------
    values : (n,) single values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``.
    stages : a label per value ("before", "after"), or per subgroup; a new stage begins where the label changes. For
        (C, n) one label for each of the n, or for each of all values.
    subgroups : instead of values: (m, n), (C, m, n) of many characteristics, or a flat column with ``subgroup_offsets``.
    subgroup_offsets : where each subgroup begins in a flat column, and its length.
    lsl, usl, target : the specification; one number, or one per characteristic (NaN where there is none).
    offsets : where each characteristic begins in a flat column, and its length; among subgroups, counted in them.
    sigma_method : the estimator of s within, as for ``normal``; no moving range crosses a stage.
    confidence : of the two-sided intervals.
    on_unstable : "mark" counts points beyond the limits of each stage's chart; "raise" refuses them.
    on_error : "raise", or "mark": a stage without a study gets NaN and a word in ``problems``.

    Units: values, limits and target in one unit; indices, their changes and ratios have none.

    Assumes: a process stable within each stage, independent and roughly normal values.

    Errors: what ``normal`` refuses, in any stage; a label missing for a value.

    Source: A. F. Bissell, Applied Statistics 39 (1990), 331-340; D. C. Montgomery, Introduction to Statistical Quality
    Control, chapter 8.

    >>> values = [5.3, 4.6, 5.5, 4.4, 5.1, 4.5, 5.4, 4.9, 5.0, 5.1, 4.9, 5.2, 5.0, 5.1, 4.9, 5.0]
    >>> study = by_stages(values, ["before"] * 8 + ["after"] * 8, lsl=4.0, usl=6.0)
    >>> study.studies.Ppk.round(2), study.ppk_change.round(2), study.sd_ratio.round(2)
    (array([0.75, 3.14]), array([2.39]), array([0.24]))
    """
    level, spec = check_fraction(confidence), {"lsl": lsl, "usl": usl, "target": target}
    if not any(np.ndim(limit) for limit in spec.values()):
        check_limits(**spec)
    shape, data = _points(values, subgroups, subgroup_offsets)
    given = read_segments(shape, offsets)[0]
    labels = _labels(stages, shape)
    change = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    cuts = np.union1d(given.offsets, change).astype(np.int64)
    whose = given.owners(cuts[:-1])
    studies = normal(
        **data,
        offsets=cuts,
        sigma_method=sigma_method,
        confidence=level,
        on_unstable=on_unstable,
        on_error="mark",
        **{name: _of_stages(limit, name, whose, given.count) for name, limit in spec.items()},
    )
    names = tuple(labels[cuts[:-1]].tolist())
    characteristic = whose if len(shape) > 1 or offsets is not None else None
    problems = _problems(studies, names, characteristic, on_error)
    before = np.flatnonzero(whose[1:] == whose[:-1])
    changes = _changes(studies, before, level)
    return StagedCapability(names, cuts, characteristic, studies, before, *changes, level, problems)


def _points(values, subgroups, subgroup_offsets) -> tuple[tuple[int, ...], dict]:
    """The shape of the points that stages are made of, values or subgroups, and their data in one column."""
    if (values is None) == (subgroups is None):
        raise StatisticsError("values or subgroups are needed, one of them")
    if subgroups is None:
        array = check_numbers(values, "values", ndim=(1, 2))
        return array.shape, {"values": array.ravel()}
    if subgroup_offsets is None:
        array = check_numbers(subgroups, "subgroups", ndim=(2, 3))
        return array.shape[:-1], {"subgroups": array.reshape(-1, array.shape[-1])}
    column = check_numbers(subgroups, "subgroups", ndim=1)
    count = Segments.read(subgroup_offsets, column.size, "subgroup_offsets").count
    return (count,), {"subgroups": column, "subgroup_offsets": subgroup_offsets}


def _labels(stages, shape: tuple[int, ...]) -> np.ndarray:
    labels = np.asarray(stages)
    if labels.shape in (shape, shape[-1:]):
        return np.broadcast_to(labels, shape).ravel()
    raise StatisticsError(
        "stages has shape {found}; one label for each of the {needed} points is needed",
        found=labels.shape,
        needed=shape[-1],
    )


def _of_stages(limit, name: str, whose: np.ndarray, count: int):
    """A limit of each characteristic, repeated for its stages."""
    if limit is None or np.ndim(limit) == 0:
        return limit
    return check_each(limit, name, count)[whose]


def _problems(studies: Capability, names: tuple, whose, on_error: str) -> FrozenDict:
    """What is wrong with each stage, by its name; raised for the first."""
    check_choice(on_error, ("raise", "mark"), "on_error")
    found = {}
    for s, problem in studies.problems.items():
        where = "" if whose is None else f"characteristic {whose[s]}: "
        found[s] = f"{where}stage {names[s]}: {problem.partition(': ')[2]}"
        if on_error == "raise":
            raise StatisticsError("{problem}", problem=found[s])
    return FrozenDict(found)


def _changes(studies: Capability, before: np.ndarray, level: float):
    """Change of Ppk and ratio of standard deviations, each with its interval."""
    after, n, sd = before + 1, studies.n, studies.sd_overall
    ppk = studies.Ppk
    variance = 1 / (9 * n) + ppk**2 / (2 * (n - 1))
    change = ppk[after] - ppk[before]
    margin = float(-ndtri((1 - level) / 2)) * np.sqrt(variance[before] + variance[after])
    ratio = sd[after] / sd[before]
    bounds = [ratio / np.sqrt(fdtri(n[after] - 1, n[before] - 1, p)) for p in ((1 + level) / 2, (1 - level) / 2)]
    return change, np.stack([change - margin, change + margin], axis=1), ratio, np.stack(bounds, axis=1)
