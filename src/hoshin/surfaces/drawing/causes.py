"""Cause analyses as drawings: the tree of whys and the fishbone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .canvas import Drawing, path, px, rect, shortened, svg, text, width_of


@dataclass(frozen=True)
class Cause:
    """A node of an analysis. `standing` is "", "evidence", "assumption" or "cause" (a root cause)."""

    text: str
    standing: str = ""
    children: Sequence["Cause"] = ()


STANDINGS = {
    "evidence": gettext_lazy("evidence"),
    "assumption": gettext_lazy("assumption"),
    "cause": gettext_lazy("cause"),
}
CLASSES = {"": "d-state", "evidence": "d-evidence", "assumption": "d-assumption", "cause": "d-cause"}
BOX, GAP, LINE, LONGEST = 176.0, 34.0, 13.0, 3


def tree(root: Cause, *, title: str) -> Drawing:
    """The whys from left to right: the problem first, each column one why deeper."""
    drawn: list[str] = []
    height = _branch(root, 0, 6.0, drawn)[1]
    depth = _depth(root)
    return svg(
        (BOX + GAP) * depth - GAP + 12, height + 6, drawn, title=title, description=_said(root), cls="tree-drawing"
    )


def _depth(cause: Cause) -> int:
    return 1 + max((_depth(child) for child in cause.children), default=0)


def _branch(cause: Cause, depth: int, top: float, drawn: list[str]) -> tuple[float, float]:
    """Draw a node with all below it; its middle, and the lowest line used."""
    x = 6 + depth * (BOX + GAP)
    lines = wrapped(cause.text, int((BOX - 18) / 5.9), LONGEST)
    tall = LINE * len(lines) + 13
    bottom, middles, at = top, [], top
    for child in cause.children:
        middle, at = _branch(child, depth + 1, at, drawn)
        middles.append(middle)
    bottom = max(at, top + tall + 10)
    middle = (middles[0] + middles[-1]) / 2 if middles else top + tall / 2
    middle = max(middle, top + tall / 2)
    drawn += [path("d-way", _elbow(x + BOX, middle, x + BOX + GAP, other)) for other in middles]
    drawn.append(rect(CLASSES[cause.standing], x, middle - tall / 2, BOX, tall, 4))
    first = middle - tall / 2 + 17
    drawn += [text(part, x + 9, first + k * LINE, "d-strong" if not depth else "") for k, part in enumerate(lines)]
    return middle, bottom


def _elbow(x1: float, y1: float, x2: float, y2: float) -> str:
    half = (x1 + x2) / 2
    return f"M{px(x1)} {px(y1)}H{px(half)}V{px(y2)}H{px(x2)}"


def wrapped(words: str, length: int, most: int) -> list[str]:
    """A text in at most so many lines; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in str(words).split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > length:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    kept = [shortened(part, length) for part in lines[:most]]
    if len(lines) > most:
        kept[-1] = shortened(kept[-1] + " …", length)
    return kept


def _said(cause: Cause, depth: int = 0) -> str:
    standing = f" ({STANDINGS[cause.standing]})" if cause.standing else ""
    own = _("why %(cause)s") % {"cause": cause.text} if depth else cause.text
    return " ".join([f"{own}{standing}.", *(_said(child, depth + 1) for child in cause.children)])


def fishbone(problem: str, bones: Sequence[Cause], *, title: str) -> Drawing:
    """Causes by category along a spine that points at the problem; categories alternate above and below."""
    pairs = [bones[k : k + 2] for k in range(0, len(bones), 2)]
    most = max((len(bone.children) for bone in bones), default=0)
    reach, rib = 60 + 26.0 * most, 206.0
    spine, head = reach + 26, 12 + rib * max(len(pairs), 1) + 40
    drawn = [
        path("d-spine", f"M12 {px(spine)}H{px(head)}"),
        path("d-spine-head", f"M{px(head)} {px(spine - 7)}l12 7-12 7z"),
    ]
    for k, pair in enumerate(pairs):
        foot = 12 + rib * (k + 1)
        drawn += [_bone(bone, foot, spine, reach if n else -reach) for n, bone in enumerate(pair)]
    lines = wrapped(problem, 24, 4)
    drawn.append(rect("d-cause", head + 14, spine - 10 - 8 * len(lines), 164, 16 * len(lines) + 18, 4))
    drawn += [
        text(part, head + 24, spine + 8 - 8 * len(lines) + 16 * k + 2, "d-strong") for k, part in enumerate(lines)
    ]
    said = " ".join([problem + ".", *(_said(bone) for bone in bones)])
    return svg(head + 190, 2 * spine, drawn, title=title, description=said, cls="fishbone")


def _bone(bone: Cause, foot: float, spine: float, reach: float) -> str:
    lean = 0.36
    top_x, top_y = foot - abs(reach) * lean, spine + reach
    name_y = top_y + (14 if reach > 0 else -8)
    drawn = [
        path("d-bone", f"M{px(foot)} {px(spine)}L{px(top_x)} {px(top_y)}"),
        text(bone.text, top_x, name_y, "d-title d-middle"),
    ]
    count = len(bone.children)
    for k, cause in enumerate(bone.children):
        share = (k + 1) / (count + 1) * 0.9 + 0.06
        y, x = spine + reach * share, foot - abs(reach) * lean * share
        words = shortened(cause.text, 27)
        width = min(width_of(words, 11) + 8, 150.0)
        drawn.append(path("d-bone", f"M{px(x - width)} {px(y)}H{px(x)}"))
        mark = {"cause": "d-end d-rule", "assumption": "d-end d-faint"}.get(cause.standing, "d-end")
        drawn.append(text(words, x - 6, y - 4, mark))
    return "".join(drawn)
