"""Exact numbers: fractions inside, decimals outside, rounding only where a rule says so. No floats."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from contest.core.problems import CoreError

Number = Decimal | Fraction | int


@lru_cache(maxsize=4096)
def fraction(value: Number) -> Fraction:
    """Turn a decimal of the rule set into a fraction (remembered: the same few come again and again)."""
    return Fraction(value)


def round_units(value: Fraction, places: int, mode: str) -> int:
    """Round to `places` decimals and give whole units of 10^-places; CoreError for an unknown mode."""
    scaled: int = value.numerator * 10**places
    whole, rest = divmod(abs(scaled), value.denominator)
    twice = 2 * rest - value.denominator
    match mode:
        case "half_up":  # 四舍五入: away from zero
            more = twice >= 0
        case "half_down":
            more = twice > 0
        case "half_even":
            more = twice > 0 or (twice == 0 and whole % 2 == 1)
        case "down":
            more = False
        case "up":
            more = rest > 0
        case "floor":
            more = rest > 0 and scaled < 0
        case "ceil":
            more = rest > 0 and scaled > 0
        case _:
            raise CoreError("unknown_rounding_mode", mode=mode)
    return (-1 if scaled < 0 else 1) * (whole + more)


def round_fraction(value: Fraction, places: int, mode: str) -> Fraction:
    """Round and stay exact."""
    return Fraction(round_units(value, places, mode), 10**places)


def units_to_decimal(units: int, places: int) -> Decimal:
    """Whole units of 10^-places as a decimal that keeps its trailing zeros, at any size."""
    sign, digits = (1 if units < 0 else 0), tuple(int(digit) for digit in str(abs(units)))
    return Decimal((sign, digits, -places))


def round_decimal(value: Number, places: int, mode: str = "half_up") -> Decimal:
    """Round a number and write it with exactly `places` decimals (ROUND-1 … ROUND-6)."""
    return units_to_decimal(round_units(Fraction(value), places, mode), places)


def decimal_places(value: Fraction) -> int | None:
    """How many decimals the value needs; None if no number of them suffices (as for 1/3)."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def exact_decimal(value: Fraction) -> Decimal | None:
    """The value as a finite decimal; None if it has none."""
    places = decimal_places(value)
    return None if places is None else round_decimal(value, places, "down")


def exact_text(value: Fraction) -> str:
    """The value as an exact decimal text, or as `n/d` where no decimal is exact."""
    decimal = exact_decimal(value)
    return str(value) if decimal is None else format(decimal, "f")
