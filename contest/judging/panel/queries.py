"""What the panel page shows, and finding the entry somebody names by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from contest.accounts.models import Account
from contest.accounts.queries import search_accounts
from contest.actors import Actor
from contest.acts.models import Act
from contest.competitions.models import Competition, Event, Stage
from contest.competitions.queries import competition_of, get_event, rules_in_force, stages_of
from contest.core.ruleset import RuleSet
from contest.entries.models import Entry, EntryState
from contest.errors import DomainError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember, Recusal
from contest.judging.panel.recusals import known_as, knows_names, own_unit_entries, recusals_in
from contest.judging.panel.recusing import proposals_of
from contest.judging.policy import can_decide, can_manage_panel, can_see_desk
from contest.judging.queries import MemberLine, member_for, members_of


@dataclass(frozen=True, slots=True)
class RecusalLine:
    """A recusal as the reader may see it: by name for the organizer, by code for everybody else."""

    recusal: Recusal
    judge: str
    entry: str


@dataclass(frozen=True, slots=True)
class PanelView:
    """The panel page of an event. `unregistered`: own units found since, not yet written down; `proposed`: recusals
    that wait for a second person, each with judge and entry as the reader may see them.
    """

    event: Event
    competition: Competition
    rules: RuleSet | None
    stages: Sequence[Stage]
    members: Sequence[MemberLine]
    recusals: Sequence[RecusalLine]
    proposed: Sequence[tuple[Act, str, str]]
    found: Sequence[Account]
    search: str
    unregistered: int
    can_manage: bool
    can_decide: bool
    sees_names: bool

    def of(self, stage: Stage) -> list[MemberLine]:
        return [line for line in self.members if line.stage.id == stage.id]

    def wanted(self, stage: Stage) -> int:
        return self.rules.stage(stage.key).panel.min_judges if self.rules else 0


def panel_view(session: Session, actor: Actor, event_id: str, search: str = "") -> PanelView:
    """The panel page.

    Raises:
        NotFoundError: no such event, or none that the actor may watch.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not can_see_desk(actor, competition):
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    rules = rules_in_force(session, event) if event.rule_set_id else None
    manages, by_name = can_manage_panel(actor, competition), knows_names(session, actor, competition, event)
    stages = stages_of(session, event)
    members = members_of(session, event)
    seats = [member_for(session, actor, stage) for stage in stages]
    return PanelView(
        event=event,
        competition=competition,
        rules=rules,
        stages=stages,
        members=members,
        recusals=_recusal_lines(session, event, by_name=by_name),
        proposed=[
            (act, found.member.code, known_as(found.entry, by_name=by_name))
            for act, found in proposals_of(session, event)
        ],
        found=search_accounts(session, event.tenant_id, search) if search and manages else (),
        search=search,
        unregistered=_unregistered(session, event, members),
        can_manage=manages,
        can_decide=manages or any(can_decide(actor, competition, seat) for seat in seats),
        sees_names=manages,
    )


def _recusal_lines(session: Session, event: Event, *, by_name: bool) -> list[RecusalLine]:
    by_id = {line.member.id: line for line in members_of(session, event)}
    lines = []
    for recusal, member, entry in recusals_in(session, event):
        known = by_id.get(member.id)
        judge = f"{member.code} {known.name if known else member.name}"
        lines.append(RecusalLine(recusal, judge, known_as(entry, by_name=by_name)))
    return lines


def _unregistered(session: Session, event: Event, members: Sequence[MemberLine]) -> int:
    registered = {(recusal.panel_member_id, recusal.entry_id) for recusal, _, _ in recusals_in(session, event)}
    found = {(m.member.id, e.id) for m in members for e in own_unit_entries(session, m.member, event)}
    return len(found - registered)


def find_entry(session: Session, event: Event, text: str, *, by_name: bool) -> Entry:
    """The entry somebody names: the organizer by number or name, the chief judge by blind code.

    Raises:
        InvalidError: none, or several of that name.
    """
    fields = (col(Entry.number) == text, col(Entry.name) == text) if by_name else (col(Entry.code) == text,)
    query = select(Entry).where(
        Entry.tenant_id == event.tenant_id,
        Entry.event_id == event.id,
        Entry.state == EntryState.REGISTERED,
        or_(*fields),
    )
    found = session.exec(query.limit(2)).all()
    if len(found) == 1:
        return found[0]
    message = N_("有几位都叫“%(text)s”，请改用编号。") if found else N_("没有“%(text)s”，请核对编号、姓名或加密号。")
    raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"entry": DomainError(message, text=text)})


def own_seat(session: Session, actor: Actor, member: PanelMember) -> PanelMember | None:
    """The actor's own place on the same stage's panel."""
    return member_for(session, actor, session.get_one(Stage, (member.tenant_id, member.stage_id)))
