"""Recusing a judge by hand: at once while they have no mark for the entry, from then on by two persons.

A recusal takes the judge's marks out of the result. Whoever could do that alone could choose, once marks are known,
which of them count; before the first mark nothing can be chosen, and a judge must be able to be kept away at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.audit.services import record
from contest.competitions.models import Event, Period, Stage
from contest.competitions.queries import competition_of
from contest.entries.guards import locked_event
from contest.entries.models import Entry
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember, Recusal
from contest.judging.panel import recusals
from contest.judging.panel.kept_apart import kept_apart
from contest.judging.panel.lifting import rights_over
from contest.judging.panel.marked import MarkedError, hold_marks, marks_given, require_unmarked
from contest.judging.panel.reserves import call_in, require_callable
from contest.judging.policy import can_decide
from contest.judging.queries import members_of

NOT_YOURS = N_("只有裁判长和组织者可以登记回避。")
NOT_SECOND = N_("这位裁判已经评过分的回避，由裁判长或组织者提出，由另一位裁判长、组织者或监督确认。")
STANDS = N_("这一对已经登记过回避。")
MOVED = N_("这位裁判的分在您打开页面以后有变化，没有确认。请看现在的分数个数后再决定。")
NO_RESERVE = N_("接替的候补裁判现在不能上场。请不同意或撤回这个提议，重新提出。")
NEED_FIX = N_("有几项需要改正，已标在下面。")
UNIT_OF_JUDGE = N_(
    "%(judge)s 已经评过这个参赛者，又是新单位的人：改单位会使这些分不再计入。请先由两个人登记回避，再改。"
)
PAIR_OF_JUDGE = N_("%(judge)s 已经评过这样一来须回避的参赛者，这些分会不再计入。请先由两个人登记回避，再改。")
BY_NAME = N_("评分已经开始，加密号还没有解密：组织者按姓名登记回避，由两个人办理，裁判评过没有都一样。")
LOCKED = N_("这个阶段已有锁定的评分。请先解锁并写明理由，再登记回避。")


def recuse(
    session: Session, actor: Actor, member: PanelMember, entry: Entry, reason: str, own: PanelMember | None = None
) -> Recusal:
    """Keeps a judge from an entry, with a reason; `own` is the actor's own seat (a chief judge may recuse).

    Raises:
        ForbiddenError: neither organizer nor chief judge of the stage.
        InvalidError: no reason.
        ConflictError: already recused, or the stage is locked.
        MarkedError: the judge has marked this entry, so that it takes two persons (`ask_recusal`); or the actor knows
            the entry by name while codes are sealed, and must not learn from the answer whether it was marked.
    """
    stage, event = _place(session, member)
    if not can_decide(actor, competition_of(session, event), own):
        raise ForbiddenError(NOT_YOURS)
    words = _words(event, entry, reason)
    if recusals.is_by_name(session, actor, event) and _has_begun(session, stage):
        raise MarkedError(BY_NAME)
    require_unmarked(session, event, member, entry)
    refuse_locked(session, stage)
    made = recusals.register(session, event, member, entry, words, automatic=False)
    if made is None:
        raise ConflictError(STANDS)
    record(session, actor, stage.tenant_id, "recuse", "panel", member.id, entry=entry.id)
    return made


def _place(session: Session, member: PanelMember) -> tuple[Stage, Event]:
    stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
    return stage, session.get_one(Event, (stage.tenant_id, stage.event_id))


def _words(event: Event, entry: Entry, reason: str) -> str:
    if entry.event_id != event.id:
        raise NotFoundError(N_("找不到这个参赛者。"))
    if not reason.strip():
        raise InvalidError(NEED_FIX, fields={"reason": DomainError(N_("请写明回避的理由，例如：师徒关系。"))})
    return reason.strip()[: acts.LONGEST_REASON]


def _has_begun(session: Session, stage: Stage) -> bool:
    here = (Period.tenant_id == stage.tenant_id, Period.stage_id == stage.id)
    return session.exec(select(Period.id).where(*here, col(Period.opened_at).is_not(None))).first() is not None


def refuse_locked(session: Session, stage: Stage) -> None:
    """After a lock the panel that gave the result stands; a recusal then is a matter of unlocking with a reason."""
    if recusals.has_locked(session, stage.tenant_id, stage.id):
        raise ConflictError(LOCKED)


def subject_of(member: PanelMember, entry: Entry) -> str:
    """Judge and entry of a proposal (contest.waiting takes it apart in SQL)."""
    return f"{member.id}/{entry.id}"


def ask_recusal(
    session: Session, actor: Actor, event: Event, member: PanelMember, entry: Entry, reason: str,
    reserve: PanelMember | None = None,
) -> Act:  # fmt: skip
    """The first person's half; the marks count until another has confirmed. `reserve` then takes over the sheet.

    Raises:
        ForbiddenError, InvalidError, ConflictError: as `recuse`; or it waits already; or the judge has no mark there
            (any more), so that nobody has to be asked; or the reserve can't step in.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    stage, _ = _place(session, member)
    if not rights_over(session, actor, competition, member)[0]:
        raise ForbiddenError(NOT_YOURS)
    words = _words(event, entry, reason)
    refuse_locked(session, stage)
    _refuse_standing(session, member, entry)
    if not recusals.is_by_name(session, actor, event) and not marks_given(session, member, entry):
        raise ConflictError(N_("%(judge)s 现在没有这个参赛者的分，可以直接登记回避。"), judge=member.code)
    if reserve is not None:
        require_callable(session, event, stage, reserve, [entry])
    payload = {"reserve": reserve.id if reserve else ""}
    return acts.propose(
        session, actor, event, ActKind.RECUSING, subject=subject_of(member, entry), payload=payload, reason=words
    )


def _refuse_standing(session: Session, member: PanelMember, entry: Entry) -> None:
    if recusals.standing(session, member, entry) is not None:
        raise ConflictError(STANDS)


@dataclass(frozen=True, slots=True)
class About:
    """What a proposal is about."""

    member: PanelMember
    entry: Entry
    reserve: PanelMember | None


def about(session: Session, event: Event, act: Act) -> About:
    """Judge, entry and the reserve who shall take over (NotFoundError: they are gone)."""
    member_id, _, entry_id = act.subject.partition("/")
    member = session.get(PanelMember, (event.tenant_id, member_id))
    entry = session.get(Entry, (event.tenant_id, entry_id))
    if member is None or entry is None or entry.event_id != event.id:
        raise NotFoundError(N_("找不到这件事。"))
    reserve_id = str(json.loads(act.payload).get("reserve") or "")
    return About(member, entry, session.get(PanelMember, (event.tenant_id, reserve_id)) if reserve_id else None)


def obstacle_to(session: Session, found: About) -> str:
    """Why it can't be confirmed by now (a message id); empty where it can."""
    if recusals.standing(session, found.member, found.entry) is not None:
        return STANDS
    try:
        refuse_locked(session, _place(session, found.member)[0])
    except ConflictError as error:
        return error.message
    return ""


def confirm_recusal(session: Session, actor: Actor, event: Event, act_id: str, seen: str) -> Act:
    """The second person's half: the marks count no longer, the ledger names both. `seen`: how many marks were shown
    (to whoever knows the entry by name while codes are sealed, none are).

    Raises:
        ForbiddenError: the same person, or not theirs. NotFoundError: no such act.
        ConflictError: decided, locked or recused meanwhile, more or fewer marks than were seen, or the reserve can't
            step in any more.
    """
    event, act, found = _held(session, actor, event, act_id)
    acts.require_second(session, actor, act)
    acts.require_open(session, act)
    hold_marks(session, event)
    if problem := obstacle_to(session, found):
        raise ConflictError(problem)
    by_name = recusals.is_by_name(session, actor, event)
    if not by_name and seen != str(marks_given(session, found.member, found.entry)):
        raise ConflictError(MOVED)
    stage, _ = _place(session, found.member)
    if found.reserve is not None:
        _call_reserve(session, event, stage, found, act.reason)
    said = {"proposed_by": act.proposed_by, "confirmed_by": actor.account_id or ""}
    made = recusals.register(session, event, found.member, found.entry, act.reason, automatic=False, said=said)
    record(session, actor, event.tenant_id, "recuse", "panel", found.member.id, entry=found.entry.id)
    return acts.confirm(session, actor, act, ledger_seq=made.ledger_seq if made else None)


def _call_reserve(session: Session, event: Event, stage: Stage, found: About, reason: str) -> None:
    reserve = found.reserve
    if reserve is None:
        return
    try:
        require_callable(session, event, stage, reserve, [found.entry])
    except DomainError as error:
        raise ConflictError(NO_RESERVE) from error
    call_in(session, event, stage, reserve, [found.entry], reason, replaced=found.member.code)


def refuse_recusal(session: Session, actor: Actor, event: Event, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's withdrawal (ForbiddenError, InvalidError, ConflictError)."""
    _, act, _ = _held(session, actor, event, act_id)
    return acts.refuse(session, actor, act, reason)


def _held(session: Session, actor: Actor, event: Event, act_id: str) -> tuple[Event, Act, About]:
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, ActKind.RECUSING)
    found = about(session, event, act)
    if not rights_over(session, actor, competition, found.member)[1]:
        raise ForbiddenError(NOT_SECOND)
    return event, act, found


def refuse_lost_marks(session: Session, event: Event, entry: Entry) -> None:
    """Refuses another unit of an entry that would take a judge's marks out of the result by one person's hand: those
    of a judge of that very unit (ConflictError). Two persons recuse the judge first; then the unit can be mended.
    """
    if entry.code is None:
        return  # nobody has marked it
    hold_marks(session, event)
    for line in members_of(session, event):
        member = line.member
        lost = marks_given(session, member, entry) and recusals.standing(session, member, entry) is None
        if lost and entry.id in {own.id for own in recusals.own_unit_entries(session, member, event)}:
            raise ConflictError(UNIT_OF_JUDGE, judge=member.code)


def refuse_lost_pairs(session: Session, event: Event) -> None:
    """Refuses what a higher feature is about to write, where it would newly keep a judge from an entry they have
    marked (ConflictError): whoever arranges visits or groups would choose whose marks count.
    """
    hold_marks(session, event)
    members = {line.member.id: line.member for line in members_of(session, event)}
    for member_id, entry_id in sorted(kept_apart(session.connection(), event.tenant_id, [event.id])):
        member, entry = members.get(member_id), session.get_one(Entry, (event.tenant_id, entry_id))
        if member is None or recusals.standing(session, member, entry) or not marks_given(session, member, entry):
            continue
        if session.exec(select(recusals.is_unlocked(member))).one():
            raise ConflictError(PAIR_OF_JUDGE, judge=member.code)


def proposals_of(session: Session, event: Event) -> Sequence[tuple[Act, About]]:
    """The recusals of an event that wait for their second person, oldest first."""
    waiting = acts.open_acts(session, event, ActKind.RECUSING)
    if not waiting:
        return []
    pairs = [act.subject.partition("/") for act in waiting]
    entries = select(Entry).where(Entry.tenant_id == event.tenant_id, col(Entry.id).in_([pair[2] for pair in pairs]))
    # read at once and held while `about` asks for each of them: no statement of their own
    read = (members_of(session, event), session.exec(entries).all())
    found = [(act, about(session, event, act)) for act in waiting]
    del read
    return found
