"""Where a panel lies too far apart: asked of the core place by place, so that there is no second arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from contest.core.marks import MISSING, EntryInput, Mark
from contest.core.panel import Key, Sheet, score_panel
from contest.core.ruleset import Aspect
from contest.i18n import N_, gettext
from contest.judging.models import MarkRow
from contest.judging.queries import Where, codes_of_field, panels_of, recusals_of
from contest.judging.room.models import Explanation
from contest.judging.sheet.rendering import shown

APART: Mapping[str, str] = {
    "spread_too_wide": N_("各裁判的分相差超过允许的 %(allowed)s"),
    "kept_spread_too_wide": N_("计入的分相差超过允许的 %(allowed)s"),
    "not_agreed": N_("各裁判的分不一致，应当商定一个"),
    "no_majority": N_("没有过半数的相同分"),
}
"""The core's reasons that the panel itself can remove, in words that tell nobody another judge's mark."""
_TOGETHER = frozenset({"agreed", "majority"})
Place = tuple[str, str, int]
"""Entry code, aspect, repetition."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A panel further apart on one aspect of one entry than the rule set allows (rules.md 1: judgement, one point).

    `marks`: judge code and mark as shown; `explained`: what each judge has said to it, by code.
    """

    entry: str
    aspect: Aspect
    repetition: int
    code: str
    allowed: str
    marks: tuple[tuple[str, str], ...]
    explained: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.aspect.id}.{self.repetition}"

    @property
    def words(self) -> str:
        return gettext(APART[self.code]) % {"allowed": self.allowed}

    def concerns(self, judge: str) -> bool:
        return any(code == judge for code, _ in self.marks)


def is_watched(aspect: Aspect) -> bool:
    """Whether marks of this aspect can lie too far apart at all."""
    method = aspect.method
    return method.max_spread is not None or method.max_kept_spread is not None or method.name in _TOGETHER


def spread_alarms(session: Session, where: Where) -> list[Alarm]:
    """Every place of the period whose value the core calls not final because the judges differ too much."""
    watched = {aspect.id: aspect for aspect in where.stage_rules.aspects() if is_watched(aspect)}
    if not watched:
        return []
    rows = _marks(session, where, list(watched))
    if not rows:
        return []
    codes = codes_of_field(session, where)
    if codes is not None:  # marks of who did not advance do not count: nobody has to agree on them
        rows = {place: found for place, found in rows.items() if place[0] in codes}
    panels, kept = panels_of(session, where.event), recusals_of(session, where.event)
    said = _explanations(session, where)
    return [
        alarm
        for place, found in sorted(rows.items())
        if (alarm := _alarm(where, place, watched[place[1]], found, panels, kept, said.get(place, {})))
    ]


def _marks(session: Session, where: Where, aspects: Sequence[str]) -> dict[Place, list[MarkRow]]:
    query = select(MarkRow).where(
        MarkRow.tenant_id == where.event.tenant_id,
        MarkRow.event_id == where.event.id,
        MarkRow.stage_key == where.stage.key,
        MarkRow.period_key == where.period.key,
        col(MarkRow.aspect).in_(aspects),
        MarkRow.state != MISSING,
    )
    found: dict[Place, list[MarkRow]] = {}
    for row in session.exec(query.order_by(col(MarkRow.judge_code))):
        found.setdefault((row.entry_code, row.aspect, row.repetition), []).append(row)
    return found


def _explanations(session: Session, where: Where) -> dict[Place, dict[str, str]]:
    """The latest word of each judge at each place."""
    query = select(Explanation).where(
        Explanation.tenant_id == where.event.tenant_id,
        Explanation.event_id == where.event.id,
        Explanation.stage_key == where.stage.key,
        Explanation.period_key == where.period.key,
    )
    found: dict[Place, dict[str, str]] = {}
    for row in session.exec(query.order_by(col(Explanation.ledger_seq))):
        found.setdefault((row.entry_code, row.aspect, row.repetition), {})[row.judge_code] = row.text
    return found


def _alarm(
    where: Where, place: Place, aspect: Aspect, rows: Sequence[MarkRow], panels: Mapping[str, tuple[str, ...]],
    kept: Mapping[str, frozenset[tuple[str, str]]], said: Mapping[str, str],
) -> Alarm | None:  # fmt: skip
    code, _, repetition = place
    stage, period = where.stage_rules.id, where.period.key
    marks = [Mark(stage, period, code, aspect.id, repetition, row.judge_code, row.units, row.state) for row in rows]
    key: Key = (stage, period, aspect.id, repetition)
    entry = EntryInput(code, recused=kept.get(code, frozenset()))
    sheet = Sheet(entry, where.stage_rules, period, {key: marks}, panels.get(where.stage.key, ()))
    reason = next((r for r in score_panel(sheet, aspect, repetition).reasons if r.code in APART), None)
    if reason is None:
        return None
    counted = [row for row, mark in zip(rows, marks, strict=True) if not sheet.is_recused(mark)]
    seen = tuple((row.judge_code, shown(aspect, row) or "—") for row in counted)
    return Alarm(code, aspect, repetition, reason.code, str(reason.params.get("allowed", "")), seen, said)
