"""Expanded gauge R&R: more factors than part and operator, crossed or nested, with unequal numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import fdtrc

from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import StatisticsError, check_numbers, check_same_length
from hoshin.stats.measurement_systems._components import (
    NDC_FACTOR,
    MeanSquare,
    VarianceComponent,
    Yardstick,
    component_steps,
    f_ratio,
    verdict,
    yardstick,
)
from hoshin.stats.measurement_systems.gauge_study import checked, concluded, judged_percentage
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class ExpandedStudy(Batched):
    """A gauge study of any random factors.

    ``expected_ms`` holds one row per source of the table and one column per component: the coefficient of that
    component in the expected mean square. Components solve these equations; negative ones are set to 0.
    """

    n: int
    part: str
    mean: float | np.ndarray
    anova: dict[str, MeanSquare]
    expected_ms: np.ndarray
    raw_variance: dict
    components: dict[str, VarianceComponent]
    ndc_real: float | np.ndarray
    ndc: int | np.ndarray
    against: Yardstick
    problems: FrozenDict = field(default_factory=FrozenDict)

    shared = ("expected_ms",)
    title = "Expanded gauge R&R"
    sources = (
        "C. R. Henderson, Biometrics 9 (1953), 226-252, method 3 (fitting constants)",
        "R. K. Burdick, C. M. Borror, D. C. Montgomery, Design and Analysis of Gauge R&R Studies (2005), chapters 5 and 8",
    )
    assumptions = (
        "every factor is a random sample of what will occur",
        "the effects are independent and normal, repeatability is the same everywhere",
        "with unequal numbers the sums of squares depend on the order of the terms",
    )

    @property
    def verdict(self):
        """AIAG's word for % tolerance of gauge R&R where a tolerance is known, else for its % study variation."""
        return verdict(judged_percentage(self.components))

    def steps(self):
        """The table, the equations, the components."""
        names = list(self.anova)
        for name, row in self.anova.items():
            yield Step(f"{name}: mean square", "{ss} / {df}", {"ss": row.ss, "df": row.df}, row.ms)
        for name, row in zip(names, self.expected_ms, strict=True):
            said = " + ".join(f"{k:.6g} V({other})" for other, k in zip(names, row, strict=True) if abs(k) > 1e-12)
            yield Step(f"expected mean square of {name}", said)
        for name, value in self.raw_variance.items():
            yield Step(f"variance of {name}, before negative ones are set to 0", value=value)
        yield from component_steps(self.components, self.against)


def gauge_rr_expanded(
    values,
    factors: Mapping[str, Sequence],
    terms: Sequence[str] | None = None,
    *,
    part: str = "part",
    tolerance=None,
    lsl=None,
    usl=None,
    process_sd=None,
    study_multiplier: float = 6.0,
    ndc_factor: float = NDC_FACTOR,
    on_error: str = "raise",
) -> ExpandedStudy:
    """Variance components of a gauge study with any number of random factors, balanced or not, for one or many at once.

    Estimand: the variance of each term in ``y = mean + sum of random terms + repeatability``. Sums of squares are
    sequential in the order of the terms; the coefficients of the components in each expected mean square are computed
    from the design, and the equations E V = MS solved (Henderson's method 3; with equal numbers the usual ANOVA
    estimates), negative ones set to 0. F compares a mean square with the combination of others that has the same
    expectation without the term (Satterthwaite's degrees of freedom). Gauge R&R is everything but the part itself.

    Parameters
    ----------
    values : array (n,), or (characteristics, n) of many measured in the same design; of one alone NaN marks a missing
        value and is left out
    factors : mapping of name to n labels; part and whatever else varied: operator, gauge, laboratory, fixture
    terms : names, optional, joined by ":" for interactions and nesting ("operator:part" without "part" is part within
        operator). By default all factors, then all pairs of them that can be told from the rest
    part : the factor whose variation is not the gauge's; a nested term that ends in it counts as part as well
    tolerance, lsl, usl, process_sd, study_multiplier, ndc_factor : as in ``gauge_rr_crossed``
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: variances in the squared unit of the values; sd, limits and tolerance in its unit.

    Assumes: every factor is a random sample; effects independent and normal; the same repeatability everywhere. With
    unequal numbers the estimates depend on the order of the terms.

    Errors: Unknown factors, labels of other length, a term that cannot be told from earlier ones, no repeated
    measurement; among many, a missing value.

    Source: S. R. Searle, G. Casella, C. E. McCulloch, Variance Components (1992), section 5.5.

    >>> values = [0.29, 0.41, 0.08, 0.25, -0.56, -0.68, -0.47, -1.22, 1.34, 1.17, 1.19, 0.94]
    >>> factors = {"part": [1] * 4 + [2] * 4 + [3] * 4, "operator": [1, 1, 2, 2] * 3}
    >>> study = gauge_rr_expanded(values, factors, ["part", "operator"])
    >>> round(study.components["grr"].pct_study_variation, 1), study.ndc
    (24.6, 5)
    """
    refusals, array, labels = _checked(values, factors, on_error)
    against = yardstick(refusals, study_multiplier, tolerance, lsl, usl, process_sd, ndc_factor)
    chosen = _default_terms(labels, part) if terms is None else list(terms)
    designs = {term: _indicator(term, labels) for term in chosen}
    _check_part(chosen, part)
    bases, used = _bases(designs, array.shape[-1], strict=terms is not None)
    df = _degrees_of_freedom(bases, used, array.shape[-1])
    with np.errstate(over="ignore", invalid="ignore"):
        mean, ss = _sums_of_squares(array, bases)
    mean, last, *terms = checked(
        refusals, against, array, mean, ss[-1], *ss[:-1], name="values", what="repeated measurements"
    )
    ss = np.stack([*terms, last], axis=-1)
    expected = _expected(bases, [designs[term] for term in used], df)
    raw = np.linalg.solve(expected, (ss / df)[..., None])[..., 0]
    names = [*used, "repeatability"]
    return ExpandedStudy(
        n=array.shape[-1],
        part=part,
        mean=mean,
        anova=_table(names, ss, ss / df, df, expected),
        expected_ms=expected,
        raw_variance={name: raw[..., i][()] for i, name in enumerate(names)},
        **concluded(_variances(names, np.maximum(raw, 0.0), part), mean, against),
        problems=refusals.problems,
    )


def _checked(values, factors, on_error):
    array = check_numbers(values, "values", ndim=(1, 2))
    labels = {name: np.asarray(column) for name, column in factors.items()}
    for name, column in labels.items():
        check_same_length(array.T, column, ("values", name))
    if array.ndim == 1 and np.isnan(array).any():
        known = ~np.isnan(array)
        array, labels = array[known], {name: column[known] for name, column in labels.items()}
    many = array.ndim == 2
    return Refusals(len(array) if many else 1, many, on_error), array, labels


def _degrees_of_freedom(bases, used, n):
    """Of each term and, last, of repeatability."""
    df = [float(basis.shape[1]) for basis in bases]
    left = n - 1 - sum(df)
    if left < 1:
        raise StatisticsError(
            "the terms {terms} leave no degree of freedom for repeatability; repeated measurements or fewer terms are needed",
            terms=", ".join(used),
        )
    return np.array([*df, left])


def _default_terms(labels, part):
    names = [part, *(name for name in labels if name != part)] if part in labels else list(labels)
    return names + [f"{a}:{b}" for i, a in enumerate(names) for b in names[i + 1 :]]


def _check_part(terms, part):
    if not any(_is_part(term, part, terms) for term in terms):
        raise StatisticsError(
            "no term {part} among {terms}; the part's own term is needed", part=part, terms=", ".join(terms)
        )


def _is_part(term, part, terms) -> bool:
    """The part's own term, or the part nested in others (where it has no term of its own)."""
    return term == part or (part not in terms and term.split(":")[-1] == part)


def _indicator(term, labels):
    unknown = [name for name in term.split(":") if name not in labels]
    if unknown:
        raise StatisticsError("factor {name} is not among {known}", name=unknown[0], known=", ".join(labels))
    codes = [np.unique(labels[name], return_inverse=True)[1] for name in term.split(":")]
    place = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    return (place[:, None] == np.arange(place.max() + 1)).astype(float)


def _bases(designs, n, strict):
    """Orthonormal bases of what each term adds to those before it; terms that add nothing are an error or left out."""
    before = np.full((n, 1), 1 / np.sqrt(n))
    bases, used = [], []
    for term, z in designs.items():
        rest = z - before @ (before.T @ z)
        u, s, _ = np.linalg.svd(rest, full_matrices=False)
        basis = u[:, s > 1e-8 * np.sqrt(n)]
        full = before.shape[1] + basis.shape[1] >= n
        if basis.shape[1] == 0 or (full and not strict):
            if strict:
                raise StatisticsError("term {term} cannot be told from those before it; it must be left out", term=term)
            continue
        bases.append(basis)
        used.append(term)
        before = np.concatenate([before, basis], axis=1)
    return bases, used


def _sums_of_squares(array, bases):
    """Mean and sums of squares of each term and, last, of repeatability."""
    origin = array[..., :1]
    y = array - origin
    center = y.mean(axis=-1, keepdims=True)
    rest = y - center
    ss = []
    for basis in bases:
        part = rest @ basis
        ss.append((part * part).sum(axis=-1))
        rest = rest - part @ basis.T
    left, scale = (rest * rest).sum(axis=-1), np.abs(y).max(axis=-1)
    # What is left of a study whose repeated measurements are the same is rounding.
    ss.append(np.where(left <= (1e-13 * scale) ** 2 * y.shape[-1], 0.0, left))
    return (center + origin)[..., 0][()], ss


def _expected(bases, designs, df):
    k = len(bases)
    expected = np.zeros((k + 1, k + 1))
    expected[:, -1] = 1.0
    for i, basis in enumerate(bases):
        for j in range(i, k):
            expected[i, j] = ((basis.T @ designs[j]) ** 2).sum() / df[i]
    return expected


def _table(names, ss, ms, df, expected):
    rows = {}
    for i, name in enumerate(names):
        f = p = None
        if i < len(names) - 1:
            b = np.linalg.solve(expected[i + 1 :, i + 1 :].T, expected[i, i + 1 :])
            parts = b * ms[..., i + 1 :]
            error = parts.sum(axis=-1)
            freedom = error**2 / (parts**2 / df[i + 1 :]).sum(axis=-1)
            sure = error > 0
            f = np.where(sure, f_ratio(ms[..., i], np.where(sure, error, 1.0)), np.nan)[()]
            p = np.where(sure, fdtrc(df[i], freedom, np.where(sure, f, 1.0)), np.nan)[()]
        rows[name] = MeanSquare(int(df[i]), ss[..., i][()], ms[..., i][()], f, p)
    return rows


def _variances(names, values, part):
    each = {name: values[..., i] for i, name in enumerate(names)}
    own = sum(each[name] for name in names[:-1] if _is_part(name, part, names))
    others = [each[name] for name in names[:-1] if not _is_part(name, part, names)]
    reproducibility = sum(others, np.zeros_like(own))
    grr = each["repeatability"] + reproducibility
    table = {"grr": grr, "repeatability": each.pop("repeatability"), "reproducibility": reproducibility}
    table |= {name: value for name, value in each.items() if not _is_part(name, part, names)}
    return table | {"part": own, "total": grr + own}
