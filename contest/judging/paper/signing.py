"""The paper way: a sheet signed by hand, compared with the marks and scanned by a clerk, who is not its judge."""

from __future__ import annotations

import hashlib

from sqlmodel import Session

from contest.actors import Actor
from contest.core.canonical import digest as digest_of
from contest.db import now
from contest.errors import ConflictError, ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.judging.models import SheetScan, SheetSignature, SignatureMethod
from contest.judging.policy import can_type
from contest.judging.queries import Where, locate, member_for
from contest.judging.sheet.queries import NOT_FOUND, SheetView
from contest.judging.signatures.services import JUDGE, live, new_sheet, require_ready, sheet_of, signatures_of
from contest.ledger import kinds
from contest.ledger.services import append, append_rows


def sheet_on_paper(session: Session, actor: Actor, period_id: str, judge: str, code: str) -> SheetView:
    """The sheet as the clerk compares it with the paper: of an external judge, whose marks a clerk typed.

    Raises:
        NotFoundError: no such sheet, or one that its judge signs on the tablet.
        ForbiddenError: no clerk here.
    """
    where = locate(session, period_id, actor)
    _require_clerk(session, actor, where)
    view = sheet_of(session, where, judge, code)
    if view.member.account_id is not None:
        raise NotFoundError(NOT_FOUND)
    return view


def _require_clerk(session: Session, actor: Actor, where: Where) -> None:
    if not can_type(actor, where.competition, member_for(session, actor, where.stage)):
        raise ForbiddenError(N_("纸质评分表由录分员、裁判长或组织者上传。"))


def sign_on_paper(
    session: Session, actor: Actor, period_id: str, judge: str, code: str, *, digest: str, picture: bytes
) -> SheetSignature:
    """Keeps the scan of a signed paper sheet as the judge's signature; `digest` is that of the marks compared.

    Raises:
        NotFoundError, ForbiddenError: as `sheet_on_paper`.
        ConflictError: not complete, other marks than shown, signed already, locked.
    """
    where = locate(session, period_id, actor)
    append_rows(session.connection(), where.competition.tenant_id, where.competition.id, [])
    session.refresh(where.period)
    session.refresh(where.event)
    view = sheet_on_paper(session, actor, period_id, judge, code)
    require_ready(view, digest)
    chain = live(signatures_of(session, view.sheet))
    if any(item.role == JUDGE for item in chain):
        raise ConflictError(N_("这一栏已经签过了。"))
    previous = chain[-1].hash if chain else ""
    bound = {
        "event": where.event.id, "stage": where.stage.key, "period": where.period.key, "entry": code, "judge": judge,
        "digest": view.digest, "role": JUDGE, "by": judge, "previous": previous,
        "drawing": "", "scan": hashlib.sha256(picture).hexdigest(), "method": SignatureMethod.PAPER.value,
    }  # fmt: skip
    signature = digest_of(bound)
    row = append(session, where.competition, kinds.SIGN, bound | {"signature": signature})
    sheet = view.sheet or new_sheet(session, view.member, view.entry, where)
    sheet.signed_at, sheet.digest, sheet.ledger_seq = now(), view.digest, row.seq
    made = SheetSignature(
        tenant_id=sheet.tenant_id, sheet_id=sheet.id, role=JUDGE, account_id=actor.account_id or "",
        signer=actor.name, digest=view.digest, previous=previous, hash=signature, method=SignatureMethod.PAPER,
        ledger_seq=row.seq,
    )  # fmt: skip
    scan = SheetScan(tenant_id=sheet.tenant_id, sheet_id=sheet.id, digest=view.digest, picture=picture,
                     made_by=actor.name)  # fmt: skip
    session.add_all([sheet, made, scan])
    session.flush()
    return made
