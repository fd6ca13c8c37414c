"""Publishing by two persons, where the event's formalities ask for it: one proposes, another confirms the digest.

The digest is that of the snapshot without its time: what the second person sees is what will be published, to the
letter, or nothing is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.competitions.models import Event
from contest.competitions.queries import competition_of, digest_in_force
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_
from contest.publications import policy
from contest.publications.models import Publication
from contest.publications.queries import latest
from contest.publications.services import check_ready, locked, publish_computed, title_of
from contest.publications.snapshot import digest, encode, result_document
from contest.standings.services import Computation, compute

OTHER = N_("成绩在提出之后变了，与第一个人看到的不一样。请撤回后重新提出。")


def content_digest(session: Session, event: Event, computation: Computation, title: str) -> str:
    """The digest of what would be published now under `title`, but for the time."""
    previous = latest(session, event)
    version = (previous.version if previous else 0) + 1
    document = result_document(
        competition_of(session, event), event, computation, digest=digest_in_force(session, event), title=title,
        version=version, at=0,
    )  # fmt: skip
    return digest(encode({key: value for key, value in document.items() if key != "at"}))


def propose_publication(session: Session, actor: Actor, event: Event, title: str) -> Act:
    """The first person's half.

    Raises:
        ForbiddenError: no organizer. ConflictError: as `publish`. InvalidError: the title.
    """
    event, competition = locked(session, event), competition_of(session, event)
    if not policy.can_publish(actor, competition):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以发布成绩。"))
    if not event.publishes_in_pairs:
        raise ConflictError(N_("这个项目不需要第二个人确认，可以直接发布。"))
    title = title_of(title)
    computation = check_ready(session, event)
    found = content_digest(session, event, computation, title)
    return acts.propose(session, actor, event, ActKind.PUBLICATION, payload={"title": title}, digest=found)


def confirm_publication(session: Session, actor: Actor, event: Event, act_id: str, *, seen: str) -> Publication:
    """The second person's half: publishes exactly what both saw; `seen` is the digest of the page acted on.

    Raises:
        ForbiddenError: the same person again, or no second person here.
        ConflictError: decided already, something is still to do, or the results are other ones by now.
    """
    event, competition = locked(session, event), competition_of(session, event)
    act = acts.get_act(session, event, act_id, ActKind.PUBLICATION)
    acts.require_second(session, actor, act)
    if not policy.can_confirm_publication(actor, competition):
        raise ForbiddenError(N_("请另一位组织者、裁判长、监督或仲裁确认发布。"))
    acts.require_open(session, act)
    computation = check_ready(session, event)
    title = str(json.loads(act.payload)["title"])
    if not content_digest(session, event, computation, title) == act.digest == seen:
        raise ConflictError(OTHER)
    said = {"proposed_by": act.proposed_by, "confirmed_by": actor.account_id}
    publication = publish_computed(session, actor, competition, event, computation, title, said)
    acts.confirm(session, actor, act, ledger_seq=publication.ledger_seq)
    return publication


def refuse_publication(session: Session, actor: Actor, event: Event, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's withdrawal.

    Raises:
        ForbiddenError, InvalidError (no reason), ConflictError (decided already).
    """
    event, competition = locked(session, event), competition_of(session, event)
    act = acts.get_act(session, event, act_id, ActKind.PUBLICATION)
    if actor.account_id != act.proposed_by and not policy.can_confirm_publication(actor, competition):
        raise ForbiddenError(N_("请另一位组织者、裁判长、监督或仲裁确认发布。"))
    return acts.refuse(session, actor, act, reason)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The proposal that waits, and whether it is still what would be published."""

    act: Act
    title: str
    is_same: bool
    can_confirm: bool


def waiting_publication(session: Session, actor: Actor, event: Event) -> Waiting | None:
    """What the page shows of it."""
    act = acts.open_act(session, event, ActKind.PUBLICATION)
    if act is None:
        return None
    title = str(json.loads(act.payload)["title"])
    is_same = content_digest(session, event, compute(session, event), title) == act.digest
    may = policy.can_confirm_publication(actor, competition_of(session, event))
    return Waiting(act, title, is_same, may and actor.account_id != act.proposed_by)
