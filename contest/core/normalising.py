"""Panels made comparable: T = mean + sd x (x − panel mean) / panel deviation (rules.md 6, Z-1 and Z-2).

Only fair where entries were drawn to panels at random, about ten or more each: checks.notices says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from contest.core.canonical import plain_decimal
from contest.core.conversion_relative import Peers
from contest.core.criteria import weighted_sum
from contest.core.explanation import Explanation, Operand
from contest.core.marks import EntryInput
from contest.core.numbers import fraction
from contest.core.panel import Key, Sheet
from contest.core.periods import reasons_of
from contest.core.rubric import Normalise
from contest.core.stage_rules import Stage
from contest.core.statistics import deviation, mean

KIND = "normalised"


def group_key(stage: Stage, period: str, entry: EntryInput) -> Key | None:
    """Where the totals of the entry's own panel stand in one period; None if nobody said which panel it is.

    No id holds a bar, so this is no aspect's place.
    """
    rule = stage.panel.normalise
    group = None if rule is None else group_of(rule, entry)
    return None if group is None else (stage.id, period, f"|{group}", 0)


def group_of(rule: Normalise, entry: EntryInput) -> str | None:
    """The panel of an entry as its measure writes it; the one panel of all where no measure is named."""
    if not rule.group:
        return ""
    number = entry.measures.get(rule.group)
    return None if number is None else plain_decimal(number)


def normalised(sheet: Sheet, nodes: Sequence[Explanation], peers: Mapping[Key, Peers]) -> Explanation:
    """The sum of one period's nodes, placed among the sums of the entry's own panel; the mean where all are equal."""
    rule = sheet.stage.panel.normalise
    raw, reasons = weighted_sum(nodes), reasons_of(nodes)
    if rule is None or raw is None:
        return Explanation(KIND, "", raw, tuple(nodes), {"op": "weighted_sum"}, reasons=reasons)
    key = group_key(sheet.stage, sheet.period, sheet.entry)
    if key is None:
        reasons = (*reasons, sheet.reason("panel_unknown", None, 0, params={"measure": rule.group}))
        return Explanation(KIND, "", raw, tuple(nodes), {"op": "weighted_sum"}, reasons=reasons)
    values = peers[key].values if key in peers else (raw,)
    center, spread = mean(values), deviation(values, rule.deviation)
    operation: dict[str, Operand] = {
        "op": "normalise", "raw": raw, "panel_mean": center, "panel_deviation": spread, "entries": len(values),
        "mean": fraction(rule.mean), "sd": fraction(rule.sd),
    }  # fmt: skip
    steps = (raw - center) / spread if spread else Fraction(0)
    value = fraction(rule.mean) + fraction(rule.sd) * steps
    return Explanation(KIND, key[2][1:], value, tuple(nodes), operation, reasons=reasons)
