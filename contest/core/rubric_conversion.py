"""A conversion (折算) of the rule set as data: a name and its parameters, numbers as texts and tables as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

Row = tuple[str, ...]
Parameter = str | tuple[Row, ...]
Rows = tuple[tuple[Fraction, ...], ...]
RELATIVE = frozenset({"ratio", "share", "rank_points", "rank_linear"})
"""Conversions that need the values of all entries (rules.md 3: relative to the best, rank to points)."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """Decimal places and mode; half_up is away from zero (四舍五入)."""

    places: int
    mode: str = "half_up"


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a measured value becomes marks (rules.md 3). A parameter is a decimal text, a word, or rows of decimals."""

    name: str
    parameters: tuple[tuple[str, Parameter], ...] = ()
    rounding: Rounding | None = None

    @property
    def is_relative(self) -> bool:
        """Whether the marks of one entry depend on the values of the others."""
        return self.name in RELATIVE

    def has(self, name: str) -> bool:
        """Whether the parameter is given (or has a default)."""
        return name in _values(self)

    def number(self, name: str) -> Fraction:
        """Read a number; KeyError if the conversion has none of that name."""
        value = _values(self)[name]
        return value if isinstance(value, Fraction) else Fraction(str(value))

    def parameter(self, name: str) -> Decimal:
        """Read a number as it is written in the document; KeyError if there is none of that name."""
        return Decimal(str(dict(self.parameters)[name]))

    def word(self, name: str) -> str:
        """Read one of a closed list, such as `started`; KeyError if there is none of that name."""
        return str(_values(self)[name])

    def rows(self, name: str) -> Rows:
        """Read a table; empty if it is not given."""
        found = _values(self).get(name, ())
        return found if isinstance(found, tuple) else ()

    def allowed(self) -> tuple[Decimal, ...] | None:
        """The only values that may be typed: those of a table or of choices without `other`. None: any."""
        if self.name not in {"table", "choices"} or self.has("other"):
            return None
        table = dict(self.parameters).get(self.name, ())
        return tuple(Decimal(row[0]) for row in table)

    def plain(self) -> dict[str, object]:
        """Parameters stand beside the name in the document."""
        rounding = self.rounding and {"places": self.rounding.places, "mode": self.rounding.mode}
        return {"name": self.name, **{key: _plain(value) for key, value in self.parameters}, "rounding": rounding}


def _plain(value: Parameter) -> object:
    if isinstance(value, str):
        return value
    # a list of single numbers (the points of the ranks) is written without inner lists
    return [row[0] if len(row) == 1 else list(row) for row in value]


@lru_cache(maxsize=1024)
def _values(rule: Conversion) -> Mapping[str, Fraction | str | Rows]:
    return {key: _value(raw) for key, raw in rule.parameters}


def _value(raw: Parameter) -> Fraction | str | Rows:
    if isinstance(raw, tuple):
        return tuple(tuple(Fraction(text) for text in row) for row in raw)
    return Fraction(raw) if raw[:1].isdigit() or raw[:1] == "-" else raw
