"""Input quantities of an uncertainty budget: what is known of each, and how."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hoshin.stats.errors import check_choice, check_enough, check_finite, check_number
from hoshin.stats.results import Result


@dataclass(frozen=True, eq=False)
class UncertainInput(Result):
    """One input quantity: its estimate, standard uncertainty, degrees of freedom and distribution.

    ``half_width`` is that of a bounded distribution; ``shape`` the ratio of top to base of a trapezoid.
    """

    name: str
    value: float
    u: float
    df: float
    distribution: str
    half_width: float | None = None
    shape: float | None = None

    title = "Input quantity"
    sources = ("JCGM 100:2008 (GUM), clause 4", "JCGM 101:2008 (GUM Supplement 1), clause 6")


def normal_input(name: str, value: float, u: float, *, df: float = math.inf) -> UncertainInput:
    """An input known with standard uncertainty u; with finite df its distribution is a scaled t.

    Estimand: nothing is estimated; value, u and df of x ~ N(value, u^2), or value + u t(df), are kept.

    Parameters
    ----------
    name : word, the model's name of the input
    value : number, its estimate
    u : number, its standard uncertainty, 0 or more
    df : number, degrees of freedom of u; infinite where u is known exactly

    Units: value and u in the unit of the input.

    Assumes: the input is normal (t) about its estimate.

    Errors: A negative u, degrees of freedom of 0 or less.

    Source: JCGM 100:2008, clause 4.3; JCGM 101:2008, clause 6.4.

    >>> normal_input("x", 10.0, 0.1).distribution
    'normal'
    """
    spread = check_number(u, f"u of {name}", at_least=0)
    freedom = math.inf if df == math.inf else check_number(df, f"df of {name}", above=0)
    return UncertainInput(name, check_number(value, name), spread, freedom, "normal" if freedom == math.inf else "t")


def expanded_input(name: str, value: float, U: float, *, k: float = 2.0, df: float = math.inf) -> UncertainInput:
    """An input from a certificate that states the expanded uncertainty U with coverage factor k.

    Estimand: u = U / k.

    Parameters
    ----------
    name : word, the model's name of the input
    value : number, its estimate
    U : number, the expanded uncertainty as stated, 0 or more
    k : number, the coverage factor stated with it, usually 2
    df : number, degrees of freedom where the certificate states them

    Units: value and U in the unit of the input; k has none.

    Assumes: the certificate's distribution is normal, or t with df degrees of freedom.

    Errors: A negative U, a k that is not positive.

    Source: JCGM 100:2008, clause 4.3.3.

    >>> expanded_input("master", 50.0, 0.06, k=2).u
    0.03
    """
    return normal_input(name, value, check_number(U, f"U of {name}", at_least=0) / check_number(k, "k", above=0), df=df)


def observed_input(name: str, values) -> UncertainInput:
    """An input estimated by the mean of repeated observations (type A).

    Estimand: the mean, u = s / sqrt(n), n - 1 degrees of freedom.

    Parameters
    ----------
    name : word, the model's name of the input
    values : array (n,), the observations, complete, at least 2

    Units: u in the unit of the observations.

    Assumes: observations independent and normal.

    Errors: Missing values, fewer than 2 observations.

    Source: JCGM 100:2008, clause 4.2.

    >>> round(observed_input("x", [9.9, 10.1, 10.0, 10.2]).u, 4)
    0.0645
    """
    array = check_finite(values, f"values of {name}", ndim=1)
    n = check_enough(len(array), 2, f"observations of {name}")
    return normal_input(name, float(array.mean()), float(array.std(ddof=1)) / math.sqrt(n), df=n - 1)


def bounded_input(
    name: str,
    value: float,
    half_width: float,
    *,
    distribution: str = "rectangular",
    df: float = math.inf,
    shape: float = 0.5,
) -> UncertainInput:
    """An input known to lie within value -+ half_width (type B).

    Estimand: u = half_width / sqrt(3) rectangular, / sqrt(6) triangular, / sqrt(2) arcsine (U-shaped),
    x sqrt((1 + shape^2)/6) trapezoidal.

    Parameters
    ----------
    name : word, the model's name of the input
    value : number, the middle of the interval
    half_width : number, 0 or more
    distribution : "rectangular", "triangular", "arcsine" or "trapezoidal"
    df : number, degrees of freedom that say how well half_width is known
    shape : number 0 to 1, of a trapezoid: the ratio of top to base

    Units: value, half_width and u in the unit of the input.

    Assumes: no value outside the bounds; between them the distribution named.

    Errors: An unknown distribution, a negative half_width.

    Source: JCGM 100:2008, clauses 4.3.7 and 4.3.9; JCGM 101:2008, clause 6.4.

    >>> round(bounded_input("resolution", 0.0, 0.5).u, 4)
    0.2887
    """
    check_choice(distribution, ("rectangular", "triangular", "arcsine", "trapezoidal"), "distribution")
    a = check_number(half_width, f"half_width of {name}", at_least=0)
    factor = {
        "rectangular": 1 / math.sqrt(3),
        "triangular": 1 / math.sqrt(6),
        "arcsine": 1 / math.sqrt(2),
        "trapezoidal": math.sqrt((1 + shape**2) / 6),
    }[distribution]
    top = shape if distribution == "trapezoidal" else None
    return UncertainInput(name, check_number(value, name), a * factor, float(df), distribution, a, top)
