"""Taking back a declared conflict that was declared by mistake: a reason, two persons, rows in the ledger.

The judge whom it keeps away asks (or the organizer), the chief judge of a stage they sit on or an organizer decides:
another person, and never the judge themselves. What is locked stays as it was scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, select

from contest.accounts.models import Account
from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.competitions.models import UNSEALABLE, Competition, Event, Period, PeriodState, Stage
from contest.competitions.queries import events_of, get_competition
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember, PanelRole, Recusal
from contest.judging.panel import recusals
from contest.judging.panel.kept_apart import DECLARED
from contest.judging.panel.recusals import same
from contest.judging.panel.roster_models import DeclaredConflict
from contest.judging.policy import can_manage_panel, can_see_roster
from contest.ledger import kinds
from contest.ledger.services import append, append_rows
from contest.organizations.models import Organization

NOT_YOURS = N_("撤回由申报的裁判本人或组织者提出，由这个阶段的裁判长或另一位组织者决定。")
TAKEN_BACK = N_("申报的利害关系已撤回")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One declared conflict, and what waits for it or became of it."""

    competition: Competition
    conflict: DeclaredConflict
    judge: str
    unit: str
    waiting: Act | None
    history: Sequence[Act]
    can_propose: bool
    can_confirm: bool


def withdrawal_view(session: Session, actor: Actor, competition_id: str, conflict_id: str) -> Withdrawal:
    """The page of a declared conflict.

    Raises:
        NotFoundError: no such conflict, or none of the reader's business: it says who is close to whom.
    """
    competition = get_competition(session, competition_id, actor)
    conflict = _found(session, competition, conflict_id)
    asks, decides = _may(session, actor, competition, conflict)
    if not (asks or decides or can_see_roster(actor, competition)):
        raise NotFoundError(N_("找不到这条申报。"))
    waiting = acts.open_act(session, competition, ActKind.CONFLICT, conflict.id)
    stands, is_first = not conflict.withdrawal, waiting is not None and waiting.proposed_by == actor.account_id
    return Withdrawal(
        competition, conflict, session.get_one(Account, conflict.account_id).name,
        session.get_one(Organization, conflict.organization_id).name, waiting,
        acts.acts_of(session, competition, ActKind.CONFLICT, subject=conflict.id)[0],
        can_propose=asks and stands and waiting is None,
        can_confirm=decides and stands and waiting is not None and not is_first,
    )  # fmt: skip


def withdrawals_to_decide(session: Session, actor: Actor, competition: Competition) -> list[str]:
    """The ids of the declared conflicts whose withdrawal waits for this actor's word."""
    proposed = acts.open_acts(session, competition, ActKind.CONFLICT)
    waiting = [act.subject for act in proposed if act.proposed_by != actor.account_id]
    if not waiting or actor.account_id is None:
        return []
    of_others = (
        col(DeclaredConflict.tenant_id) == competition.tenant_id, col(DeclaredConflict.id).in_(waiting),
        col(DeclaredConflict.account_id) != actor.account_id,
    )  # fmt: skip
    led = () if can_manage_panel(actor, competition) else (is_led_by(actor.account_id),)
    decided = set(session.exec(select(DeclaredConflict.id).where(*of_others, *led)))
    return [key for key in waiting if key in decided]


def _found(session: Session, competition: Competition, conflict_id: str) -> DeclaredConflict:
    found = session.get(DeclaredConflict, (competition.tenant_id, conflict_id))
    if found is None or found.competition_id != competition.id:
        raise NotFoundError(N_("找不到这条申报。"))
    return found


def _may(session: Session, actor: Actor, competition: Competition, conflict: DeclaredConflict) -> tuple[bool, bool]:
    """Whether the actor may ask for the withdrawal, and whether they may decide it."""
    if actor.account_id is None:
        return False, False
    own, manages = conflict.account_id == actor.account_id, can_manage_panel(actor, competition)
    if own or manages:
        return True, not own
    here = (DeclaredConflict.tenant_id == conflict.tenant_id, DeclaredConflict.id == conflict.id)
    led = select(DeclaredConflict.id).where(*here, is_led_by(actor.account_id))
    return False, session.exec(led).first() is not None


def is_led_by(account_id: str) -> ColumnElement[bool]:
    """Whether that person is the chief judge of a stage on whose panel the judge of the declared conflict sits."""
    own, judge = aliased(PanelMember), aliased(PanelMember)
    seats = (
        select(own.id)
        .join(judge, and_(col(judge.tenant_id) == own.tenant_id, col(judge.stage_id) == own.stage_id))
        .join(Stage, and_(col(Stage.tenant_id) == own.tenant_id, col(Stage.id) == own.stage_id))
        .join(Event, and_(col(Event.tenant_id) == Stage.tenant_id, col(Event.id) == Stage.event_id))
        .where(
            own.account_id == account_id, own.role == PanelRole.CHIEF, col(own.removed_at).is_(None),
            judge.account_id == DeclaredConflict.account_id, col(judge.removed_at).is_(None),
            Event.tenant_id == DeclaredConflict.tenant_id, Event.competition_id == DeclaredConflict.competition_id,
        )
    )  # fmt: skip
    return seats.correlate(DeclaredConflict).exists()


def propose_withdrawal(
    session: Session, actor: Actor, competition: Competition, conflict_id: str, reason: str
) -> Act:  # fmt: skip
    """The first person's half; the judge stays away meanwhile.

    Raises:
        NotFoundError, ForbiddenError, InvalidError (no reason), ConflictError (taken back already, waits already).
    """
    conflict = _held(session, competition, conflict_id)
    if not _may(session, actor, competition, conflict)[0]:
        raise ForbiddenError(NOT_YOURS)
    _require_standing(conflict)
    words = acts.reason_of(reason)
    return acts.propose(session, actor, competition, ActKind.CONFLICT, subject=conflict.id, reason=words)


def confirm_withdrawal(session: Session, actor: Actor, competition: Competition, act_id: str) -> Act:
    """The second person's half: the judge gets the sheets that nothing else keeps from them.

    Raises:
        ForbiddenError (the same person, the judge themselves, not theirs), NotFoundError, ConflictError (decided).
    """
    act = acts.get_act(session, competition, act_id, ActKind.CONFLICT)
    conflict = _held(session, competition, act.subject)
    acts.require_second(session, actor, act)
    if not _may(session, actor, competition, conflict)[1]:
        raise ForbiddenError(NOT_YOURS)
    acts.require_open(session, act)
    _require_standing(conflict)
    conflict.withdrawal = act.id
    session.add(conflict)
    session.flush()
    for event in events_of(session, competition):
        _lift(session, competition, event, conflict, act, actor)
    return acts.confirm(session, actor, act)


def refuse_withdrawal(session: Session, actor: Actor, competition: Competition, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's own (NotFoundError, ForbiddenError, InvalidError, ConflictError)."""
    act = acts.get_act(session, competition, act_id, ActKind.CONFLICT)
    conflict = _held(session, competition, act.subject)
    if actor.account_id != act.proposed_by and not _may(session, actor, competition, conflict)[1]:
        raise ForbiddenError(NOT_YOURS)
    return acts.refuse(session, actor, act, reason)


def _held(session: Session, competition: Competition, conflict_id: str) -> DeclaredConflict:
    """The conflict as it is now; the chain's lock lets a second decision wait for the first."""
    append_rows(session.connection(), competition.tenant_id, competition.id, [])
    conflict = _found(session, competition, conflict_id)
    session.refresh(conflict)
    return conflict


def _require_standing(conflict: DeclaredConflict) -> None:
    if conflict.withdrawal:
        raise ConflictError(N_("这条申报已经撤回。"))


def _lift(
    session: Session, competition: Competition, event: Event, conflict: DeclaredConflict, act: Act, actor: Actor
) -> None:
    """Lifts the recusals that it made in an event; what another reason keeps apart is registered again at once.

    The ledger gets fixed words, as it did when the conflict was declared: the reason may speak of people.
    """
    if event.state in UNSEALABLE:
        return
    members: dict[str, PanelMember] = {}
    for recusal, member, entry in _made_by(session, event, conflict):
        members[member.id] = member
        if recusal.ledger_seq is not None:
            stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
            data: dict[str, object] = {
                "event": event.id, "stage": stage.key, "judge": member.code, "entry": entry.code or "",
                "state": "lifted", "reason": TAKEN_BACK, "proposed_by": act.proposed_by,
                "confirmed_by": actor.account_id,
            }  # fmt: skip
            append(session, competition, kinds.RECUSAL, data)
        session.delete(recusal)
    session.flush()
    if members:
        recusals.refresh(session, event, list(members.values()))


def _made_by(
    session: Session, event: Event, conflict: DeclaredConflict
) -> Sequence[tuple[Recusal, PanelMember, Entry]]:
    """The recusals that declared conflicts made for this judge and unit, in stages of which nothing is locked."""
    locked = select(Period.stage_id).where(Period.tenant_id == event.tenant_id, Period.state == PeriodState.LOCKED)
    path = session.get_one(Organization, conflict.organization_id).path
    query = (
        select(Recusal, PanelMember, Entry)
        .join(PanelMember, same(Recusal, PanelMember, col(Recusal.panel_member_id)))
        .join(Entry, same(Recusal, Entry, col(Recusal.entry_id)))
        .join(Organization, col(Organization.id) == Entry.organization_id)
        .join(Stage, and_(col(Stage.tenant_id) == PanelMember.tenant_id, col(Stage.id) == PanelMember.stage_id))
        .where(
            Recusal.tenant_id == event.tenant_id, Stage.event_id == event.id,
            PanelMember.account_id == conflict.account_id, Recusal.reason == DECLARED,
            col(Recusal.automatic).is_(True), col(Organization.path).startswith(path, autoescape=True),
            col(Stage.id).not_in(locked),
        )
        .order_by(col(Recusal.id))
    )  # fmt: skip
    return session.exec(query).all()
