"""From the version before, with a panel in it: every member stays, of external judges no unit is invented."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from contest import migrations

FAMILY = ("organization", "competition", "event", "stage", "panel_member")
LINKS = {"tenant_id": "t", "organization_id": "t", "competition_id": "t", "event_id": "t", "stage_id": "t"}


def row(table: sa.Table) -> dict[str, Any]:
    """Something in every column that must not be empty; all ids are `t`."""
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "id" or (column.name in LINKS and not column.nullable):
            values[column.name] = "t"
        elif not column.nullable:
            values[column.name] = _value(column.type)
    return values


def _value(kind: sa.types.TypeEngine[Any]) -> Any:
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.DateTime):
        return sa.func.current_timestamp()
    return 1 if isinstance(kind, sa.Integer) else "x"


def test_a_panel_of_the_version_before(database):
    migrations.downgrade(database, "0003")
    before = sa.MetaData()
    before.reflect(database, only=FAMILY)
    assert "organization_id" not in before.tables["panel_member"].columns
    with database.begin() as connection:
        for name in FAMILY:
            connection.execute(before.tables[name].insert().values(row(before.tables[name])))
    migrations.upgrade(database)
    with database.connect() as connection:
        members = connection.execute(sa.text("SELECT id, organization_id FROM panel_member")).all()
        assert [tuple(member) for member in members] == [("t", None)]
        assert connection.execute(sa.text("SELECT count(*) FROM fairness_report")).scalar() == 0
