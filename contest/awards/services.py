"""Proposing and giving awards. A newer result replaces the list: what it no longer gives is withdrawn, not deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.awards import queries
from contest.awards.models import AwardGiven, AwardState
from contest.awards.policy import can_give_awards
from contest.competitions.models import Competition, Event, EventState
from contest.competitions.queries import competition_of
from contest.core.awarding import assign_awards
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.services import append
from contest.standings.services import compute

Listener = Callable[[Session, Actor, AwardGiven], None]
_on_withdrawal: list[Listener] = []


def on_withdrawal(listener: Listener) -> None:
    """Certificates stand above awards: app.py registers here what must happen to them when an award goes."""
    if listener not in _on_withdrawal:
        _on_withdrawal.append(listener)


def propose_awards(session: Session, actor: Actor, event: Event) -> list[AwardGiven]:
    """Puts down what the latest published result gives, best tier first; given awards of the same kind stay given.

    Raises:
        ForbiddenError: the actor is not the organizer.
        ConflictError: there is no published result to award from.
    """
    competition = competition_of(session, event)
    if not can_give_awards(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以授奖。"))
    version = queries.latest_version(session, event)
    if version is None or event.state is not EventState.PUBLISHED:
        raise ConflictError(N_("成绩还没有正式发布，不能授奖。请先锁定评分并发布结果。"))
    computation = compute(session, event)
    grants = assign_awards(computation.rules, computation.result)
    tiers, _barred = queries.list_from(session, event, computation, grants)
    existing = {(award.entry_id, award.award_key): award for award in queries.all_awards(session, event)}
    wanted: list[AwardGiven] = []
    for position, row in enumerate(row for tier in tiers for row in tier.rows):
        award = existing.pop((row.entry.id, row.award.id), None) or AwardGiven(
            tenant_id=event.tenant_id, event_id=event.id, entry_id=row.entry.id, publication_version=version,
            award_key=row.award.id, title=row.award.title, state=AwardState.PROPOSED,
        )  # fmt: skip
        award.title, award.rank, award.reason, award.position = row.award.title, row.rank, row.reason, position
        if award.state is AwardState.WITHDRAWN:
            award.state = AwardState.PROPOSED
        session.add(award)
        wanted.append(award)
    for left in existing.values():
        if left.state is AwardState.PROPOSED:
            session.delete(left)
    session.flush()
    return wanted


def give_awards(session: Session, actor: Actor, event: Event, version: int | None = None) -> list[AwardGiven]:
    """Gives the proposed list; each award goes to the ledger. Giving the same list twice changes nothing.

    `version` is the publication the page was drawn from.

    Raises:
        ForbiddenError: the actor is not the organizer.
        ConflictError: nothing is published, or a newer result has come.
    """
    wanted = propose_awards(session, actor, event)
    latest = queries.latest_version(session, event) or 0
    if version is not None and version != latest:
        raise ConflictError(
            N_("这一页是按第 %(old)s 版结果列出的，现在已有第 %(new)s 版。请刷新后核对新名单再颁发。"),
            old=version,
            new=latest,
        )
    competition = competition_of(session, event)
    entries = _entries(session, event, [*wanted, *queries.given_awards(session, event)])
    kept = {award.id for award in wanted}
    gone = [award for award in queries.given_awards(session, event) if award.id not in kept]
    fresh = [a for a in wanted if a.state is not AwardState.GIVEN or a.publication_version != latest]
    for award in gone:
        _withdraw(session, actor, competition, award, entries[award.entry_id])
    for award in fresh:
        award.state, award.publication_version = AwardState.GIVEN, latest
        session.add(award)
        _note(session, competition, award, entries[award.entry_id], "given")
    if fresh or gone:
        record(session, actor, event.tenant_id, "give", "awards", event.id, version=latest, given=len(fresh),
               withdrawn=len(gone))  # fmt: skip
    session.flush()
    return wanted


def _withdraw(session: Session, actor: Actor, competition: Competition, award: AwardGiven, entry: Entry) -> None:
    award.state = AwardState.WITHDRAWN
    session.add(award)
    _note(session, competition, award, entry, "withdrawn")
    for listener in _on_withdrawal:
        listener(session, actor, award)


def _note(session: Session, competition: Competition, award: AwardGiven, entry: Entry, state: str) -> None:
    data = {"event": award.event_id, "version": award.publication_version, "entry": entry.code or entry.number,
            "award": award.award_key, "state": state}  # fmt: skip
    append(session, competition, kinds.AWARD, data)


def _entries(session: Session, event: Event, awards: Sequence[AwardGiven]) -> dict[str, Entry]:
    ids = {award.entry_id for award in awards}
    return {id_: session.get_one(Entry, (event.tenant_id, id_)) for id_ in ids}
