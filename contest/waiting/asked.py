"""What others asked for and this person may confirm: a narrow select for each kind, with the rule of its feature."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, cast, func, literal, or_, type_coerce
from sqlalchemy import String as Text
from sqlalchemy import select as plain_select
from sqlalchemy.orm import aliased
from sqlmodel import col, exists

from contest.accounts.hands import tied
from contest.accounts.models import Account
from contest.acts.models import Act, ActKind
from contest.competitions.models import SIGNERS, UNSEALABLE, Competition, Event, Period, PeriodState, Stage
from contest.corrections.models import ChangeState, RuleChange
from contest.corrections.policy import can_see_changes
from contest.corrections.queries import judged_events
from contest.entries import policy as entries
from contest.entries.guards import SEALED
from contest.entries.models import Entry, EntryState, Layer
from contest.erasures.models import Erasure
from contest.erasures.policy import can_erase
from contest.judging.models import PanelMember, Recusal
from contest.judging.panel.lifting import may_confirm
from contest.judging.panel.roster_models import DeclaredConflict
from contest.judging.panel.withdrawing import is_led_by
from contest.judging.policy import can_manage_panel
from contest.judging.signatures.services import CONTESTANT, JUDGE
from contest.judging.signatures.waiving import owes, rights_of
from contest.overall.models import OverallTable
from contest.overall.policy import can_confirm_table
from contest.publications.policy import can_confirm_publication
from contest.waiting.columns import (
    Rows,
    acts,
    acts_of_competitions,
    is_open,
    is_recused,
    line,
    of_competition,
    of_event,
    of_period,
    period_words,
)
from contest.waiting.kinds import Kind, OtherKind
from contest.waiting.reach import Reach

ID = 16
"""Letters of an id at the head of a subject: of a waiver `period/role/judge/code`, of a recusal `judge/entry`."""


def unsealing(reach: Reach) -> Rows:
    may = reach.over(Act.competition_id, entries.can_confirm_unsealing)
    is_sealed = and_(col(Event.unsealed_at).is_(None), col(Event.state).in_(UNSEALABLE))
    return acts(ActKind.UNSEALING, reach.me).where(may, is_sealed)


def publication(reach: Reach) -> Rows:
    return acts(ActKind.PUBLICATION, reach.me).where(reach.over(Act.competition_id, can_confirm_publication))


def correction(reach: Reach, kind: ActKind) -> Rows:
    """Of a locked mark, a fact or a withdrawal; judges of the event's own panels have no part in it."""
    may = reach.over(Act.competition_id, can_see_changes)
    return acts(kind, reach.me).where(may, col(Event.state).in_(SEALED), _judges_elsewhere(reach.me))


def _judges_elsewhere(me: str) -> ColumnElement[bool]:
    return col(Event.id).not_in(judged_events(me))


def rules(reach: Reach) -> Rows:
    columns = line(OtherKind.RULES, key=col(RuleChange.id), asker=col(RuleChange.proposer),
                   reason=col(RuleChange.reason), asked_at=col(RuleChange.proposed_at))  # fmt: skip
    query = plain_select(*columns).select_from(RuleChange).join(Event, of_event(RuleChange))
    return query.join(Competition, of_competition()).where(
        col(RuleChange.state) == ChangeState.PROPOSED, col(RuleChange.proposed_by) != reach.me,
        ~tied(reach.me, col(RuleChange.proposed_by)),
        reach.over(Event.competition_id, can_see_changes), _judges_elsewhere(reach.me),
    )  # fmt: skip


def lifting(reach: Reach) -> Rows:
    """A recusal that shall no longer be: the chief judge of its stage, organizers, supervisors."""
    member = and_(col(PanelMember.tenant_id) == Recusal.tenant_id, col(PanelMember.id) == Recusal.panel_member_id)
    query = acts(ActKind.RECUSAL, reach.me, key=col(Act.subject), detail=col(PanelMember.code))
    query = query.join(Recusal, _about(Recusal)).join(PanelMember, member)
    return query.where(
        reach.by_seat(Act.competition_id, PanelMember.stage_id, lambda c, seat: may_confirm(reach.actor, c, seat))
    )


def recusing(reach: Reach) -> Rows:
    """A judge who shall be kept from an entry that they have marked, while nothing else decides that.

    The subject is `judge/entry`.
    """
    member = and_(col(PanelMember.tenant_id) == Act.tenant_id, col(PanelMember.id) == func.substr(Act.subject, 1, ID))
    stands = exists().where(
        col(Recusal.tenant_id) == Act.tenant_id, col(Recusal.panel_member_id) == PanelMember.id,
        col(Recusal.entry_id) == func.substr(Act.subject, ID + 2),
    )  # fmt: skip
    locked = exists().where(
        col(Period.tenant_id) == PanelMember.tenant_id, col(Period.stage_id) == PanelMember.stage_id,
        col(Period.state) == PeriodState.LOCKED,
    )  # fmt: skip
    query = acts(ActKind.RECUSING, reach.me, detail=col(PanelMember.code)).join(PanelMember, member)
    return query.where(
        ~stands, ~locked,
        reach.by_seat(Act.competition_id, PanelMember.stage_id, lambda c, seat: may_confirm(reach.actor, c, seat)),
    )  # fmt: skip


def loosening(reach: Reach) -> Rows:
    """A formality that shall no longer be asked for, while it still can be loosened."""
    is_open = col(Event.state).not_in(UNSEALABLE)
    return acts(ActKind.FORMALITIES, reach.me).where(reach.over(Act.competition_id, can_see_changes), is_open)


def unlocking(reach: Reach) -> Rows:
    """A locked period that shall be opened again: the chief judge of its stage, organizers, supervisors."""
    period = and_(col(Period.tenant_id) == Act.tenant_id, col(Period.id) == Act.subject)
    query = acts(ActKind.UNLOCK, reach.me, key=col(Act.subject), detail=period_words())
    return query.join(Period, period).join(Stage, of_period()).where(
        col(Period.state) == PeriodState.LOCKED,
        reach.by_seat(Act.competition_id, Stage.id, lambda c, seat: may_confirm(reach.actor, c, seat)),
    )  # fmt: skip


def _about(table: type[Recusal | DeclaredConflict | OverallTable]) -> ColumnElement[bool]:
    return and_(col(table.tenant_id) == Act.tenant_id, col(table.id) == Act.subject)


def conflict(reach: Reach) -> Rows:
    """A declared conflict that shall be taken back; never by the judge whose it is."""
    query = acts_of_competitions(ActKind.CONFLICT, reach.me).join(DeclaredConflict, _about(DeclaredConflict))
    return query.where(
        col(Act.competition_id).in_([item.id for item in reach.competitions]),
        or_(reach.over(Act.competition_id, can_manage_panel), is_led_by(reach.me)),
        col(DeclaredConflict.account_id) != reach.me, col(DeclaredConflict.withdrawal) == "",
    )  # fmt: skip


def table(reach: Reach) -> Rows:
    query = acts_of_competitions(ActKind.TABLE, reach.me, detail=col(OverallTable.title))
    return query.join(OverallTable, _about(OverallTable)).where(reach.over(Act.competition_id, can_confirm_table))


def erasure(reach: Reach) -> Rows:
    columns = line(OtherKind.ERASURE, key=col(Erasure.entry_id), asker=col(Erasure.asker), reason=col(Erasure.reason),
                   asked_at=col(Erasure.asked_at))  # fmt: skip
    entry = and_(col(Entry.tenant_id) == Erasure.tenant_id, col(Entry.id) == Erasure.entry_id)
    query = plain_select(*columns).select_from(Erasure).join(Entry, entry).join(Event, of_event(Entry))
    return query.join(Competition, of_competition()).where(
        col(Erasure.decided_at).is_(None), col(Erasure.dropped_at).is_(None), col(Erasure.asked_by) != reach.me,
        ~tied(reach.me, col(Erasure.asked_by)),
        reach.over(Event.competition_id, can_erase),
    )  # fmt: skip


def layer(reach: Reach) -> Rows:
    """A layer whose turn it is to be opened, by its own officer."""
    later = aliased(Layer)
    is_first = exists().where(
        col(later.tenant_id) == Layer.tenant_id, col(later.event_id) == Layer.event_id,
        col(later.number) > Layer.number, col(later.witnessed_at).is_(None),
    )  # fmt: skip
    return _layers(OtherKind.LAYER, NO_ASKER).where(
        col(Layer.officer_id) == reach.me, reach.over(Event.competition_id, entries.can_hold_codes),
        col(Layer.made_at).is_not(None), col(Layer.opened_at).is_(None), col(Event.state).in_(entries.OPENABLE),
        ~is_first,
    )  # fmt: skip


NO_ASKER = literal("")


def witness(reach: Reach) -> Rows:
    """A layer that its officer has opened, and that a supervisor confirms."""
    query = _layers(OtherKind.WITNESS, type_coerce(Account.name, Text)).join(
        Account, col(Account.id) == Layer.officer_id
    )
    may = reach.over(Event.competition_id, entries.can_witness)
    opened = query.where(col(Layer.opened_at).is_not(None), col(Layer.witnessed_at).is_(None), may)
    return opened.where(~tied(reach.me, col(Layer.officer_id)))


def _layers(kind: Kind, asker: ColumnElement[str]) -> Rows:
    at = func.coalesce(Layer.opened_at, Layer.made_at)
    columns = line(kind, key=col(Layer.id), detail=cast(col(Layer.number), Text), asker=asker, asked_at=at)
    query = plain_select(*columns).select_from(Layer).join(Event, of_event(Layer))
    return query.join(Competition, of_competition())


def waivers(reach: Reach) -> Rows:
    """The signatures that others want waived, as many of one judge and role as one person asked for in one row.

    One select for all roles: PostgreSQL takes long to plan so many tables (20 ms for seven).
    """
    is_role = {
        role: func.substr(Act.subject, ID + 1, len(role) + 2) == f"/{role}/" for role in SIGNERS
    }  # fmt: skip
    role = case(*((is_it, literal(name)) for name, is_it in is_role.items()), else_="")
    head = func.length(role) + ID + 3  # SQL counts letters from 1
    period = and_(col(Period.tenant_id) == Act.tenant_id, col(Period.id) == func.substr(Act.subject, 1, ID))
    member = and_(
        col(PanelMember.tenant_id) == Period.tenant_id, col(PanelMember.stage_id) == Period.stage_id,
        func.substr(Act.subject, head, func.length(PanelMember.code) + 1) == PanelMember.code + literal("/"),
    )  # fmt: skip
    entry = and_(
        col(Entry.tenant_id) == Act.tenant_id, col(Entry.event_id) == Act.event_id,
        col(Entry.code) == func.substr(Act.subject, func.length(PanelMember.code) + 1 + head),
        col(Entry.state) == EntryState.REGISTERED,
    )  # fmt: skip
    columns = line(
        ActKind.WAIVER, key=func.min(Act.subject), detail=col(PanelMember.code), asker=col(Act.proposer),
        reason=func.min(Act.reason), asked_at=func.min(Act.proposed_at), sheets=func.count(),
    )  # fmt: skip
    query = plain_select(*columns).select_from(Act).join(Event, of_event(Act)).join(Competition, of_competition())
    query = query.join(Period, period).join(PanelMember, member).join(Entry, entry)
    may = or_(*(and_(it, _witnessed_by(reach, name), ~_own(reach.me, name)) for name, it in is_role.items()))
    return query.where(*is_open(ActKind.WAIVER, reach.me), may, ~is_recused()).group_by(
        col(Competition.id), col(Competition.title), col(Event.id), col(Event.title), col(Period.id),
        col(PanelMember.code), col(Act.proposer), col(Act.proposed_by), role,
    )  # fmt: skip


def _witnessed_by(reach: Reach, role: str) -> ColumnElement[bool]:
    """Who knows the names has a part in it only where the codes are open."""

    def places(*, is_open: bool) -> ColumnElement[bool]:
        def may(competition: Competition, seat: PanelMember | None) -> bool:
            is_own = owes(reach.actor, competition, seat, role)
            return rights_of(reach.actor, competition, seat, role, is_open=is_open)[1] and not is_own

        return reach.by_seat(Act.competition_id, Period.stage_id, may)

    return or_(places(is_open=False), and_(places(is_open=True), col(Act.event_id).in_(reach.named)))


def _own(me: str, role: str) -> ColumnElement[bool]:
    """Whether the signature is one of the sheet's own people, and that is the actor."""
    owner = {CONTESTANT: Entry.account_id, JUDGE: PanelMember.account_id}.get(role)
    return literal(value=False) if owner is None else func.coalesce(owner, "") == me
