"""Judges and entries of one unit, in plain SQL: the hot path asks for them with every group of batches."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, text

_HOMES = text(
    "SELECT s.event_id, m.id, h.path FROM panel_member m JOIN stage s ON s.tenant_id = m.tenant_id"
    " AND s.id = m.stage_id"
    " LEFT JOIN account a ON a.id = m.account_id"
    " JOIN organization h ON h.id = CASE WHEN m.account_id IS NULL THEN m.organization_id ELSE a.organization_id END"
    " WHERE s.tenant_id = :tenant AND s.event_id IN :events AND m.removed_at IS NULL"
).bindparams(bindparam("events", expanding=True))
_ENTERPRISES = text("SELECT path FROM organization WHERE kind = 'enterprise' AND id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)


def own_units(
    connection: Connection, key: Mapping[str, object], units: Mapping[str, Mapping[str, str]]
) -> set[tuple[str, str, str]]:
    """(event, member, entry) of judges and entries of one organization or enterprise, registered as recusals or not
    yet: an entry that came after the panel must not be scored by its own unit (`recusals.own_unit_entries` says the
    same). `units`: event -> entry, by whatever names it -> path of its unit; `key`: tenant and events.
    """
    if not any(units.values()):
        return set()
    homes = connection.execute(_HOMES, key).all()
    ids = sorted({part for _, _, path in homes for part in path.strip("/").split("/")})
    roots = [row[0] for row in connection.execute(_ENTERPRISES, {"ids": ids})] if ids else []
    return {
        (event, member, entry)
        for event, member, home in homes
        for entry, unit in units.get(event, {}).items()
        if home == unit or any(home.startswith(root) and unit.startswith(root) for root in roots)
    }
