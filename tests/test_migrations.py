"""The migrations make exactly the tables the code knows, on both databases, and the triggers stand."""

import datetime as dt

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from contest import migrations
from contest.ledger.chain import GENESIS


def test_the_migrated_database_is_the_one_the_code_describes(database):
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_changes_nothing(database):
    migrations.upgrade(database)
    with database.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() is not None


def test_down_and_up_again(database):
    migrations.downgrade(database, "base")
    names = set(sa.inspect(database).get_table_names())
    assert names <= {"alembic_version"}
    migrations.upgrade(database)
    assert "ledger" in sa.inspect(database).get_table_names()


ROWS = (
    (
        "INSERT INTO organization (id, tenant_id, kind, name, name_en, path, is_tenant, created_at)"
        " VALUES ('o', 'o', 'city', 'n', '', '/o/', :yes, '2026-01-01')"
    ),
    (
        "INSERT INTO competition (tenant_id, id, organization_id, organization_path, kind, title, title_en,"
        " host, summary, created_at) VALUES ('o', 'c', 'o', '/o/', 'skills', 't', '', '', '', '2026-01-01')"
    ),
    (
        "INSERT INTO ledger (tenant_id, competition_id, seq, kind, body, previous, hash)"
        " VALUES ('o', 'c', 1, 'k', '{}', :genesis, 'h')"
    ),
)


@pytest.mark.parametrize("statement", ["UPDATE ledger SET kind = 'x'", "DELETE FROM ledger"])
def test_the_ledgers_triggers_come_with_the_migration(database, statement):
    values = {"yes": True, "genesis": GENESIS}
    with database.begin() as connection:
        for row in ROWS:
            connection.execute(sa.text(row), {k: v for k, v in values.items() if f":{k}" in row})
    with pytest.raises(sa.exc.DBAPIError), database.begin() as connection:
        connection.execute(sa.text(statement))


WHEN = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
VALUES = ((sa.Boolean, True), (sa.Integer, 1), (sa.DateTime, WHEN), (sa.Date, WHEN.date()), (sa.LargeBinary, b"a"))


def some_row(table: sa.Table) -> dict[str, object]:
    """A row in which every id is `a`, so that whatever it refers to is the one row of the other table."""
    row = {c.name: next((v for kind, v in VALUES if isinstance(c.type, kind)), "a") for c in table.columns}
    return row | ({"previous": GENESIS} if table.name == "ledger" else {})


def stored(connection: sa.Connection, tables: dict[str, list[str]]) -> dict[str, list[tuple]]:
    """What stands in the named columns."""
    texts = {name: ", ".join(f'"{column}"' for column in columns) for name, columns in tables.items()}
    return {
        name: list(map(tuple, connection.execute(sa.text(f'SELECT {c} FROM "{name}"')))) for name, c in texts.items()
    }


def test_every_migration_leaves_a_row_of_every_table_as_it_was(database):
    """From the previous version with data in it, step by step: nobody's contest is lost by a new version."""
    migrations.downgrade(database, "base")
    revisions = [script.revision for script in ScriptDirectory.from_config(migrations.config()).walk_revisions()][::-1]
    before: dict[str, list[tuple]] = {}
    columns: dict[str, list[str]] = {}
    for revision in revisions:
        migrations.upgrade(database, revision)
        with database.begin() as connection:
            assert stored(connection, columns) == before, f"{revision} changed rows"
            known = sa.MetaData()
            known.reflect(connection)
            for table in known.sorted_tables:
                if table.name not in {*columns, "alembic_version"}:
                    connection.execute(table.insert(), some_row(table))
            columns = {table.name: [c.name for c in table.columns] for table in known.sorted_tables}
            columns.pop("alembic_version")
            before = stored(connection, columns)
        assert {len(rows) for rows in before.values()} == {1}
