"""Values that come with an entry (用时, a benefit, its panel): one exact decimal each, kept in the entry's detail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from sqlmodel import Session, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.entries import policy
from contest.entries.factors import OPEN
from contest.entries.guards import locked_event, require_state
from contest.entries.models import Entry
from contest.errors import ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.services import append_rows


def set_measures(session: Session, actor: Actor, event: Event, values: Mapping[tuple[str, str], Decimal]) -> int:
    """Sets (entry code, name) -> value, all or none; gives back how many changed. The same twice changes nothing.

    Raises:
        ForbiddenError: not an organizer of the competition.
        ConflictError: no rule set in force, or scoring is over.
        InvalidError: a name that the rule set doesn't use, or a code that no entry has drawn.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_set_factors(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以登记随参赛对象给出的数值。"))
    require_state(event, OPEN)
    names = rules_in_force(session, event).measures()
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    entries = {entry.code: entry for entry in session.exec(select(Entry).where(*here)) if entry.code}
    items = []
    for (code, name), value in sorted(values.items()):
        if code not in entries or name not in names:
            raise InvalidError(N_("评分办法里没有用到“%(name)s”，或没有加密号 %(code)s。"), name=name, code=code)
        if _save(entries[code], name, format(value, "f")):
            session.add(entries[code])
            data = {"event": event.id, "entry": code, "name": name, "value": format(value, "f")}
            items.append((kinds.MEASURE, data))
    session.flush()
    append_rows(session.connection(), competition.tenant_id, competition.id, items)
    record(session, actor, event.tenant_id, "set measures", "event", event.id, changed=len(items))
    return len(items)


def _save(entry: Entry, name: str, value: str) -> bool:
    """Writes one value into the detail; False where it stands there already."""
    detail = json.loads(entry.detail or "{}")
    measures = detail.setdefault("measures", {})
    if measures.get(name) == value:
        return False
    measures[name] = value
    entry.detail = json.dumps(detail, ensure_ascii=False)
    return True
