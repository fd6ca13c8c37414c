"""The formalities (手续) of an event: who signs score sheets, whether results are rechecked, who publishes them."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions import policy, queries
from contest.competitions.models import SIGNERS, UNSEALABLE, Event
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_

_STALE = N_("手续在您打开页面以后被改过，没有保存。请核对现在的内容后再改。")


def signers_of(event: Event) -> tuple[str, ...]:
    """Who signs the event's score sheets, in their order."""
    return tuple(key for key in SIGNERS if key in event.signers.split(","))


def fingerprint(event: Event) -> str:
    """The formalities as one text: what a page was drawn from."""
    return f"{event.signers};{event.rechecks:d};{event.publishes_in_pairs:d}"


def set_formalities(
    session: Session, actor: Actor, event: Event, *, signers: Collection[str], rechecks: bool,
    publishes_in_pairs: bool, seen: str | None = None,
) -> Event:  # fmt: skip
    """Changes them, until everything is locked. The judge always signs.

    Raises:
        ForbiddenError: no organizer.
        ConflictError: locked, or changed meanwhile.
    """
    if not policy.can_edit_rule_set(actor, queries.competition_of(session, event)):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以改手续。"))
    if event.state in UNSEALABLE:
        raise ConflictError(N_("评分已经锁定，手续不能再改。"))
    if seen is not None and seen != fingerprint(event):
        raise ConflictError(_STALE)
    event.signers = ",".join(key for key in SIGNERS if key in signers or key == "judge")
    event.rechecks, event.publishes_in_pairs = rechecks, publishes_in_pairs
    session.add(event)
    record(session, actor, event.tenant_id, "update", "formalities", event.id, now=fingerprint(event))
    return event
