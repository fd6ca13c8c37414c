"""The page of one entry, shown by several handlers: plainly, and again with what was typed wrongly on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from contest.competitions.queries import rules_in_force
from contest.db import reading
from contest.entries import queries
from contest.entries.detail import read_detail, value_at
from contest.entries.fact_fields import KIND_HINTS, KIND_WORDS, by_kind, fact_fields
from contest.entries.factors import factor_places
from contest.entries.facts import BEGUN, OPEN, facts_digest
from contest.entries.guards import SEALED
from contest.entries.models import KIND_NAMES, EntryState
from contest.errors import InvalidError
from contest.web.forms import messages
from contest.web.pages import actor_of, page

Req = Request[Any, Any, Any]
NO_VALUES: Mapping[str, str] = {}


def show_entry(
    request: Req, event_id: str, entry_id: str, values: Mapping[str, str] = NO_VALUES,
    error: InvalidError | None = None,
) -> Response[str]:  # fmt: skip
    """One entry with its facts, factors and vetoes."""
    with reading() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        entry = queries.get_entry(session, desk, entry_id)
        rules = rules_in_force(session, desk.event) if desk.event.rule_set_id else None
        members = queries.members_of(session, entry.tenant_id, [entry.id]).get(entry.id, ())
        vetoes = queries.entry_vetoes(session, entry)
        factors = {
            f"factor|{row.stage_key}|{row.aspect}|{row.repetition}": row.value
            for row in queries.entry_factors(session, entry)
        }
    detail = read_detail(entry.detail)
    fields = fact_fields(rules) if rules else []
    known = {item.key: value_at(detail, item.kind, item.place) for item in fields}
    return page(
        request, "entries/show.html", status=422 if error else 200, desk=desk, entry=entry, members=members,
        vetoes=vetoes, factors=factors, places=factor_places(rules) if rules else [],
        veto_names={item.id: item.title for item in rules.vetoes} if rules else {}, typed=values,
        errors=messages(error), fact_groups=by_kind(fields), known=known, kind_words=KIND_WORDS, kind_hints=KIND_HINTS,
        seen=facts_digest(entry), needs_reason=desk.event.state in BEGUN, facts_open=desk.event.state in OPEN,
        sealed=desk.event.state in SEALED,
        kind_names=KIND_NAMES, withdrawn=EntryState.WITHDRAWN,
        phone=entry.phone if desk.can_enter else queries.masked_phone(entry.phone),
    )  # fmt: skip
