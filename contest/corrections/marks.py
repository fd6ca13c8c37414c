"""Correcting a mark after the lock: a reason, the consequences first, a second person, a row in the ledger.

Nothing is edited: the correction supersedes the mark, and what is published already stays; a new version follows it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from sqlmodel import Session, select

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind, ActState
from contest.competitions.models import Competition, Event, EventState, PeriodState
from contest.competitions.queries import competition_of, get_event, rules_in_force, stage_periods
from contest.core.canonical import digest as digest_of
from contest.core.canonical import to_plain
from contest.core.consequences import effects, outcomes
from contest.core.marks import MISSING, NOT_PERFORMED, SCORED, Mark, parse_value
from contest.core.ruleset import Aspect
from contest.core.scoring import evaluate
from contest.corrections import policy
from contest.corrections.queries import Effects, check_may_see, effects_json, kept_items
from contest.corrections.services import OTHER_LIST, EffectsChangedError
from contest.entries.guards import locked_event
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import MarkRow
from contest.judging.queries import Where, declared_in, is_absent, locate, members_of
from contest.judging.recusals import recused_entries
from contest.judging.rendering import shown
from contest.judging.sheet_queries import entry_by_code
from contest.judging.sheets import Item, items_of
from contest.judging.superseding import supersede_mark
from contest.ledger.queries import head
from contest.standings.services import compute

CORRECTABLE = frozenset({EventState.LOCKED, EventState.PUBLISHED})
NOT_PERFORMED_WORDS = frozenset({"未完成", "dnf"})
MISSING_WORDS = frozenset({"缺", "没有", "none"})
NOT_YOURS = N_("更正分数由组织者或裁判长提出，由另一位组织者、裁判长或监督确认。")


@dataclass(frozen=True, slots=True)
class Correction:
    """A mark's place and what it shall be."""

    stage: str
    period: str
    entry: str
    aspect: str
    repetition: int
    judge: str
    units: int | None = None
    state: str = SCORED

    @property
    def place(self) -> tuple[str, str, str, str, int, str]:
        return self.stage, self.period, self.entry, self.aspect, self.repetition, self.judge

    @property
    def subject(self) -> str:
        return digest_of(list(self.place))


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One place of an entry's sheets: what stands there now; `row` None: nothing."""

    where: Where
    item: Item
    judge: str
    row: MarkRow | None

    @property
    def shown(self) -> str:
        return shown(self.item.aspect, self.row) or "—"


def mark_lines(session: Session, event: Event, code: str) -> list[MarkLine]:
    """Every place where an entry has or should have a mark, in locked periods."""
    entry = entry_by_code(session, event, code)
    if entry is None:
        raise NotFoundError(N_("没有这个加密号。"))
    marks = _rows(session, event, code)
    members = [line for line in members_of(session, event) if line.member.scores]
    kept = {line.member.id: recused_entries(session, line.member, event) for line in members}
    found = []
    for stage, period in stage_periods(session, event):
        if period.state is not PeriodState.LOCKED:
            continue
        where = locate(session, period.id)
        if is_absent(entry, where):
            continue
        declared = declared_in(session, where).get(entry.id)
        judges = [m.member.code for m in members if m.stage.id == stage.id and entry.id not in kept[m.member.id]]
        places = [(item, judge) for item in items_of(where.stage_rules, declared) for judge in judges]
        places += [(item, "") for item in items_of(where.stage_rules, declared, sheet="clerk")]
        known = {(item.place, judge) for item, judge in places}
        everywhere = {item.place: item for item in items_of(where.stage_rules, declared)}
        places += [
            (everywhere[a, r], j) for (s, p, a, r, j) in marks
            if (s, p) == (stage.key, period.key) and (a, r) in everywhere and ((a, r), j) not in known
        ]  # fmt: skip
        found += [
            MarkLine(where, item, judge, marks.get((stage.key, period.key, *item.place, judge)))
            for item, judge in places
        ]
    return found


def _rows(session: Session, event: Event, code: str) -> dict[tuple[str, str, str, int, str], MarkRow]:
    query = select(MarkRow).where(
        MarkRow.tenant_id == event.tenant_id, MarkRow.event_id == event.id, MarkRow.entry_code == code
    )
    return {(r.stage_key, r.period_key, r.aspect, r.repetition, r.judge_code): r for r in session.exec(query)}


def find_line(session: Session, event: Event, asked: Correction) -> MarkLine:
    """The place that a correction names (NotFoundError: there is none, it is recused or not locked)."""
    for line in mark_lines(session, event, asked.entry):
        if _place(line, asked.entry) == asked.place:
            return line
    raise NotFoundError(N_("找不到这一分，或者它还没有锁定。"))


def _place(line: MarkLine, entry: str) -> tuple[str, str, str, str, int, str]:
    return line.where.stage.key, line.where.period.key, entry, *line.item.place, line.judge


def with_value(line: MarkLine, asked: Correction, text: str) -> Correction:
    """The correction with the typed value: a number of the aspect, 未完成, or 缺 (InvalidError: none of these)."""
    typed = text.strip().lower()
    if typed in NOT_PERFORMED_WORDS:
        made = replace(asked, units=None, state=NOT_PERFORMED)
    elif typed in MISSING_WORDS:
        made = replace(asked, units=None, state=MISSING)
    else:
        made = replace(asked, units=_units(text, line.item.aspect), state=SCORED)
    if (made.units, made.state) == (line.row.units if line.row else None, line.row.state if line.row else MISSING):
        raise _wrong(N_("与现在的分相同，没有需要更正的。"))
    return made


def _units(text: str, aspect: Aspect) -> int:
    units = parse_value(text, aspect)
    if isinstance(units, int):
        return units
    low, high = aspect.mark_bounds()
    raise _wrong(
        N_("“%(text)s”不是这一项能打的分：请填 %(low)s 到 %(high)s、最多 %(places)s 位小数的数，或“未完成”“缺”。"),
        text=text[:20], low=str(low if low is not None else "—"), high=str(high if high is not None else "—"),
        places=aspect.decimals,
    )  # fmt: skip


def _wrong(message: str, **params: object) -> InvalidError:
    return InvalidError(N_("有几项需要改正，已标在下面。"), fields={"value": DomainError(message, **params)})


def effects_of_mark(session: Session, event: Event, asked: Correction) -> Effects:
    """What the correction would change for ranks, totals and awards. Long work: call it outside of a transaction."""
    at = (head(session, competition_of(session, event)) or (0, ""))[0]
    now = compute(session, event)
    marks = [mark for mark in now.marks if _key(mark) != asked.place]
    if asked.state != MISSING:
        marks.append(Mark(*asked.place, asked.units, asked.state))
    result = evaluate(now.rules, now.entry_inputs, marks, now.panels)
    items = effects(outcomes(now.rules, now.result), outcomes(now.rules, result))
    digest = digest_of({"asked": asdict(asked), "effects": [to_plain(item) for item in items]})
    return Effects(items, len(now.entries), len(now.marks), digest, at)


def _key(mark: Mark) -> tuple[str, str, str, str, int, str]:
    return mark.stage, mark.period, mark.entry, mark.aspect, mark.repetition, mark.judge


def _fresh(session: Session, event: Event, asked: Correction, found: Effects | None) -> Effects:
    """`found` if the ledger has not moved since it was worked out, else the list as it is now."""
    at = (head(session, competition_of(session, event)) or (0, ""))[0]
    return found if found is not None and found.head == at else effects_of_mark(session, event, asked)


def propose_correction(
    session: Session, actor: Actor, event: Event, asked: Correction, *, reason: str, seen: str,
    found: Effects | None = None,
) -> Act:  # fmt: skip
    """The first person's half: a reason, and the digest of the consequences that the page showed.

    Raises:
        ForbiddenError, NotFoundError, InvalidError (no reason), ConflictError (not locked, closed, one waits already),
        EffectsChangedError (the consequences are other ones by now).
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    _require_part(session, actor, event, competition)
    if not policy.can_propose_mark(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    _require_locked(event)
    find_line(session, event, asked)
    why = acts.reason_of(reason)
    if _fresh(session, event, asked, found).digest != seen:
        raise EffectsChangedError(OTHER_LIST)
    payload = asdict(asked)
    return acts.propose(session, actor, event, ActKind.MARK, subject=asked.subject, payload=payload, digest=seen,
                        reason=why)  # fmt: skip


def confirm_correction(
    session: Session, actor: Actor, event: Event, act_id: str, *, seen: str, found: Effects | None = None
) -> Act:
    """The second person's half: the correction stands in the ledger; a published event awaits its next version.

    Raises:
        ForbiddenError: the same person, or no second person here.
        ConflictError: decided already, closed or opened again. EffectsChangedError: other consequences by now.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, ActKind.MARK, act_id)
    acts.require_second(actor, act)
    _require_part(session, actor, event, competition)
    acts.require_open(session, act)
    _require_locked(event)
    asked = Correction(**json.loads(act.payload))
    line = find_line(session, event, asked)
    now = _fresh(session, event, asked, found)
    if not now.digest == act.digest == seen:
        raise EffectsChangedError(OTHER_LIST)
    data = asdict(asked) | {
        "event": event.id, "reason": act.reason, "replaces": line.row.revision if line.row else 0,
        "proposed_by": act.proposed_by, "confirmed_by": actor.account_id, "effects": now.digest,
    }  # fmt: skip
    row = supersede_mark(session, event, data)
    event, _ = locked_event(session, event.tenant_id, event.id)
    event.state = EventState.LOCKED
    session.add(event)
    return acts.confirm(session, actor, act, ledger_seq=row.seq, effects=effects_json(now))


def refuse_correction(session: Session, actor: Actor, event: Event, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's withdrawal.

    Raises:
        ForbiddenError, InvalidError (no reason), ConflictError (decided already).
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, ActKind.MARK, act_id)
    _require_part(session, actor, event, competition)
    return acts.refuse(session, actor, act, reason)


def _require_part(session: Session, actor: Actor, event: Event, competition: Competition) -> None:
    if not policy.can_see_changes(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    check_may_see(session, actor, event, competition)


def _require_locked(event: Event) -> None:
    if event.state not in CORRECTABLE:
        raise ConflictError(N_("全部锁定以后、归档以前才能这样更正；评分还开放时，请裁判自己改。"))


@dataclass(frozen=True, slots=True)
class MarksDesk:
    """The page of an event: one entry's marks, what waits, what was corrected."""

    competition: Competition
    event: Event
    code: str
    lines: Sequence[MarkLine]
    history: Sequence[Act]
    total: int
    can_propose: bool


def marks_desk(session: Session, actor: Actor, event_id: str, code: str, *, offset: int, limit: int) -> MarksDesk:
    """What stands on the page (NotFoundError, ForbiddenError)."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    _require_part(session, actor, event, competition)
    is_open = event.state in CORRECTABLE
    lines = mark_lines(session, event, code) if code and is_open else []
    history, total = acts.acts_of(session, event, ActKind.MARK, offset=offset, limit=limit)
    may = is_open and policy.can_propose_mark(actor, competition)
    return MarksDesk(competition, event, code, lines, history, total, may)


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One correction: the mark as it stands, as it shall be, and what that changes."""

    competition: Competition
    event: Event
    asked: Correction
    line: MarkLine | None
    wanted: str
    effects: Effects
    act: Act | None
    can_confirm: bool


def preview(session: Session, actor: Actor, event_id: str, asked: Correction, text: str | None) -> CorrectionView:
    """The mark, and with a typed value (`text`) what it would change.

    Raises:
        NotFoundError, ForbiddenError, InvalidError (a value that can't be).
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    _require_part(session, actor, event, competition)
    line = find_line(session, event, asked)
    if text is None:
        return CorrectionView(competition, event, asked, line, "", Effects((), 0, 0, "", 0), None, False)
    made = with_value(line, asked, text)
    found = effects_of_mark(session, event, made)
    return CorrectionView(competition, event, made, line, wanted_words(line, made), found, None, False)


def act_view(session: Session, actor: Actor, event_id: str, act_id: str) -> CorrectionView:
    """A proposed or decided correction; while it waits its consequences are worked out anew."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    _require_part(session, actor, event, competition)
    act = acts.get_act(session, event, ActKind.MARK, act_id)
    asked = Correction(**json.loads(act.payload))
    aspect = rules_in_force(session, event).aspect(asked.stage, asked.aspect)
    is_open = act.state is ActState.PROPOSED and event.state in CORRECTABLE
    line = find_line(session, event, asked) if is_open else None
    found = effects_of_mark(session, event, asked) if is_open else kept_items(act.effects, act.digest)
    may = is_open and actor.account_id not in (None, act.proposed_by)
    return CorrectionView(competition, event, asked, line, _words(aspect, asked), found, act, may)


def wanted_words(line: MarkLine, asked: Correction) -> str:
    return _words(line.item.aspect, asked)


def _words(aspect: Aspect, asked: Correction) -> str:
    row = MarkRow(
        tenant_id="", event_id="", stage_key="", period_key="", entry_code="", aspect="", repetition=1, judge_code="",
        units=asked.units, state=asked.state, revision=0, op_id="", updated_at=0,
    )  # fmt: skip
    return shown(aspect, row) or "—"
