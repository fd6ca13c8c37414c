"""Marks (分) and entries as the core takes them, and the way from typed text to integer units and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from contest.core.canonical import plain_decimal
from contest.core.problems import MarkProblem
from contest.core.rubric import Aspect

SCORED, MISSING, RECUSED, NOT_PERFORMED = "scored", "missing", "recused", "not_performed"
MARK_STATES = (SCORED, MISSING, RECUSED, NOT_PERFORMED)

Place = tuple[str, str, int]
"""Stage, aspect and repetition: where a factor or an expectation of one entry belongs."""

# What Chinese input methods type where a digit or a decimal point is meant.
_WIDE = str.maketrans("０１２３４５６７８９．。＋－−", "0123456789..+--")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_YES = frozenset({"1", "yes", "y", "true", "是", "√"})
_NO = frozenset({"0", "no", "n", "false", "否", "×"})
_LONGEST = 24  # keeps every value inside the 28 digits of the decimal context


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of one judge; `judge` is empty for a measured or agreed value, `units` are 10^-decimals."""

    stage: str
    period: str
    entry: str
    aspect: str
    repetition: int
    judge: str
    units: int | None
    state: str = SCORED


@dataclass(frozen=True, slots=True)
class EntryInput:
    """What the core knows of an entry: a code, never a name.

    `expected`: the places this entry is scored on, where entries differ; None means the whole rubric.
    `measures`: values of the tie chain such as minutes. `draw`: the lot that decides a remaining tie, low first.
    `recused`: (stage, judge) pairs kept from this entry. `disqualified`: a reason code, empty for none.
    `class_id`: the class it is put in. `absent`: (stage, period) pairs in which it is not assessed. `late`: days by
    which the report of a (stage, period) was late. `wild_cards`: stage -> why it goes on after it whatever its place.
    `categories`: of the bounds on winners. `held`: the grade it holds, for the promotion table.
    """

    code: str
    factors: Mapping[Place, Decimal] = field(default_factory=dict)
    vetoes: tuple[str, ...] = ()
    measures: Mapping[str, Decimal] = field(default_factory=dict)
    expected: frozenset[Place] | None = None
    draw: int | None = None
    recused: frozenset[tuple[str, str]] = frozenset()
    disqualified: str = ""
    class_id: str = ""
    absent: frozenset[tuple[str, str]] = frozenset()
    late: Mapping[tuple[str, str], int] = field(default_factory=dict)
    wild_cards: Mapping[str, str] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    held: str = ""


def normalise_number(text: str) -> str:
    """Turn full-width digits, signs and points into ASCII and drop surrounding blanks (also U+3000)."""
    return text.strip().translate(_WIDE)


def parse_decimal(text: str) -> Decimal | None:
    """Read a typed number of at most 24 characters; None if it is none."""
    cleaned = normalise_number(text)
    if len(cleaned) > _LONGEST or _NUMBER.fullmatch(cleaned) is None:
        return None
    return Decimal(cleaned)


def parse_value(text: str, aspect: Aspect) -> int | MarkProblem:
    """Turn what a judge typed into units of the aspect, or say what is wrong with it."""
    cleaned = normalise_number(text)
    if not cleaned:
        return MarkProblem("empty")
    if aspect.kind == "boolean" and cleaned.lower() in _YES | _NO:
        return int(cleaned.lower() in _YES)
    value = parse_decimal(cleaned)
    if value is None:
        return MarkProblem("not_a_number", {"text": cleaned[:_LONGEST]})
    return to_units(value, aspect)


def to_units(value: Decimal, aspect: Aspect) -> int | MarkProblem:
    """Check decimals, range and step of an exact value and give it in units of 10^-decimals."""
    units = value.scaleb(aspect.decimals)
    if units != units.to_integral_value():
        return MarkProblem("too_many_decimals", {"decimals": aspect.decimals})
    return check_units(int(units), aspect) or int(units)


def check_units(units: int, aspect: Aspect) -> MarkProblem | None:
    """Check range and step of a mark that already is in units."""
    value = Decimal(units).scaleb(-aspect.decimals)
    low, high = aspect.mark_bounds()
    bounds = {key: "" if end is None else plain_decimal(end) for key, end in (("min", low), ("max", high))}
    if low is not None and value < low:
        return MarkProblem("below_minimum", bounds)
    if high is not None and value > high:
        return MarkProblem("above_maximum", bounds)
    allowed = aspect.allowed()
    if allowed is not None and value not in allowed:
        return MarkProblem("not_a_choice", {"allowed": ", ".join(map(plain_decimal, allowed))})
    return _check_step(value, low or Decimal(0), aspect.step)


def check_limits(units: int, aspect: Aspect, measures: Mapping[str, Decimal]) -> MarkProblem | None:
    """Check a mark against the band that a measure of the entry allows (rules.md 5, INNO-3 and -4).

    Problems: `measure_missing`, `below_first_band` (no band is given for so small a value), `outside_band`.
    """
    if aspect.limits is None:
        return None
    measure = measures.get(aspect.limits.measure)
    if measure is None:
        return MarkProblem("measure_missing", {"measure": aspect.limits.measure})
    bounds = aspect.limits.bounds(measure)
    if bounds is None:
        return MarkProblem("below_first_band", {"measure": plain_decimal(measure)})
    low, high = bounds
    mark = Decimal(units).scaleb(-aspect.decimals)
    if low <= mark <= high:
        return None
    words = {"min": low, "max": high, "mark": mark, "measure": measure}
    return MarkProblem("outside_band", {key: plain_decimal(value) for key, value in words.items()})


def _check_step(value: Decimal, base: Decimal, step: Decimal | None) -> MarkProblem | None:
    if step is None or (rest := (value - base) % step) == 0:
        return None
    lower = value - rest if rest > 0 else value - rest - step
    nearest = {"lower": plain_decimal(lower), "upper": plain_decimal(lower + step)}
    return MarkProblem("off_step", {"step": plain_decimal(step), **nearest})


def format_units(units: int, decimals: int) -> str:
    """Write units of 10^-decimals with exactly that many decimals: 850 with 2 is `8.50`."""
    if decimals == 0:
        return str(units)
    digits = str(abs(units)).rjust(decimals + 1, "0")
    return f"{'-' if units < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"
