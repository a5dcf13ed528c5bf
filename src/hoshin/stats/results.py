"""Results: frozen values with the trade's field names that explain themselves and survive a trip through JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from hoshin.stats.errors import StatisticsError

_KINDS: dict[str, type[Result]] = {}


class FrozenDict(dict):
    """A dictionary that cannot be changed: names to numbers inside a result."""

    def _refuse(self, *_, **__):
        raise TypeError("a result cannot be changed")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self):
        return type(self), (dict(self),)


@dataclasses.dataclass(frozen=True)
class Step:
    """One line of a computation: what is computed, the formula, the numbers put into it and what came out.

    ``formula`` is a template over ``numbers``, so that it can be said in another language.
    """

    what: str
    formula: str = ""
    numbers: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    value: Any = None

    def __str__(self) -> str:
        formula = self.formula.format(**{name: shown(number) for name, number in self.numbers.items()})
        parts = (self.what, formula, "" if self.value is None else shown(self.value))
        return " = ".join(part for part in parts if part)


@dataclasses.dataclass(frozen=True)
class Explanation:
    """How a result was computed, in lines a person can follow with paper and a calculator."""

    title: str
    steps: tuple[Step, ...]
    assumptions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __str__(self) -> str:
        lines = [self.title, *(f"  {step}" for step in self.steps)]
        lines += [f"  assumes: {assumption}" for assumption in self.assumptions]
        lines += [f"  source: {source}" for source in self.sources]
        return "\n".join(lines)


class Result:
    """The base of every result. Subclasses are frozen dataclasses declared with ``eq=False``.

    A subclass names its fields as the trade does, sets ``title``, ``assumptions`` and ``sources`` and yields its
    computation from ``steps()``. Arrays are stored read-only, dictionaries frozen.
    """

    title: ClassVar[str] = ""
    sources: ClassVar[tuple[str, ...]] = ()
    assumptions: tuple[str, ...] = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        known = _KINDS.setdefault(cls.__name__, cls)
        if known.__module__ != cls.__module__:
            raise TypeError(f"two results are called {cls.__name__}: {known.__module__} and {cls.__module__}")
        _KINDS[cls.__name__] = cls

    def __post_init__(self):
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            frozen = _frozen(value)
            if frozen is not value:
                object.__setattr__(self, field.name, frozen)

    def steps(self) -> Iterable[Step]:
        """The lines of the computation, in the order a person would do them."""
        return [
            Step(field.name, value=getattr(self, field.name))
            for field in dataclasses.fields(self)
            if not isinstance(getattr(self, field.name), Result)
        ]

    def explain(self) -> Explanation:
        """The words and numbers needed to compute the result by hand."""
        return Explanation(self.title, tuple(self.steps()), tuple(self.assumptions), tuple(self.sources))

    def __eq__(self, other) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(same(getattr(self, field.name), getattr(other, field.name)) for field in dataclasses.fields(self))

    __hash__ = None

    def to_json(self) -> str:
        """The result as JSON: arrays as lists, every float exactly."""
        return json.dumps(encoded(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The result that ``to_json`` wrote."""
        try:
            value = json.loads(text)
        except ValueError as error:
            raise StatisticsError("the text is not JSON: {error}", error=str(error)) from None
        result = decoded(value)
        if not isinstance(result, cls):
            raise StatisticsError(
                "the JSON holds {found}; {needed} is needed", found=type(result).__name__, needed=cls.__name__
            )
        return result


def shown(value: Any) -> str:
    """A number or array as a person reads it: enough digits to check by hand, long arrays shortened."""
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=6, threshold=8, separator=", ", max_line_width=10_000)
    if isinstance(value, bool | np.bool_) or value is None:
        return str(value)
    if isinstance(value, float | np.floating):
        return f"{value:.10g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    return str(value)


def same(a: Any, b: Any) -> bool:
    """Equality of field values: arrays by dtype, shape and content; NaN equals NaN."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return (
            isinstance(a, np.ndarray)
            and isinstance(b, np.ndarray)
            and a.dtype == b.dtype
            and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        )
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
        return math.isnan(b)
    return type(a) is type(b) and a == b


def encoded(value: Any) -> Any:
    """A value as JSON can hold it; whatever JSON has no word for becomes an object with one telling key."""
    if isinstance(value, Result):
        fields = {field.name: encoded(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"result": type(value).__name__, **fields}
    if isinstance(value, np.ndarray):
        return _encoded_array(value)
    if isinstance(value, Mapping):
        return {"map": [[encoded(key), encoded(item)] for key, item in value.items()]}
    if isinstance(value, tuple | list):
        return [encoded(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a result cannot hold {type(value).__name__}")


def decoded(value: Any) -> Any:
    """What ``encoded`` was given."""
    if isinstance(value, list):
        return tuple(decoded(item) for item in value)
    if not isinstance(value, dict):
        return value
    if "result" in value:
        return _decoded_result(value)
    if "array" in value:
        return _decoded_array(value)
    if "map" in value:
        return FrozenDict((decoded(key), decoded(item)) for key, item in value["map"])
    if "float" in value:
        return float(value["float"])
    raise StatisticsError("the JSON holds no result (found the keys {found})", found=", ".join(value))


def _decoded_result(value: dict) -> Result:
    kind = _KINDS.get(value["result"])
    if kind is None:
        raise StatisticsError("the JSON holds no result known here (found {found!r})", found=value["result"])
    return kind(**{name: decoded(item) for name, item in value.items() if name != "result"})


def _encoded_array(array: np.ndarray) -> dict:
    if array.dtype.kind not in "fiub":
        raise TypeError(f"a result cannot hold an array of {array.dtype}")
    flat = array.ravel().tolist()
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        flat = [item if math.isfinite(item) else None if math.isnan(item) else str(item) for item in flat]
    shape = {} if array.ndim == 1 else {"shape": list(array.shape)}
    return {"array": flat, "dtype": array.dtype.name, **shape}


def _decoded_array(value: dict) -> np.ndarray:
    flat = [math.nan if item is None else float(item) if isinstance(item, str) else item for item in value["array"]]
    return np.array(flat, dtype=value["dtype"]).reshape(value.get("shape", -1))


def _frozen(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if not value.flags.writeable:
            return value
        view = value.view()
        view.flags.writeable = False
        return view
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        if isinstance(value, FrozenDict):
            return value
        return FrozenDict((key, _frozen(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        items = tuple(_frozen(item) for item in value)
        return value if isinstance(value, tuple) and all(map(_is, items, value)) else items
    return value


def _is(a, b) -> bool:
    return a is b
