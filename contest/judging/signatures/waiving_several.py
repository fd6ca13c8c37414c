"""Waiving one signature under several sheets of one judge: who fell ill with thirty sheets unsigned owes all of them.

Every sheet has its own act and its own row in the ledger, over the digest of its own marks, as if it were waived
alone: the verifier needs nothing new. All are done in the caller's one transaction, or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlmodel import Session

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.errors import ConflictError, DomainError, InvalidError, NotFoundError
from contest.i18n import N_, error_text
from contest.judging.models import SheetSignature
from contest.judging.queries import Where, locate
from contest.judging.signatures.listing import AT_ONCE
from contest.judging.signatures.waiving import NEED_FIX, confirm_waiver, propose_waiver, refuse_waiver, subject_of

NONE_DONE = N_("加密号 %(code)s：%(why)s 所选的一份也没有处理。")


def propose_waivers(
    session: Session, actor: Actor, period_id: str, judge: str, role: str, sheets: Sequence[tuple[str, str]], *,
    ground: str, reason: str,
) -> list[Act]:  # fmt: skip
    """The first person's half; `sheets`: blind code and digest of the marks of each, as the page showed them.

    Raises:
        InvalidError: none chosen, too many, no ground, or no reason. Otherwise as `propose_waiver`, of any of them.
    """
    made = []
    for code, digest in _chosen(sheets):
        with _named(code):
            made.append(propose_waiver(session, actor, period_id, judge, code, role, digest=digest, ground=ground,
                                       reason=reason))  # fmt: skip
    return made


def confirm_waivers(
    session: Session, actor: Actor, period_id: str, judge: str, role: str, act_ids: Sequence[str]
) -> list[SheetSignature]:
    """The witness's half.

    Raises:
        InvalidError: none chosen, or too many. Otherwise as `confirm_waiver`, of any of them.
    """
    made, where = [], locate(session, period_id, actor)
    for act_id in _chosen(act_ids):
        code = _code_of(session, where, judge, role, act_id)
        with _named(code):
            made.append(confirm_waiver(session, actor, period_id, judge, code, role, act_id))
    return made


def refuse_waivers(
    session: Session, actor: Actor, period_id: str, judge: str, role: str, act_ids: Sequence[str], reason: str
) -> list[Act]:
    """The witness's no to several, or the first one's withdrawal (as `refuse_waiver`, of any of them)."""
    made, where = [], locate(session, period_id, actor)
    for act_id in _chosen(act_ids):
        code = _code_of(session, where, judge, role, act_id)
        with _named(code):
            made.append(refuse_waiver(session, actor, period_id, judge, code, role, act_id, reason))
    return made


T = TypeVar("T")


def _chosen(items: Sequence[T]) -> list[T]:
    found = list(dict.fromkeys(items))
    if not found:
        raise InvalidError(NEED_FIX, fields={"pick": DomainError(N_("请至少选一份评分表。"))})
    if len(found) > AT_ONCE:
        raise InvalidError(NEED_FIX, fields={"pick": DomainError(N_("一次最多 %(n)s 份，请分几次。"), n=AT_ONCE)})
    return found


@contextmanager
def _named(code: str) -> Iterator[None]:
    """Says which of them it was: a page of thirty sheets must not leave that to be guessed."""
    try:
        yield
    except ConflictError as error:
        raise ConflictError(NONE_DONE, code=code, why=error_text(error)) from error


def _code_of(session: Session, where: Where, judge: str, role: str, act_id: str) -> str:
    subject = acts.get_act(session, where.event, act_id, ActKind.WAIVER).subject
    head = subject_of(where, judge, "", role)
    if not subject.startswith(head):
        raise NotFoundError(N_("找不到这件事。"))
    return subject.removeprefix(head)
