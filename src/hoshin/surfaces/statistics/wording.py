"""Saying what the statistics found: templates in the reader's language, numbers as the reader writes them."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import Formatter
from typing import Any

import numpy as np
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext

from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result, Step, shown

from .texts import patterns, texts

# The language that the statistics are written in.
SOURCE = "en"
NUMERIC = re.compile(r"[^\W\d_]{2,}")
POINT = re.compile(r"(?<=\d)\.(?=\d|\D|$)")
# A name, and in parentheses what it means.
NAMED = re.compile(r"(\S+) \((.+)\)")
SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def translated(text: str) -> str:
    """A text of the statistics in the reader's language; what is no text of theirs stays as it is."""
    if not text or (get_language() or SOURCE).split("-")[0] == SOURCE:
        return text
    trimmed = text.strip()
    if trimmed != text:
        return text.replace(trimmed, translated(trimmed), 1) if trimmed else text
    found = gettext(text)
    return found if found != text or text in texts() else _by_pattern(text)


def translated_all(told: Iterable[str]) -> list[str]:
    """Several texts: assumptions, sources."""
    return [translated(text) for text in told]


def _by_pattern(text: str) -> str:
    if named := NAMED.fullmatch(text):
        return f"{translated(named[1])} ({translated(named[2])})"
    sentences = SENTENCES.split(text)
    if len(sentences) > 1 and all(one in texts() or _matched(one) for one in sentences):
        return " ".join(map(translated, sentences))
    if found := _matched(text):
        # Where several could have made it, the catalogue may hold only some of them.
        words, holes = next((one for one in found if gettext(one[0]) != one[0]), found[0])
        return _put_in(gettext(words), words, {name: translated(held) for name, held in holes.items()})
    before, colon, after = text.partition(": ")
    if colon:
        return f"{translated(before)}: {translated(after)}"
    listed = text.split(", ")
    if len(listed) > 1 and all(one in texts() or " " not in one for one in listed):
        return ", ".join(map(translated, listed))
    return text if NUMERIC.search(text) else localised(text)


@lru_cache(maxsize=4096)
def _matched(text: str) -> tuple[tuple[str, dict[str, str]], ...]:
    """The texts that may have been filled to make this one, with what they were filled with; known words stand first."""
    found = []
    for fixed, pattern, words in patterns():
        match = pattern.fullmatch(text) if fixed in text else None
        if match is not None:
            found.append((not all(map(_is_known, match.groups())), (words, match.groupdict())))
    return tuple(one for _unknown, one in sorted(found, key=lambda pair: pair[0]))


def _is_known(text: str) -> bool:
    return text in texts() or not NUMERIC.search(text)


def _put_in(template: str, source: str, held: Mapping[str, str]) -> str:
    """Fill the holes that are known and leave the others; a translation whose holes are wrong gives way to the source."""
    for words in (template, source):
        holes = set(re.findall(r"\{(\w+)", words))
        if holes == set(re.findall(r"\{(\w+)", source)):
            return re.sub(r"\{(\w+)[^{}]*\}", lambda hole: held.get(hole[1], hole[0]), words)
    return source


def localised(text: str) -> str:
    """Numbers in a text that holds no words, with the reader's decimal sign."""
    sign = get_format("DECIMAL_SEPARATOR")
    if sign == ".":
        return text
    return POINT.sub(sign, text.replace(", ", "; ") if sign == "," else text)


def number(value: Any) -> str:
    """A number, array or name as a person reads it, as ``shown`` gives it to the source language."""
    if isinstance(value, str):
        return translated(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{number(key)}: {number(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        between = "; " if get_format("DECIMAL_SEPARATOR") == "," else ", "
        return "[" + between.join(map(number, value)) + "]"
    if value is None or isinstance(value, bool | np.bool_):
        return translated(str(value))
    return localised(shown(value))


class _InWords(Formatter):
    """Fills a template with raw parameters: formats stay in force, the decimal sign is the reader's."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, str):
            return format(translated(value), format_spec)
        told = format(value, format_spec) if format_spec else str(value)
        return told if NUMERIC.search(told) else localised(told)


def filled(template: str, numbers: Mapping[str, Any]) -> str:
    """A template in the reader's language with its numbers."""
    try:
        return _InWords().vformat(translated(template), (), numbers)
    except (KeyError, IndexError, ValueError):
        return _InWords().vformat(template, (), numbers)


def line(step: Step) -> str:
    """One line of a computation."""
    formula = filled(step.formula, {name: number(held) for name, held in step.numbers.items()}) if step.formula else ""
    parts = (translated(step.what), formula, "" if step.value is None else number(step.value))
    return " = ".join(part for part in parts if part)


def explained(result: Result) -> list[str]:
    """How a result was computed, line by line."""
    return [line(step) for step in result.steps()]


def refusal(error: Exception) -> str:
    """Why there is no answer; every other error has its words already."""
    return filled(error.template, error.parameters) if isinstance(error, StatisticsError) else str(error)


def range_words(low: float, high: float, form: str) -> str:
    """A range as tables write it; below 0 in words, for there a dash looks like a sign."""
    told = {"low": f"{low:{form}}", "high": f"{high:{form}}"}
    return (gettext("%(low)s to %(high)s") if min(low, high) < 0 else "%(low)s – %(high)s") % told


def p_words(p: float) -> str:
    """A p value as people read it."""
    return "< 0.0001" if p < 0.0001 else f"{p:.3g}"
