"""A layered sealing, step by step: set, made by two officers, opened in reverse order in front of a witness."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, delete, select

from contest.accounts.hands import require_untied
from contest.accounts.models import Account, RoleGrant
from contest.accounts.queries import actor_for
from contest.actors import Actor, Role
from contest.audit.services import record
from contest.competitions.models import Competition, Event
from contest.db import now
from contest.entries import policy
from contest.entries.drawing import draw_missing, is_drawn
from contest.entries.guards import locked_event, require_state
from contest.entries.layering import FIRST, SECOND, draw_lots, layers_of, lines_of
from contest.entries.models import Layer
from contest.entries.queries import is_blind
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.services import append, append_rows, make_checkpoint

FIX = N_("有几项需要改正，已标在下面。")
NOT_YOURS = N_("这一层不由您保管。")


def candidates(session: Session, competition: Competition) -> Sequence[Account]:
    """Who may hold a layer: encryption officers of this competition who neither organize nor judge in it."""
    query = (
        select(Account)
        .join(RoleGrant, col(RoleGrant.account_id) == Account.id)
        .where(RoleGrant.tenant_id == competition.tenant_id, RoleGrant.role == Role.ENCRYPTION_OFFICER)
        .where(col(Account.disabled_at).is_(None))
        .distinct()
    )
    found = sorted(session.exec(query), key=lambda account: (account.name, account.id))
    return [account for account in found if policy.can_hold_codes(actor_for(session, account), competition)]


def set_layers(session: Session, actor: Actor, event: Event, officers: Sequence[str]) -> Sequence[Layer]:
    """Two layers held by the accounts `officers` (first layer first), or with none the one plain layer again.

    Raises:
        ForbiddenError: not an organizer of the competition.
        ConflictError: a layer has been made or a code drawn already, or the event is not blind.
        InvalidError: not two different encryption officers who neither organize nor judge here.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_set_layers(actor, competition):
        raise ForbiddenError(N_("只有组织者可以决定加密层数。"))
    require_state(event, policy.BEFORE_SCORING)
    if is_drawn(session, event) or any(layer.made_at for layer in layers_of(session, event)):
        raise ConflictError(N_("已经开始抽签，加密层数不能再改。"))
    if officers:
        _check_officers(session, event, competition, officers)
    session.exec(delete(Layer).where(col(Layer.tenant_id) == event.tenant_id, col(Layer.event_id) == event.id))
    for number, officer in enumerate(officers, 1):
        session.add(Layer(tenant_id=event.tenant_id, event_id=event.id, number=number, officer_id=officer))
    session.flush()
    record(session, actor, event.tenant_id, "set layers", "event", event.id, officers=list(officers))
    return layers_of(session, event)


def _check_officers(session: Session, event: Event, competition: Competition, officers: Sequence[str]) -> None:
    if not is_blind(session, event):
        raise ConflictError(N_("本项目不加密，没有可分的层。"))
    known = {account.id for account in candidates(session, competition)}
    problems = {
        f"officer{number}": DomainError(N_("请从列表中选一位不兼任组织者和裁判的加密裁判。"))
        for number, officer in enumerate(officers, 1)
        if officer not in known
    }
    if not problems and (len(officers) != SECOND or len(set(officers)) != SECOND):
        problems["officer2"] = DomainError(N_("两层要由两位不同的加密裁判保管。"))
    if problems:
        raise InvalidError(FIX, fields=problems)


def get_layer(session: Session, event: Event, number: int) -> Layer:
    """A layer of the event (NotFoundError)."""
    for layer in layers_of(session, event):
        if layer.number == number:
            return layer
    raise NotFoundError(N_("本项目没有这一层加密。"))


def holds(actor: Actor, competition: Competition, layer: Layer) -> bool:
    """Whether the actor is this layer's officer, and still nothing else here."""
    return layer.officer_id == actor.account_id and policy.can_hold_codes(actor, competition)


def make_layer(session: Session, actor: Actor, event: Event, number: int) -> int:
    """Draws the numbers of one layer and commits to them in the ledger; how many. The second gives the blind codes.

    Raises:
        ForbiddenError: another officer's layer.
        ConflictError: no rule set in force, made already, the first layer is not made, or nobody to draw for.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    layer = get_layer(session, event, number)
    if not (holds(actor, competition, layer) or actor.is_system):
        raise ForbiddenError(NOT_YOURS)
    if event.rule_set_id is None:
        raise ConflictError(N_("评分办法还没有定稿。请组织者先在“评分办法”页定稿。"))
    require_state(event, policy.DRAWABLE)
    if layer.made_at is not None:
        raise ConflictError(N_("这一层已经抽过签。以后补报的参赛会自动抽到两层号码。"))
    if number == FIRST:
        items = draw_lots(session, event)
        append_rows(session.connection(), event.tenant_id, competition.id, items)
        made = len(lines_of(session, event, FIRST))
    elif get_layer(session, event, FIRST).made_at is None:
        raise ConflictError(N_("第一层还没有抽签。"))
    else:
        made = draw_missing(session, event, competition)
    if not made:
        raise ConflictError(N_("没有需要抽签的参赛：名单是空的，或者已经全部抽过。"))
    layer.made_at = now()
    session.add(layer)
    record(session, actor, event.tenant_id, "draw layer", "event", event.id, layer=number, entries=made)
    return made


def open_layer(session: Session, actor: Actor, event: Event, number: int) -> Layer:
    """The officer opens their layer, the last one first. From then on its lines are shown to those who watch.

    Raises:
        ForbiddenError: another officer's layer.
        ConflictError: marks may still come, the layer is not made or open already, or a later one is not yet
            opened and witnessed.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    layer = get_layer(session, event, number)
    if not (holds(actor, competition, layer) or actor.is_system):
        raise ForbiddenError(NOT_YOURS)
    require_state(event, policy.OPENABLE)
    if layer.made_at is None:
        raise ConflictError(N_("这一层还没有抽签。"))
    if layer.opened_at is not None:
        raise ConflictError(N_("这一层已经解密。"))
    if any(later.number > number and later.witnessed_at is None for later in layers_of(session, event)):
        raise ConflictError(N_("解密按相反的顺序：先由保管第二层的加密裁判解密，并由监督确认。"))
    layer.opened_at = now()
    session.add(layer)
    session.flush()
    append(session, competition, kinds.UNSEAL, _opening(session, event, number))
    record(session, actor, event.tenant_id, "open layer", "event", event.id, layer=number)
    return layer


def _opening(session: Session, event: Event, number: int) -> dict[str, object]:
    """Layer 2 joins pseudonyms: the ledger may hold it. Layer 1 joins people: their salts must be erasable."""
    data: dict[str, object] = {"event": event.id, "layer": number, "state": "opened"}
    if number == SECOND:
        lines = lines_of(session, event, number)
        data["lines"] = [{"from": line.source, "to": line.given, "salt": line.salt} for line in lines]
    return data


def witness_layer(session: Session, actor: Actor, event: Event, number: int) -> Layer:
    """A supervisor confirms the opening that they saw; with the last layer names may stand beside codes.

    Raises:
        ForbiddenError: not a supervisor, one who also seals, organizes or judges here, or one tied to the officer.
        ConflictError: not opened, or confirmed already.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    layer = get_layer(session, event, number)
    if not policy.can_witness(actor, competition):
        raise ForbiddenError(N_("解密由不兼任组织者、加密裁判和裁判的监督确认。"))
    require_untied(session, actor, layer.officer_id)
    if layer.opened_at is None or layer.witnessed_at is not None:
        raise ConflictError(N_("这一层还没有解密，或者已经确认。"))
    layer.witness, layer.witnessed_at = actor.name[:100], now()
    session.add(layer)
    session.flush()
    append(session, competition, kinds.UNSEAL, {"event": event.id, "layer": number, "state": "witnessed"})
    record(session, actor, event.tenant_id, "witness layer", "event", event.id, layer=number)
    if is_unsealed(session, event):
        event.unsealed_at = now()
        session.add(event)
        make_checkpoint(session, competition, "unsealing")
    return layer


def is_unsealed(session: Session, event: Event) -> bool:
    """Whether every layer is opened and witnessed; the one plain layer is opened by `unsealing`."""
    return all(layer.witnessed_at is not None for layer in layers_of(session, event))
