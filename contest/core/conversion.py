"""From measured values and judgements to marks (rules.md 1 and 3). Each rule set names its conversion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from contest.core import conversion_relative as relative
from contest.core import conversion_tables as tables
from contest.core import conversion_units as units
from contest.core.conversion_relative import NO_PEERS, Peers
from contest.core.conversion_units import Answer
from contest.core.numbers import Number, round_decimal
from contest.core.problems import CoreError
from contest.core.rubric import JUDGEMENT_TOP
from contest.core.rubric_conversion import Conversion
from contest.core.statistics import trimmed_mean, trimmed_sum

_JUDGES = 3
_SPREAD = 1
_MIDDLE = 3
_TOP = int(JUDGEMENT_TOP)


def judgement(scores: Sequence[int], maximum: Number) -> Decimal:
    """WorldSkills judgement (rules.md 1, JUDG-1…8): three scores 0-3 -> mean / 3 x maximum, two places.

    Raises CoreError `needs_three_scores`, `score_out_of_range` or `spread_too_wide`.
    """
    if len(scores) != _JUDGES:
        raise CoreError("needs_three_scores", have=len(scores))
    if any(score not in range(_TOP + 1) for score in scores):
        raise CoreError("score_out_of_range", min=0, max=_TOP)
    if max(scores) - min(scores) > _SPREAD:
        raise CoreError("spread_too_wide", spread=max(scores) - min(scores), allowed=_SPREAD)
    return round_decimal(judgement_marks(Fraction(sum(scores), _JUDGES), maximum), 2)


def judgement_marks(mean: Fraction, maximum: Number) -> Fraction:
    """Turn the mean level of a panel into marks, not rounded."""
    return mean / _TOP * Fraction(maximum)


def completion(rate: Number, full: Number, floor: Number, over_cap_pct: Number) -> Fraction:
    """Completion rate in % to marks [S24]: nothing below `floor`, else pro rata up to the cap (COMP-1…6)."""
    percent = Fraction(rate)
    if percent < Fraction(floor):
        return Fraction(0)
    return Fraction(full) * min(percent, 100 + Fraction(over_cap_pct)) / 100


def ijs_element(goe: Sequence[Number], base: Number, step_pct: Number) -> Decimal:
    """Skating element [S30]: base + trimmed mean of the grades x step % of the base, two places (TRIM-7)."""
    grade = trimmed_mean(goe, 1, 1)
    return round_decimal(Fraction(base) * (1 + grade * Fraction(step_pct) / 100), 2)


def dive(scores: Sequence[Number], difficulty: Number) -> Decimal:
    """Diving [S31]: the middle three of five or seven judges' scores, summed, x difficulty (TRIM-8)."""
    drop = (len(scores) - _MIDDLE) // 2
    return round_decimal(trimmed_sum(scores, drop, drop) * Fraction(difficulty), 2)


def _completion(value: Fraction, rule: Conversion) -> Answer:
    names = ("full", "floor", "over_cap_pct")
    full, floor, over = (rule.number(name) for name in names)
    return completion(value, full, floor, over), {"full": full, "floor": floor, "over_cap_pct": over}


_OWN: Mapping[str, Callable[[Fraction, Conversion], Answer]] = {
    "completion": _completion, "difference": units.difference, "days": units.days, "per_unit": units.per_unit,
    "bands": tables.bands, "table": tables.table, "choices": tables.choices, "pieces": tables.pieces,
}  # fmt: skip
_RELATIVE: Mapping[str, Callable[[Fraction, Conversion, Peers], Answer]] = {
    "ratio": relative.ratio, "share": relative.share, "rank_points": relative.rank_points,
    "rank_linear": relative.rank_linear,
}  # fmt: skip


def convert(value: Fraction, rule: Conversion, peers: Peers = NO_PEERS) -> Answer:
    """Apply a conversion of the rule set, without its rounding; with the operands that explain it.

    peers: the values of all entries at this place, for conversions that compare entries. Raises CoreError
    `value_not_in_table` or `negative_value`.
    """
    if rule.is_relative:
        return _RELATIVE[rule.name](value, rule, peers)
    return _OWN[rule.name](value, rule)
