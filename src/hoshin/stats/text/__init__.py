"""Text of complaints and findings: what is alike, what it is about, what is rising. No network, no model weights."""

from hoshin.stats.text.language import LANGUAGES, LanguageGuess, guess_language
from hoshin.stats.text.rises import Rises, rises, rising_terms
from hoshin.stats.text.similarity import Similar, TextIndex, index
from hoshin.stats.text.terms import Synonyms, stem, terms
from hoshin.stats.text.topics import Topics, topics

__all__ = [
    "LANGUAGES",
    "LanguageGuess",
    "Rises",
    "Similar",
    "Synonyms",
    "TextIndex",
    "Topics",
    "guess_language",
    "index",
    "rises",
    "rising_terms",
    "stem",
    "terms",
    "topics",
]
