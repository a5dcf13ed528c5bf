"""The trees of an analysis as drawings, for page and paper."""

from collections.abc import Sequence
from typing import Any

from hoshin.surfaces.drawing import Cause as Node
from hoshin.surfaces.drawing import Drawing, fishbone, tree

from .models import Category, Ground, Nature
from .rules import text_of


def _standing(line: dict[str, Any], is_leaf: bool) -> str:
    if is_leaf and line.get("nature") == Nature.SYSTEMIC:
        return "cause"
    return {Ground.EVIDENCE: "evidence", Ground.ASSUMPTION: "assumption"}.get(line.get("ground") or "", "")


def _nodes(lines: Sequence[dict], parent: Any) -> list[Node]:
    made = []
    for line in lines:
        if line.get("parent") == parent:
            below = _nodes(lines, line["uid"])
            made.append(Node(text_of(line), _standing(line, not below), below))
    return made


def whys_drawing(problem: str, lines: Sequence[dict], title: str) -> Drawing | None:
    """The whys from left to right; None where nobody has asked yet."""
    return tree(Node(problem, "", _nodes(lines, None)), title=title) if lines else None


def causes_drawing(problem: str, lines: Sequence[dict], title: str) -> Drawing | None:
    """Causes by branch along the spine; None where there are none."""
    roots = [line for line in lines if line.get("parent") is None]
    bones = []
    for category in Category:
        mine = [line for line in roots if line.get("category") == category]
        if mine:
            children = [Node(text_of(line), _standing(line, False), _nodes(lines, line["uid"])) for line in mine]
            bones.append(Node(str(category.label), "", children))
    return fishbone(problem, bones, title=title) if bones else None
