"""Factorial designs: full, fractional with their aliases, and Plackett and Burman's for screening."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError, check_enough, check_whole
from hoshin.stats.experiments.design import Design, factor_letters, make_design
from hoshin.stats.results import Result, Step

# R. L. Plackett, J. P. Burman, Biometrika 33 (1946), 305-325, page 323: first rows, to be turned cyclically.
_FIRST_ROWS = {
    12: "++-+++---+-",
    20: "++--++++-+-+----++-",
    24: "+++++-+-++--++--+-+----",
}


@dataclass(frozen=True, eq=False)
class Aliases(Result):
    """What a fraction cannot tell apart: the defining words, and for each effect the others it carries.

    Effects are products of the factors' names, in the order of the factors, joined by ``:`` when they are longer than
    one letter.
    """

    words: tuple[str, ...]
    resolution: int | None
    chains: dict

    title = "Aliases of a fractional factorial"
    sources = ("G. E. P. Box, J. S. Hunter, Technometrics 3 (1961), 311-351",)

    def steps(self):
        """The defining relation and the chains."""
        yield Step("defining relation", "I = " + " = ".join(self.words) if self.words else "full factorial")
        yield Step("resolution", value=self.resolution)
        for effect, others in self.chains.items():
            yield Step(effect, " = ".join(others) if others else "no alias up to the order asked for")


def full_factorial(levels: Sequence[int], names: Sequence[str] | None = None) -> Design:
    """Every combination of the levels, the first factor changing fastest.

    Estimand: all effects and interactions. ``n = l1 l2 ... lk`` runs; two levels each are coded -1 and +1, otherwise
    levels are numbered from 0.

    Parameters
    ----------
    levels : (k,) a count of 2 or more for each factor; at most 100,000 runs.
    names : one for each factor; A, B, C ... if not given.

    Units: runs in coded units; ``runs_in_units`` gives those of the factors.

    Assumes: every combination can be run.

    Errors: a factor with fewer than 2 levels, more than 100,000 runs, names that are not one for each factor.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, chapters 5 and 6.

    >>> full_factorial([2, 2]).runs.tolist()
    [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    >>> full_factorial([3, 2]).n
    6
    """
    levels = [check_whole(level, "levels", at_least=2) for level in levels]
    check_enough(len(levels), 1, "factors")
    count = int(np.prod(levels))
    if count > 100_000:
        raise StatisticsError("{found} runs; at most 100000 can be made", found=count)
    runs = np.array(list(itertools.product(*(range(level) for level in reversed(levels)))))[:, ::-1]
    two = set(levels) == {2}
    kind = "Full factorial, " + " x ".join(map(str, levels))
    return make_design(
        kind, 2 * runs - 1 if two else runs, names, source="Montgomery, Design and Analysis of Experiments"
    )


def fractional_factorial(generators: str, names: Sequence[str] | None = None) -> Design:
    """A fraction of a two-level factorial, written as in "a b c ab -ac": one word for each factor.

    Estimand: effects that are not aliased with one another; ``resolution`` is the length of the shortest defining word.
    ``2^(k-p)`` runs for k words of which p are products: words of one letter are the basic factors; a product makes a
    factor of their interaction; a minus turns it round.

    Parameters
    ----------
    generators : words of lower-case letters; each letter of a product is also a word of its own.
    names : one for each word; A, B, C ... if not given.

    Units: runs coded -1 and +1.

    Assumes: interactions as long as the aliased ones are small: at resolution III main effects are mixed with pairs, at
    IV pairs with pairs, at V pairs with triples.

    Errors: a letter of a product that does not stand alone, names that are not one for each word.

    Source: G. E. P. Box, J. S. Hunter, Technometrics 3 (1961), 311-351.

    >>> plan = fractional_factorial("a b c abc")
    >>> plan.n, plan.resolution, plan.generators
    (8, 4, ('D = ABC',))
    """
    words = generators.split()
    basic = _basic_letters(generators, words)
    names = factor_letters(len(words)) if names is None else tuple(names)
    if len(names) != len(words):
        raise StatisticsError("{found} names for {count} words; as many are needed", found=len(names), count=len(words))
    base = full_factorial([2] * len(basic)).runs
    own = {letter: names[words.index(letter)] for letter in basic}
    columns, given = [], []
    for name, word in zip(names, words, strict=True):
        minus, parts = word.startswith("-"), word.lstrip("-")
        columns.append((-1 if minus else 1) * np.prod(base[:, [basic.index(letter) for letter in parts]], axis=1))
        if len(parts) > 1:
            given.append(f"{name} = {'-' if minus else ''}{_joined([own[letter] for letter in parts])}")
    found = aliases(np.array(columns).T, names, order=1)
    return make_design(
        f"Fractional factorial, 2^({len(words)}-{len(words) - len(basic)})",
        np.array(columns).T,
        names,
        generators=tuple(given),
        resolution=found.resolution,
        notes=tuple(f"I = {word}" for word in found.words),
        source="G. E. P. Box, J. S. Hunter, Technometrics 3 (1961), 311-351",
    )


def _basic_letters(generators: str, words: Sequence[str]) -> list[str]:
    check_enough(len(words), 1, "words")
    basic = [word for word in words if len(word) == 1]
    letters = sorted({letter for word in words for letter in word.lstrip("-")})
    if letters != sorted(set(basic)) or len(set(basic)) != len(basic):
        raise StatisticsError(
            "generators {found!r}: each letter must stand alone once (as in 'a b c ab')", found=generators
        )
    return basic


def plackett_burman(factors: int, names: Sequence[str] | None = None) -> Design:
    """A screening design of Plackett and Burman: main effects of up to n - 1 factors in n runs, n 4, 8, 12, 16, 20, 24.

    Estimand: main effects, the mean at high minus that at low. Columns are orthogonal: ``X'X = n I``. Main effects are
    partly mixed with two-factor interactions (n 12, 20, 24; ``alias_matrix`` says how much), or wholly (powers of two).

    Parameters
    ----------
    factors : 1 to 23; the number of runs is the next of 4, 8, 12 ... above it.
    names : one for each factor; A, B, C ... if not given.

    Units: runs coded -1 and +1.

    Assumes: interactions that are small against main effects (else fold it over).

    Errors: more than 23 factors, names that are not one for each factor.

    Source: R. L. Plackett, J. P. Burman, Biometrika 33 (1946), 305-325.

    >>> plan = plackett_burman(11)
    >>> plan.n, np.array_equal(plan.runs.T @ plan.runs, 12 * np.eye(11))
    (12, True)
    """
    factors = check_whole(factors, "factors", at_least=1)
    if factors > 23:
        raise StatisticsError("{found} factors; at most 23 have a design here", found=factors)
    n = next(size for size in (4, 8, 12, 16, 20, 24) if size > factors)
    if n in _FIRST_ROWS:
        first = np.array([1 if sign == "+" else -1 for sign in _FIRST_ROWS[n]])
        rows = np.array([np.roll(first, i) for i in range(n - 1)])
        runs = np.vstack([rows, -np.ones(n - 1, dtype=rows.dtype)])
    else:
        matrix = np.ones((1, 1), dtype=np.int64)
        while len(matrix) < n:
            matrix = np.block([[matrix, matrix], [matrix, -matrix]])
        runs = -matrix[:, 1:]
    return make_design(
        f"Plackett-Burman, {n} runs",
        runs[:, :factors],
        names,
        resolution=3,
        source="R. L. Plackett, J. P. Burman, Biometrika 33 (1946), 305-325",
    )


def aliases(runs, names: Sequence[str] | None = None, order: int = 2) -> Aliases:
    """Which effects a two-level design cannot tell apart, for regular fractions.

    Estimand: the defining relation, ``I = word`` for each product of columns that is constant, and for each effect the
    others with ``|x'z| = n``.

    Parameters
    ----------
    runs : (n, k) of -1 and +1; at most 20 factors.
    names : one for each factor; A, B, C ... if not given.
    order : chains are listed for effects of up to so many factors, with aliases of up to as many.

    Units: none; signs say whether an alias adds or subtracts.

    Assumes: a regular fraction; in others (Plackett-Burman) effects are mixed in part, see ``alias_matrix``.

    Errors: other levels than -1 and +1, more than 20 factors or 12 generators.

    Source: G. E. P. Box, J. S. Hunter, Technometrics 3 (1961), 311-351.

    >>> found = aliases(fractional_factorial("a b c abc").runs)
    >>> found.words, found.chains["AB"]
    (('ABCD',), ('CD',))
    """
    runs = np.asarray(runs)
    if runs.ndim != 2 or not np.isin(runs, (-1, 1)).all():
        raise StatisticsError("aliases need runs of -1 and +1 in a table")
    k = runs.shape[1]
    if k > 20:
        raise StatisticsError("{found} factors; aliases are listed for at most 20", found=k)
    names = factor_letters(k) if names is None else tuple(names)
    words = _defining_words(runs, names)
    effects, columns = _products(runs, names, 1, check_whole(order, "order", at_least=1))
    inner = np.rint(columns.T @ columns).astype(np.int64)
    np.fill_diagonal(inner, 0)
    chains = {
        effect: tuple(("-" if row[j] < 0 else "") + effects[j] for j in np.flatnonzero(np.abs(row) == len(runs)))
        for effect, row in zip(effects, inner, strict=True)
    }
    shortest = min((len(word) for word, _ in words), default=None)
    return Aliases(tuple(text for _, text in words), shortest, chains)


@dataclass(frozen=True, eq=False)
class AliasMatrix(Result):
    """How much of each higher effect each fitted one carries: expected value = own effect + sum of matrix x others."""

    effects: tuple[str, ...]
    others: tuple[str, ...]
    matrix: np.ndarray

    title = "Alias matrix"
    assumptions = ("only the fitted effects and the others listed are real",)
    sources = ("G. E. P. Box, K. B. Wilson, Journal of the Royal Statistical Society B 13 (1951), 1-45",)

    def of(self, effect: str) -> dict[str, float]:
        """What one fitted effect carries."""
        if effect not in self.effects:
            raise StatisticsError("no effect {found!r}; there are {names}", found=effect, names=", ".join(self.effects))
        row = self.matrix[self.effects.index(effect)].tolist()
        return {other: share for other, share in zip(self.others, row, strict=True) if abs(share) > 1e-12}

    def steps(self):
        """What each fitted effect carries."""
        for effect in self.effects:
            yield Step(effect, value=self.of(effect))


def alias_matrix(runs, names: Sequence[str] | None = None, order: int = 1, up_to: int = 2) -> AliasMatrix:
    """How much higher interactions bend the effects fitted, for any two-level design: Plackett-Burman's too.

    Estimand: the bias of the fitted effects, ``A = (X1'X1)^-1 X1'X2``, X1 the columns fitted (and the mean), X2 those of
    the interactions left out.

    Parameters
    ----------
    runs : (n, k) of -1 and +1.
    names : one for each factor; A, B, C ... if not given.
    order : effects of up to so many factors are fitted.
    up_to : interactions of more factors than ``order`` and up to so many are left out.

    Units: shares: an entry of 1/3 means that a third of that interaction is added to the effect.

    Assumes: interactions of more than ``up_to`` factors are not real.

    Errors: other levels than -1 and +1, ``up_to`` not above ``order``, effects that the runs cannot tell apart.

    Source: G. E. P. Box, K. B. Wilson (1951); D. C. Montgomery, Design and Analysis of Experiments, 8th edition,
    chapter 8 (a 12-run Plackett-Burman design: main effects and interactions mixed by a third).

    >>> found = alias_matrix(plackett_burman(11).runs)
    >>> len(found.of("A")), {round(abs(share), 4) for share in found.of("A").values()}
    (45, {0.3333})
    """
    runs = np.asarray(runs)
    if runs.ndim != 2 or not np.isin(runs, (-1, 1)).all():
        raise StatisticsError("aliases need runs of -1 and +1 in a table")
    order = check_whole(order, "order", at_least=1)
    up_to = check_whole(up_to, "up_to", at_least=order + 1)
    names = factor_letters(runs.shape[1]) if names is None else tuple(names)
    effects, fitted = _products(runs, names, 1, order)
    others, left = _products(runs, names, order + 1, up_to)
    matrix = np.column_stack([np.ones(len(runs)), fitted])
    share, _, rank, _ = np.linalg.lstsq(matrix, left, rcond=None)
    if rank < matrix.shape[1]:
        words = "the {found} effects cannot be told apart by {n} runs; ask for a lower order"
        raise StatisticsError(words, found=len(effects), n=len(runs))
    return AliasMatrix(tuple(effects), tuple(others), share[1:])


def in_blocks(design: Design, words: Sequence[str]) -> Design:
    """A two-level design in blocks (days, lots of material): the effects named are given up for them.

    Estimand: all other effects, free of the differences between blocks. A run's block is the number whose binary digits
    are the signs of the words' columns, ``2^p`` blocks for p words; products of the words are given up too.

    Parameters
    ----------
    design : of -1 and +1.
    words : effects to give up, by the factors' names ("ABC", "A:B:C").

    Units: runs as in ``design``; blocks are numbered from 0.

    Assumes: blocks and factors do not interact.

    Errors: levels other than -1 and +1, a word with an unknown factor, words that make no blocks of equal size.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, chapter 7.

    >>> plan = in_blocks(full_factorial([2, 2, 2]), ["ABC"])
    >>> plan.blocks, plan.notes
    (array([0, 1, 1, 0, 1, 0, 0, 1]), ('blocks = ABC',))
    """
    runs = design.runs
    if not np.isin(runs, (-1, 1)).all():
        raise StatisticsError("blocks need runs of -1 and +1")
    check_enough(len(words), 1, "words")
    inside = [factors_of(word, design.factors) for word in words]
    signs = np.array([np.prod(runs[:, list(places)], axis=1) for places in inside])
    blocks = ((signs > 0) * 2 ** np.arange(len(words))[:, None]).sum(axis=0)
    counts = np.bincount(blocks, minlength=2 ** len(words))
    if np.ptp(counts) or not counts.all():
        words_found = ", ".join(words)
        raise StatisticsError(
            "{found} make no blocks of equal size (a word is constant or a product)", found=words_found
        )
    given_up = []
    for size in range(1, len(words) + 1):
        for chosen in itertools.combinations(inside, size):
            odd = [i for i in range(len(design.factors)) if sum(i in places for places in chosen) % 2]
            given_up.append(f"blocks = {_joined([design.factors[i] for i in odd])}")
    return dataclasses.replace(design, blocks=blocks, notes=(*design.notes, *given_up))


def foldover(design: Design, factor: str | None = None) -> Design:
    """The runs once more with all signs turned (or those of one factor), as a second block: what a fraction mixes is freed.

    Estimand: effects that the first runs could not tell apart. ``runs, then -runs``: turning all signs frees main
    effects from two-factor interactions; turning one factor frees it and its interactions.

    Parameters
    ----------
    design : of -1 and +1 (and 0 for center points).
    factor : the factor whose sign is turned; all of them if not given.

    Units: runs as in ``design``.

    Assumes: the second half differs from the first by no more than a block's difference.

    Errors: levels from 0, an unknown factor.

    Source: G. E. P. Box, J. S. Hunter, Technometrics 3 (1961), 311-351.

    >>> plan = foldover(fractional_factorial("a b ab"))
    >>> plan.n, plan.resolution, plan.blocks
    (8, None, array([0, 0, 0, 0, 1, 1, 1, 1]))
    """
    runs = design.runs
    if runs.min() >= 0:
        raise StatisticsError("the runs are levels from 0; a design coded -1 to +1 is needed")
    sign = np.full(runs.shape[1], -1)
    if factor is not None:
        sign[:] = 1
        sign[list(factors_of(factor, design.factors))] = -1
    both = np.vstack([runs, runs * sign])
    corners = np.isin(both, (-1, 1)).all() and runs.shape[1] <= 20
    found = aliases(both, design.factors, order=1) if corners else None
    return dataclasses.replace(
        design,
        kind=f"{design.kind}, folded over" + (f" on {factor}" if factor else ""),
        runs=both,
        order=np.concatenate([design.order, design.order + len(runs)]),
        blocks=np.concatenate([design.blocks, design.blocks + design.blocks.max() + 1]),
        generators=(),
        resolution=found.resolution if found else None,
        notes=tuple(f"I = {word}" for word in found.words) if found else (),
    )


def factors_of(term: str, names: Sequence[str]) -> tuple[int, ...]:
    """The places of the factors of a term: "A", "A:B", or "AB" where names have one letter.

    >>> factors_of("AC", ("A", "B", "C"))
    (0, 2)
    """
    parts = term.split(":") if ":" in term or term in names else list(term)
    unknown = [part for part in parts if part not in names]
    if unknown:
        raise StatisticsError(
            "term {term!r}: no factor {part!r}; there are {names}", term=term, part=unknown[0], names=", ".join(names)
        )
    return tuple(tuple(names).index(part) for part in parts)


def _products(runs, names, least: int, most: int) -> tuple[list[str], np.ndarray]:
    """Names and columns of the effects of so many factors."""
    k = runs.shape[1]
    sets = [c for size in range(least, min(most, k) + 1) for c in itertools.combinations(range(k), size)]
    check_enough(len(sets), 1, "effects")
    columns = np.column_stack([np.prod(runs[:, list(c)], axis=1) for c in sets]).astype(np.float64)
    return [_joined([names[i] for i in c]) for c in sets], columns


def _defining_words(runs, names):
    """Products of columns that are constant: found by elimination over two elements, then all their products."""
    bits = (runs < 0).astype(np.int64)
    k = bits.shape[1]
    rows = np.unique(bits ^ bits[0], axis=0)
    # A set of columns is a word when its parity is the same in every run: a null vector of the rows, modulo 2.
    basis, pivots = [], []
    for row in rows:
        row = row.copy()
        for pivot, known in zip(pivots, basis, strict=True):
            if row[pivot]:
                row = row ^ known
        if row.any():
            pivot = int(np.argmax(row))
            basis = [known ^ row if known[pivot] else known for known in basis]
            basis.append(row)
            pivots.append(pivot)
    free = [i for i in range(k) if i not in pivots]
    kernel = []
    for i in free:
        vector = np.zeros(k, dtype=np.int64)
        vector[i] = 1
        for pivot, row in zip(pivots, basis, strict=True):
            vector[pivot] = row[i]
        kernel.append(vector)
    if len(kernel) > 12:
        raise StatisticsError("the fraction has {found} generators; words are listed for at most 12", found=len(kernel))
    words = []
    for size in range(1, len(kernel) + 1):
        for chosen in itertools.combinations(kernel, size):
            inside = np.flatnonzero(np.bitwise_xor.reduce(np.array(chosen), axis=0))
            sign = int(np.prod(runs[0, inside]))
            words.append((tuple(inside), ("-" if sign < 0 else "") + _joined([names[j] for j in inside])))
    return sorted(words, key=lambda word: (len(word[0]), word[0]))


def _joined(names) -> str:
    return ("" if all(len(name) == 1 for name in names) else ":").join(names)
