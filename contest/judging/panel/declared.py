"""Declared conflicts as pairs of judge and entry, in plain SQL: the hot path asks for them with every batch."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, text

# CROSS JOIN: SQLite, which has no statistics, would begin with every judge of the tenant; a few people declare.
# A locked stage is left as it was scored: whoever declares afterwards is kept from what is still to come.
_PAIRS = text(
    "SELECT m.id, n.id FROM declared_conflict d CROSS JOIN event e CROSS JOIN stage s CROSS JOIN panel_member m"
    " CROSS JOIN entry n JOIN organization u ON u.id = d.organization_id"
    " JOIN organization o ON o.id = n.organization_id AND substr(o.path, 1, length(u.path)) = u.path"
    " WHERE d.tenant_id = :tenant AND d.withdrawal = ''"
    " AND e.tenant_id = d.tenant_id AND e.competition_id = d.competition_id AND e.id IN :events"
    " AND s.tenant_id = e.tenant_id AND s.event_id = e.id"
    " AND m.tenant_id = s.tenant_id AND m.stage_id = s.id AND m.account_id = d.account_id AND m.removed_at IS NULL"
    " AND n.tenant_id = e.tenant_id AND n.event_id = e.id AND n.state = 'registered' AND NOT EXISTS ("
    "SELECT 1 FROM period p WHERE p.tenant_id = s.tenant_id AND p.stage_id = s.id AND p.state = 'locked')"
).bindparams(bindparam("events", expanding=True))


def declared_pairs(connection: Connection, tenant_id: str, event_ids: Collection[str]) -> Collection[tuple[str, str]]:
    """(panel member id, entry id) that a declared conflict keeps apart."""
    rows = connection.execute(_PAIRS, {"tenant": tenant_id, "events": sorted(event_ids)})
    return {(member, entry) for member, entry in rows}
