"""The rubric (评分标准) inside a rule set: criteria and aspects, and how a panel's marks become one value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from contest.core.rubric_conversion import Conversion, Rounding

__all__ = [
    "JUDGEMENT_TOP", "Aspect", "Conversion", "Criterion", "Factor", "Limits", "Measure", "Method", "Normalise",
    "Rounding",
]  # fmt: skip

# Kinds whose value a person awards inside min..max; the others bring their own scale of marks.
JUDGEMENT_TOP = Decimal(3)  # rules.md 1: 0 below, 1 meets, 2 exceeds, 3 excellent


@dataclass(frozen=True, slots=True)
class Method:
    """How the marks of a panel become one value (rules.md 6)."""

    name: str = "mean"
    drop_high: int = 0
    drop_low: int = 0
    min_scores: int = 1
    rounding: Rounding | None = None
    max_spread: Decimal | None = None
    missing: str = "wait"
    clamp: Decimal | None = None
    max_kept_spread: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Normalise:
    """Panels made comparable: T = mean + sd x (x − panel mean) / panel deviation (rules.md 6, Z-1).

    `group` names the measure of an entry that says which panel judged it; empty: all entries are one panel.
    """

    mean: Decimal
    sd: Decimal
    group: str = ""
    deviation: str = "sample"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a judge's mark that depend on a measure of the entry (rules.md 5, INNO-3): rows from, low, high."""

    measure: str
    bands: tuple[tuple[Decimal, Decimal, Decimal], ...]

    def bounds(self, value: Decimal) -> tuple[Decimal, Decimal] | None:
        """Lowest and highest mark for an entry with this value; None below the first band."""
        reached = [(low, high) for start, low, high in self.bands if start <= value]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class Factor:
    """A multiplier such as difficulty: `entry` reads one per entry, aspect and repetition. `how` may add it instead."""

    source: str = "none"
    default: Decimal | None = None
    constant: Decimal = Decimal(1)
    rounding: Rounding | None = None
    how: str = "multiply"


@dataclass(frozen=True, slots=True)
class Measure:
    """Bounds and unit of a measured value before it is converted, such as a completion rate in %."""

    min: Decimal | None = None
    max: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """A leaf of the rubric (评分点). Its marks are integers in units of 10^-decimals."""

    id: str
    title: str
    kind: str = "judged"
    max: Decimal = Decimal(100)
    min: Decimal = Decimal(0)
    decimals: int = 0
    step: Decimal | None = None
    weight: Decimal = Decimal(1)
    repetitions: int = 1
    repetitions_vary: bool = False
    combine_repetitions: str = "sum"
    method: Method = Method()
    factor: Factor = Factor()
    conversion: Conversion | None = None
    measure: Measure | None = None
    levels: tuple[tuple[str, str], ...] = ()
    sheet: str = "judge"
    standard_section: str = ""
    note: str = ""
    required: bool = True
    rounding: Rounding | None = None
    limits: Limits | None = None
    grades: tuple[tuple[Decimal, Decimal], ...] = ()

    def mark_bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """Lowest and highest mark that may be typed; None where a measured value has no bound."""
        if self.kind == "judgement":
            return Decimal(0), JUDGEMENT_TOP
        if self.kind == "boolean":
            return Decimal(0), Decimal(1)
        if self.measure is not None:
            return self.measure.min, self.measure.max
        return self.min, self.max

    def allowed(self) -> tuple[Decimal, ...] | None:
        """The only values that may be typed: grades, or those of a closed table or of choices. None: any."""
        if self.grades:
            return tuple(grade for grade, _ in self.grades)
        return None if self.conversion is None else self.conversion.allowed()

    def deducts(self) -> bool:
        """Whether it takes marks away."""
        return self.kind == "deduction"

    def maximum(self) -> Decimal:
        """The highest marks this aspect adds, all repetitions together, without its weight and factor."""
        if self.kind in {"deduction", "bonus"}:
            return Decimal(0)
        return self.max * self.repetitions if self.combine_repetitions == "sum" else self.max


@dataclass(frozen=True, slots=True)
class Criterion:
    """An inner node (评分项): the weighted sum of its children, within `floor` and `cap` where given.

    `best`: only that many children count, those that give (or take) most: 最高级别, 不重复计分. `cap_order`: whether
    deductions come off before the sum is capped or after (rules.md 0, MEAS-7 and -8).
    """

    id: str
    title: str
    children: tuple[Criterion | Aspect, ...]
    weight: Decimal = Decimal(1)
    declared_max: Decimal | None = None
    floor: Decimal | None = None
    cap: Decimal | None = None
    best: int | None = None
    cap_order: str = "deduct_then_cap"
    rounding: Rounding | None = None

    def maximum(self) -> Decimal:
        """The highest marks of this criterion without its own weight."""
        tops = [child.weight * child.maximum() for child in self.children]
        if self.best is not None:
            tops = sorted(tops, reverse=True)[: self.best]
        top = sum(tops, Decimal(0))
        return top if self.cap is None else min(top, self.cap)

    def deducts(self) -> bool:
        """Whether nothing below adds marks: all its aspects are deductions."""
        return all(child.deducts() for child in self.children)
