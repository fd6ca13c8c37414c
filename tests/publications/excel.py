"""A small evaluator of the formulas that the workbook holds, in exact fractions: Excel is not there in a test run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import range_boundaries

TOKEN = re.compile(
    r"'(?P<sheet>[^']+)'!(?P<there>[A-Z]+\d+)|(?P<range>[A-Z]+\d+:[A-Z]+\d+)|(?P<cell>[A-Z]+\d+)|(?P<text>\"[^\"]*\")"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Z]+)(?=\()"
)


class Excel:
    """Values of a workbook's cells."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def value(self, sheet: str, address: str) -> Any:
        found = self.book[sheet][address].value
        if isinstance(found, str) and found.startswith("="):
            return self.compute(sheet, found[1:])
        return Fraction(str(found)) if isinstance(found, int | float) else found

    def compute(self, sheet: str, formula: str) -> Any:
        def python(match: re.Match[str]) -> str:
            kind, text = match.lastgroup, match[0]
            if match["there"]:
                return f"X.value({match['sheet']!r}, {match['there']!r})"
            names = {"cell": f"X.value({sheet!r}, {text!r})", "range": f"X.area({sheet!r}, {text!r})", "text": text,
                     "number": f"Fraction({text!r})", "name": f"F_{text}"}  # fmt: skip
            return names[str(kind)]

        code = re.sub(r"(?<![<>])=", "==", TOKEN.sub(python, formula))
        return eval(code, {"X": self, "Fraction": Fraction, **FUNCTIONS})

    def area(self, sheet: str, text: str) -> tuple[Any, ...]:
        left, top, right, bottom = range_boundaries(text)
        cells = self.book[sheet].iter_rows(top, bottom, left, right)
        return tuple(self.value(sheet, cell.coordinate) for row in cells for cell in row)


def flat(values: Any) -> Iterator[Fraction]:
    """The numbers of arguments, ranges and unions; text and empty cells are passed over, as Excel does."""
    for value in values if isinstance(values, tuple) else (values,):
        if isinstance(value, tuple):
            yield from flat(value)
        elif isinstance(value, Fraction):
            yield value


def median(*values: Any) -> Fraction:
    order = sorted(flat(values))
    half = len(order) // 2
    return order[half] if len(order) % 2 else (order[half - 1] + order[half]) / 2


def nearest(value: Fraction, places: Fraction, how: str) -> Fraction:
    scaled = abs(value) * 10 ** int(places)
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    more = {"ROUND": rest >= Fraction(1, 2), "ROUNDUP": rest > 0, "ROUNDDOWN": False}[how]
    return (1 if value >= 0 else -1) * Fraction(whole + more, 10 ** int(places))


FUNCTIONS = {
    "F_SUM": lambda *v: sum(flat(v), Fraction(0)),
    "F_COUNT": lambda *v: Fraction(len(list(flat(v)))),
    "F_AVERAGE": lambda *v: sum(flat(v), Fraction(0)) / len(list(flat(v))),
    "F_LARGE": lambda v, n: sorted(flat(v), reverse=True)[int(n) - 1],
    "F_SMALL": lambda v, n: sorted(flat(v))[int(n) - 1],
    "F_MEDIAN": median,
    "F_MODE": lambda *v: Counter(flat(v)).most_common(1)[0][0],
    "F_MAX": lambda *v: max(flat(v)),
    "F_MIN": lambda *v: min(flat(v)),
    "F_ABS": abs,
    "F_IF": lambda test, yes, no: yes if test else no,
    "F_ROUND": lambda v, n: nearest(v, n, "ROUND"),
    "F_ROUNDUP": lambda v, n: nearest(v, n, "ROUNDUP"),
    "F_ROUNDDOWN": lambda v, n: nearest(v, n, "ROUNDDOWN"),
}
