"""What the statistics say, in the reader's language and with the reader's numbers.

``hoshin.stats`` knows no language but its own; its texts are templates over numbers. ``texts`` reads them from its source
for the catalogue, ``wording`` says results, refusals and rules from them.
"""

from .wording import explained, filled, line, number, p_words, range_words, refusal, translated, translated_all

__all__ = ["explained", "filled", "line", "number", "p_words", "range_words", "refusal", "translated", "translated_all"]
