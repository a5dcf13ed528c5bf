"""Formulas people type: arithmetic over names, read into a tree and computed on numbers or arrays, never run as a program."""

import ast
import operator
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from .forms import NoAnswer

LONGEST, DEEPEST = 500, 40
OPERATIONS: Mapping[type, Callable] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: np.divide, ast.Pow: np.power,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
FUNCTIONS: Mapping[str, Callable] = {
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "log10": np.log10, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "atan": np.arctan, "abs": np.abs,
}  # fmt: skip
CONSTANTS = {"pi": np.pi}


@dataclass(frozen=True)
class Formula:
    """A formula that was read: the names it asks for, and its value for them."""

    text: str
    tree: ast.expr
    names: tuple[str, ...]

    def __call__(self, /, **values: Any) -> Any:
        with np.errstate(all="ignore"):
            return _value(self.tree, values)


def formula(text: str) -> Formula:
    """The formula in a text; NoAnswer says what cannot be read."""
    written = text.strip().replace("^", "**").replace("·", "*").replace("×", "*").replace("−", "-")
    if not written or len(written) > LONGEST:
        raise NoAnswer(_("A formula of up to %(most)s characters is needed, such as m / V.") % {"most": LONGEST})
    try:
        tree = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NoAnswer(_("“%(found)s” is no formula, such as (m1 - m0) / V.") % {"found": text[:60]}) from None
    names: dict[str, None] = {}
    _check(tree, written, names, 0)
    return Formula(written, tree, tuple(names))


def name_of(text: str) -> str:
    """A name as a formula reads it: the micro sign and the Greek letter are one."""
    return unicodedata.normalize("NFKC", text.strip())


def _check(node: ast.AST, written: str, names: dict[str, None], depth: int) -> None:
    """Refuse everything that is not arithmetic, and collect the names."""
    if depth > DEEPEST:
        raise NoAnswer(_("The formula is nested too deeply."))
    if isinstance(node, ast.BinOp | ast.UnaryOp) and type(node.op) in OPERATIONS:
        for part in (node.left, node.right) if isinstance(node, ast.BinOp) else (node.operand,):
            _check(part, written, names, depth + 1)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        if len(node.args) != 1 or node.keywords:
            raise NoAnswer(_("%(name)s takes one number.") % {"name": node.func.id})
        _check(node.args[0], written, names, depth + 1)
    elif isinstance(node, ast.Name):
        if node.id not in CONSTANTS:
            names[node.id] = None
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        raise NoAnswer(
            _("A formula holds names, numbers, + - * / ^, brackets and %(known)s; “%(found)s” is none of them.")
            % {"known": ", ".join(FUNCTIONS), "found": (ast.get_source_segment(written, node) or written)[:40]}
        )


def _value(node: ast.AST, values: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.UnaryOp):
        return OPERATIONS[type(node.op)](_value(node.operand, values))
    if isinstance(node, ast.Call):
        return FUNCTIONS[node.func.id](_value(node.args[0], values))
    if isinstance(node, ast.Name):
        return CONSTANTS[node.id] if node.id in CONSTANTS else values[node.id]
    # A whole number with hundreds of digits is none the machine can hold.
    return np.float64(str(node.value))
