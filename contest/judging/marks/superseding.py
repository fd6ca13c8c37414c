"""The one way in which a locked mark becomes another: a row of the ledger that supersedes it (corrections decide)."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sqlmodel import Session, and_, col, select

from contest.competitions.models import Event, Period, Stage
from contest.competitions.queries import competition_of
from contest.entries.models import Entry
from contest.judging.marks.storing import project_mark, void_signatures
from contest.judging.models import PanelMember, Sheet
from contest.ledger import kinds
from contest.ledger.models import Appended
from contest.ledger.services import append


def supersede_mark(session: Session, event: Event, data: Mapping[str, object]) -> Appended:
    """Appends the correction and lets the projection follow; every signature of its sheet is void from here on.

    `data`: as `ledger.kinds` says of a correction. Whoever calls has checked everything and holds the event.
    """
    row = append(session, competition_of(session, event), kinds.CORRECTION, data)
    place = {key: data[key] for key in ("event", "stage", "period", "entry", "aspect", "repetition", "judge")}
    at = time.time_ns() // 1_000_000
    values = {"tenant": event.tenant_id, "units": data["units"], "state": data["state"], "reason": data["reason"],
              "by": "correction", "revision": row.seq, "op_id": f"correction-{event.competition_id}-{row.seq}",
              "client_time": at, "at": at}  # fmt: skip
    project_mark(session.connection(), place | values)
    sheets = [{"tenant": event.tenant_id, "sheet": found} for found in _sheets(session, event, place)]
    if sheets:
        void_signatures(session.connection(), sheets)
    session.expire_all()
    return row


def _sheets(session: Session, event: Event, place: Mapping[str, object]) -> list[str]:
    query = (
        select(Sheet.id)
        .join(PanelMember, and_(col(PanelMember.tenant_id) == Sheet.tenant_id,
                                col(PanelMember.id) == Sheet.panel_member_id))
        .join(Period, and_(col(Period.tenant_id) == Sheet.tenant_id, col(Period.id) == Sheet.period_id))
        .join(Stage, and_(col(Stage.tenant_id) == Period.tenant_id, col(Stage.id) == Period.stage_id))
        .join(Entry, and_(col(Entry.tenant_id) == Sheet.tenant_id, col(Entry.id) == Sheet.entry_id))
        .where(
            Stage.tenant_id == event.tenant_id, Stage.event_id == event.id, Stage.key == place["stage"],
            Period.key == place["period"], Entry.code == place["entry"], PanelMember.code == place["judge"],
        )
    )  # fmt: skip
    return list(session.exec(query))
