"""A published table is changed by two persons: one proposes its next version with a reason, another confirms it.

The digest is that of the table's document without version and time: what both saw is what is published, or nothing is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind, ActState
from contest.competitions.models import Competition
from contest.errors import ConflictError, ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.overall import policy
from contest.overall.models import OverallPublication, OverallTable
from contest.overall.queries import TableView
from contest.overall.services import locked_table, make_publication, publishable, require_organizer

NOT_YOURS = N_("请另一位组织者、裁判长、监督或仲裁确认发布。")
OTHER = N_("名次在提出之后变了，与第一个人看到的不一样。请撤回后重新提出。")


def propose_version(session: Session, actor: Actor, table: OverallTable, *, seen: str, reason: str) -> Act:
    """The first person's half; `seen` is the stamp of what the page showed.

    Raises:
        ForbiddenError: no organizer. InvalidError: no reason.
        ConflictError: nothing published yet, nothing new, another result than seen, a broken ledger, one waits already.
    """
    competition = locked_table(session, table)
    require_organizer(actor, competition)
    why = acts.reason_of(reason)
    view = publishable(session, actor, competition, table, seen)
    if not view.publications:
        raise ConflictError(N_("这张表还没有发布过，第一版不需要第二个人确认。"))
    payload = {"version": view.publications[0].version + 1}
    return acts.propose(
        session, actor, competition, ActKind.TABLE, subject=table.id, payload=payload, digest=seen, reason=why
    )


def confirm_version(
    session: Session, actor: Actor, table: OverallTable, act_id: str, *, seen: str
) -> OverallPublication:
    """The second person's half: the next version stands in the ledger with both persons.

    Raises:
        NotFoundError. ForbiddenError: the same person again, or no second person here.
        ConflictError: decided already, or the ranks are other ones by now.
    """
    competition, act = _act(session, table, act_id)
    acts.require_second(session, actor, act)
    if not policy.can_confirm_table(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    acts.require_open(session, act)
    view = publishable(session, actor, competition, table, seen)
    if view.stamp != act.digest:
        raise ConflictError(OTHER)
    said = {"reason": act.reason, "proposed_by": act.proposed_by, "confirmed_by": actor.account_id or ""}
    changes = changed_rows(view)
    publication = make_publication(session, actor, competition, view, said)
    acts.confirm(session, actor, act, ledger_seq=publication.ledger_seq,
                 effects=json.dumps(changes, ensure_ascii=False))  # fmt: skip
    return publication


def refuse_version(session: Session, actor: Actor, table: OverallTable, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's withdrawal.

    Raises:
        NotFoundError, ForbiddenError, InvalidError (no reason), ConflictError (decided already).
    """
    competition, act = _act(session, table, act_id)
    if actor.account_id != act.proposed_by and not policy.can_confirm_table(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    return acts.refuse(session, actor, act, reason)


def _act(session: Session, table: OverallTable, act_id: str) -> tuple[Competition, Act]:
    competition = locked_table(session, table)
    act = acts.get_act(session, competition, act_id, ActKind.TABLE)
    if act.subject != table.id:
        raise NotFoundError(N_("找不到这件事。"))
    return competition, act


Change = dict[str, Any]


def changed_rows(view: TableView) -> list[Change]:
    """Who has another rank or total than in the newest publication, in the new order; then who is gone."""
    if view.preview is None or not view.publications:
        return []
    before, after = _by_unit(json.loads(view.publications[0].snapshot)), _by_unit(view.preview)
    return [
        {"name": key[0], "unit": key[1], "before": before.get(key), "after": after.get(key)}
        for key in [*after, *(key for key in before if key not in after)]
        if before.get(key) != after.get(key)
    ]


def _by_unit(document: Mapping[str, Any]) -> dict[tuple[str, str], list[str | None]]:
    return {(row["name"], row["unit"]): [row["rank"], row["total"]] for row in document["rows"]}


@dataclass(frozen=True, slots=True)
class Changing:
    """What the page of a published table shows of its change: what would differ, what waits, what was decided.

    is_same: what waits is still what would be published.
    """

    rows: Sequence[Change]
    waiting: Act | None
    is_same: bool
    can_confirm: bool
    history: Sequence[Act]


def changing(session: Session, actor: Actor, view: TableView) -> Changing:
    """Reads it for one table."""
    competition = view.desk.competition
    history, _ = acts.acts_of(session, competition, ActKind.TABLE, subject=view.table.id)
    waiting = next((act for act in history if act.state is ActState.PROPOSED), None)
    may = waiting is not None and actor.account_id not in (None, waiting.proposed_by)
    return Changing(
        changed_rows(view), waiting, waiting is not None and waiting.digest == view.stamp,
        may and policy.can_confirm_table(actor, competition), [act for act in history if act is not waiting],
    )  # fmt: skip
