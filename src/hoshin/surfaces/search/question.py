"""What somebody typed, as a full-text question that is always well formed."""

import re
import unicodedata

LONGEST, MOST_WORDS = 300, 12
SHORTEST_STEM = 4
# Endings of English words, the longest first. A stem is asked for as a prefix, so a coarse one only finds a little more.
ENDINGS = (
    "isations", "izations", "isation", "ization", "ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ated",
    "ates", "ate", "ies", "ied", "ers", "er", "ed", "es", "ly", "s", "e",
)  # fmt: skip


def match_of(text: str) -> str | None:
    """The question: every word, each also by its stem; the last one also unfinished. None where no word is in it."""
    clean = text[:LONGEST].encode("utf-8", "ignore").decode().replace("\x00", " ")
    chunks = [chunk for chunk in clean.split() if any(c.isalnum() for c in chunk)][:MOST_WORDS]
    asked = [_asked(chunk, last=chunk is chunks[-1]) for chunk in chunks]
    return " AND ".join(asked) or None


def _asked(chunk: str, *, last: bool) -> str:
    if chunk.isalpha() and len(chunk) >= SHORTEST_STEM:
        return f"({quoted(chunk)} OR {quoted(stem(chunk))} *)"
    return f"{quoted(chunk)} *" if last else quoted(chunk)


def any_of(words: list[str]) -> str:
    return " OR ".join(map(quoted, words))


def quoted(text: str) -> str:
    """A string of the question's language: what stands in it is words, never an operator."""
    return '"' + text.replace('"', '""') + '"'


def stem(word: str) -> str:
    """The beginning that the forms of a word share."""
    small = word.casefold()
    for ending in ENDINGS:
        if small.endswith(ending) and len(small) - len(ending) >= SHORTEST_STEM:
            return small[: -len(ending)]
    return small


def words_of(text: str) -> list[str]:
    """The words of a text as the index keeps them, each once."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return list(dict.fromkeys(re.findall(r"[^\W_]{3,}", plain)))
