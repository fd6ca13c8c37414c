"""JSON -> conversion: which parameters each conversion has, their defaults, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from contest.core.reader import Reader
from contest.core.rubric_conversion import Conversion, Parameter, Rounding, Row

_STEPS = ("exact", "whole", "started")
_LONGEST_TABLE = 1000


@dataclass(frozen=True, slots=True)
class _Spec:
    """One parameter: `words` of a closed list, the `widths` that rows of a table may have, or else a number.

    default None: left out where it is not given; with `required` that is a fault. order: what the first column
    of a table must be.
    """

    default: str | None = None
    required: bool = False
    words: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    order: str = ""
    positive: bool = False


_NEEDED, _OPTIONAL, _ZERO, _ONE = _Spec(required=True), _Spec(), _Spec("0"), _Spec("1")
_UNIT = _Spec("1", positive=True)
_STEP = _Spec("exact", words=_STEPS)
_BETTER = _Spec("high", words=("high", "low"))
_TIES = _Spec("standard", words=("standard", "dense", "modified", "fractional"))
_FULL = _Spec(required=True, positive=True)
# Conversion -> its parameters (docs/rule-set.md lists them; rules.md 1 and 3 say where each one is used).
CONVERSIONS: Mapping[str, Mapping[str, _Spec]] = {
    "completion": {"full": _NEEDED, "floor": _Spec("70"), "over_cap_pct": _Spec("20")},
    "difference": {
        "full": _NEEDED, "target": _ZERO, "per": _UNIT, "deduct": _NEEDED,
        "side": _Spec("both", words=("both", "above", "below")), "steps": _STEP, "floor": _ZERO,
    },
    "days": {"full": _NEEDED, "late": _ONE, "early": _ZERO, "early_cap": _ZERO, "floor": _ZERO},
    "per_unit": {
        "marks": _NEEDED, "per": _UNIT, "from": _ZERO, "at_least": _OPTIONAL, "base": _ZERO, "steps": _STEP,
        "floor": _OPTIONAL, "cap": _OPTIONAL,
    },
    "bands": {
        "bands": _Spec(required=True, widths=(2, 4), order="ascending"), "below": _ZERO,
        "bounds": _Spec("from", words=("from", "above")), "steps": _Spec("whole", words=_STEPS),
        "floor": _OPTIONAL, "cap": _OPTIONAL,
    },
    "table": {"table": _Spec(required=True, widths=(2,), order="different"), "other": _OPTIONAL},
    "choices": {"full": _NEEDED, "choices": _Spec(required=True, widths=(2,), order="different"), "floor": _ZERO},
    "pieces": {"points": _Spec(required=True, widths=(2,), order="ascending")},
    "ratio": {"full": _FULL, "better": _BETTER},
    "share": {"full": _FULL},
    "rank_points": {
        "points": _Spec(widths=(1,), order="falling"), "first": _OPTIONAL, "step": _ONE, "floor": _ZERO,
        "better": _BETTER, "ties": _TIES,
    },
    "rank_linear": {"full": _FULL, "better": _BETTER, "ties": _TIES},
}  # fmt: skip
_GROWTH = 2  # where `per` stands in a row of four


def read_conversion(reader: Reader, rounding: Rounding | None) -> Conversion:
    """Read the name and the parameters that this conversion knows."""
    name = reader.text("name", None)
    if name not in CONVERSIONS:
        if name:
            reader.report("name", "not_allowed", value=name[:64], allowed=", ".join(CONVERSIONS))
        return Conversion(name)
    found = ((key, _read(reader, key, spec)) for key, spec in CONVERSIONS[name].items())
    rule = Conversion(name, tuple((key, value) for key, value in found if value is not None), rounding)
    _check(reader, rule)
    return rule


def _read(reader: Reader, key: str, spec: _Spec) -> Parameter | None:
    if spec.widths:
        rows = read_rows(reader, key, spec.widths, required=spec.required)
        _check_order(reader, key, rows, spec.order)
        return rows or None
    if spec.words:
        return reader.choice(key, spec.words, str(spec.default))
    value = reader.decimal(key)
    if value is None:
        if spec.required:
            reader.report(key, "required")
        return spec.default or ("0" if spec.required else None)
    if spec.positive and value <= 0:
        reader.report(key, "must_be_positive")
    return format(value, "f")


def read_rows(reader: Reader, key: str, widths: tuple[int, ...], *, required: bool) -> tuple[Row, ...]:
    """Read a table of exact numbers, each row of one of the widths; rows of one number may be written bare."""
    rows: list[Row] = []
    items = reader.list(key, required=required)
    if len(items) > _LONGEST_TABLE:
        reader.report(key, "table_too_long", longest=_LONGEST_TABLE)
        return ()
    for index, item in enumerate(items):
        cells = item if isinstance(item, list | tuple) else [item]
        texts = {str(position): cell for position, cell in enumerate(cells)}
        inner = Reader(texts, f"{reader.path}.{key}[{index}]".strip("."), reader.problems)
        row = [inner.decimal(position) for position in texts]
        if len(row) not in widths or None in row:
            reader.report(f"{key}[{index}]", "row_of_numbers_expected", columns=" / ".join(map(str, widths)))
            return ()
        rows.append(tuple(format(value, "f") for value in row if value is not None))
    return tuple(rows)


def _check_order(reader: Reader, key: str, rows: tuple[Row, ...], order: str) -> None:
    """Report a table whose first column does not rise, falls back, or names a value twice."""
    firsts = [Decimal(row[0]) for row in rows]
    pairs = list(pairwise(firsts))
    if order == "ascending" and any(left >= right for left, right in pairs):
        reader.report(key, "rows_not_ascending")
    if order == "falling" and any(left < right for left, right in pairs):
        reader.report(key, "points_not_falling")
    if order == "different" and len(set(firsts)) < len(firsts):
        reader.report(key, "value_twice")


def _check(reader: Reader, rule: Conversion) -> None:
    given = dict(rule.parameters)
    if rule.name == "rank_points" and not {"points", "first"} & set(given):
        reader.report("first", "required")
    if rule.name == "bands" and any(Decimal(row[_GROWTH]) <= 0 for row in given.get("bands", ()) if len(row) > _GROWTH):
        reader.report("bands", "must_be_positive")
    if {"floor", "cap"} <= set(given) and rule.number("floor") > rule.number("cap"):
        reader.report("cap", "cap_below_floor")
