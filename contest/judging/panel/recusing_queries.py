"""What the pages of a recusal that takes two persons show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind, ActState
from contest.competitions.models import Competition, Event, Stage
from contest.competitions.queries import competition_of, get_event
from contest.entries.models import Entry
from contest.errors import ForbiddenError
from contest.judging.models import PanelMember
from contest.judging.panel.lifting import rights_over
from contest.judging.panel.marked import marks_given
from contest.judging.panel.queries import find_entry
from contest.judging.panel.recusals import is_by_name, known_as, knows_names
from contest.judging.panel.recusing import NOT_SECOND, NOT_YOURS, about, obstacle_to, subject_of
from contest.judging.panel.reserves import reserves_of
from contest.judging.policy import can_manage_panel
from contest.judging.queries import get_member, members_of


@dataclass(frozen=True, slots=True)
class Recusing:
    """One judge and one entry; `entry` as this person may know it, `marks` how many the judge has given there now
    (None: not for whoever knows the name and not the code).

    act: what was proposed, None while nothing is. obstacle: why it can't be confirmed by now (a message id).
    """

    competition: Competition
    event: Event
    member: PanelMember
    entry: str
    marks: int | None
    reserves: Sequence[tuple[str, str]]
    act: Act | None = None
    reserve: str = ""
    obstacle: str = ""
    can_confirm: bool = False

    @property
    def waits(self) -> bool:
        return self.act is not None and self.act.state is ActState.PROPOSED


def asking_view(session: Session, actor: Actor, event_id: str, member_id: str, text: str) -> Recusing:
    """The first person's page (NotFoundError, ForbiddenError, InvalidError: no such entry); `text`: what was typed."""
    event = get_event(session, event_id, actor)
    competition, member = competition_of(session, event), get_member(session, event, member_id)
    if not rights_over(session, actor, competition, member)[0]:
        raise ForbiddenError(NOT_YOURS)
    entry = find_entry(session, event, text, by_name=can_manage_panel(actor, competition))
    waiting = acts.open_act(session, event, ActKind.RECUSING, subject_of(member, entry))
    return _view(session, actor, (competition, event), member, entry, act=waiting)


def _view(
    session: Session, actor: Actor, place: tuple[Competition, Event], member: PanelMember, entry: Entry, **more: object
) -> Recusing:
    names = {line.member.id: f"{line.member.code} {line.name}" for line in members_of(session, place[1])}
    stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
    reserves = [(found.id, names[found.id]) for found in reserves_of(session, stage) if found.id != member.id]
    shown = known_as(entry, by_name=knows_names(session, actor, *place))
    marks = None if is_by_name(session, actor, place[1]) else marks_given(session, member, entry)
    return Recusing(*place, member, shown, marks, reserves, **more)  # type: ignore[arg-type]


def asked_view(session: Session, actor: Actor, event_id: str, act_id: str) -> Recusing:
    """The page of a proposal, decided or not (NotFoundError, ForbiddenError)."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    act = acts.get_act(session, event, act_id, ActKind.RECUSING)
    found = about(session, event, act)
    if not rights_over(session, actor, competition, found.member)[1]:
        raise ForbiddenError(NOT_SECOND)
    waits = act.state is ActState.PROPOSED
    obstacle = obstacle_to(session, found) if waits else ""
    return _view(
        session, actor, (competition, event), found.member, found.entry, act=act, obstacle=obstacle,
        reserve=found.reserve.code if found.reserve else "",
        can_confirm=waits and not obstacle and act.proposed_by != actor.account_id,
    )  # fmt: skip
