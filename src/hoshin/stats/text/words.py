"""Words of many texts as a table: which text holds which term, and how a term is best shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from hoshin.stats.errors import StatisticsError, check_enough
from hoshin.stats.text.language import WORD, guess_language
from hoshin.stats.text.terms import Synonyms, stem, terms


@dataclass(frozen=True, eq=False)
class Words:
    """Counts of terms (columns) in texts (rows); ``vocabulary`` are the stems, ``shown`` the word commonest for each."""

    counts: sparse.csr_array
    vocabulary: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def texts_with(self) -> np.ndarray:
        """How many texts hold each term."""
        return np.bincount(self.counts.indices, minlength=len(self.vocabulary))

    def only(self, columns: np.ndarray) -> Words:
        """The same with some of the terms."""
        pick = columns.tolist()
        names = (tuple(values[i] for i in pick) for values in (self.vocabulary, self.shown))
        return Words(self.counts[:, columns].tocsr(), *names)


def words_of(texts: Sequence[str], language: str | None = None, synonyms: Synonyms | None = None) -> Words:
    """The table of all terms but numbers and single letters, in alphabetical order.

    >>> words_of(["pump leaks", "pumps leak; leaks again"]).shown
    ('leaks', 'pump')
    """
    if isinstance(texts, str):
        raise StatisticsError("one text found; a list of texts is needed")
    check_enough(len(texts), 1, "texts")
    forms: dict[str, Counter] = {}
    cut = []
    for text in texts:
        spoken = language or guess_language(text).code or "en"
        kept = [term for term in terms(text, spoken, synonyms) if len(term) > 1 and not term.isdigit()]
        cut.append(kept)
        _remember(forms, text, spoken)
    vocabulary = tuple(sorted({term for kept in cut for term in kept}))
    place = {term: i for i, term in enumerate(vocabulary)}
    rows = np.repeat(np.arange(len(cut)), [len(kept) for kept in cut])
    columns = np.array([place[term] for kept in cut for term in kept], np.int64)
    ones = np.ones(columns.size)
    counts = sparse.coo_array((ones, (rows, columns)), shape=(len(cut), len(vocabulary))).tocsr()
    return Words(counts, vocabulary, tuple(_commonest(forms.get(term), term) for term in vocabulary))


def _remember(forms: dict[str, Counter], text: str, language: str) -> None:
    for word in WORD.findall(text.lower()):
        forms.setdefault(stem(word, language), Counter())[word] += 1


def _commonest(seen: Counter | None, term: str) -> str:
    # Of equally common forms the first in the alphabet, so that the answer does not hang on the order of the texts.
    return min(seen, key=lambda word: (-seen[word], word)) if seen else term
