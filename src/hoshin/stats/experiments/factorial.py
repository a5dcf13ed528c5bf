"""Factorial designs: full, fractional with their aliases, and Plackett and Burman's for screening."""

from __future__ import annotations

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

    Two levels each: coded -1 and +1. Otherwise levels are numbered from 0.

    Parameters: ``levels`` a count >= 2 for each factor; at most 100,000 runs.

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

    Words of one letter are the basic factors; a product makes a factor of their interaction; a minus turns it round.

    Parameters: ``generators`` words of lower-case letters; each letter of a product is also a word of its own.

    Source: G. E. P. Box, J. S. Hunter, Technometrics 3 (1961), 311-351.

    >>> plan = fractional_factorial("a b c abc")
    >>> plan.n, plan.resolution, plan.generators
    (8, 4, ('D = ABC',))
    """
    words = generators.split()
    check_enough(len(words), 1, "words")
    basic = [word for word in words if len(word) == 1]
    letters = sorted({letter for word in words for letter in word.lstrip("-")})
    if letters != sorted(set(basic)) or len(set(basic)) != len(basic):
        raise StatisticsError(
            "generators {found!r}: each letter must stand alone once (as in 'a b c ab')", found=generators
        )
    base = full_factorial([2] * len(basic)).runs
    place = {letter: i for i, letter in enumerate(basic)}
    columns, given = [], []
    names = factor_letters(len(words)) if names is None else tuple(names)
    own = {letter: names[words.index(letter)] for letter in basic if words.index(letter) < len(names)}
    for name, word in zip(names, words, strict=False):
        sign = -1 if word.startswith("-") else 1
        parts = word.lstrip("-")
        columns.append(sign * np.prod(base[:, [place[letter] for letter in parts]], axis=1))
        if len(parts) > 1:
            given.append(f"{name} = {'-' if sign < 0 else ''}{_joined([own[letter] for letter in parts])}")
    if len(names) != len(words):
        raise StatisticsError("{found} names for {count} words; as many are needed", found=len(names), count=len(words))
    runs = np.array(columns).T
    found = aliases(runs, names, order=1)
    return make_design(
        f"Fractional factorial, 2^({len(words)}-{len(words) - len(basic)})",
        runs,
        names,
        generators=tuple(given),
        resolution=found.resolution,
        notes=tuple(f"I = {word}" for word in found.words),
        source="G. E. P. Box, J. S. Hunter, Technometrics 3 (1961), 311-351",
    )


def plackett_burman(factors: int, names: Sequence[str] | None = None) -> Design:
    """A screening design of Plackett and Burman: main effects of up to n - 1 factors in n runs, n 4, 8, 12, 16, 20, 24.

    Main effects are orthogonal to one another and partly mixed with two-factor interactions (n 12, 20, 24), or wholly
    (powers of two).

    Parameters: ``factors`` 1 to 23.

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

    Parameters: ``runs`` of -1 and +1; chains are listed for effects of up to ``order`` factors, with aliases of up to
    ``order`` factors too; at most 20 factors.

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
    order = check_whole(order, "order", at_least=1)
    names = factor_letters(k) if names is None else tuple(names)
    words = _defining_words(runs, names)
    chains = {}
    effects = [c for size in range(1, min(order, k) + 1) for c in itertools.combinations(range(k), size)]
    columns = {c: np.prod(runs[:, list(c)], axis=1) for c in effects}
    for effect in effects:
        same = []
        for other in effects:
            product = int(columns[effect] @ columns[other])
            if other != effect and abs(product) == len(runs):
                same.append(("-" if product < 0 else "") + _joined([names[i] for i in other]))
        chains[_joined([names[i] for i in effect])] = tuple(same)
    shortest = min((len(word) for word, _ in words), default=None)
    return Aliases(tuple(text for _, text in words), shortest, chains)


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
