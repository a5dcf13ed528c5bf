"""The texts of packages that know no Django, read from their source: what the catalogue holds, and the patterns of texts.

A text is any string that reads as words: it has a word of three letters, and it stands among other words or in a place
whose words are shown (a step, a title, a name in an error). Where numbers or names are put into a text before anybody
can translate it, the text is known by its pattern: ``f"{n} points"`` is the text ``{n} points``.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import hoshin.measurements.reading
import hoshin.stats

PACKAGE = Path(hoshin.stats.__file__).parents[1]
# Both know no Django: figures, and files of measurements with what is wrong with them.
SPEECHLESS = tuple(Path(one.__file__).parent for one in (hoshin.stats, hoshin.measurements.reading))
# Here single words are what is looked for in other people's texts and files.
LISTS_OF_WORDS = re.compile(r"/(?:text|reading)/")
WORD = re.compile(r"[^\W\d_]{3,}|\b(?:of|or|to|by|is|in|at|on|no)\b")
HOLE = re.compile(r"\{([A-Za-z_]\w*)(?:![rs])?(?::[^{}]*)?\}")
CAPITALISED = re.compile(r"[A-Z][a-z]{2,}")
# What stands in formulas as it does in every language.
SYMBOLS = {
    "sqrt", "exp", "log", "sum", "max", "min", "abs", "sin", "cos", "phi", "chi", "inf", "nan", "lsl", "usl", "cpk", "ppk", "cpm",
    "cpl", "cpu", "ppl", "ppu", "grr", "ndc", "ucl", "lcl", "aql", "ppm", "ewma", "cusum", "anova", "pbar", "bar", "xbar", "ubar", "cbar",
}  # fmt: skip
# Calls whose words are shown wherever they stand alone.
SPEAKING = {"Step", "StatisticsError", "Check", "Rule", "Panel", "Family", "family", "TestResult"}
NAMED = {
    "what", "formula", "text", "test", "estimand", "statistic_name", "effect_size_name", "claim", "title", "name", "kind", "source",
    "assumption", "found", "method", "reason", "needed", "caution", "summary", "SEPARATORS", "names",
}  # fmt: skip
# Said by results themselves, where a value is no number.
VALUES = ("True", "False", "None")
# Said in the source word by word; another language needs the whole of it, for its words stand in another order.
PHRASES = (
    "{first} differs from {second}", "{first} differ from {second}", "{first} is less than {second}", "{first} is greater than {second}",
    "{first} tend to be less than {second}", "{first} tend to be greater than {second}", "{what} plus {shift}",
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """One text: its words with named holes, and where they stand."""

    words: str
    # Fixed words and, in odd places, the names of holes that are filled before the text is seen.
    pieces: tuple[str, ...]
    place: str = field(default="", compare=False)


@cache
def texts() -> dict[str, Text]:
    """Every text of the statistics by its words."""
    found = {words: Text(words, (words,)) for words in (*VALUES, *PHRASES)}
    for path in sorted(path for folder in SPEECHLESS for path in folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text in texts_in(tree, path.relative_to(PACKAGE).as_posix()):
            found.setdefault(text.words, text)
    return found


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """How texts look once their holes are filled, those with most fixed words first; holes small, then large.

    Before each stands the longest piece of fixed words, which is looked for first.
    """
    found = []
    for text in texts().values():
        for pieces in {text.pieces, tuple(HOLE.split(text.words))}:
            if len(pieces) > 1:
                weight, longest = sum(map(len, pieces[::2])), max(pieces[::2], key=len)
                found += [(weight, (longest, _pattern(pieces, hole), text.words)) for hole in (".+?", ".+")]
    found.sort(key=lambda one: -one[0])
    return tuple(one for _weight, one in found)


def _pattern(pieces: Iterable[str], hole: str) -> re.Pattern[str]:
    told, seen = "", set()
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            told += re.escape(piece)
        else:
            told += f"(?P={piece})" if piece in seen else f"(?P<{piece}>{hole})"
            seen.add(piece)
    return re.compile(told, re.DOTALL)


def texts_in(tree: ast.Module, place: str = "") -> Iterator[Text]:
    """The texts of one module, in their order."""
    return _Reader(tree, place).read()


class _Reader:
    """Walks a module and tells what in it is read by people."""

    def __init__(self, tree: ast.Module, place: str):
        self.place = place
        self.above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.explaining = self._explaining()

    def read(self) -> Iterator[Text]:
        yield from self._fields()
        for node in self.above:
            if (
                isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp)
                and self._is_whole(node)
                and not self._is_silent(node)
            ):
                yield from self._said(node)

    def _said(self, node: ast.expr) -> Iterator[Text]:
        pieces = _pieces(node)
        if pieces is None:
            return
        where = f"{self.place}:{node.lineno}"
        words = "".join(f"{{{piece}}}" if place % 2 else piece for place, piece in enumerate(pieces))
        if not _reads(HOLE.sub(" ", words)):
            return
        if " " in words.strip() or len(pieces) > 1 or CAPITALISED.fullmatch(words) or self._is_shown(node):
            trimmed = _trimmed(pieces)
            yield Text("".join(f"{{{p}}}" if i % 2 else p for i, p in enumerate(trimmed)), trimmed, where)
        if "_" in words and " " not in words and self._is_shown(node):
            yield Text(words.replace("_", " "), (words.replace("_", " "),), where)

    def _fields(self) -> Iterator[Text]:
        """Results that do not tell their steps show the names of their fields."""
        for node in self.above:
            if isinstance(node, ast.ClassDef) and not any(getattr(one, "name", "") == "steps" for one in node.body):
                for one in node.body:
                    if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and _reads(one.target.id):
                        yield Text(one.target.id, (one.target.id,), f"{self.place}:{one.lineno}")

    def _is_whole(self, node: ast.expr) -> bool:
        """Whether the string is no piece of a longer one."""
        above = self.above.get(node)
        return not isinstance(above, ast.JoinedStr | ast.FormattedValue) and not (
            isinstance(above, ast.BinOp) and isinstance(above.op, ast.Add) and _pieces(above) is not None
        )

    def _is_silent(self, node: ast.expr) -> bool:
        """Docstrings, annotations, lists of words, keys that are looked up, and errors for programmers."""
        above = self.above.get(node)
        if isinstance(above, ast.Expr) or (isinstance(above, ast.Attribute) and above.attr == "split"):
            return True
        while above is not None and not isinstance(above, ast.stmt):
            if isinstance(above, ast.Subscript) and node is above.slice:
                return True
            node, above = above, self.above.get(above)
        notes = (getattr(above, "annotation", None), getattr(above, "returns", None))
        if node in notes:
            return True
        if isinstance(above, ast.Assign) and any(_name(target) == "__all__" for target in above.targets):
            return True
        if isinstance(above, ast.Raise) and isinstance(above.exc, ast.Call):
            return _name(above.exc.func) in ("TypeError", "KeyError", "ValueError", "NotImplementedError")
        return False

    def _is_shown(self, node: ast.expr) -> bool:
        """Whether a word standing alone is in a place whose words are shown."""
        below = node
        for above in self._around(node):
            shown = self._shows(above, below)
            if shown is not None:
                return shown
            below = above
        return False

    def _shows(self, above: ast.AST, below: ast.AST) -> bool | None:
        """Whether what stands around a word shows it; None where it does not decide."""
        if isinstance(above, ast.FunctionDef):
            return above in self.explaining
        if isinstance(above, ast.Assign) and not isinstance(self.above.get(above), ast.FunctionDef):
            return any(_name(target) in NAMED for target in above.targets) or not LISTS_OF_WORDS.search(self.place)
        decides = (
            (isinstance(above, ast.Call) and _speaks(_name(above.func)) and below is not above.func)
            or (isinstance(above, ast.IfExp) and below is not above.test)
            or (isinstance(above, ast.Dict) and below in above.keys)
            or (isinstance(above, ast.keyword) and above.arg in NAMED)
            or (isinstance(above, ast.Assign) and any(_name(target) in NAMED for target in above.targets))
        )
        return True if decides else None

    def _explaining(self) -> set[ast.AST]:
        """The functions that tell steps of a computation."""
        steps = (node for node in self.above if isinstance(node, ast.Call) and _name(node.func) == "Step")
        return {above for step in steps for above in self._around(step) if isinstance(above, ast.FunctionDef)}

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        while (node := self.above.get(node)) is not None:
            yield node


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _speaks(function: str) -> bool:
    """Whether the words given to a function are shown: the house's own, checks, and helpers of the module."""
    return function in SPEAKING or function.startswith(("check_", "_"))


def _reads(words: str) -> bool:
    """Whether there is a word that is no symbol of the trade."""
    return any(word.lower() not in SYMBOLS for word in WORD.findall(words.replace("_", " ")))


def _pieces(node: ast.expr) -> tuple[str, ...] | None:
    """Fixed words and names of holes in turn; None where there is no fixed word."""
    told = [""]
    names: dict[str, str] = {}
    for is_fixed, piece in _taken_apart(node):
        if is_fixed:
            told[-1] += piece
        else:
            told += [names.setdefault(piece, _free(piece, set(names.values()))), ""]
    if isinstance(node, ast.BinOp) and not told[0] and len(told) > 2 and told[2][:1].isupper():
        # A sentence after another one is a text of its own.
        del told[:2]
    return tuple(told) if any(told[::2]) else None


def _free(expression: str, taken: set[str]) -> str:
    """A name for a hole: the last name in its expression."""
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"\([^()]*\)|\[[^]]*\]", "", expression)) or ["x"]
    name, count = words[-1].strip("_") or "x", 2
    while name in taken:
        name, count = f"{words[-1].strip('_')}{count}", count + 1
    return name


def _taken_apart(node: ast.expr) -> Iterator[tuple[bool, str]]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield True, node.value
        else:
            yield False, "x"
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield True, part.value
            else:
                yield False, ast.unparse(part.value)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _taken_apart(node.left)
        yield from _taken_apart(node.right)
    else:
        yield False, ast.unparse(node)


def _trimmed(pieces: tuple[str, ...]) -> tuple[str, ...]:
    told = list(pieces)
    told[0], told[-1] = told[0].lstrip(), told[-1].rstrip()
    return tuple(told) if len(told) > 1 else (told[0].strip(),)
