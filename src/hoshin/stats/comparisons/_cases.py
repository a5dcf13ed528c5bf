"""One characteristic or many: their samples read alike, what supports no test refused or marked, one answer for both."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from hoshin.stats._asked import read_asked
from hoshin.stats._layout import read_segments
from hoshin.stats._refusals import Refusals
from hoshin.stats._shapiro import lacking, royston_pvalue
from hoshin.stats.comparisons.result import Checks, TestResult, TestResults
from hoshin.stats.errors import StatisticsError, check_choice, check_each, check_numbers
from hoshin.stats.segments import Segments

LARGEST_SPREAD = 1e150
ENOUGH_FOR_THE_MEAN = 30
"""With more values than this a mean is about normal whatever their shape."""


@dataclasses.dataclass(frozen=True)
class Sample:
    """One sample of each characteristic, all in one flat column."""

    name: str
    values: np.ndarray
    segments: Segments

    @cached_property
    def n(self) -> np.ndarray:
        """How many values each has."""
        return self.segments.lengths.astype(np.int64)

    @property
    def starts(self) -> np.ndarray:
        """Where the values of each begin."""
        return self.segments.offsets[:-1]

    @cached_property
    def mean(self) -> np.ndarray:
        """Their means."""
        return self.segments.means(self.values)

    @cached_property
    def alike(self) -> np.ndarray:
        """Where all values are the same; NaN is not the same as anything."""
        first = self.segments.per_point(self.segments.firsts(self.values))
        return self.segments.counts(self.values != first) == 0

    @cached_property
    def variance(self) -> np.ndarray:
        """Their variances with divisor n - 1, exactly 0 where all values are alike (rounding would leave a trace)."""
        deviation = self.values - self.segments.per_point(self.mean)
        return np.where(self.alike, 0.0, self.segments.sums(deviation**2) / np.maximum(self.n - 1, 1))

    @cached_property
    def sd(self) -> np.ndarray:
        """Their standard deviations."""
        return np.sqrt(self.variance)

    @cached_property
    def median(self) -> np.ndarray:
        """Their medians."""
        return self.segments.medians(self.values)

    def moved(self, values: np.ndarray) -> Sample:
        """Other values in the same places."""
        return Sample(self.name, values, self.segments)

    def places_of(self, chosen: np.ndarray) -> tuple[np.ndarray, Segments]:
        """Where the values of some characteristics stand, and the segments they make by themselves."""
        segments = Segments(np.concatenate([[0], np.cumsum(self.n[chosen])]))
        return np.arange(segments.total) + segments.per_point(self.starts[chosen] - segments.offsets[:-1]), segments

    def ordered(self, chosen: np.ndarray) -> Sample:
        """The values of some characteristics in rising order."""
        places, segments = self.places_of(chosen)
        return Sample(self.name, segments.ordered(self.values[places]), segments)


class Cases(Refusals):
    """The characteristics to be tested, and those that support no test."""

    @classmethod
    def of_numbers(cls, on_error: str, **given) -> tuple[Cases, dict[str, np.ndarray]]:
        """Numbers of one characteristic, or arrays of many; each broadcast to all of them."""
        return read_asked(given, on_error, register=cls)

    @classmethod
    def of_samples(cls, given: Mapping, offsets, on_error: str, enough: int = 2) -> tuple[Cases, list[Sample]]:
        """Samples of one characteristic (1-D), of many (rows), or flat columns with offsets (one for each sample)."""
        check_choice(on_error, ("raise", "mark"), "on_error")
        cuts = [None] * len(given) if offsets is None else [offsets] if len(given) == 1 else _cuts(offsets)
        if len(cuts) != len(given):
            words = "{found} offsets found; one for each of {needed} samples is needed"
            raise StatisticsError(words, found=len(cuts), needed=len(given))
        samples = [_sample(name, values, cut) for (name, values), cut in zip(given.items(), cuts, strict=True)]
        many = offsets is not None or np.ndim(next(iter(given.values()))) == 2
        counts = {sample.segments.count for sample in samples}
        if len(counts) > 1:
            raise StatisticsError(
                "the samples have {found} characteristics; each sample needs one row for each characteristic",
                found=" and ".join(str(sample.segments.count) for sample in samples),
            )
        cases = cls(counts.pop(), many, on_error)
        for sample in samples:
            cases.refuse_few(sample.n, enough, sample.name)
            cases.refuse_missing(sample.segments.counts(np.isnan(sample.values)), sample.name)
        return cases, [cases.within_reach(sample) for sample in samples]

    @classmethod
    def of_tables(cls, given, offsets, on_error: str) -> tuple[Cases, np.ndarray, Segments]:
        """Tables with the same columns: of one characteristic (2-D), of many (3-D), or rows end to end with offsets.

        All rows of all tables, and which of them belong to which characteristic; one with a missing value is refused.
        """
        array = check_numbers(given, "table", ndim=(2, 3))
        segments, many = read_segments(array.shape, offsets, ndim=2, name="table")
        rows, cases = array.reshape(-1, array.shape[-1]), cls(segments.count, many, on_error)
        cases.refuse_missing(segments.sums(np.isnan(rows).sum(axis=1)), "table")
        return cases, rows, segments

    def within_reach(self, sample: Sample) -> Sample:
        """The sample without values so far apart that their squares cannot be computed with."""
        least, most = sample.segments.extremes(sample.values)
        with np.errstate(over="ignore"):
            spread = most - least
        far = spread > LARGEST_SPREAD
        if not far.any():
            return sample
        words = "{name} span {spread}; less than {most} can be computed with"
        self.refuse(far, words, name=sample.name, spread=spread, most=LARGEST_SPREAD)
        return sample.moved(np.where(sample.segments.per_point(far), np.nan, sample.values))

    def refuse_no_variation(self, sample: Sample) -> None:
        """Refuse where a sample has no variation."""
        self.refuse_alike(sample.sd == 0, sample.name)

    def numbers(self, value, name: str, *, above: float | None = None) -> np.ndarray:
        """One number for all characteristics, or one for each; refused where it is missing or not above a bound."""
        array = check_each(value, name, self.count)
        self.refuse_absent(array, name)
        if above is not None:
            self.refuse_not_above(array, name, above)
            array = np.where(array > above, array, above + 1.0)
        return array

    def whole(self, array: np.ndarray, name: str, *, at_least: int) -> np.ndarray:
        """Whole numbers, refused where they are not or lie below the bound."""
        self.refuse_absent(array, name)
        self.refuse_not_whole(array, name, at_least)
        return np.maximum(np.nan_to_num(array), at_least).astype(np.int64)

    def answer(self, *, n, interval=None, **fields) -> TestResult | TestResults:
        """The result of all characteristics, or that of the only one."""
        arrays = {"confidence_interval": None if interval is None else np.stack(interval, axis=1)}
        for name in ("pvalue", "statistic", "df", "estimate", "effect_size", "null_value"):
            value = fields.pop(name, None)
            arrays[name] = None if value is None else np.asarray(value, dtype=np.float64)
        arrays = dict(zip(arrays, self.blank(*arrays.values()), strict=True))
        found = TestResults(n=np.stack(n, axis=1), problems=self.problems, **arrays, **fields)
        return found if self.many else found[0]


def normality(sample: Sample, name: str = "values") -> Checks:
    """Is the mean about normal? With more than 30 values it is anyway; with fewer their shape is looked at."""
    n = sample.n
    shapeless = (n < 3) | sample.alike
    few = ~shapeless & (n <= ENOUGH_FOR_THE_MEAN)
    p = shape_pvalues(sample.values, sample.segments, few)
    case = np.select([n > ENOUGH_FOR_THE_MEAN, shapeless, p > 0.05], [0, 1, 2], 3)
    words = (
        f"{{n}} {name}, enough for the mean to be about normal",
        f"{{n}} {name} are too few or too alike to look at their shape",
        f"{{n}} {name}, Shapiro-Wilk p = {{p:.3g}}",
        f"{{n}} {name}, Shapiro-Wilk p = {{p:.3g}}, not normal and few",
    )
    return Checks(f"the mean of the {name} is about normal", words, case, {"n": n, "p": p}, (case == 0) | (case == 2))


def shape_pvalues(values: np.ndarray, segments: Segments, wanted: np.ndarray) -> np.ndarray:
    """Shapiro and Wilk's p value of each segment that is wanted; NaN of the others, and where it has none."""
    p = np.full(segments.count, np.nan)
    if wanted.any():
        chosen = Segments(np.concatenate([[0], np.cumsum(segments.lengths[wanted])]))
        with np.errstate(invalid="ignore"):
            short = lacking(chosen, chosen.ordered(values[segments.per_point(wanted)]))
            p[wanted] = royston_pvalue(short, chosen.lengths)
    return p


def _cuts(offsets) -> list:
    """The offsets of several samples, one entry for each."""
    try:
        return list(offsets)
    except TypeError:
        raise StatisticsError("offsets are {found!r}; offsets for each sample are needed", found=offsets) from None


def _sample(name: str, values, offsets) -> Sample:
    array = check_numbers(values, name, ndim=1 if offsets is not None else (1, 2))
    return Sample(name, array.ravel(), read_segments(array.shape, offsets, name=name)[0])
