"""Facts of an entry that the rule set reads (class, absence, late report, wild card, measures …): one way to set them.

Everything goes to the ledger under the blind code; what is set before the draw waits for it (`pending`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, EventState, PeriodState
from contest.competitions.queries import competition_of, rules_in_force, stage_periods
from contest.core.canonical import digest
from contest.entries import policy
from contest.entries.admission import standing_fields
from contest.entries.changes import announce_after_commit
from contest.entries.detail import detail_text, put, read_detail, value_at
from contest.entries.fact_fields import FactField, fact_fields, fact_value
from contest.entries.guards import CORRECT_IT, STAGE_LOCKED, locked_event, require_state
from contest.entries.models import Entry
from contest.entries.pending import Item, fact_item
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.queries import told
from contest.ledger.services import append_rows

OPEN = frozenset({EventState.ADOPTED, EventState.SCORING, EventState.LOCKED})
AFTER_LOCK = frozenset({"class", "held", "category", "lot"})
"""Facts that change no total: classes are given after review, lots drawn once the totals are known. They are given
once; what is there, or was published without them, is changed by two persons only (contest.corrections).
"""
BEGUN = frozenset({EventState.SCORING, EventState.LOCKED})
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class FactInput:
    """A fact as typed, empty to withdraw it. `key`: `FactField.key`."""

    entry_id: str
    key: str
    value: str


@dataclass(slots=True)
class Plan:
    """What would change: (entry, field, value) each, and what can't be taken by (entry id, field key)."""

    changes: list[tuple[Entry, FactField, str]] = field(default_factory=list)
    problems: dict[tuple[str, str], DomainError] = field(default_factory=dict)


def plan_facts(session: Session, event: Event, inputs: Sequence[FactInput], reason: str = "") -> Plan:
    """What was typed against the rules in force, the facts there are and the state of the event; writes nothing."""
    fields = {item.key: item for item in fact_fields(rules_in_force(session, event))}
    entries = _entries(session, event, {wanted.entry_id for wanted in inputs})
    locked = _locked_periods(session, event)
    is_new = event.state is EventState.LOCKED and not _was_published(session, event)
    plan = Plan()
    for wanted in inputs:
        place = (wanted.entry_id, wanted.key)
        found, entry = fields.get(wanted.key), entries.get(wanted.entry_id)
        if found is None or entry is None:
            plan.problems[place] = DomainError(N_("评分办法没有用到这一项，请刷新页面后再填。"))
            continue
        before = value_at(read_detail(entry.detail), found.kind, found.place)
        try:
            value = fact_value(found, wanted.value)
            if value != before:
                if event.state is EventState.LOCKED and (before or not is_new or found.kind not in AFTER_LOCK):
                    raise InvalidError(CORRECT_IT)
                _require_open(found, locked)
                _require_reason(event, found, before, reason)
                plan.changes.append((entry, found, value))
        except InvalidError as error:
            plan.problems[place] = error
    return plan


def set_facts(
    session: Session, actor: Actor, event: Event, inputs: Sequence[FactInput], *, reason: str = "", seen: str = ""
) -> int:
    """Sets or withdraws facts, all or none; gives back how many changed. The same twice changes nothing.

    `reason` goes into the ledger and must not name people; it is asked for when something that is there is changed
    once scoring has begun. `seen`: the `facts_digest` of the one entry's page that was filled in.

    Raises:
        ForbiddenError: not an organizer of the competition.
        ConflictError: no rule set in force, results are out (then it is a correction), the page was drawn from other
            facts, or other entries would advance to a stage that has begun.
        InvalidError: per box, what can't be taken.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_set_factors(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以登记随参赛给出的事项。"))
    if event.state is EventState.PUBLISHED:
        raise ConflictError(CORRECT_IT)
    require_state(event, OPEN)
    reason = reason.strip()
    plan = plan_facts(session, event, inputs, reason)
    wrong = {key: why for (_, key), why in plan.problems.items()}
    if len(reason) > LONGEST_REASON:
        long = N_("太长：有 %(length)s 个字，最多 %(limit)s 个。")
        wrong["fact_reason"] = DomainError(long, length=len(reason), limit=LONGEST_REASON)
    if wrong:
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields=wrong)
    if seen and any(facts_digest(entry) != seen for entry, _, _ in plan.changes):
        raise ConflictError(N_("您打开这一页以后，别人改过这个参赛的登记事项。请刷新页面，看过现在的内容再改。"))
    carded = [entry.code for entry, found, _ in plan.changes if found.kind == "wild_card"]
    with standing_fields(session, event, but=carded):
        items = [item for change in plan.changes if (item := _write(session, event, change, reason)) is not None]
    items.sort(key=lambda item: str(item[1]["entry"]))  # the sheet's order must not tell names
    append_rows(session.connection(), competition.tenant_id, competition.id, items)
    if plan.changes:
        detail = {"changed": len(plan.changes), "reason": reason}
        record(session, actor, event.tenant_id, "set facts", "event", event.id, **detail)
        announce_after_commit(session, event.id)
    return len(plan.changes)


def facts_digest(entry: Entry) -> str:
    """Names what is registered for an entry now: a page that was drawn from something else is stale."""
    return digest(read_detail(entry.detail))[:16]


def _write(session: Session, event: Event, change: tuple[Entry, FactField, str], reason: str) -> Item | None:
    """Into the entry's detail; the ledger row if it has its code already."""
    entry, found, value = change
    detail = read_detail(entry.detail)
    put(detail, found.kind, found.place, value)
    entry.detail = detail_text(detail)
    session.add(entry)
    return None if entry.code is None else fact_item(event, entry.code, found.kind, found.place, value or None, reason)


def _entries(session: Session, event: Event, ids: Collection[str]) -> dict[str, Entry]:
    query = select(Entry).where(Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    if len(ids) == 1:
        query = query.where(col(Entry.id).in_(ids))
    return {entry.id: entry for entry in session.exec(query)}


def _locked_periods(session: Session, event: Event) -> Mapping[str, Collection[str]]:
    """Stage key -> keys of its locked periods, in the order of the stages."""
    found: dict[str, set[str]] = {}
    for stage, period in stage_periods(session, event):
        keys = found.setdefault(stage.key, set())
        if period.state is PeriodState.LOCKED:
            keys.add(period.key)
    return found


def _was_published(session: Session, event: Event) -> bool:
    return any(data["event"] == event.id for data in told(session, competition_of(session, event), kinds.PUBLICATION))


def _require_open(found: FactField, locked: Mapping[str, Collection[str]]) -> None:
    """A total that is locked changes only after unlocking; what a stage's field is, only before the next is locked."""
    if found.kind in {"absent", "late"} and found.place[1] in locked.get(found.place[0], ()):
        raise InvalidError(N_("这个考评期已经锁定，不能再改；请裁判长先写明理由解锁。"))
    if any(locked.get(stage) for stage in found.stages):
        raise InvalidError(STAGE_LOCKED)
    if found.kind == "wild_card" and any(locked[stage] for stage in _after(locked, found.place[0])):
        raise InvalidError(N_("后面的阶段已经锁定，不能再改外卡；请裁判长先写明理由解锁。"))


def _after(stages: Iterable[str], stage: str) -> list[str]:
    order = list(stages)
    return order[order.index(stage) + 1 :] if stage in order else []


def _require_reason(event: Event, found: FactField, before: str, reason: str) -> None:
    """Who changes what already counted, or takes an entry out of a period, says why."""
    if event.state in BEGUN and (before or found.kind == "absent") and not reason:
        raise InvalidError(N_("已经开始评分：改动这一项要写明理由。"))
