"""Taking a part out of a draft, and putting it back: nothing that was removed by mistake has to be typed again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.competitions import parts
from contest.competitions.editing import Draft
from contest.competitions.models import RemovedPart
from contest.competitions.moving import path_of
from contest.competitions.parts import Document
from contest.competitions.problem_texts import place_words
from contest.competitions.rule_services import save_rule_set
from contest.errors import ConflictError, NotFoundError
from contest.i18n import N_

KEPT = 20
"""Removals kept for one event; older ones go."""
SHOWN = 5


def remove_part(session: Session, actor: Actor, draft: Draft, at: str, base: str) -> RemovedPart:
    """Takes the part at `at` out of the draft and keeps it, with its place, for `restore_part`.

    Raises:
        NotFoundError, ForbiddenError, ConflictError (another draft than `base`): nothing is removed.
    """
    node, (list_path, position) = parts.find(draft.document, at), parts.split(at)
    kept = RemovedPart(
        tenant_id=draft.event.tenant_id, event_id=draft.event.id, list_path=list_path, position=position,
        holder=_holder_id(draft.document, list_path), words=place_words(draft.document, at),
        part=json.dumps(node, ensure_ascii=False), removed_by=actor.name,
    )  # fmt: skip
    parts.remove(draft.document, at)
    save_rule_set(session, actor, draft.event, draft.document, base=base)
    session.add(kept)
    session.flush()
    for old in _rows(session, draft)[KEPT:]:
        session.delete(old)
    return kept


def restore_part(session: Session, actor: Actor, draft: Draft, removed_id: str, base: str) -> str:
    """Puts a removed part back where it stood and gives its path.

    Raises:
        NotFoundError: no such removal. ConflictError: what it stood in is gone, or another draft than `base`.
    """
    kept = session.get(RemovedPart, (draft.event.tenant_id, removed_id))
    if kept is None or kept.event_id != draft.event.id:
        raise NotFoundError(N_("这一部分已经恢复，或者已经清除。请刷新页面。"))
    list_path = _place(draft.document, kept)
    if not list_path:
        raise ConflictError(N_("%(words)s 原来所在的位置已经没有了，不能恢复。"), words=kept.words)
    path = parts.add(draft.document, list_path, json.loads(kept.part))
    items = parts.find(draft.document, list_path)
    node = items.pop()
    items.insert(kept.position, node)
    save_rule_set(session, actor, draft.event, draft.document, base=base)
    session.delete(kept)
    return path_of(draft.document, node) or path


def restorable(session: Session, draft: Draft) -> list[RemovedPart]:
    """The newest removals whose place still exists."""
    return [row for row in _rows(session, draft) if _place(draft.document, row)][:SHOWN]


def _rows(session: Session, draft: Draft) -> Sequence[RemovedPart]:
    return session.exec(
        select(RemovedPart)
        .where(RemovedPart.tenant_id == draft.event.tenant_id, RemovedPart.event_id == draft.event.id)
        .order_by(col(RemovedPart.removed_at).desc(), col(RemovedPart.id).desc())
    ).all()


def _holder_id(document: Document, list_path: str) -> str:
    holder = list_path.rpartition(".")[0]
    return str(parts.find(document, holder).get("id", ""))[:64] if holder else ""


def _place(document: Document, kept: RemovedPart) -> str:
    """The list the part belongs to: its holder may have moved since, but is known by its id."""
    holder, _, name = kept.list_path.rpartition(".")
    if not holder:
        return name
    for path in (holder, *parts.paths_with_id(document, kept.holder)):
        try:
            node = parts.find(document, path)
        except NotFoundError:
            continue
        stands_alike = parts.is_stage(path) == parts.is_stage(holder)
        if stands_alike and str(node.get("id", "")) == kept.holder and (name != "children" or "children" in node):
            return f"{path}.{name}"
    return ""
