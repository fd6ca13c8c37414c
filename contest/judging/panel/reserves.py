"""Reserve judges: who they are, whether one can be called, and how the call opens an entry's sheet to them.

A reserve called for some entries is kept from all others, so that nobody waits for them there.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of
from contest.entries.models import Entry
from contest.errors import ConflictError, DomainError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember, PanelRole, Recusal
from contest.judging.panel import recusals
from contest.judging.panel.marked import marked_codes
from contest.judging.queries import entries_in
from contest.ledger import kinds
from contest.ledger.queries import told
from contest.ledger.services import append

ONLY_CALLED = N_("候补裁判：只评指定的评分表")
NEED_FIX = N_("有几项需要改正，已标在下面。")
NO_RESERVE = N_("请从候补裁判里选一位；没有候补，先在裁判组里任命。")

CLASH = N_("%(judge)s 须回避其中的参赛者，不能接手。请换一位候补。")
"""Never which: whoever knows names asked by name, and must not read a code."""


def reserves_of(session: Session, stage: Stage) -> Sequence[PanelMember]:
    """The reserve judges of a stage, called already or not."""
    query = select(PanelMember).where(
        PanelMember.tenant_id == stage.tenant_id, PanelMember.stage_id == stage.id,
        PanelMember.role == PanelRole.RESERVE, col(PanelMember.removed_at).is_(None),
    )  # fmt: skip
    return session.exec(query.order_by(col(PanelMember.position))).all()


def is_reserve(member: PanelMember) -> bool:
    """Whether this is a reserve judge who is still on the panel."""
    return member.role is PanelRole.RESERVE and member.removed_at is None


def require_callable(
    session: Session, event: Event, stage: Stage, reserve: PanelMember, entries: Sequence[Entry]
) -> None:
    """Refuses whoever can't be called for these entries.

    Raises:
        InvalidError: no reserve judge of this stage.
        NotFoundError: an entry of another event.
        ConflictError: the reserve is recused from one of them.
    """
    if not is_reserve(reserve) or reserve.stage_id != stage.id:
        raise InvalidError(NEED_FIX, fields={"reserve": DomainError(NO_RESERVE)})
    if any(entry.event_id != event.id for entry in entries):
        raise NotFoundError(N_("找不到这个参赛者。"))
    found = recusals.found_entries(session, reserve, event)
    uncalled = {row.entry_id for row in _standing_by(session, reserve)} - found
    kept = recusals.recused_entries(session, reserve, event) - uncalled
    if any(entry.id in kept for entry in entries):
        raise ConflictError(CLASH, judge=reserve.code)


def _standing_by(session: Session, reserve: PanelMember) -> Sequence[Recusal]:
    """What keeps the reserve from entries only because nobody called them there yet."""
    query = select(Recusal).where(
        Recusal.tenant_id == reserve.tenant_id, Recusal.panel_member_id == reserve.id, Recusal.reason == ONLY_CALLED
    )
    return session.exec(query).all()


def call_in(
    session: Session, event: Event, stage: Stage, reserve: PanelMember, entries: Sequence[Entry], reason: str,
    replaced: str = "",
) -> None:  # fmt: skip
    """Seats the reserve for `entries`, and keeps them from the others unless they were called there before."""
    codes: list[object] = [entry.code for entry in entries if entry.code]
    data: dict[str, object] = {"event": event.id, "stage": stage.key, "judge": replaced, "reserve": reserve.code}
    append(session, competition_of(session, event), kinds.REPLACEMENT, data | {"entries": codes, "reason": reason})
    wanted = {entry.id for entry in entries}
    if not reserve.scores:
        reserve.scores = True
        session.add(reserve)
        for entry in entries_in(session, event):
            if entry.id not in wanted:
                recusals.register(session, event, reserve, entry, ONLY_CALLED, automatic=True)
    for row in _standing_by(session, reserve):
        if row.entry_id in wanted:
            entry = next(entry for entry in entries if entry.id == row.entry_id)
            lifted: dict[str, object] = {"event": event.id, "stage": stage.key, "judge": reserve.code}
            lifted |= {"entry": entry.code, "state": "lifted", "reason": reason}
            append(session, competition_of(session, event), kinds.RECUSAL, lifted)
            session.delete(row)
    session.flush()


def keep_from_latecomers(session: Session, event: Event, stage: Stage) -> int:
    """Keeps reserves who step in from entries that compete only since they were called: nobody waits for them there.

    What they have marked all the same counts. How many pairs are new.
    """
    seated = [reserve for reserve in reserves_of(session, stage) if reserve.scores]
    if not seated:
        return 0
    calls = [data for data in told(session, competition_of(session, event), kinds.REPLACEMENT)
             if (data["event"], data["stage"]) == (event.id, stage.key)]  # fmt: skip
    found = 0
    for reserve in seated:
        called = {code for data in calls if data["reserve"] == reserve.code for code in data["entries"]}
        known, kept = called | marked_codes(session, reserve), recusals.recused_entries(session, reserve, event)
        late = [entry for entry in entries_in(session, event) if entry.code not in known and entry.id not in kept]
        for entry in late:
            recusals.register(session, event, reserve, entry, ONLY_CALLED, automatic=True)
        found += len(late)
    return found
