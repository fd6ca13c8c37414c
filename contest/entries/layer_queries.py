"""What the page of the layers shows: how far they are, and, once opened, what each of them holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from contest.accounts.hands import are_tied
from contest.accounts.models import Account
from contest.actors import Actor
from contest.competitions.models import Competition, Event
from contest.competitions.queries import competition_of, get_event
from contest.entries import policy
from contest.entries.drawing import is_drawn
from contest.entries.layering import FIRST, layers_of
from contest.entries.layers import candidates, holds
from contest.entries.models import Entry, Layer, LayerLine
from contest.entries.queries import is_blind
from contest.errors import NotFoundError
from contest.i18n import N_


@dataclass(frozen=True, slots=True)
class LayerCard:
    """One layer. `state`: waiting, sealed, opened or witnessed; `can` names the step that is the reader's now."""

    number: int
    officer: str
    state: str
    made_at: datetime | None
    opened_at: datetime | None
    witness: str
    witnessed_at: datetime | None
    count: int
    is_mine: bool
    can: str


@dataclass(frozen=True, slots=True)
class LayersView:
    """The layers of an event. `choices`: who may hold one, for the organizer while it may still be changed."""

    competition: Competition
    event: Event
    cards: Sequence[LayerCard]
    is_blind: bool
    can_set: bool
    choices: Sequence[tuple[str, str]]
    can_draw: bool


def layers_view(session: Session, actor: Actor, event_id: str) -> LayersView:
    """The layers of an event.

    Raises:
        NotFoundError: no such event, or not the actor's to watch.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not policy.can_see_layers(actor, competition):
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    layers = layers_of(session, event)
    blind = is_blind(session, event)
    can_set = (
        policy.can_set_layers(actor, competition) and blind and event.state in policy.BEFORE_SCORING
        and not is_drawn(session, event) and not any(layer.made_at for layer in layers)
    )  # fmt: skip
    choices = candidates(session, competition) if can_set else ()
    return LayersView(
        competition, event, _cards(session, actor, competition, event, layers), blind, can_set,
        [(account.id, account.name) for account in choices], policy.can_draw(actor, competition),
    )  # fmt: skip


def _cards(
    session: Session, actor: Actor, competition: Competition, event: Event, layers: Sequence[Layer]
) -> list[LayerCard]:
    if not layers:
        return []
    ids = [layer.officer_id for layer in layers]
    names = dict(session.exec(select(Account.id, Account.name).where(col(Account.id).in_(ids))).all())
    counting = (
        select(LayerLine.number, func.count())
        .where(LayerLine.tenant_id == event.tenant_id, LayerLine.event_id == event.id)
        .group_by(col(LayerLine.number))
    )
    counts: Mapping[int, int] = dict(session.exec(counting).all())
    witnesses = policy.can_witness(actor, competition)
    cards = []
    for layer in layers:
        mine = holds(actor, competition, layer)
        step = _step(event, layer, layers, is_mine=mine, witnesses=witnesses)
        cards.append(
            LayerCard(
                layer.number, names.get(layer.officer_id, ""), _state(layer), layer.made_at, layer.opened_at,
                layer.witness, layer.witnessed_at, counts.get(layer.number, 0), mine,
                "" if step == "witness" and _is_tied(session, actor, layer) else step,
            )
        )  # fmt: skip
    return cards


def _is_tied(session: Session, actor: Actor, layer: Layer) -> bool:
    return are_tied(session, actor.account_id or "", layer.officer_id)


def _state(layer: Layer) -> str:
    if layer.witnessed_at:
        return "witnessed"
    if layer.opened_at:
        return "opened"
    return "sealed" if layer.made_at else "waiting"


def _step(event: Event, layer: Layer, layers: Sequence[Layer], *, is_mine: bool, witnesses: bool) -> str:
    """make, open or witness: what the reader may do with this layer now."""
    earlier = all(other.made_at for other in layers if other.number < layer.number)
    later = all(other.witnessed_at for other in layers if other.number > layer.number)
    state = _state(layer)
    if state == "waiting" and is_mine and earlier and event.state in policy.DRAWABLE:
        return "make"
    if state == "sealed" and is_mine and later and event.state in policy.OPENABLE:
        return "open"
    return "witness" if state == "opened" and witnesses else ""


@dataclass(frozen=True, slots=True)
class OpenedLine:
    """A line of an opened layer: what stood before, and what it became. `name` and `unit` in the first layer only."""

    source: str
    given: str
    name: str = ""
    unit: str = ""


def opened_lines(
    session: Session, event: Event, number: int, *, offset: int = 0, limit: int = 50
) -> tuple[list[OpenedLine], int]:
    """A page of an opened layer's lines by what it gave, and how many there are. Nothing while it is sealed."""
    layer = next((layer for layer in layers_of(session, event) if layer.number == number), None)
    if layer is None or layer.opened_at is None:
        return [], 0
    here = (LayerLine.tenant_id == event.tenant_id, LayerLine.event_id == event.id, LayerLine.number == number)
    total = session.exec(select(func.count()).select_from(LayerLine).where(*here)).one()
    query = select(LayerLine).where(*here).order_by(col(LayerLine.given)).offset(offset).limit(limit)
    lines = session.exec(query).all()
    if number != FIRST:
        return [OpenedLine(line.source, line.given) for line in lines], total
    named = select(Entry.id, Entry.number, Entry.name, Entry.unit).where(
        Entry.tenant_id == event.tenant_id, col(Entry.id).in_([line.source for line in lines])
    )
    people = {key: (number, name, unit) for key, number, name, unit in session.exec(named)}
    return [OpenedLine(people[line.source][0], line.given, *people[line.source][1:]) for line in lines], total
