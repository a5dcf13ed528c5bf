"""Similarity: which texts are like this one, by pieces of words, so that spelling and endings matter little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from hoshin.stats.errors import StatisticsError, check_enough, check_number, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.text.terms import Synonyms, terms

SIZES = (3, 4, 5)
BUCKETS = 1 << 18
"""Places that pieces of words are hashed to: two pieces share one rarely enough to do no harm."""

TOGETHER = 256
"""Texts asked for together, so that their scores fit into memory."""


@dataclass(frozen=True, eq=False)
class Similar(Result):
    """The texts most like one: their places in the index, the cosine with each, and the terms shared."""

    indices: np.ndarray
    scores: np.ndarray
    shared: tuple[tuple[str, ...], ...]
    terms: tuple[str, ...]

    title = "Similar texts"
    assumptions = ("likeness of words, not of meaning: what says the same in other words needs a synonym",)
    sources = (
        "G. Salton, C. Buckley, Information Processing & Management 24 (1988), 513-523",
        "P. McNamee, J. Mayfield, Information Retrieval 7 (2004), 73-97: pieces of words",
    )

    def __len__(self) -> int:
        return self.indices.size

    def steps(self):
        """One line for each text found."""
        yield Step("terms of the text asked for", value=self.terms)
        for place, score, shared in zip(self.indices, self.scores, self.shared, strict=True):
            yield Step(f"text {place + 1} shares", ", ".join(shared) or "pieces of words only", value=float(score))


@dataclass(frozen=True, eq=False)
class TextIndex:
    """Texts as weights of pieces of words, ready to be asked. It is kept in memory; making it anew is quick."""

    weights: sparse.csr_array
    rarity: np.ndarray
    terms: tuple[tuple[str, ...], ...]
    language: str | None
    synonyms: Synonyms | None

    def __len__(self) -> int:
        return self.weights.shape[0]

    def similar(self, text: str | Sequence[str], count: int = 10, least: float = 0.1) -> Similar | tuple[Similar, ...]:
        """The texts most like one, the likest first, with a cosine of at least ``least``; for a list of texts, one each."""
        count, least = check_whole(count, "count", at_least=1), check_number(least, "least")
        asked = [terms(one, self.language, self.synonyms) for one in ([text] if isinstance(text, str) else text)]
        check_enough(len(asked), 1, "texts")
        weights, found = _weighted(_counts(asked), self.rarity), []
        for low in range(0, len(asked), TOGETHER):
            scores = self._cosines(weights[low : low + TOGETHER])
            found += [self._likest(own, row, count, least) for own, row in zip(asked[low:], scores, strict=False)]
        return found[0] if isinstance(text, str) else tuple(found)

    def _cosines(self, asked: sparse.csr_array) -> np.ndarray:
        """The cosine of each text asked for (row) with each text of the index."""
        # One text alone is asked for soonest as a plain column.
        if asked.shape[0] == 1:
            return (self.weights @ asked.toarray().ravel())[None]
        return (self.weights @ asked.T.tocsr()).toarray().T

    def _likest(self, own: tuple[str, ...], scores: np.ndarray, count: int, least: float) -> Similar:
        best = np.argsort(-scores, kind="stable")[:count]
        best = best[scores[best] >= max(least, 1e-9)]
        shared = tuple(tuple(dict.fromkeys(t for t in own if t in set(self.terms[i]))) for i in best)
        return Similar(best, scores[best].astype(float), shared, own)


def index(texts: Sequence[str], language: str | None = None, synonyms: Synonyms | None = None) -> TextIndex:
    """Make texts ready to be asked which of them are like another.

    Estimand: a table of texts by pieces of words. Each term (see ``terms``) is cut into pieces of 3 to 5 letters with its
    ends marked; a piece weighs ``(1 + ln count) (ln((1 + N) / (1 + texts with it)) + 1)`` and each text has length 1, so
    that the score of ``similar`` is a cosine.

    Parameters
    ----------
    texts : a list of texts, all made ready at once.
    language : of all texts, or None to guess each.
    synonyms : of the organisation.

    Units: scores from 0 (nothing shared) to 1 (the same pieces).

    Assumes: likeness of words, not of meaning.

    Errors: no text, one text instead of a list, a language that is not among the three.

    Source: G. Salton, C. Buckley, Information Processing & Management 24 (1988), 513-523.

    >>> found = index(["bore was oversize, gauge not calibrated", "label missing on carton", "paint run on door"])
    >>> found.similar("bores oversized, gage uncalibrated").indices.tolist()
    [0]
    """
    if isinstance(texts, str):
        raise StatisticsError("one text found; a list of texts is needed")
    check_enough(len(texts), 1, "texts")
    cut = tuple(terms(text, language, synonyms) for text in texts)
    counts = _counts(cut)
    frequency = np.bincount(counts.indices, minlength=BUCKETS)
    rarity = np.log((1 + len(cut)) / (1 + frequency)) + 1
    return TextIndex(_weighted(counts, rarity), rarity, cut, language, synonyms)


def _counts(texts: Sequence[Sequence[str]]) -> sparse.csr_array:
    """How often each text holds each piece of a word, all texts at once."""
    # A word is surrounded by the mark 1, so that beginnings and ends are pieces of their own; 0 parts the texts.
    strings = ["\x01" + "\x01".join(words) + "\x01" for words in texts]
    letters = np.frombuffer("\x00".join(strings).encode("utf-32-le"), np.uint32).astype(np.uint64)
    row_of = np.cumsum(letters == 0)
    rows, columns = [], []
    for size in SIZES:
        starts = np.flatnonzero(_within_a_word(letters, size))
        rows.append(row_of[starts])
        columns.append(_hashed(letters, starts, size))
    place = (np.concatenate(rows), np.concatenate(columns))
    ones = np.ones(place[0].size, np.float32)
    return sparse.coo_array((ones, place), shape=(len(texts), BUCKETS)).tocsr()


def _within_a_word(letters: np.ndarray, size: int) -> np.ndarray:
    """Where a piece of this size begins that does not reach over a word's end."""
    count = max(letters.size - size + 1, 0)
    inside = np.ones(count, bool)
    for shift in range(size):
        # The mark may stand at either end, nowhere between.
        least = 0 if shift in (0, size - 1) else 1
        inside &= letters[shift : shift + count] > least
    return inside


def _hashed(letters: np.ndarray, starts: np.ndarray, size: int) -> np.ndarray:
    """A place for each piece, the same in every process (FNV-1a over its letters)."""
    value = np.full(starts.size, 14695981039346656037 + size, np.uint64)
    for shift in range(size):
        value ^= letters[starts + shift]
        value *= np.uint64(1099511628211)
    return ((value >> np.uint64(32)) % np.uint64(BUCKETS)).astype(np.int32)


def _weighted(counts: sparse.csr_array, rarity: np.ndarray) -> sparse.csr_array:
    weights = counts.copy()
    weights.data = ((1 + np.log(weights.data)) * rarity[weights.indices]).astype(np.float32)
    lengths = np.sqrt(np.add.reduceat(np.append(weights.data**2, 0), weights.indptr[:-1])) if weights.nnz else 1.0
    lengths = np.where(np.diff(weights.indptr) > 0, lengths, 1.0)
    weights.data /= np.repeat(lengths, np.diff(weights.indptr)).astype(np.float32)
    return weights
