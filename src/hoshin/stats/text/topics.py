"""Topics: what many texts are about, as groups of words that come together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from hoshin.stats.errors import StatisticsError, check_enough, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.text.terms import Synonyms
from hoshin.stats.text.words import Words, words_of

ROUNDS, STILL = 300, 1e-5


@dataclass(frozen=True, eq=False)
class Topics(Result):
    """Topics with their words, and how much each text is about each, the commonest topic first.

    ``weights`` is (texts, topics), each row summing to 1 or, for a text that holds no word of any topic, 0.
    ``main`` is each text's foremost topic, -1 for none; ``sizes`` counts them. ``words`` are the words of each topic
    with ``word_weights`` beside them, the heaviest first. ``explained`` is the part of the squared weights of words
    that the topics account for: 0 none, 1 all. ``examples`` names the texts most about each topic.
    """

    words: tuple[tuple[str, ...], ...]
    word_weights: np.ndarray
    weights: np.ndarray
    main: np.ndarray
    sizes: np.ndarray
    examples: tuple[tuple[int, ...], ...]
    explained: float
    vocabulary: int
    rounds: int
    seed: int

    title = "Topics of texts"
    assumptions = (
        "words that come together belong together",
        "the number of topics is chosen by whoever reads them; another number gives others",
    )
    sources = (
        "D. D. Lee, H. S. Seung, Nature 401 (1999), 788-791",
        "A. Cichocki, A.-H. Phan, IEICE Transactions E92-A (2009), 708-721: the steps",
        "C. Boutsidis, E. Gallopoulos, Pattern Recognition 41 (2008), 1350-1362: the start",
    )

    def steps(self):
        """Each topic with its words and its size."""
        yield Step("terms used", value=self.vocabulary)
        yield Step("rounds", value=self.rounds)
        yield Step("explained", "1 - |A - W H|^2 / |A|^2", value=self.explained)
        for number, words in enumerate(self.words):
            yield Step(f"topic {number + 1}", ", ".join(words), value=int(self.sizes[number]))
        yield Step("texts without a topic", value=int((self.main < 0).sum()))


def topics(
    texts: Sequence[str],
    count: int = 8,
    *,
    language: str | None = None,
    synonyms: Synonyms | None = None,
    least_texts: int = 2,
    most_share: float = 0.5,
    shown: int = 8,
    seed: int = 0,
) -> Topics:
    """Group texts by the words that come together in them: non-negative factors of their weighted words.

    Estimand: W and H without anything below 0 with the least ``|A - W H|^2``, A the table of weights (as in ``index``, by
    whole terms), column by column in turn, from a start made of its singular vectors: the same texts and seed always give
    the same topics.

    Parameters
    ----------
    texts : a list, at least twice as many as topics.
    count : of topics, 2 or more.
    language : of all texts, or None to guess each.
    synonyms : of the organisation.
    least_texts, most_share : words in fewer texts, or in a larger share of them, are left out.
    shown : words that each topic is shown by.
    seed : of the start.

    Units: weights of a text sum to 1 over topics.

    Assumes: words that come together belong together; the number of topics is the reader's choice.

    Errors: too few texts, too few words that are neither rare nor common.

    Source: D. D. Lee, H. S. Seung, Nature 401 (1999), 788-791; A. Cichocki, A.-H. Phan, IEICE Transactions E92-A
    (2009), 708-721.

    >>> texts = ["pump leaks oil", "oil leak at pump", "label missing", "carton without label", "pump oil", "label torn carton"]
    >>> found = topics(texts, 2)
    >>> [set(words[:2]) <= {"pump", "oil", "leak", "leaks"} for words in found.words], found.main.tolist()
    ([True, False], [0, 0, 1, 1, 0, 1])
    """
    count, seed = check_whole(count, "count", at_least=2), check_whole(seed, "seed", at_least=0)
    check_enough(len(texts), 2 * count, "texts")
    words = _usable(words_of(texts, language, synonyms), least_texts, most_share)
    check_enough(len(words.vocabulary), count + 1, "terms that are neither too rare nor too common")
    table = _weighted(words.counts)
    left, right, rounds = _factors(table, *_start(table, count, seed))
    return _named(words, table, left, right, rounds, shown, seed)


def _usable(words: Words, least: int, most: float) -> Words:
    found = words.texts_with
    return words.only(np.flatnonzero((found >= least) & (found <= max(least, most * words.counts.shape[0]))))


def _weighted(counts: sparse.csr_array) -> sparse.csr_array:
    table = counts.astype(float)
    frequency = np.bincount(table.indices, minlength=table.shape[1])
    rarity = np.log((1 + table.shape[0]) / (1 + frequency)) + 1
    table.data = (1 + np.log(table.data)) * rarity[table.indices]
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(table.indptr))
    return table


def _start(table: sparse.csr_array, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Non-negative parts of the leading singular vectors; what is 0 there is filled with the mean, so that it can grow."""
    if min(table.shape) <= count:
        raise StatisticsError(
            "{found} terms or texts; more than {needed} are needed", found=min(table.shape), needed=count
        )
    random = np.random.default_rng(seed)
    u, s, vt = svds(table, k=count, v0=random.random(min(table.shape)))
    left, right = np.empty((table.shape[0], count)), np.empty((count, table.shape[1]))
    for i, at in enumerate(np.argsort(-s)):
        x, y = u[:, at], vt[at]
        sides = [(np.maximum(sign * x, 0), np.maximum(sign * y, 0)) for sign in (1, -1)]
        a, b = max(sides, key=lambda side: np.linalg.norm(side[0]) * np.linalg.norm(side[1]))
        size = np.sqrt(s[at])
        left[:, i], right[i] = (size * side / max(np.linalg.norm(side), 1e-12) for side in (a, b))
    mean = np.sqrt(table.sum() / (table.shape[0] * table.shape[1] * count))
    return np.maximum(left, 0.01 * mean), np.maximum(right, 0.01 * mean)


def _factors(table: sparse.csr_array, left: np.ndarray, right: np.ndarray):
    """Texts by topics and topics by terms, improved in turn until they stand still."""
    across, first, done = table.T.tocsr(), None, 0
    while done < ROUNDS:
        done += 1
        moved = _improve(left, table @ right.T, right @ right.T)
        moved += _improve(right.T, across @ left, left.T @ left)
        first = moved if first is None else first
        if moved <= STILL * first:
            break
    return left, right, done


def _improve(factor: np.ndarray, target: np.ndarray, gram: np.ndarray) -> float:
    """Set each column in turn to its best value given the others; how far they moved, squared."""
    moved = 0.0
    for k in range(factor.shape[1]):
        step = (target[:, k] - factor @ gram[:, k]) / max(gram[k, k], 1e-12)
        new = np.maximum(factor[:, k] + step, 0.0)
        moved += float(((new - factor[:, k]) ** 2).sum())
        factor[:, k] = new
    return moved


def _named(words: Words, table, left, right, rounds: int, shown: int, seed: int) -> Topics:
    heights = right.max(axis=1)
    heights[heights == 0] = 1.0
    left, right = left * heights, right / heights[:, None]
    total = left.sum(axis=1)
    weights = np.divide(left, total[:, None], out=np.zeros_like(left), where=total[:, None] > 0)
    main = np.where(total > 0, weights.argmax(axis=1), -1)
    order = np.argsort(-np.bincount(main[main >= 0], minlength=right.shape[0]), kind="stable")
    weights, right, left = weights[:, order], right[order], left[:, order]
    main = np.where(total > 0, weights.argmax(axis=1), -1)
    top = np.argsort(-right, axis=1, kind="stable")[:, :shown]
    return Topics(
        words=tuple(tuple(words.shown[i] for i in row if right[k, i] > 0) for k, row in enumerate(top)),
        word_weights=np.take_along_axis(right, top, axis=1),
        weights=weights,
        main=main,
        sizes=np.bincount(main[main >= 0], minlength=len(right)),
        examples=tuple(tuple(np.argsort(-column, kind="stable")[:3].tolist()) for column in left.T),
        explained=_explained(table, left, right),
        vocabulary=len(words.vocabulary),
        rounds=rounds,
        seed=seed,
    )


def _explained(table: sparse.csr_array, left: np.ndarray, right: np.ndarray) -> float:
    whole = float((table.data**2).sum())
    both = float(((table @ right.T) * left).sum())
    own = float(((left.T @ left) * (right @ right.T)).sum())
    return (2 * both - own) / whole
