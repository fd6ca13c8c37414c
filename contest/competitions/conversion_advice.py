"""Where a conversion or the bands of an aspect leave values out, meet twice or stop short: told, never refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from contest.core.canonical import plain_decimal
from contest.core.numbers import round_decimal
from contest.core.rubric import Aspect, Limits
from contest.core.rubric_conversion import Conversion, Row
from contest.i18n import N_

BELOW_FIRST = N_(
    "测量值可以小到 %(low)s，第一档从 %(first)s 起；更小的值现在都得 0 分。如果是这样，请把“第一档以下得”写成 0。"
)
BANDS_CROSS = N_("从 %(from)s 起的一档增长到 %(next)s 时已到 %(grown)s 分，下一档却从 %(marks)s 分起，两档重叠。")
NOT_IN_TABLE = N_("对照表里没有 %(values)s，这些值现在填不了。请补上，或写明“表里没有的值得”多少。")
ONLY_TABLE = N_("测量值有 %(decimals)s 位小数，现在只有表里的 %(rows)s 个值填得了。请写明“表里没有的值得”多少。")
BEYOND_POINTS = N_("测量值可以从 %(low)s 到 %(high)s，折线的点只从 %(first)s 到 %(last)s；两头之外的值得分不再变化。")
LIMITS_START = N_("第一档从 %(first)s 起；登记值更小的参赛没有可以打的分数段，成绩不完整。")
LIMITS_GAP = N_("从 %(from)s 起的一档最高 %(high)s 分，下一档最低 %(low)s 分，中间的分谁也得不到。")
LIMITS_OVERLAP = N_("从 %(from)s 起的一档最高 %(high)s 分，下一档最低 %(low)s 分，两档的分数段重叠。")
SHOWN = 8
_LONGEST = 1000
_GROWING = 4
Advice = tuple[str, str, dict[str, object]]
"""Box, message id, parameters."""


def conversion_advice(aspect: Aspect, raw: Mapping[str, Any]) -> Iterator[Advice]:
    """What is worth a second look in how this aspect's values become marks; `raw` is as it was written."""
    if aspect.limits is not None:
        yield from _limits(aspect, aspect.limits)
    rule = aspect.conversion
    if rule is None:
        return
    if rule.name == "bands":
        yield from _bands(aspect, rule, raw)
    elif rule.name == "table" and not rule.has("other"):
        yield from _table(aspect, rule)
    elif rule.name == "pieces":
        yield from _pieces(aspect, rule)


def _written(rule: Conversion, name: str) -> tuple[Row, ...]:
    rows = dict(rule.parameters).get(name, ())
    return rows if isinstance(rows, tuple) else ()


def _bands(aspect: Aspect, rule: Conversion, raw: Mapping[str, Any]) -> Iterator[Advice]:
    given: Any = raw.get("conversion")
    low, first = aspect.mark_bounds()[0], Decimal(_written(rule, "bands")[0][0])
    says_below = isinstance(given, Mapping) and given.get("below") not in (None, "")
    if low is not None and low < first and not says_below:
        yield "conversion.bands", BELOW_FIRST, {"low": plain_decimal(low), "first": plain_decimal(first)}
    for row, following in pairwise(rule.rows("bands")):
        if len(row) < _GROWING:
            continue
        grown = row[1] + row[3] * (following[0] - row[0]) / row[2]
        if (grown > following[1] and row[3] > 0) or (grown < following[1] and row[3] < 0):
            numbers = {"from": row[0], "next": following[0], "grown": grown, "marks": following[1]}
            yield "conversion.bands", BANDS_CROSS, {key: _plain(value) for key, value in numbers.items()}


def _plain(value: Fraction) -> str:
    return plain_decimal(round_decimal(value, 4, "half_up"))


def _table(aspect: Aspect, rule: Conversion) -> Iterator[Advice]:
    values = {Decimal(row[0]) for row in _written(rule, "table")}
    if aspect.decimals:
        yield "conversion.other", ONLY_TABLE, {"decimals": aspect.decimals, "rows": len(values)}
        return
    bounds = aspect.measure  # without bounds of its own the ends of the table are the ends of what is measured
    low = min(values) if bounds is None or bounds.min is None else bounds.min
    high = max(values) if bounds is None or bounds.max is None else bounds.max
    if high - low > _LONGEST:
        return
    lacking = [n for n in range(int(low), int(high) + 1) if n not in values]
    if lacking:
        shown = "、".join(map(str, lacking[:SHOWN])) + ("…" if len(lacking) > SHOWN else "")
        yield "conversion.other", NOT_IN_TABLE, {"values": shown}


def _pieces(aspect: Aspect, rule: Conversion) -> Iterator[Advice]:
    values = [Decimal(row[0]) for row in _written(rule, "points")]
    low, high = aspect.mark_bounds()
    if (low is None or low >= values[0]) and (high is None or high <= values[-1]):
        return
    ends = {"low": low, "high": high, "first": values[0], "last": values[-1]}
    yield "conversion.points", BEYOND_POINTS, {k: "—" if v is None else plain_decimal(v) for k, v in ends.items()}


def _limits(aspect: Aspect, limits: Limits) -> Iterator[Advice]:
    unit = Decimal(1).scaleb(-aspect.decimals)
    if limits.bands[0][0] > 0:
        yield "limits.bands", LIMITS_START, {"first": plain_decimal(limits.bands[0][0])}
    for (start, low, high), (_, after_low, after_high) in pairwise(limits.bands):
        lower, upper = (high, after_low) if after_low >= low else (after_high, low)  # bands may also fall
        params: dict[str, object] = {
            "from": plain_decimal(start),
            "high": plain_decimal(high),
            "low": plain_decimal(after_low),
        }
        if upper - lower > unit:
            yield "limits.bands", LIMITS_GAP, params
        elif upper < lower:
            yield "limits.bands", LIMITS_OVERLAP, params
