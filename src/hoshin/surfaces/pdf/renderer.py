"""Data and drawings in, an archivable and tagged PDF out; the one module that knows the typesetter."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hoshin.surfaces.drawing import for_print

from .fonts import FOLDER

TEMPLATES = Path(__file__).parent / "templates"
# Archivable for decades (ISO 19005-2, level a: text can be read and copied) and accessible (ISO 14289-1).
STANDARDS = ["a-2a", "ua-1"]
UNSHOWN = re.compile(r'the text `?"(.*?)"`? could not be displayed', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
SHOWN_AT_MOST = 50
# What the templates say by themselves.
WORDS = (
    gettext_noop("not given"), gettext_noop("none"), gettext_noop("Ledger {size} entries, root {root}"),
    gettext_noop("Page {n} of {all}"), gettext_noop("Signed by"), gettext_noop("Meaning"), gettext_noop("Time"),
    gettext_noop("entry {number}"), gettext_noop("File"), gettext_noop("Size"), gettext_noop("Signals"), gettext_noop("Point"),
    gettext_noop("Value"), gettext_noop("Rule broken"), gettext_noop("How computed"), gettext_noop("Points"),
    gettext_noop("The record's way through its workflow"), gettext_noop("Signatures"), gettext_noop("Files"),
    gettext_noop("History"), gettext_noop("Effectiveness:"), gettext_noop("Before and after the action"),
    gettext_noop("effective"), gettext_noop("not effective"), gettext_noop("accepted without proof"),
)  # fmt: skip


class UnknownTemplate(LookupError):
    """No template of that name; the message lists those there are."""


def render(
    template_name: str,
    data: Mapping,
    drawings: Mapping[str, str] | None = None,
    *,
    fonts: Sequence[str | Path] = (),
) -> bytes:
    """Set one document. The same arguments always give the same bytes.

    Text in `data` stays text, whatever it says: it reaches the template as JSON, never as markup, and the
    template can read nothing but itself and the drawings. A character no font can show is written as its
    code point, [U+76F4]; `fonts` names folders with fonts for more scripts.
    """
    project = _project(template_name, drawings or {})
    content = json.dumps({**data, "words": {words: _(words) for words in WORDS}}, ensure_ascii=False)
    for _try in range(SHOWN_AT_MOST):
        unshown, finished = _set(project, content, fonts)
        if finished is not None:
            return finished
        content = _spelled_out(content, unshown)
        project = {name: _drawing_spelled_out(name, file, unshown) for name, file in project.items()}
    raise ValueError(f"more than {SHOWN_AT_MOST} characters have no font; name a folder with fonts for their script")


def _project(template_name: str, drawings: Mapping[str, str]) -> dict[str, bytes]:
    named = {path.stem: path for path in sorted(TEMPLATES.glob("*.typ"))}
    if template_name not in named or template_name == "house":
        known = ", ".join(sorted(named.keys() - {"house"}))
        raise UnknownTemplate(f"there is no template {template_name!r}; there are {known}")
    project = {"main": named[template_name].read_bytes(), "house.typ": named["house"].read_bytes()}
    return project | {f"{name}.svg": for_print(svg).encode() for name, svg in drawings.items()}


def _set(project: dict[str, bytes], content: str, fonts) -> tuple[set[str], bytes | None]:
    """The finished bytes, or the characters that stood in the way."""
    import typst

    try:
        return set(), typst.compile(
            project,
            format="pdf",
            font_paths=[str(FOLDER), *map(str, fonts)],
            ignore_system_fonts=True,
            sys_inputs={"data": content},
            pdf_standards=STANDARDS,
            timestamp=0,
        )
    except typst.TypstError as error:
        words = f"{error.message}\n{error.diagnostic}"
        unshown = {character for text in UNSHOWN.findall(words) for character in _unescaped(text)}
        if not unshown:
            raise
        return unshown, None


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _spelled_out(text: str, characters: set[str]) -> str:
    return text.translate({ord(c): f"[U+{ord(c):04X}]" for c in characters})


def _drawing_spelled_out(name: str, file: bytes, characters: set[str]) -> bytes:
    return _spelled_out(file.decode(), characters).encode() if name.endswith(".svg") else file
