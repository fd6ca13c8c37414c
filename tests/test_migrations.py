"""The migrations make exactly the tables the code knows, on both databases, and the triggers stand."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
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
