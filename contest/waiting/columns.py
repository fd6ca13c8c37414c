"""One shape for everything that waits: what a select of any kind gives back, so that they stand in one list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, null
from sqlalchemy import select as plain_select
from sqlmodel import col, exists

from contest.accounts.hands import tied
from contest.acts.models import Act, ActKind, ActState
from contest.competitions.models import Competition, Event, Period, Stage
from contest.entries.models import Entry
from contest.judging.models import PanelMember, Recusal
from contest.waiting.kinds import Kind

Rows = Select[Any]
NO_EVENT = cast(null(), String)
NOTHING = literal("")


def line(kind: Kind, *, key: Any, asked_at: Any, **rest: Any) -> tuple[ColumnElement[Any], ...]:
    """The columns of one kind.

    key: what the address names beside competition and event; detail: more words, `judge` and `role` of a waiver;
    sheets: how many it covers; `event` None where a whole competition is concerned.
    """
    event = rest.get("event", True)
    found = {
        "kind": literal(kind.value),
        "competition_id": col(Competition.id),
        "competition": col(Competition.title),
        "event_id": col(Event.id) if event else NO_EVENT,
        "event": col(Event.title) if event else NOTHING,
        "key": key,
        "detail": rest.get("detail", NOTHING),
        "asker": rest.get("asker", NOTHING),
        "reason": rest.get("reason", NOTHING),
        "asked_at": asked_at,
        "sheets": rest.get("sheets", literal(1)),
    }
    return tuple(column.label(name) for name, column in found.items())


def of_competition() -> ColumnElement[bool]:
    return and_(col(Competition.tenant_id) == Event.tenant_id, col(Competition.id) == Event.competition_id)


def of_event(table: Any) -> ColumnElement[bool]:
    return and_(col(Event.tenant_id) == table.tenant_id, col(Event.id) == table.event_id)


def of_period() -> ColumnElement[bool]:
    return and_(col(Stage.tenant_id) == Period.tenant_id, col(Stage.id) == Period.stage_id)


def is_open(kind: ActKind, me: str) -> tuple[ColumnElement[bool], ...]:
    """An act that waits for another person than who proposed it, with an account that neither made for the other."""
    is_proposed = (col(Act.kind) == kind, col(Act.state) == ActState.PROPOSED)
    return (*is_proposed, col(Act.proposed_by) != me, ~tied(me, col(Act.proposed_by)))


def acts(kind: ActKind, me: str, **rest: Any) -> Rows:
    """The open acts of a kind in events; the caller adds who may confirm them."""
    columns = line(kind, **({"key": col(Act.id)} | rest), asker=col(Act.proposer), reason=col(Act.reason),
                   asked_at=col(Act.proposed_at))  # fmt: skip
    query = plain_select(*columns).select_from(Act).join(Event, of_event(Act)).join(Competition, of_competition())
    return query.where(*is_open(kind, me))


def acts_of_competitions(kind: ActKind, me: str, **rest: Any) -> Rows:
    """The open acts of a kind that concern a whole competition."""
    here = and_(col(Competition.tenant_id) == Act.tenant_id, col(Competition.id) == Act.competition_id)
    columns = line(kind, key=col(Act.subject), asker=col(Act.proposer), reason=col(Act.reason),
                   asked_at=col(Act.proposed_at), event=False, **rest)  # fmt: skip
    query = plain_select(*columns).select_from(Act).join(Competition, here)
    return query.where(*is_open(kind, me), col(Act.event_id).is_(None))


def periods(kind: Kind) -> Rows:
    """The periods that have begun, since they are locked or were opened."""
    columns = line(
        kind, key=col(Period.id), detail=period_words(), asked_at=func.coalesce(Period.locked_at, Period.opened_at)
    )
    query = plain_select(*columns).select_from(Period).join(Stage, of_period()).join(Event, of_event(Stage))
    return query.join(Competition, of_competition())


def period_words() -> ColumnElement[str]:
    """The stage's title, and the period's where there are several."""
    stage = func.coalesce(func.nullif(Stage.title, ""), Stage.key)
    period = func.coalesce(func.nullif(Period.title, ""), Period.key)
    return case((col(Period.key) == "1", stage), else_=stage + literal(" · ") + period)


def is_recused() -> ColumnElement[bool]:
    """Whether the judge of the row is kept from its entry, so that there is no sheet."""
    return exists().where(
        col(Recusal.tenant_id) == PanelMember.tenant_id, col(Recusal.panel_member_id) == PanelMember.id,
        col(Recusal.entry_id) == Entry.id,
    )  # fmt: skip
