"""The expression language over a kind's fields: text, checked against names and types, becomes a typed tree.

    severity = "major" and due_on < today + 7
    not (owner = me or unit is missing) and title contains "oven"
    state in ("open", "assessed") and count(steps) > 2

It serves list filters, saved filters and conditions in data. Nothing in it is ever evaluated as a program.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing

from . import field_types as types
from .expression_tree import (
    EVERYTHING,
    FUNCTIONS,
    And,
    Comparison,
    Condition,
    Contains,
    Context,
    Field,
    Function,
    Literal,
    Missing,
    Moment,
    Not,
    OneOf,
    Operand,
    Or,
    context_of,
)
from .field_types import BadValue
from .fields import FieldSpec

__all__ = ["Condition", "Context", "ExpressionError", "comparison", "context_of", "matching", "parse"]

LONGEST, DEEPEST, FARTHEST = 4_000, 40, 100_000
TOKENS = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<instant>[0-9]{4}-[0-9][0-9]-[0-9][0-9](?:T[0-9:.]+(?:Z|[+-][0-9][0-9]:[0-9][0-9])?)?)
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<sign><=|>=|!=|=|<|>|\(|\)|,|\+|-)
    |(?P<end>\Z))""",
    re.VERBOSE,
)
MOMENTS = ("today", "now", "me")
MIRRORED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


class ExpressionError(ValueError):
    """An expression that cannot be understood: where, what was found and what would be accepted."""

    def __init__(self, message: str, position: int = 0):
        self.position = position
        super().__init__(_("At character %(place)s: %(message)s") % {"place": position + 1, "message": message})


@dataclass(frozen=True)
class Token:
    sort: str
    text: str
    position: int

    @property
    def shown(self) -> str:
        return f"“{self.text[:40]}”" if self.text else _("the end")


@dataclass(frozen=True)
class Written:
    """A value as it stands in the text, before it is known what it is compared with."""

    token: Token
    value: Any


def parse(text: str, fields: Mapping[str, FieldSpec]) -> Condition:
    """The tree of an expression over these fields (``spec.by_name``). Empty text holds for every row."""
    if len(text) > LONGEST:
        message = _("The expression has %(found)s characters; at most %(most)s are accepted.")
        raise ExpressionError(message % {"found": len(text), "most": LONGEST}, LONGEST)
    return Parser(text, fields).whole()


def matching(condition: Condition, standing: Standing) -> Q:
    """The rows a condition holds for, among those whose fields it reads this person may see."""
    q = condition.q(context_of(standing))
    for field in {f.name: f for f in condition.fields()}.values():
        if field.visible_to is not None:
            q &= field.visible_to.q(standing)
    return q if q is not EVERYTHING else Q()


def comparison(f: FieldSpec, op: str, raw: Any) -> Condition:
    """One comparison from a field, an operator and a value as a query string carries it; ``~`` means contains."""
    left = Field(f)
    token = Token("text", str(raw), 0)
    if left.group == "parts":
        raise ExpressionError(_("Lines cannot be compared; count(%(name)s) can.") % {"name": f.name})
    if raw == "":
        return Not(Missing(left)) if op == "!=" else Missing(left)
    if op == "~":
        return contains(left, token, str(raw))
    written: Any = Written(token, raw)
    if raw in MOMENTS and left.group in ("date", "instant", "person"):
        written = Moment(raw)
    return compared(left, Token("sign", op, 0), written)


class Parser:
    """Recursive descent over the tokens: or, and, not, comparison."""

    def __init__(self, text: str, fields: Mapping[str, FieldSpec]):
        self.tokens, self.at, self.depth, self.known = tokens(text), 0, 0, fields

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def step(self) -> Token:
        token = self.here
        self.at += 1
        return token

    def take(self, *texts: str) -> Token | None:
        return self.step() if self.here.sort in ("name", "sign") and self.here.text in texts else None

    def need(self, text: str) -> Token:
        found = self.take(text)
        if found is None:
            raise self.wrong(f"“{text}”")
        return found

    def wrong(self, expected: str, token: Token | None = None) -> ExpressionError:
        token = token or self.here
        message = _("%(found)s was found; %(expected)s is expected.") % {"found": token.shown, "expected": expected}
        return ExpressionError(message, token.position)

    def whole(self) -> Condition:
        if self.here.sort == "end":
            return And(())
        tree = self.either()
        if self.here.sort != "end":
            raise self.wrong(_("“and”, “or” or the end"))
        return tree

    def either(self) -> Condition:
        return self._joined("or", self.both, Or)

    def both(self) -> Condition:
        return self._joined("and", self.single, And)

    def _joined(self, word: str, part: Callable[[], Condition], join: type) -> Condition:
        parts = [part()]
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def single(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                _("The expression is nested more than %(n)s deep.") % {"n": DEEPEST}, self.here.position
            )
        try:
            if self.take("not"):
                return Not(self.single())
            if self.take("("):
                inner = self.either()
                self.need(")")
                return inner
            return self.statement()
        finally:
            self.depth -= 1

    def statement(self) -> Condition:
        start = self.here
        left = self.operand()
        if isinstance(left, Field | Function):
            if self.take("is"):
                return self.missing(left)
            if self.take("in"):
                return OneOf(left, self.options(left))
            if self.take("contains"):
                return contains(left, self.here, self.text())
        op = self.take("=", "!=", "<", "<=", ">", ">=")
        if op is None:
            if isinstance(left, Field) and left.group == "yes or no":
                return Comparison(left, "=", Literal(True))
            raise self.wrong(_("one of = != < <= > >= in contains is"))
        right = self.operand()
        if isinstance(left, Field | Function):
            return compared(left, op, right)
        if isinstance(right, Field | Function):
            return compared(right, replace(op, text=MIRRORED[op.text]), left)
        raise self.wrong(_("a field on one side of the comparison"), start)

    def missing(self, left: Operand) -> Condition:
        contrary = self.take("not")
        self.need("missing")
        if left.group == "parts":
            raise ExpressionError(_("Lines are counted: count(%(name)s) = 0.") % {"name": left}, self.here.position)
        return Not(Missing(left)) if contrary else Missing(left)

    def options(self, left: Operand) -> tuple:
        self.need("(")
        found = [self.option(left)]
        while self.take(","):
            found.append(self.option(left))
        self.need(")")
        return tuple(found)

    def option(self, left: Operand) -> Any:
        token, right = self.here, self.operand()
        if isinstance(right, Field | Function):
            raise self.wrong(_("a value"), token)
        return compared(left, Token("sign", "=", token.position), right).right

    def text(self) -> str:
        if self.here.sort != "text":
            raise self.wrong(_("text in quotes"))
        return unquoted(self.step().text)

    def operand(self) -> Any:
        token = self.step()
        if token.sort == "text":
            return Written(token, unquoted(token.text))
        if token.sort in ("number", "instant"):
            return Written(token, token.text)
        if token.sort != "name":
            raise self.wrong(_("a field, a value or “(”"), token)
        if token.text in ("yes", "no", "true", "false"):
            return Written(token, token.text)
        if token.text in FUNCTIONS and self.here.text == "(":
            return self.function(token)
        if token.text in MOMENTS and token.text not in self.known:
            return self.moment(token)
        return self.field(token)

    def field(self, token: Token) -> Field:
        if token.text not in self.known:
            message = _("There is no field %(found)s; there are: %(known)s. Text stands in quotes.")
            raise ExpressionError(message % {"found": token.shown, "known": ", ".join(self.known)}, token.position)
        return Field(self.known[token.text])

    def function(self, token: Token) -> Function:
        self.need("(")
        at = self.here
        inner, takes = self.operand(), FUNCTIONS[token.text][0]
        if not isinstance(inner, Field) or inner.group != takes:
            raise self.wrong(_("a field of type %(type)s") % {"type": takes}, at)
        self.need(")")
        return Function(token.text, inner)

    def moment(self, token: Token) -> Moment:
        if self.take("(") is not None:
            self.need(")")
        days, at = 0, self.here
        if token.text != "me" and at.sort == "number" and at.text.startswith("-"):
            days = self.whole_days(self.step().text)  # "today -7" reads as one signed number
        elif token.text != "me" and (sign := self.take("+", "-")):
            if self.here.sort != "number":
                raise self.wrong(_("a number of days"))
            days = self.whole_days(self.step().text) * (-1 if sign.text == "-" else 1)
        return Moment(token.text, days)

    def whole_days(self, text: str) -> int:
        if not text.lstrip("-").isdecimal() or len(text) > 7 or abs(int(text)) > FARTHEST:
            expected = _("a whole number of days up to %(n)s") % {"n": FARTHEST}
            raise self.wrong(expected, self.tokens[self.at - 1])
        return int(text)


def tokens(text: str) -> list[Token]:
    found, at = [], 0
    while True:
        match = TOKENS.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionError(_("“%(c)s” cannot stand here.") % {"c": text[at : at + 1]}, at)
        sort = match.lastgroup
        found.append(Token(sort, match.group(sort), match.start(sort)))
        if sort == "end":
            return found
        at = match.end()


def unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def contains(left: Operand, at: Token, text: str) -> Contains:
    if left.group != "text" or isinstance(left, Function):
        raise ExpressionError(
            _("“contains” is asked of text; %(f)s is a %(t)s.") % {"f": left, "t": left.group}, at.position
        )
    return Contains(left, text)


def compared(left: Operand, op: Token, right: Any) -> Condition:
    """A comparison whose sides fit one another, or the reason why they do not."""
    if left.group == "parts":
        raise ExpressionError(_("Lines are counted: count(%(name)s).") % {"name": left}, op.position)
    if op.text not in ("=", "!=") and not left.has_order:
        message = _("%(f)s is a %(t)s and has no order; = and != can be asked.") % {"f": left, "t": left.group}
        raise ExpressionError(message, op.position)
    fitted = _fitted(left, right, op)
    return Not(Comparison(left, "=", fitted)) if op.text == "!=" else Comparison(left, op.text, fitted)


def _fitted(left: Operand, right: Any, op: Token) -> Any:
    if isinstance(right, Written):
        return Literal(value_for(left, right))
    group = (
        {"today": "date", "now": "instant", "me": "person"}[right.name] if isinstance(right, Moment) else right.group
    )
    if group == left.group:
        return right
    if isinstance(right, Moment) and right.name == "today" and left.group == "instant":
        return replace(right, as_instant=True)
    message = _("%(one)s is a %(t)s and cannot be compared with %(other)s, a %(u)s.")
    raise ExpressionError(message % {"one": left, "t": left.group, "other": right, "u": group}, op.position)


def value_for(left: Operand, written: Written) -> Any:
    """A written value, read as the field it is compared with reads values."""
    raw, at = written.value, written.token.position
    if left.group == "number":
        return _number(raw, at)
    if left.group == "text":
        return str(raw)
    try:
        value = left.spec.type.parse(raw, left.spec)
    except BadValue as bad:
        raise ExpressionError(str(bad), at)
    if value is None:
        raise ExpressionError(_("Nothing is compared with: ask “is missing”."), at)
    return value


def _number(raw: Any, at: int) -> Decimal:
    text = str(raw).strip()
    if not re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
        raise ExpressionError(_("“%(found)s” is not a number, such as 12.5.") % {"found": text[:60]}, at)
    if len(text.lstrip("-").replace(".", "").strip("0")) > types.MOST_DIGITS or len(text) > 40:
        raise ExpressionError(_("The number has more than %(n)s digits.") % {"n": types.MOST_DIGITS}, at)
    return Decimal(text)
