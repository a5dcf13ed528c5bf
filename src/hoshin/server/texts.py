"""The message catalogue's template: every text of the house, of its pages and of its statistics, with where it stands."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from hoshin.surfaces.statistics.texts import HOLE, texts

PACKAGE = Path(__file__).parents[1]
# How a text is marked: the places of its context, its words and its plural among the arguments.
MARKS = {
    "_": (None, 0, None), "gettext": (None, 0, None), "gettext_lazy": (None, 0, None), "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1), "ngettext_lazy": (None, 0, 1), "pgettext": (0, 1, None), "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
}  # fmt: skip
STRING = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
IN_TEMPLATE = re.compile(rf"\b(_|n?p?gettext)\((?:[^()'\"]|{STRING})*\)")
HEAD = r"""# The texts of Hoshin. Copy this file to locale/LANGUAGE/LC_MESSAGES/django.po and translate it there.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"""


@dataclass(frozen=True)
class Message:
    """One text of the catalogue."""

    words: str
    plural: str = ""
    context: str = ""

    @property
    def flag(self) -> str:
        """How the holes of the text are written, so that a translation is held to the same."""
        if re.search(r"%\(\w+\)", self.words):
            return "python-format"
        return "python-brace-format" if HOLE.search(self.words) else "no-python-format" if "%" in self.words else ""


def catalogue() -> dict[Message, list[str]]:
    """Every text with the places where it stands."""
    found: dict[Message, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
            for message, line in messages_in(path):
                found.setdefault(message, []).append(f"{path.relative_to(PACKAGE).as_posix()}:{line}")
    for text in texts().values():
        found.setdefault(Message(text.words), []).append(text.place or "stats")
    return found


def messages_in(path: Path) -> Iterator[tuple[Message, int]]:
    """The marked texts of a file, with their lines."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _marked(ast.parse(source))
    elif "templates" in path.parts:
        plain = templatize(source)
        for call in IN_TEMPLATE.finditer(plain):
            line = plain.count("\n", 0, call.start())
            yield from ((message, line + at) for message, at in _marked(ast.parse(call[0])))


def _marked(tree: ast.Module) -> Iterator[tuple[Message, int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        places = MARKS.get(name, ())
        given = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        if places and all(at is None or (at < len(given) and isinstance(given[at], str)) for at in places):
            context, words, plural = ("" if at is None else given[at] for at in places)
            if words:
                yield Message(words, plural, context), node.lineno


def written(found: dict[Message, list[str]]) -> str:
    """The catalogue as a file that translators' programs read."""
    return HEAD + "".join(f"\n{_entry(message, places)}" for message, places in found.items())


def _entry(message: Message, places: list[str]) -> str:
    told = "".join(f"#: {place}\n" for place in places[:3])
    told += f"#, {message.flag}\n" if message.flag else ""
    told += f"msgctxt {_quoted(message.context)}\n" if message.context else ""
    told += f"msgid {_quoted(message.words)}\n"
    if message.plural:
        return told + f'msgid_plural {_quoted(message.plural)}\nmsgstr[0] ""\nmsgstr[1] ""\n'
    return told + 'msgstr ""\n'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
