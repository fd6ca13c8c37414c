"""The chain of signatures on a score sheet: contestant, judge, chief judge, supervisor, each over the same marks.

A signature binds the digest of the marks and the hash of the signature before it, so that none can be put under other
marks or taken out of the middle. The ledger keeps every one. A drawing is a picture beside it, never the proof.
A signature that can't be given is waived by two persons (`waiving`): the waiver is a link of the same chain.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from contest.actors import Actor, Role
from contest.competitions.formalities import signers_of
from contest.competitions.models import SIGNERS, Competition, EventState, Period, PeriodState
from contest.core.canonical import digest as digest_of
from contest.db import now
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.judging.models import PanelMember, PanelRole, Sheet, SheetSignature, SignatureMethod
from contest.judging.panel.recusals import recused_entries
from contest.judging.queries import Where, locate, member_for
from contest.judging.sheet.queries import NOT_FOUND, SheetView, build_view, entry_by_code
from contest.ledger import kinds
from contest.ledger.models import LedgerRow
from contest.ledger.services import append, append_rows

CONTESTANT, JUDGE, CHIEF, SUPERVISOR = "contestant", "judge", "chief", "supervisor"
AT_THE_TABLET = frozenset({CONTESTANT, JUDGE})
"""Signed where the marks are made, while they can still be mended; the contestant on the judge's own tablet."""
AFTERWARDS = (CHIEF, SUPERVISOR)
LINKS = (kinds.SIGN, kinds.WAIVER)
LONGEST_DRAWING = 8000
_DRAWING = re.compile(r"M\d{1,4} \d{1,4}(?:[ML]\d{1,4} \d{1,4})*")


def due_roles(session: Session, where: Where) -> tuple[str, ...]:
    """Who has to sign the sheets of a period, in order; the chief judge where the panel has one."""
    return tuple(role for role in signers_of(where.event) if role != CHIEF or _has_chief(session, where))


def _has_chief(session: Session, where: Where) -> bool:
    query = select(PanelMember.id).where(
        PanelMember.tenant_id == where.stage.tenant_id, PanelMember.stage_id == where.stage.id,
        PanelMember.role == PanelRole.CHIEF, col(PanelMember.account_id).is_not(None),
        col(PanelMember.removed_at).is_(None),
    )  # fmt: skip
    return session.exec(query.limit(1)).first() is not None


def signatures_of(session: Session, sheet: Sheet | None) -> Sequence[SheetSignature]:
    """Every signature of a sheet in the order in which they were made, voided ones too."""
    if sheet is None:
        return ()
    query = select(SheetSignature).where(
        SheetSignature.tenant_id == sheet.tenant_id, SheetSignature.sheet_id == sheet.id
    )
    return session.exec(query.order_by(col(SheetSignature.ledger_seq))).all()


def live(signatures: Sequence[SheetSignature]) -> list[SheetSignature]:
    return [item for item in signatures if item.voided_at is None]


def sheet_of(session: Session, where: Where, judge: str, code: str) -> SheetView:
    """The sheet of the judge `judge` for the entry `code` (NotFoundError: none); the caller asks who may see it."""
    query = select(PanelMember).where(
        PanelMember.tenant_id == where.stage.tenant_id, PanelMember.stage_id == where.stage.id,
        PanelMember.code == judge,
    )  # fmt: skip
    member, entry = session.exec(query).first(), entry_by_code(session, where.event, code)
    if member is None or entry is None or not member.scores:
        raise NotFoundError(NOT_FOUND)
    return build_view(session, where, member, entry)


def sign(
    session: Session, actor: Actor, period_id: str, judge: str, code: str, *, role: str, digest: str,
    drawing: str = "", method: SignatureMethod = SignatureMethod.SESSION,
) -> SheetSignature:  # fmt: skip
    """Puts the signature of `role` under the sheet; `digest` is that of the marks which the signer was shown.

    Raises:
        NotFoundError, ForbiddenError: not this person's to sign.
        ConflictError: not complete, other marks than shown, somebody has to sign before, signed already, too late.
        InvalidError: a drawing that no page makes.
    """
    where = locate(session, period_id, actor)
    append_rows(session.connection(), where.competition.tenant_id, where.competition.id, [])
    session.refresh(where.period)
    session.refresh(where.event)
    view = sheet_of(session, where, judge, code)
    _require_signer(session, actor, view, role)
    if drawing and not (len(drawing) <= LONGEST_DRAWING and _DRAWING.fullmatch(drawing)):
        raise InvalidError(N_("签名的笔迹太长或读不懂，请清除后重签。"))
    require_ready(view, digest, role)
    chain = live(signatures_of(session, view.sheet))
    require_turn(session, view, role, chain)
    return _put(session, actor, view, role, chain, drawing=drawing, method=method)


def _require_signer(session: Session, actor: Actor, view: SheetView, role: str) -> None:
    where, own = view.place, view.member.account_id is not None and view.member.account_id == actor.account_id
    if role not in due_roles(session, where) and role != JUDGE:
        raise ConflictError(N_("这张评分表不需要这个签名。"))
    if role in AT_THE_TABLET:
        if not own:
            raise NotFoundError(NOT_FOUND)
        if view.entry.id in recused_entries(session, view.member, where.event):
            raise ForbiddenError(N_("您已登记回避 %(code)s，不能打开这份评分表。"), code=view.entry.code or "")
    elif not may_sign_as(session, actor, where, role):
        raise ForbiddenError(N_("这一栏由裁判长或监督本人签。"))


def may_sign_as(session: Session, actor: Actor, where: Where, role: str) -> bool:
    """Whether the actor is the chief judge of the stage, or a supervisor who judges nothing here."""
    return signs_as(actor, where.competition, member_for(session, actor, where.stage), role)


def signs_as(actor: Actor, competition: Competition, seat: PanelMember | None, role: str) -> bool:
    """`may_sign_as` of whoever has that seat in the stage (None: no seat)."""
    if actor.account_id is None:
        return False
    if role == CHIEF:
        return seat is not None and seat.role is PanelRole.CHIEF
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    watches = actor.holds(Role.SUPERVISOR, **place, competition_id=competition.id)
    return role == SUPERVISOR and seat is None and watches


def require_ready(view: SheetView, digest: str, role: str = JUDGE) -> None:
    """Refuses a sheet that can't be signed now (ConflictError says why)."""
    event, period = view.place.event, view.place.period
    if role in AT_THE_TABLET and period.state is not PeriodState.OPEN:
        raise ConflictError(N_("评分已经锁定或还没有开放，不能签名。"))
    if period.state is PeriodState.WAITING or event.state in (EventState.PUBLISHED, EventState.CLOSED):
        raise ConflictError(N_("现在不能签名：评分还没有开放，或成绩已经发布。"))
    if view.conflicts:
        raise ConflictError(N_("还有 %(n)s 处冲突没有决定，不能签名。"), n=len(view.conflicts))
    if view.done < view.total and period.state is PeriodState.OPEN:
        raise ConflictError(N_("还有 %(n)s 项没有评，不能签名。"), n=view.total - view.done)
    if digest != view.digest:
        raise ConflictError(N_("您看到的分与服务器上的不一致（可能刚在另一台平板上改过）。请重新核对后再签名。"))


def require_turn(session: Session, view: SheetView, role: str, chain: Sequence[SheetSignature]) -> None:
    """One after the other; after a lock with gaps (its reason stands in the ledger) the chief need not wait."""
    signed = {item.role for item in chain}
    if role in signed:
        raise ConflictError(N_("这一栏已经签过了。"))
    if before := waited_for(due_roles(session, view.place), role, signed, view.member, view.place.period):
        raise ConflictError(N_("请按顺序签：还在等%(who)s签名。"), who=before)


def waited_for(due: Sequence[str], role: str, signed: set[str], member: PanelMember, period: Period) -> str:
    """The role that has to sign before `role`; empty when it is the turn of `role`."""
    before = due[: due.index(role)] if role in due else due[:0]
    for other in before:
        at_the_tablet = other in AT_THE_TABLET
        excused = at_the_tablet and (member.account_id is None or period.state is PeriodState.LOCKED)
        if other not in signed and not excused:
            return gettext(SIGNERS[other])
    return ""


def _put(
    session: Session, actor: Actor, view: SheetView, role: str, chain: Sequence[SheetSignature], *, drawing: str,
    method: SignatureMethod,
) -> SheetSignature:  # fmt: skip
    previous = chain[-1].hash if chain else ""
    place = {"event": view.place.event.id, "stage": view.place.stage.key, "period": view.place.period.key,
             "entry": view.entry.code or "", "judge": view.member.code, "digest": view.digest}  # fmt: skip
    seat = member_for(session, actor, view.place.stage)
    by = CONTESTANT if role == CONTESTANT else seat.code if seat else actor.account_id or ""
    strokes = hashlib.sha256(drawing.encode()).hexdigest() if drawing else ""
    bound = place | {"role": role, "by": by, "previous": previous, "drawing": strokes, "method": method.value}
    signature = digest_of(bound)
    row = append(session, view.place.competition, kinds.SIGN, bound | {"signature": signature})
    sheet = view.sheet or new_sheet(session, view.member, view.entry, view.place)
    if role == JUDGE:
        sheet.signed_at, sheet.digest, sheet.ledger_seq = now(), view.digest, row.seq
    session.add(sheet)
    made = SheetSignature(
        tenant_id=sheet.tenant_id, sheet_id=sheet.id, role=role, account_id=actor.account_id or "",
        signer="" if role == CONTESTANT else actor.name, digest=view.digest, previous=previous, hash=signature,
        drawing=drawing, method=method, ledger_seq=row.seq,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def new_sheet(session: Session, member: PanelMember, entry: Entry, where: Where) -> Sheet:
    sheet = Sheet(
        tenant_id=where.period.tenant_id, panel_member_id=member.id, entry_id=entry.id, period_id=where.period.id
    )
    session.add(sheet)
    session.flush()
    return sheet


def _same_words(item: SheetSignature, data: Mapping[str, object]) -> bool:
    """Of a waiver: the ground and the reason are those of the ledger."""
    told = (data.get("role"), data.get("ground"), data.get("reason", ""))
    return not item.is_waiver or told == (item.role, item.ground, item.reason)


def is_whole(signatures: Sequence[SheetSignature], view: SheetView, rows: Sequence[LedgerRow]) -> bool:
    """Whether every live signature (or waiver) names these marks, the one before it, and the ledger's row of it."""
    told = {row.seq: (row.kind, json.loads(row.body)["data"]) for row in rows if row.kind in LINKS}
    previous = ""
    for item in live(signatures):
        kind, found = told.get(item.ledger_seq, ("", {}))
        data = dict(found)
        said = data.pop("signature", "")
        strokes = hashlib.sha256(item.drawing.encode()).hexdigest() if item.drawing else ""
        fits = (item.digest, item.previous) == (view.digest, previous) and data.get("drawing", "") == strokes
        fits = fits and kind == (kinds.WAIVER if item.is_waiver else kinds.SIGN) and _same_words(item, data)
        if not fits or said != item.hash or digest_of(data) != said:
            return False
        previous = item.hash
    return True
