"""Copying criteria from the rule set of another event that the actor may see."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions import parts
from contest.competitions.editing import Draft
from contest.competitions.models import Competition, Event, RuleSetVersion
from contest.competitions.parts import Document
from contest.competitions.queries import visible_to
from contest.competitions.rule_services import save_rule_set
from contest.db import like_pattern
from contest.errors import DomainError, InvalidError
from contest.i18n import N_


@dataclass(frozen=True, slots=True)
class Source:
    """An event whose rule set may be copied from."""

    event: Event
    competition: Competition


def sources(
    session: Session, actor: Actor, target: Event, *, search: str = "", offset: int = 0, limit: int = 20
) -> tuple[list[Source], int]:
    """One page of the other events with a rule set that the actor may see, newest first, and how many there are."""
    owner = and_(col(Competition.tenant_id) == col(Event.tenant_id), col(Competition.id) == col(Event.competition_id))
    written = (
        select(RuleSetVersion.id)
        .where(RuleSetVersion.tenant_id == Event.tenant_id, RuleSetVersion.event_id == Event.id)
        .correlate(Event)
        .exists()
    )
    condition = and_(visible_to(actor), written, col(Event.id) != target.id)
    if search:
        pattern = like_pattern(search)
        names = (Event.title, Event.title_en, Competition.title, Competition.title_en)
        condition = and_(condition, or_(*(col(name).ilike(pattern, escape="\\") for name in names)))
    total = session.exec(select(func.count()).select_from(Event).join(Competition, owner).where(condition)).one()
    query = (
        select(Event, Competition)
        .join(Competition, owner)
        .where(condition)
        .order_by(col(Event.created_at).desc(), col(Event.id))
    )
    return [Source(*row) for row in session.exec(query.offset(offset).limit(limit))], total


def copy_criteria(
    session: Session, actor: Actor, draft: Draft, source: Draft, picked: Sequence[str], into: str, base: str
) -> list[str]:
    """Appends copies of the picked criteria to the stage `into` and gives their paths; used ids get new ones.

    Raises:
        InvalidError: nothing picked, or no such stage. NotFoundError, ForbiddenError, ConflictError: as for any change.
    """
    stages = [index for index, stage in enumerate(draft.document.get("stages") or []) if str(stage.get("id")) == into]
    if not stages:
        nowhere = DomainError(N_("没有这个阶段。请重新选择放到哪个阶段。"))
        raise InvalidError(nowhere.message, fields={"into": nowhere})
    if not picked:
        raise InvalidError(N_("还没有选择要复制的评分项。"))
    list_path = f"stages[{stages[0]}].rubric"
    paths = []
    for path in picked:
        node = copy.deepcopy(parts.find(source.document, path))
        if parts.kind_at(path, node) != "criterion":
            raise InvalidError(N_("只能复制评分项。请重新选择。"))
        used = set(parts.ids_below(parts.find(draft.document, f"stages[{stages[0]}]")))
        paths.append(parts.add(draft.document, list_path, with_free_ids(node, used)))
    save_rule_set(session, actor, draft.event, draft.document, base=base)
    record(session, actor, draft.event.tenant_id, "copy", "rubric", draft.event.id, source=source.event.id)
    return paths


def with_free_ids(node: Document, used: set[str], renamed: tuple[str, str] = ("", "")) -> Document:
    """The copy with ids that its new stage does not use; an aspect A1 of a criterion renamed to C becomes C1."""
    old = str(node.get("id", ""))
    wanted = renamed[1] + old.removeprefix(renamed[0]) if renamed[0] and old.startswith(renamed[0]) else old
    new = wanted if wanted and wanted not in used else _free(wanted, used)
    used.add(new)
    node["id"] = new
    children: Any = node.get("children")
    for child in children if isinstance(children, list) else []:
        with_free_ids(child, used, (old, new) if new != old else renamed)
    return node


def _free(wanted: str, used: set[str]) -> str:
    letters = [chr(65 + n) for n in range(26)] if len(wanted) <= 1 else []
    names = letters + [f"{wanted or 'A'}-{n}" for n in range(2, 2000)]
    return next(name for name in names if name not in used)
