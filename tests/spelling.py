"""A language for tests: English spelled with other letters, for every text that stands in the catalogue and for no other.

A page in this language shows with English letters only what nobody could translate.
"""

import re
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from django.utils.translation import trans_real

from hoshin.server.texts import catalogue
from hoshin.surfaces import pdf

CODE = "xx"
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αвςđεƒğħıјκłмňøρʠгşτμνщχýżΑΒÇÐΕƑĞΗΙЈΚŁΜŇØΡǪГŞΤŨѴЩΧÝŻ"
)
# What a translator leaves as it is: holes, tags, references.
KEPT = re.compile(r"%\(\w+\)\w|%[sd%]|\{[^{}]*\}|<[^<>]*>|&\w+;")
# Numbers of records, clauses of standards and hashes are no words.
WORD = re.compile(r"(?<![\w-])[A-Za-z]{3,}(?![\w-]*\d)")
READ = ("alt", "aria-label", "placeholder", "title")
SILENT = ("script", "style", "code")


def spelled(text: str) -> str:
    """The text in the other spelling; what is put into it stays."""
    kept = KEPT.findall(text)
    pieces = [piece.translate(LETTERS) for piece in KEPT.split(text)]
    return "".join(piece + hole for piece, hole in zip(pieces, [*kept, ""], strict=True))


@cache
def known() -> frozenset[str]:
    return frozenset(words for message in catalogue() for words in (message.words, message.plural) if words)


@cache
def japanese() -> trans_real.DjangoTranslation:
    return trans_real.DjangoTranslation("ja")


@cache
def in_django(message: str) -> bool:
    """Whether it is one of Django's own texts: names of months, messages of its forms."""
    return japanese().gettext(message) != message


class Spelling(NullTranslations):
    """Spells what stands in the catalogue, or in Django's own."""

    def gettext(self, message: str) -> str:
        words = message.rpartition("\x04")[2]
        if words in known() or in_django(message):
            return spelled(words)
        return message

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)

    def language(self) -> str:
        return CODE

    def to_language(self) -> str:
        return CODE


@pytest.fixture
def in_other_letters(settings, monkeypatch):
    """From here on everybody reads the other spelling."""

    def begin() -> None:
        japanese()
        spelling = Spelling()
        monkeypatch.setitem(trans_real._translations, CODE, spelling)
        monkeypatch.setattr(trans_real, "_default", spelling)
        settings.LANGUAGE_CODE = CODE
        translation.activate(CODE)

    assert django_settings.LANGUAGE_CODE == "en"
    yield begin
    translation.activate("en")


class _Reader(HTMLParser):
    """What people read in the main part of a page; the way through all kinds beside it holds those of other tests."""

    def __init__(self):
        super().__init__()
        self.silent, self.read, self.inside = [], [], False

    def handle_starttag(self, tag, attrs):
        self.inside = self.inside or tag == "main"
        if tag in SILENT:
            self.silent.append(tag)
        if not self.inside:
            return
        self.read += [value for name, value in attrs if name in READ and value]

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "main"
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data):
        if self.inside and not self.silent and data.strip():
            self.read.append(data.strip())


def english_on(page: str, *given: str) -> list[str]:
    """The texts of a page that still hold English words; not counted are words somebody gave."""
    reader = _Reader()
    reader.feed(page)
    assert reader.read, "the page has no main part"
    return english_in(reader.read, *given)


@pytest.fixture
def papers(monkeypatch):
    """What is sent to paper, as text: the words of every PDF that is made."""
    found = []
    monkeypatch.setattr(
        pdf, "render", lambda template, data, drawings=None: found.append(list(strings_of(data))) or b"%PDF"
    )
    return found


def strings_of(data):
    """Every text in nested data; names of members and of drawings are for programs."""
    if isinstance(data, dict):
        data = [value for name, value in data.items() if name not in ("drawing", "chart")]
    for one in () if isinstance(data, str) else data:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict | list | tuple):
            yield from strings_of(one)


def english_in(texts, *given: str) -> list[str]:
    words = {word for text in given for word in WORD.findall(text)}
    return [text for text in texts if set(WORD.findall(text)) - words - SYMBOLS]


# The trade's signs are the same everywhere; addresses of data are no words.
SYMBOLS = {
    *("Hoshin", "UTC", "ISO", "IATF", "AIAG", "PDF", "CSV", "Ctrl", "svg", "pdf", "csv", "III"),
    *("Cpk", "Ppk", "Cpm", "CPL", "CPU", "PPL", "PPU", "LSL", "USL", "LCL", "UCL", "GRR", "grr", "ndc", "ppm"),
    *("AQL", "AOQ", "AOQL", "ATI", "ASN", "AIC", "MEWMA", "EWMA", "CUSUM", "sqrt", "exp", "log", "max", "min", "inf"),
    *("Box", "Behnken", "Cox", "meanlog", "sdlog", "pbar", "ubar", "cbar", "xbar", "Xbar"),
}
