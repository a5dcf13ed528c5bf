"""Input quantities of an uncertainty budget: what is known of each, and how."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._layout import read_series
from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import check_choice, check_number
from hoshin.stats.measurement_systems._given import column, counted, entries
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class UncertainInput(Batched):
    """One input quantity: its estimate, standard uncertainty, degrees of freedom and distribution.

    ``half_width`` is that of a bounded distribution; ``shape`` the ratio of top to base of a trapezoid. Of many
    characteristics every number is an array over them, ``distribution`` a word for each.
    """

    name: str
    value: float | np.ndarray
    u: float | np.ndarray
    df: float | np.ndarray
    distribution: str | tuple[str, ...]
    half_width: float | np.ndarray | None = None
    shape: float | np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "value"
    words = ("distribution",)
    title = "Input quantity"
    sources = ("JCGM 100:2008 (GUM), clause 4", "JCGM 101:2008 (GUM Supplement 1), clause 6")

    def steps(self):
        """What is known."""
        for name in ("name", "value", "u", "df", "distribution", "half_width", "shape"):
            yield Step(name, value=getattr(self, name))


def normal_input(name: str, value, u, *, df=math.inf, on_error: str = "raise") -> UncertainInput:
    """An input known with standard uncertainty u, of one characteristic or many; with finite df it is a scaled t.

    Estimand: nothing is estimated; value, u and df of x ~ N(value, u^2), or value + u t(df), are kept.

    Parameters
    ----------
    name : word, the model's name of the input
    value : number or array (characteristics,), its estimate
    u : number or one per characteristic, its standard uncertainty, 0 or more
    df : number or one per characteristic, degrees of freedom of u; infinite where u is known exactly
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: value and u in the unit of the input.

    Assumes: the input is normal (t) about its estimate.

    Errors: A missing number, a negative u, degrees of freedom of 0 or less.

    Source: JCGM 100:2008, clause 4.3; JCGM 101:2008, clause 6.4.

    >>> normal_input("x", 10.0, 0.1).distribution
    'normal'
    """
    refusals = counted((value, u, df), on_error)
    return _normal(refusals, name, value, column(u, f"u of {name}", refusals, at_least=0), df)


def expanded_input(name: str, value, U, *, k=2.0, df=math.inf, on_error: str = "raise") -> UncertainInput:
    """An input from a certificate that states the expanded uncertainty U with factor k, of one characteristic or many.

    Estimand: u = U / k.

    Parameters
    ----------
    name : word, the model's name of the input
    value : number or array (characteristics,), its estimate
    U : number or one per characteristic, the expanded uncertainty as stated, 0 or more
    k : number or one per characteristic, the coverage factor stated with it, usually 2
    df : number or one per characteristic, degrees of freedom where the certificate states them
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: value and U in the unit of the input; k has none.

    Assumes: the certificate's distribution is normal, or t with df degrees of freedom.

    Errors: A missing number, a negative U, a k or degrees of freedom that are not positive.

    Source: JCGM 100:2008, clause 4.3.3.

    >>> expanded_input("master", 50.0, 0.06, k=2).u
    0.03
    """
    refusals = counted((value, U, k, df), on_error)
    stated, factor = column(U, f"U of {name}", refusals, at_least=0), column(k, f"k of {name}", refusals, above=0)
    with np.errstate(all="ignore"):
        return _normal(refusals, name, value, stated / factor, df)


def observed_input(name: str, values, *, offsets=None, on_error: str = "raise") -> UncertainInput:
    """An input estimated by the mean of repeated observations (type A), of one characteristic or many.

    Estimand: the mean, u = s / sqrt(n), n - 1 degrees of freedom.

    Parameters
    ----------
    name : word, the model's name of the input
    values : array (n,), the observations, complete, at least 2; (characteristics, n) of many, or flat with ``offsets``
    offsets : where each characteristic's observations begin in a flat column, and its length
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: u in the unit of the observations.

    Assumes: observations independent and normal.

    Errors: Missing values, fewer than 2 observations.

    Source: JCGM 100:2008, clause 4.2.

    >>> round(observed_input("x", [9.9, 10.1, 10.0, 10.2]).u, 4)
    0.0645
    """
    points, layout = read_series(values, f"values of {name}", offsets, on_error)
    n = layout.segments.lengths
    layout.refuse_few(n, 2, f"observations of {name}")
    with np.errstate(all="ignore"):
        mean, sd = layout.segments.moments(points)
    layout.refuse_overflow(mean, sd)
    return _input(layout, name, "t", mean, sd / np.sqrt(n), n - 1.0)


def bounded_input(
    name: str,
    value,
    half_width,
    *,
    distribution: str = "rectangular",
    df=math.inf,
    shape=0.5,
    on_error: str = "raise",
) -> UncertainInput:
    """An input known to lie within value -+ half_width (type B), of one characteristic or many.

    Estimand: u = half_width / sqrt(3) rectangular, / sqrt(6) triangular, / sqrt(2) arcsine (U-shaped),
    x sqrt((1 + shape^2)/6) trapezoidal.

    Parameters
    ----------
    name : word, the model's name of the input
    value : number or array (characteristics,), the middle of the interval
    half_width : number or one per characteristic, 0 or more
    distribution : "rectangular", "triangular", "arcsine" or "trapezoidal", the same for all
    df : number or one per characteristic, degrees of freedom that say how well half_width is known
    shape : number or one per characteristic, 0 to 1, of a trapezoid: the ratio of top to base
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: value, half_width and u in the unit of the input.

    Assumes: no value outside the bounds; between them the distribution named.

    Errors: An unknown distribution, a missing number, a negative half_width, df of 0 or less, a shape outside 0 to 1.

    Source: JCGM 100:2008, clauses 4.3.7 and 4.3.9; JCGM 101:2008, clause 6.4.

    >>> round(bounded_input("resolution", 0.0, 0.5).u, 4)
    0.2887
    """
    check_choice(distribution, ("rectangular", "triangular", "arcsine", "trapezoidal"), "distribution")
    trapezoid = distribution == "trapezoidal"
    refusals = counted((value, half_width, df, shape if trapezoid else None), on_error)
    a = column(half_width, f"half_width of {name}", refusals, at_least=0)
    top = _top(shape, name, refusals) if trapezoid else None
    factor = {
        "rectangular": 1 / math.sqrt(3),
        "triangular": 1 / math.sqrt(6),
        "arcsine": 1 / math.sqrt(2),
        "trapezoidal": top if top is None else np.sqrt((1 + top**2) / 6),
    }[distribution]
    middle = column(value, name, refusals)
    return _input(refusals, name, distribution, middle, a * factor, _freedom(df, name, refusals), a, top)


def _normal(refusals: Refusals, name: str, value, u: np.ndarray, df) -> UncertainInput:
    freedom = _freedom(df, name, refusals)
    return _input(refusals, name, np.where(np.isinf(freedom), "normal", "t"), column(value, name, refusals), u, freedom)


def _input(refusals: Refusals, name: str, distribution, value, u, df, half_width=None, shape=None) -> UncertainInput:
    """The input, without figures where there is a problem."""
    refusals.refuse(np.isinf(u), "{name} is {found}; a finite number is needed", name=f"u of {name}", found=u)
    value, u, df, half_width, shape = refusals.blank(value, u, df, half_width, shape)
    words = np.broadcast_to(distribution, value.shape)
    if refusals.problems:
        words = np.where(refusals.lost, "", words)
    numbers = refusals.told(
        value=value, u=u, df=df, distribution=tuple(words.tolist()), half_width=half_width, shape=shape
    )
    return UncertainInput(name, problems=refusals.problems, **numbers)


def _freedom(df, name: str, refusals: Refusals) -> np.ndarray:
    """Degrees of freedom, infinite where u is known exactly."""
    what = f"df of {name}"
    if entries(df) is None:
        return np.full(refusals.count, math.inf if df == math.inf else check_number(df, what, above=0))
    endless = np.asarray(df) == math.inf
    if not endless.any():
        return column(df, what, refusals, above=0)
    return np.where(endless, math.inf, column(np.where(endless, 1.0, df), what, refusals, above=0))


def _top(shape, name: str, refusals: Refusals) -> np.ndarray:
    """The ratio of top to base of a trapezoid."""
    top = column(shape, f"shape of {name}", refusals, at_least=0)
    words = "{name} is {found}; at most {bound} is needed"
    refusals.refuse(top > 1, words, name=f"shape of {name}", found=top, bound=1)
    return top
