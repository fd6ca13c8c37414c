"""What a result earns, as the rule set says it: awards, medals, scales beside the result, promotion."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Condition:
    """A part that must reach `min` for an award: a stage, criterion or aspect (理论、实操均须合格)."""

    by: str
    ref: str
    min: Decimal
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """One tier. `by` says which of the other fields decide; `min` and `conditions` may be added to any of them.

    per: places counted in the whole event or in each class. classes: only these (empty for all).
    beside: given to whoever qualifies, whatever else they get. money: yuan. points: of a points ledger.
    """

    id: str
    title: str
    by: str
    first: int | None = None
    last: int | None = None
    percent: Decimal | None = None
    count: int | None = None
    min: Decimal | None = None
    of: str = "entrants"
    boundary_tie: str = "expand"
    medal: str = ""
    per: str = "event"
    classes: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    beside: bool = False
    money: Decimal | None = None
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AwardLimit:
    """No more winners than this share of the entrants; the lowest tiers give way (rules.md 2 [S46], AWD-14)."""

    percent: Decimal
    of: str = "entrants"


@dataclass(frozen=True, slots=True)
class Bound:
    """Least and greatest share of a category among all winners; reported, never enforced (rules.md 4, QUOTA-1)."""

    category: str
    title: str = ""
    min_percent: Decimal | None = None
    max_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Statistic:
    """A labelled scale beside the result, never the ranking (rules.md 1): median/MAD or mean/SD around a centre."""

    id: str
    title: str
    name: str
    centre: Decimal = Decimal(700)
    spread: Decimal = Decimal(30)
    min: Decimal | None = None
    max: Decimal | None = None
    places: int = 0
    sd: str = "sample"


@dataclass(frozen=True, slots=True)
class MedalRule:
    """How far apart a medal is shared. on: `total` or the id of a statistic. by_entrants: small fields give fewer."""

    on: str = "total"
    tie: Decimal = Decimal(2)
    excellence: Decimal | None = None
    by_entrants: bool = False


@dataclass(frozen=True, slots=True)
class Promotion:
    """A row of the promotion table: who earned this and holds one of `held` is granted `grants` (rules.md 2).

    award or ranks first..last or min decide; held empty: whatever is held.
    """

    grants: str
    award: str = ""
    first: int | None = None
    last: int | None = None
    min: Decimal | None = None
    held: tuple[str, ...] = ()
