"""Terms: the words of a text without small words, cut to a light stem, synonyms made one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hoshin.stats.errors import StatisticsError, check_choice
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.text.language import LANGUAGES, STOP_WORDS, WORD, guess_language

LONGEST_PHRASE = 4

# Ending, what takes its place, least length of what stays before it.
_ENDINGS = {
    "en": (("sses", "ss", 2), ("ies", "y", 2), ("ches", "ch", 2), ("shes", "sh", 2), ("xes", "x", 2), ("s", "", 3)),
    "de": (("ern", "", 4), ("em", "", 4), ("en", "", 3), ("er", "", 4), ("es", "", 4), ("e", "", 3), ("n", "", 4), ("s", "", 4)),
    "pt": (("oes", "ao", 1), ("aes", "ao", 1), ("ais", "al", 2), ("eis", "el", 2), ("ois", "ol", 2), ("res", "r", 2), ("zes", "z", 2),
           ("les", "l", 2), ("ns", "m", 2), ("s", "", 3)),
}  # fmt: skip
_KEEP = {"en": ("ss", "us", "is"), "de": ("ss",), "pt": ("ss", "us")}


def folded(word: str) -> str:
    """A word in small letters without accents.

    >>> folded("Größe"), folded("NÃO")
    ('grosse', 'nao')
    """
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)) if not plain.isascii() else plain


@lru_cache(maxsize=200_000)
def stem(word: str, language: str = "en") -> str:
    """The light stem of a word: plural, case and the commonest verb endings off, accents off. Numbers stay.

    Estimand: the word without the first ending of its language's list that leaves enough letters. Light means that it
    may leave two forms apart; it seldom throws two words together.

    Parameters
    ----------
    word : one word.
    language : "en", "de" or "pt".

    Units: none; a stem is a word.

    Assumes: endings carry no meaning.

    Errors: a language that is not among the three.

    Source: D. Harman, How effective is suffixing?, J. American Society for Information Science 42 (1991), 7-15: light stems.

    >>> [stem(word) for word in ("leaks", "leaking", "leaked", "bores", "bored", "assemblies")]
    ['leak', 'leak', 'leak', 'bor', 'bor', 'assembly']
    >>> [stem(word, "de") for word in ("Bohrungen", "Bohrung", "Risse", "Gehäuse", "Gehäuses")]
    ['bohrung', 'bohrung', 'riss', 'gehaus', 'gehaus']
    >>> [stem(word, "pt") for word in ("vibrações", "vibração", "peças", "peça", "sinais", "sinal")]
    ['vibraca', 'vibraca', 'pec', 'pec', 'sinal', 'sinal']
    """
    check_choice(language, LANGUAGES, "language")
    word = folded(word).split("'")[0].split("’")[0]
    if any(letter.isdigit() for letter in word):
        return word
    if not word.endswith(_KEEP[language]):
        word = _without_ending(word, _ENDINGS[language])
    return _english(word) if language == "en" else _vowel_off(word) if language == "pt" else word


def _without_ending(word: str, endings) -> str:
    for ending, instead, least in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: len(word) - len(ending)] + instead
    return word


def _english(word: str) -> str:
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and any(vowel in root for vowel in "aeiouy"):
            double = root[-1] == root[-2] and root[-1] not in "lsz"
            word = root[:-1] if double else root
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _vowel_off(word: str) -> str:
    return word[:-1] if word.endswith(("a", "o", "e")) and len(word) > 3 else word


@dataclass(frozen=True, eq=False)
class Synonyms(Result):
    """Words and phrases that mean one thing, as an organisation lists them: stems of each to the term they become."""

    language: str
    phrases: FrozenDict

    title = "Synonyms"

    @classmethod
    def of(cls, groups: Mapping[str, Sequence[str]], language: str = "en") -> Synonyms:
        """Groups of words and phrases (of up to four words) under the term that stands for them.

        >>> terms("hole too large", synonyms=Synonyms.of({"oversize": ["too large", "too big"], "bore": ["hole"]}))
        ('bor', 'oversiz')
        """
        phrases: dict[str, str] = {}
        for term, others in groups.items():
            for phrase in (term, *others):
                key = " ".join(stem(word, language) for word in WORD.findall(phrase))
                if not key or key.count(" ") >= LONGEST_PHRASE:
                    raise StatisticsError("the synonym {found!r} has no word, or more than four", found=phrase)
                if phrases.setdefault(key, stem(term, language)) != stem(term, language):
                    raise StatisticsError("the synonym {found!r} stands under two terms", found=phrase)
        return cls(language, phrases)

    def steps(self):
        """Each phrase and its term."""
        for phrase, term in self.phrases.items():
            yield Step(phrase, value=term)


def terms(text: str, language: str | None = None, synonyms: Synonyms | None = None) -> tuple[str, ...]:
    """The stems of a text's words in their order, small words left out, synonyms replaced.

    Estimand: ``stem(word)`` of each word that is not a small one; the longest phrase (up to four words) that the synonyms
    hold becomes its term.

    Parameters
    ----------
    text : one text.
    language : "en", "de" or "pt"; guessed from the text where None (English where nothing speaks for any).
    synonyms : of the organisation, in the same language.

    Units: none; terms are words.

    Assumes: words are parted by what is not a letter or digit; endings carry no meaning, negations do.

    Errors: a language that is not among the three, something that is not a string.

    Source: D. Harman, How effective is suffixing?, J. American Society for Information Science 42 (1991), 7-15: light stems.

    >>> terms("The bores were not calibrated")
    ('bor', 'not', 'calibrat')
    >>> terms("Die Pumpe ist undicht")
    ('pump', 'undicht')
    """
    language = language or guess_language(text).code or "en"
    check_choice(language, LANGUAGES, "language")
    small = STOP_WORDS[language]
    words = [word.lower() for word in WORD.findall(text)]
    if synonyms is None or not synonyms.phrases:
        return tuple(stem(word, language) for word in words if word not in small)
    # A phrase may hold small words ("out of round"), so that they go only after it was looked for.
    return tuple(_replaced(words, [stem(word, language) for word in words], synonyms.phrases, small))


def _replaced(words: list[str], stems: list[str], phrases: Mapping[str, str], small: frozenset[str]):
    at = 0
    while at < len(stems):
        for length in range(min(LONGEST_PHRASE, len(stems) - at), 0, -1):
            found = phrases.get(" ".join(stems[at : at + length]))
            if found is not None:
                yield found
                at += length
                break
        else:
            if words[at] not in small:
                yield stems[at]
            at += 1
