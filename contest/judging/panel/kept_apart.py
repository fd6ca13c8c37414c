"""Who else must not meet whom: declared conflicts, and pairs of judge and entry that only higher features can name."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import Connection

from contest.i18n import N_
from contest.judging.panel.declared import declared_pairs

Source = Callable[[Connection, str, Collection[str]], Collection[tuple[str, str]]]
"""(connection, tenant id, event ids) -> (panel member id, entry id); plain SQL, for the writer's hot path."""

DECLARED = N_("申报的利害关系")
_sources: dict[Source, str] = {declared_pairs: DECLARED}


def add_source(source: Source, reason: str) -> None:
    """Adds a source of recusals and the words for its reason (a message id); called by `app.py`."""
    _sources[source] = reason


def kept_apart(connection: Connection, tenant_id: str, event_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """(panel member id, entry id) -> why, from all sources."""
    return {pair: reason for source, reason in _sources.items() for pair in source(connection, tenant_id, event_ids)}
