"""What an erasure would destroy, and what it can't reach."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from contest.actors import Actor
from contest.awards.models import AwardGiven
from contest.certificates.models import Certificate
from contest.competitions.models import Competition, Event
from contest.competitions.queries import competition_of, get_event
from contest.entries.models import Entry
from contest.erasures import policy
from contest.erasures.models import Erasure
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.publications.models import Publication


@dataclass(frozen=True, slots=True)
class ErasureView:
    """The page: the entry, the open request if there is one, the done one if it is over, and what remains."""

    competition: Competition
    event: Event
    entry: Entry
    open: Erasure | None
    done: Erasure | None
    versions: int
    certificates: int
    can_agree: bool


def erasure_view(session: Session, actor: Actor, event_id: str, entry_id: str) -> ErasureView:
    """What the two persons are told before.

    Raises:
        NotFoundError: no such event or entry for this actor.
        ForbiddenError: neither organizer nor administrator.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    entry = session.get(Entry, (event.tenant_id, entry_id))
    if entry is None or entry.event_id != event.id:
        raise NotFoundError(N_("找不到这个参赛。"))
    if not policy.can_erase(actor, competition):
        raise ForbiddenError(N_("个人信息由组织者或管理员删除。"))
    asked = _requests(session, entry)
    waiting = next((item for item in asked if item.decided_at is None), None)
    return ErasureView(
        competition=competition,
        event=event,
        entry=entry,
        open=waiting,
        done=next((item for item in asked if item.decided_at is not None), None),
        versions=_versions(session, event),
        certificates=_certificates(session, entry),
        can_agree=waiting is not None and policy.can_agree(actor, competition, waiting),
    )


def _requests(session: Session, entry: Entry) -> list[Erasure]:
    query = select(Erasure).where(
        Erasure.tenant_id == entry.tenant_id, Erasure.entry_id == entry.id, col(Erasure.dropped_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Erasure.asked_at).desc())))


def _versions(session: Session, event: Event) -> int:
    here = (Publication.tenant_id == event.tenant_id, Publication.event_id == event.id)
    return session.exec(select(func.count()).select_from(Publication).where(*here)).one()


def _certificates(session: Session, entry: Entry) -> int:
    awards = select(AwardGiven.id).where(AwardGiven.tenant_id == entry.tenant_id, AwardGiven.entry_id == entry.id)
    here = (Certificate.tenant_id == entry.tenant_id, col(Certificate.award_id).in_(awards))
    return session.exec(select(func.count()).select_from(Certificate).where(*here)).one()
