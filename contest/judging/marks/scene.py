"""What decides about the operations of one event, as `scene_loading` reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from contest.core.ruleset import Aspect, RuleSet

SheetKey = tuple[str, str, str, str]
"""Stage, period, judge code, entry code."""
MarkKey = tuple[str, str, str, str, str, int]
"""Stage, period, judge code, entry code, aspect, repetition."""


@dataclass(frozen=True, slots=True)
class Panelist:
    """A panel member as decisions need them."""

    id: str
    account_id: str | None
    role: str
    scores: bool
    code: str


@dataclass(slots=True, eq=False)
class Current:
    """The mark as it stands, with what the group itself has already changed (`revision` is then -1 until the ledger has
    numbered its row: no tablet can have seen it yet).
    """

    units: int | None
    state: str
    revision: int
    client_time: int
    by_code: str
    op_id: str


@dataclass(slots=True)
class Scene:
    """One event: its rules in force, periods, panel, recusals, and the entries and marks that are touched.

    `measures`: by code, what bounds an entry's marks; read only where the rules have such bounds. `admitted`: the
    codes that take part in a stage, of the open stages where a former one decides it; `undecided`: those of them where
    it has not yet. `asked`: what has been looked up, also in vain.
    """

    event_id: str
    tenant_id: str
    competition_id: str
    path: str
    digest: str
    rules: RuleSet | None
    aspects: Mapping[tuple[str, str], Aspect]
    periods: Mapping[tuple[str, str], tuple[str, str]]
    recusals: set[tuple[str, str]]
    members: dict[str, tuple[Panelist, ...]] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    measures: dict[str, Mapping[str, Decimal]] = field(default_factory=dict)
    admitted: Mapping[str, Collection[str]] = field(default_factory=dict)
    undecided: Collection[str] = ()
    marks: dict[MarkKey, Current] = field(default_factory=dict)
    signed: dict[SheetKey, str] = field(default_factory=dict)
    followed: dict[str, int | Current] = field(default_factory=dict)
    asked: set[tuple[object, ...]] = field(default_factory=set)

    def follows(self, after: str, current: Current) -> bool:
        """Whether the operation `after` made (or merely repeated) the mark as it stands now."""
        made = self.followed.get(after)
        return made is not None and (made is current or made == current.revision)

    def by_account(self, stage: str, account_id: str | None) -> Panelist | None:
        return next((m for m in self.members.get(stage, ()) if account_id and m.account_id == account_id), None)

    def by_code(self, stage: str, code: str) -> Panelist | None:
        return next((m for m in self.members.get(stage, ()) if m.code == code), None)
