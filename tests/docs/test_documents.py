"""The documentation names what there is: every page is listed, every link, command, target and file named exists."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hoshin.server.command import parser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
FENCED = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# What stands in code and begins like one of the house's own folders is a path; what has a placeholder in it is not.
NAMED_PATH = re.compile(r"(?<![\w/.])(?:src|tests|docs|benchmarks)/[\w./-]*\w/?")
LARGEST_PICTURE = 250_000


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code_of(text: str) -> list[str]:
    """Code as it stands in a page: the lines of its blocks, and what stands within a line."""
    blocks = [line for block in FENCED.finditer(text) for line in block[0].splitlines()[1:-1]]
    indented = [line for line in text.splitlines() if line.startswith("       ")]
    return [*blocks, *indented, *(span[0].strip("`") for span in INLINE.finditer(FENCED.sub("", text)))]


def links_of(text: str) -> list[str]:
    return LINK.findall(INLINE.sub("", FENCED.sub("", text)))


def commands_of(text: str) -> Iterator[list[str]]:
    for code in code_of(text):
        for found in re.finditer(r"(?:^|[\s/;&(])hoshin ((?:--?)?[a-z][^#;&|)]*)", code):
            yield found[1].split()


def targets_of(text: str) -> Iterator[str]:
    for code in code_of(text):
        yield from re.findall(r"(?:^|[;&] *)make ([a-z][a-z-]*)", code)


def is_understood(words: list[str], by: argparse.ArgumentParser) -> bool:
    """Whether the parser knows the command, its part and its options; what stands for an argument is passed over."""
    for word in words:
        parts = [action for action in by._actions if isinstance(action, argparse._SubParsersAction)]
        if parts:
            if word not in parts[0].choices:
                return False
            by = parts[0].choices[word]
        elif word.startswith("-") and word.strip("[]") not in by._option_string_actions:
            return False
    return True


def test_every_page_is_listed():
    index = DOCS / "index.md"
    listed = {(DOCS / link).resolve() for link in links_of(index.read_text(encoding="utf-8"))}
    missing = [name_of(page) for page in DOCS.rglob("*.md") if page != index and page not in listed]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_and_picture_is_there(page):
    inner = [link.split("#")[0] for link in links_of(page.read_text(encoding="utf-8")) if ":" not in link]
    missing = [link for link in inner if link and not (page.parent / link).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_and_target_named_exists(page):
    text = page.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    made = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    unknown = [" ".join(["hoshin", *words]) for words in commands_of(text) if not is_understood(words, parser())]
    unknown += [f"make {target}" for target in targets_of(text) if target not in made]

    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_named_exists(page):
    named = {path for code in code_of(page.read_text(encoding="utf-8")) for path in NAMED_PATH.findall(code)}
    missing = sorted(path for path in named if not (ROOT / path).exists())

    assert missing == []


def test_every_picture_is_shown_and_small():
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in links_of(page.read_text(encoding="utf-8"))
        if ":" not in link
    }
    wrong = [
        name_of(picture)
        for picture in (DOCS / "images").iterdir()
        if picture not in shown or picture.stat().st_size > LARGEST_PICTURE
    ]

    assert wrong == []


def test_the_checks_are_counted_as_they_stand_in_the_table():
    text = (DOCS / "trust.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (T\d\d) \|.*?\| (held|in part|missing) \|", text, re.MULTILINE)
    standing = [how for _, how in rows]
    counted = ", ".join(f"{standing.count(how)} {how}" for how in ("held", "in part", "missing"))

    assert [f"T{n:02}" for n in range(1, 51)] == [check for check, _ in rows]
    assert f": {counted}." in text


def test_an_unknown_command_is_found():
    told = "Say `hoshin serve --port 80`, then `hoshin fly`, `hoshin ledger burn x` and `hoshin doctor --wings`; `make hay`."
    unknown = [words for words in commands_of(told) if not is_understood(words, parser())]

    assert unknown == [["fly"], ["ledger", "burn", "x"], ["doctor", "--wings"]]
    assert list(targets_of(told)) == ["hay"]
