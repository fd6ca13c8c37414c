"""Publishing: the results of an event become an immutable numbered version, with its proof."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.callroom.seating import placed_of
from contest.competitions.models import Competition, Event, EventState, PeriodState, RuleSetVersion
from contest.competitions.queries import competition_of, digest_in_force, periods_of
from contest.db import HELD
from contest.entries.layering import first_lots
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger import queries as ledger
from contest.ledger.checking import first_broken
from contest.ledger.models import LedgerRow
from contest.ledger.services import append, make_checkpoint
from contest.publications import policy, states
from contest.publications.board import announce_after_commit, board_document, store_board
from contest.publications.bundle import inputs_document, make_bundle
from contest.publications.checking import misplaced, out_of_step
from contest.publications.models import BoardSnapshot, Publication
from contest.publications.queries import latest
from contest.publications.readiness import obstacles
from contest.publications.recount import differences
from contest.publications.refreshing import board_changed, wire
from contest.publications.snapshot import digest, encode, result_document
from contest.standings.services import Computation, compute

__all__ = ["board_changed", "publish", "refresh_board", "wire"]

MAX_TITLE = 200


def publish(session: Session, actor: Actor, event: Event, title: str) -> Publication:
    """Publishes the results of `event` as its next version; all or nothing.

    Raises:
        ForbiddenError: the actor is no organizer of the competition.
        ConflictError: not everything is locked, unsealed, rechecked and signed, this state is published already, codes
            are still to be drawn, or it takes a second person (`confirming`).
        InvalidError: no title, or one longer than 200 letters.
    """
    competition = competition_of(session, event)
    if not policy.can_publish(actor, competition):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以发布成绩。"))
    event = locked(session, event)
    if event.publishes_in_pairs:
        raise ConflictError(N_("这个项目的成绩要由第二个人确认才能发布。请先提出发布。"))
    computation = check_ready(session, event)
    return publish_computed(session, actor, competition, event, computation, title_of(title))


def title_of(text: str) -> str:
    """The typed title in one line (InvalidError: none, or too long)."""
    title = " ".join(text.split())
    if not title or len(title) > MAX_TITLE:
        raise InvalidError(N_("请填写 1 到 200 字的标题，例如“决赛成绩”。"))
    return title


def publish_computed(
    session: Session, actor: Actor, competition: Competition, event: Event, computation: Computation, title: str,
    said: Mapping[str, object] | None = None,
) -> Publication:  # fmt: skip
    """Makes the version, the board's last state and the trail; whoever calls has asked everything before.

    said: proposed_by and confirmed_by, where two persons publish.
    """
    publication = _make(session, actor, competition, event, computation, title, said or {})
    event.state = EventState.PUBLISHED
    session.add(event)
    session.flush()
    refresh_board(session, event)
    announce_after_commit(session, event.id, publication.version)
    detail = {"event": event.id, "version": publication.version, "digest": publication.digest}
    record(session, actor, event.tenant_id, "publish", "event", event.id, **detail)
    return publication


def refresh_board(session: Session, event: Event) -> BoardSnapshot | None:
    """Computes and keeps the board of `event` in the caller's transaction; None when the rules allow no board."""
    document = board_document(session, event)
    return None if document is None else store_board(session, event, document)


def locked(session: Session, event: Event) -> Event:
    """The event's row as it is now, kept from changing: a second click waits here and then meets `published`."""
    query = select(Event).where(Event.tenant_id == event.tenant_id, col(Event.id) == event.id).with_for_update(**HELD)
    return session.exec(query.execution_options(populate_existing=True)).one()


def check_ready(session: Session, event: Event) -> Computation:
    """What would be published, once nothing stands in its way (ConflictError: what does)."""
    if event.state in (EventState.PUBLISHED, EventState.CLOSED):
        raise ConflictError(N_("成绩已经发布。要发布新的版本，须先由裁判长写明理由解锁、改正并重新锁定。"))
    periods = periods_of(session, event)
    still_open = [period for period in periods if period.state is not PeriodState.LOCKED]
    if not periods or still_open or event.state is not EventState.LOCKED:
        raise ConflictError(N_("还有 %(n)s 个阶段没有锁定。请裁判长先锁定全部评分。"), n=len(still_open) or 1)
    for obstacle in obstacles(session, event):
        raise ConflictError(obstacle.text, **obstacle.params)
    computation = compute(session, event)
    if any(entry.code is None for entry in computation.entries):
        raise ConflictError(N_("还有参赛者没有抽签，没有加密号，不能发布。"))
    return computation


def _make(
    session: Session, actor: Actor, competition: Competition, event: Event, computation: Computation, title: str,
    said: Mapping[str, object],
) -> Publication:  # fmt: skip
    previous = latest(session, event)
    version, at = (previous.version if previous else 0) + 1, time.time_ns() // 1_000_000
    rules = digest_in_force(session, event)
    document = result_document(competition, event, computation, digest=rules, title=title, version=version, at=at)
    snapshot, inputs = encode(document), encode(inputs_document(computation))
    fact = {"event": event.id, "version": version, "digest": digest(snapshot), "inputs": digest(inputs)}
    row = append(session, competition, kinds.PUBLICATION, {**fact, **said})
    rows = ledger.rows(session, competition)
    _require_untouched(session, competition, event, computation, rows)
    checkpoint = make_checkpoint(session, competition, "publication")
    publication = Publication(
        tenant_id=event.tenant_id,
        event_id=event.id,
        version=version,
        title=title,
        snapshot=snapshot,
        digest=digest(snapshot),
        bundle=_bundle(session, competition, event, computation, rows, (version, snapshot, inputs)),
        checkpoint_id=checkpoint.id,
        ledger_seq=row.seq,
        published_by=actor.name,
    )
    session.add(publication)
    session.flush()
    return publication


COMPARED = frozenset({kinds.SEED, kinds.ORDER, kinds.VOID, kinds.WITHDRAWAL}) | states.COMPARED


def _require_untouched(
    session: Session, competition: Competition, event: Event, computation: Computation, rows: Sequence[LedgerRow]
) -> None:
    """Refuses to sign what somebody changed in the database itself: chain, checkpoints, or the tables made of it.

    Raises:
        ConflictError: naming the row, or the codes.
    """
    broken = first_broken(rows, ledger.checkpoints(session, competition), ledger.trusted_keys(session))
    if broken is not None:
        text = N_(
            "记分流水从第 %(seq)s 条起与存证不符，数据库被人改动过，不能发布。请保留现场，立即告诉监督人员和管理员。"
        )
        raise ConflictError(text, seq=broken)
    own = [(row.kind, json.loads(row.body)["data"]) for row in rows if row.kind in COMPARED]
    own = [(kind, data) for kind, data in own if data["event"] == event.id]
    if others := states.disagreeing(session, event, own):
        text = N_(
            "数据库里的这些内容与记分流水不符，被人改动过，不能发布：%(what)s。请保留现场，立即告诉监督人员和管理员。"
        )
        raise ConflictError(text, what=others)
    if codes := out_of_step(session, event, own):
        text = N_(
            "这些加密号是否退赛与记分流水不符，数据库被人改动过，不能发布：%(codes)s。请立即告诉监督人员和管理员。"
        )
        raise ConflictError(text, codes="、".join(codes[:10]))
    if codes := misplaced(session, event, own):
        text = N_(
            "这些加密号的出场次序或工位与抽签不符，数据库被人改动过，不能发布：%(codes)s。请立即告诉监督人员和管理员。"
        )
        raise ConflictError(text, codes="、".join(codes[:10]))
    if codes := differences(rows, event.id, computation):
        text = N_(
            "这些加密号的分数或登记与记分流水不符，数据库被人改动过，不能发布：%(codes)s。请立即告诉监督人员和管理员。"
        )
        raise ConflictError(text, codes="、".join(codes[:10]))


def _bundle(
    session: Session,
    competition: Competition,
    event: Event,
    computation: Computation,
    rows: Sequence[LedgerRow],
    texts: tuple[int, str, str],
) -> bytes:
    version, snapshot, inputs = texts
    rules = session.get_one(RuleSetVersion, (event.tenant_id, event.rule_set_id or ""))
    return make_bundle(
        manifest={"competition": competition.id, "event": event.id, "version": version},
        rules=rules.document,
        inputs=inputs,
        entries=computation.entries,
        lots=first_lots(session, event),
        seats=placed_of(session, event),
        rows=rows,
        checkpoints=ledger.checkpoints(session, competition),
        snapshot=snapshot,
    )
