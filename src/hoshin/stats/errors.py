"""The one error of the statistics engine and the checks that raise it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np


class StatisticsError(ValueError):
    """Input that supports no answer: the message says what was found and what is needed.

    ``template`` and ``parameters`` are kept apart so that a page can say it in another language.
    """

    def __init__(self, template: str, **parameters):
        super().__init__(template.format(**parameters))
        self.template = template
        self.parameters = parameters

    def __reduce__(self):
        return _rebuilt, (type(self), self.template, self.parameters)


def _rebuilt(kind, template, parameters):
    return kind(template, **parameters)


def first_place(mask: np.ndarray) -> int | tuple[int, ...]:
    """Where a mask is first true: a 0-based index, or a tuple of them for more than one axis."""
    place = np.unravel_index(int(np.argmax(mask)), mask.shape)
    return int(place[0]) if len(place) == 1 else tuple(int(p) for p in place)


def check_numbers(values, name: str = "values", *, ndim: int | tuple[int, ...] | None = None) -> np.ndarray:
    """The values as a float array; NaN stands for missing and may stay, an infinite value may not."""
    try:
        given = np.asarray(values)
        if given.dtype.kind in "mMUSc":
            raise TypeError("no real numbers")
        array = given.astype(np.float64, copy=False)
    except (TypeError, ValueError):
        raise StatisticsError(
            "{name} must be numbers in a rectangular array; found {found}", name=name, found=_short(values)
        ) from None
    wanted = (ndim,) if isinstance(ndim, int) else ndim
    if wanted is not None and array.ndim not in wanted:
        raise StatisticsError(
            "{name} has {found} dimension(s); {needed} needed",
            name=name,
            found=array.ndim,
            needed=" or ".join(map(str, wanted)),
        )
    if array.size and not np.isfinite(array.sum()):
        check_no_infinity(array, name)
    return array


def check_no_infinity(array: np.ndarray, name: str = "values") -> None:
    """Refuse an infinite value, naming its place."""
    infinite = np.isinf(array)
    if infinite.any():
        place = first_place(infinite)
        raise StatisticsError(
            "{name} has an infinite value at index {place}; finite numbers are needed (NaN where one is missing)",
            name=name,
            place=place,
        )


def check_finite(values, name: str = "values", *, ndim: int | tuple[int, ...] | None = None) -> np.ndarray:
    """The values as a float array without missing or infinite ones."""
    array = check_numbers(values, name, ndim=ndim)
    missing = np.isnan(array)
    if array.ndim == 0 and missing:
        raise StatisticsError("{name} is missing (NaN); a number is needed", name=name)
    if missing.any():
        raise StatisticsError(
            "{name} has {found} missing value(s), the first at index {place}; every value is needed here",
            name=name,
            found=int(missing.sum()),
            place=first_place(missing),
        )
    return array


def check_number(value, name: str, *, above: float | None = None, at_least: float | None = None) -> float:
    """One finite number, within its bound where one is given."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise StatisticsError("{name} must be a number; found {found}", name=name, found=_short(value)) from None
    if not np.isfinite(number):
        raise StatisticsError("{name} is {found}; a finite number is needed", name=name, found=number)
    if above is not None and not number > above:
        raise StatisticsError("{name} is {found}; more than {bound} is needed", name=name, found=number, bound=above)
    if at_least is not None and number < at_least:
        raise StatisticsError("{name} is {found}; at least {bound} is needed", name=name, found=number, bound=at_least)
    return number


def check_each(value, name: str, count: int, of: str = "characteristics") -> np.ndarray:
    """One number for all, or one for each, as one for each; NaN may stay, and stands for what is not given (None)."""
    array = np.array(np.nan) if value is None else check_numbers(value, name, ndim=(0, 1))
    if array.ndim and array.size != count:
        raise StatisticsError(
            "{name} has {found} entries for {needed} {of}; one number is needed, or one for each",
            name=name,
            found=array.size,
            needed=count,
            of=of,
        )
    return np.broadcast_to(array, (count,))


def check_whole(value, name: str, *, at_least: int | None = None) -> int:
    """One whole number, within its bound where one is given."""
    number = check_number(value, name, at_least=at_least)
    if number != int(number):
        raise StatisticsError("{name} is {found}; a whole number is needed", name=name, found=number)
    return int(number)


def check_enough(found: int, needed: int, what: str = "values") -> int:
    """Refuse fewer than are needed."""
    if found < needed:
        raise StatisticsError(
            "{found} {what} found; at least {needed} are needed", found=int(found), what=what, needed=int(needed)
        )
    return int(found)


def check_same_length(first, second, names: tuple[str, str]) -> None:
    """Refuse two columns of different length."""
    if len(first) != len(second):
        raise StatisticsError(
            "{a} has {na} entries and {b} has {nb}; they must be as long as each other",
            a=names[0],
            b=names[1],
            na=len(first),
            nb=len(second),
        )


def check_subgroups(found: int, needed: int = 2) -> int:
    """Refuse one subgroup, which says nothing about variation between subgroups."""
    return check_enough(found, needed, "subgroups with values")


def check_limits(lsl: float | None, usl: float | None, target: float | None = None) -> None:
    """Refuse a specification without a limit, or with a lower limit that is not below the upper one."""
    if lsl is None and usl is None:
        raise StatisticsError("no specification limit given; a lower (lsl), an upper (usl) or both are needed")
    for name, limit in (("lsl", lsl), ("usl", usl), ("target", target)):
        if limit is not None:
            check_number(limit, name)
    if lsl is not None and usl is not None and not lsl < usl:
        raise StatisticsError("lsl is {lsl} and usl is {usl}; lsl must be below usl", lsl=float(lsl), usl=float(usl))


def check_fraction(value, name: str = "confidence") -> float:
    """One number strictly between 0 and 1."""
    number = check_number(value, name)
    if not 0 < number < 1:
        raise StatisticsError("{name} is {found}; a number between 0 and 1 is needed", name=name, found=number)
    return number


def check_counts(values, name: str = "counts", *, whole: bool = True) -> np.ndarray:
    """Counts as a float array: not negative, whole unless said otherwise; NaN stands for missing."""
    array = check_numbers(values, name)
    for wrong, needed in ((array < 0, "counts of 0 or more are"), (array % 1 > 0, "whole counts are")):
        if (whole or needed.startswith("counts")) and wrong.any():
            place = first_place(wrong)
            raise StatisticsError(
                "{name} is {found} at index {place}; {needed} needed",
                name=name,
                found=float(array[place]),
                place=place,
                needed=needed,
            )
    return array


def check_sizes(sizes, name: str = "sizes") -> np.ndarray:
    """Sample sizes or areas of opportunity: above zero; NaN stands for missing."""
    array = check_numbers(sizes, name)
    wrong = array <= 0
    if wrong.any():
        place = first_place(wrong)
        raise StatisticsError(
            "{name} is {found} at index {place}; sizes above 0 are needed",
            name=name,
            found=float(array[place]),
            place=place,
        )
    return array


def check_choice(value: str, choices: Collection[str], name: str) -> str:
    """One of the named choices."""
    if value not in choices:
        raise StatisticsError(
            "{name} is {found!r}; one of {choices} is needed", name=name, found=value, choices=", ".join(choices)
        )
    return value


def _short(value) -> str:
    text = repr(value[:3]) if isinstance(value, Sequence) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
