"""Running totals of a draft: what every criterion, every stage and the whole can give, and what is short or over.

100 is a habit, not a rule: a difference from it is shown and never refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contest.competitions.outline import Outline, StageOutline
from contest.core.canonical import plain_decimal
from contest.core.reader import Reader
from contest.i18n import N_, gettext

FULL_MARKS = Decimal(100)


@dataclass(frozen=True, slots=True)
class Balance:
    """What there is against what there should be, as texts; `state`: even, short, over, or empty without a target."""

    path: str
    name: str
    value: str
    target: str = ""
    difference: str = ""
    state: str = ""

    @property
    def words(self) -> str:
        """正好 100 分 / 比 100 分少 4 分."""
        texts = {
            "even": N_("正好 %(target)s"),
            "short": N_("比 %(target)s 少 %(difference)s"),
            "over": N_("比 %(target)s 多 %(difference)s"),
        }
        if not self.state:
            return ""
        return gettext(texts[self.state]) % {"target": self.target, "difference": self.difference}


@dataclass(frozen=True, slots=True)
class StageTotals:
    """One stage: its criteria, its sum (`equation`: 20 + 30 + 50) and its balance against 100."""

    criteria: tuple[Balance, ...]
    equation: str
    total: Balance


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole draft. `weights`: do the stage weights sum to 1; `whole`: the highest total. None: not to be told."""

    stages: tuple[StageTotals, ...]
    weights: Balance | None
    weights_equation: str
    whole: Balance | None
    whole_equation: str


def totals_of(outline: Outline) -> Totals:
    """The running totals of everything that can be read of a draft."""
    weighted = outline.document.get("combine") == "weighted"
    stages = tuple(_stage(stage) for stage in outline.stages)
    values = [_whole_of(stage) for stage in outline.stages]
    known = [value for value in values if value is not None]
    several = len(stages) > 1 and len(known) == len(values)
    weights = [_number(stage.raw, "weight", 1) for stage in outline.stages]
    return Totals(
        stages,
        balance("stages", "", sum(weights, Decimal(0)), Decimal(1)) if weighted else None,
        _plus(weights),
        balance("rules", "", sum(known, Decimal(0)), FULL_MARKS) if several else None,
        _plus(known),
    )


def balance(path: str, name: str, value: Decimal, target: Decimal | None) -> Balance:
    """A value beside its target (None: it has none)."""
    if target is None:
        return Balance(path, name, plain_decimal(value))
    state = "even" if value == target else "short" if value < target else "over"
    return Balance(path, name, plain_decimal(value), plain_decimal(target), plain_decimal(abs(value - target)), state)


def _stage(stage: StageOutline) -> StageTotals:
    tops = [line for line in stage.lines if line.depth == 0]
    criteria = tuple(
        balance(
            line.path, line.part.title or line.part.id, line.part.maximum(), getattr(line.part, "declared_max", None)
        )
        for line in tops
    )
    name = str(stage.raw.get("title") or stage.raw.get("id") or "")
    return StageTotals(
        criteria, _products((line.part.weight, line.part.maximum()) for line in tops),
        balance(stage.path, name, Decimal(stage.maximum), FULL_MARKS),
    )  # fmt: skip


def _whole_of(stage: StageOutline) -> Decimal | None:
    """What a stage adds at most to the total, all periods together; None where that depends on the periods."""
    periods = stage.raw.get("periods")
    count = len(periods) if isinstance(periods, Sequence) and not isinstance(periods, str) else 0
    how = stage.raw.get("accumulate") or "sum"
    if count > 1 and how not in {"sum", "mean", "weighted"}:
        return None
    factor = max(count, 1) if how == "sum" else 1
    return _number(stage.raw, "weight", 1) * Decimal(stage.maximum) * factor


def _number(raw: Mapping[str, Any], name: str, default: int) -> Decimal:
    return Reader(raw, "", []).number(name, Decimal(default))


def _plus(values: Iterable[Decimal]) -> str:
    return " + ".join(plain_decimal(value) for value in values)


def _products(pairs: Iterable[tuple[Decimal, Decimal]]) -> str:
    """60 + 40, or 100 × 0.3 + 100 × 0.7 where weights are not 1."""
    return " + ".join(
        plain_decimal(value) if weight == 1 else f"{plain_decimal(value)} × {plain_decimal(weight)}"
        for weight, value in pairs
    )
