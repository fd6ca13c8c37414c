"""The database's own refusal to change what was appended, for both databases.

A row of the ledger must be the next one of its chain: that also stops INSERT OR REPLACE, which on SQLite walks past a
delete trigger whenever `recursive_triggers` is off (any other client's default). Owners of the database can drop
triggers; the chain and the checkpoints outside the server answer that.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from contest.ledger.chain import GENESIS

# Not MAX(seq): PostgreSQL, before it has counted the table, walks through the whole chain for it, 10 ms at 39,000 rows.
_FOLLOWS = """NEW.seq <> 1 + COALESCE((SELECT seq FROM ledger
        WHERE tenant_id = NEW.tenant_id AND competition_id = NEW.competition_id ORDER BY seq DESC LIMIT 1), 0)
    OR NEW.previous <> COALESCE((SELECT hash FROM ledger
        WHERE tenant_id = NEW.tenant_id AND competition_id = NEW.competition_id AND seq = NEW.seq - 1), '{genesis}')
""".replace("{genesis}", GENESIS)
_KNOWN = "EXISTS (SELECT 1 FROM {table} WHERE tenant_id = NEW.tenant_id AND id = NEW.id)"
_VERSION = """ OR NEW.version <> 1 + COALESCE((SELECT MAX(version) FROM {table}
        WHERE tenant_id = NEW.tenant_id AND {owner} = NEW.{owner}), 0)
"""
REFUSED_WHEN = {
    "ledger": _FOLLOWS,
    "checkpoint": _KNOWN,
    "publication": _KNOWN + _VERSION.replace("{owner}", "event_id"),
    "overall_publication": _KNOWN + _VERSION.replace("{owner}", "table_id"),
}
"""Append-only tables, and what a new row of each must not be."""
_FIRST = ("ledger", "checkpoint", "publication")
"""Those of the first migration; a later one names its own."""

_SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only: no update'); END
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only: no delete'); END
CREATE TRIGGER {table}_next_only BEFORE INSERT ON {table}
    WHEN {refused} OR EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)
    BEGIN SELECT RAISE(ABORT, '{table} is append-only: not the next row'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING MESSAGE = '{table} is append-only: no ' || lower(TG_OP); END $$
CREATE OR REPLACE FUNCTION {table}_check() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF {refused} THEN RAISE EXCEPTION '{table} is append-only: not the next row'; END IF; RETURN NEW; END $$
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_refuse()
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()
CREATE TRIGGER {table}_next_only BEFORE INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_check()
"""


def trigger_statements(dialect: str, tables: Sequence[str] = _FIRST) -> list[str]:
    """The DDL for `sqlite` or `postgresql`."""
    script = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    return [
        statement.replace("{refused}", REFUSED_WHEN[table]).replace("{table}", table)
        for table in tables
        for statement in script.strip().replace("\nCREATE", "\0CREATE").split("\0")
    ]


def install_triggers(connection: Connection, tables: Sequence[str] = _FIRST) -> None:
    """Makes these tables append-only; call it once, after they are there."""
    for statement in trigger_statements(connection.dialect.name, tables):
        connection.exec_driver_sql(statement)


def renew_checks(connection: Connection, tables: Sequence[str]) -> None:
    """Lets the triggers of an older database refuse what they refuse now. SQLite's needed no change so far."""
    if connection.dialect.name != "sqlite":
        for statement in trigger_statements(connection.dialect.name, tables):
            if statement.startswith("CREATE OR REPLACE FUNCTION"):
                connection.exec_driver_sql(statement)
