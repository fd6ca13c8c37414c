"""The printed score sheet: marks, their digest, every signature, the latest checkpoint of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.competitions.models import SIGNERS, PeriodState
from contest.documents.pdf import html_to_pdf
from contest.errors import ForbiddenError
from contest.i18n import N_
from contest.judging.models import GROUND_NAMES, SheetScan, SheetSignature
from contest.judging.policy import can_see_marks
from contest.judging.queries import locate, member_for
from contest.judging.sheet.queries import SheetView
from contest.judging.sheet.rendering import box
from contest.judging.signatures.services import due_roles, is_whole, live, sheet_of, signatures_of
from contest.ledger import signing as keys
from contest.ledger.models import Checkpoint, LedgerRow
from contest.ledger.queries import checkpoints
from contest.templating import render


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """All that stands on the paper; `whole` says whether every signature fits marks, chain and ledger."""

    sheet: SheetView
    signatures: Sequence[SheetSignature]
    due: Sequence[str]
    whole: bool
    checkpoint: Checkpoint | None
    fingerprint: str
    scan: SheetScan | None


def printed_sheet(session: Session, actor: Actor, period_id: str, judge: str, code: str) -> PrintedSheet:
    """One sheet for printing.

    Raises:
        NotFoundError: no such sheet.
        ForbiddenError: neither the judge's own nor one of those who may see others' marks.
    """
    where = locate(session, period_id, actor)
    seat = member_for(session, actor, where.stage)
    view = sheet_of(session, where, judge, code)
    is_own = seat is not None and seat.id == view.member.id
    is_locked = where.period.state is PeriodState.LOCKED
    if not is_own and not can_see_marks(actor, where.competition, seat, is_locked=is_locked):
        raise ForbiddenError(N_("锁定以前看不到其他裁判的分。"))
    found = signatures_of(session, view.sheet)
    query = select(LedgerRow).where(
        LedgerRow.tenant_id == where.event.tenant_id, LedgerRow.competition_id == where.competition.id,
        col(LedgerRow.seq).in_([item.ledger_seq for item in found]),
    )  # fmt: skip
    signed = checkpoints(session, where.competition)
    return PrintedSheet(
        view, found, due_roles(session, where), is_whole(found, view, session.exec(query).all()),
        signed[-1] if signed else None, keys.fingerprint(), _scan(session, view),
    )  # fmt: skip


def _scan(session: Session, view: SheetView) -> SheetScan | None:
    if view.sheet is None:
        return None
    query = select(SheetScan).where(
        SheetScan.tenant_id == view.sheet.tenant_id, SheetScan.sheet_id == view.sheet.id,
        SheetScan.digest == view.digest,
    )  # fmt: skip
    return session.exec(query.order_by(col(SheetScan.id).desc())).first()


def sheet_pdf(view: PrintedSheet) -> bytes:
    """The sheet on A4, in the current language. Up to 20 seconds in a child process: not on the event loop."""
    drawings = {f"drawing-{item.id}": _svg(item.drawing) for item in live(view.signatures) if item.drawing}
    assets = drawings | ({"scan": view.scan.picture} if view.scan else {})
    boxes = [(box(item, mark), mark) for item in view.sheet.items for mark in [view.sheet.marks.get(item.place)]]
    names = {"signers": SIGNERS, "ground_names": GROUND_NAMES}
    return html_to_pdf(render("judging/sheet_pdf.html", {"view": view, "boxes": boxes} | names), assets)


def _svg(path: str) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 300" width="200" height="60"><path fill="none"'
        f' stroke="#111" stroke-width="6" stroke-linecap="round" stroke-linejoin="round" d="{path}"/></svg>'
    ).encode()
