"""Waived signatures, declared conflicts taken back, calibration before opening."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PAIR = ["tenant_id", "competition_id", "account_id", "organization_id"]


def upgrade() -> None:
    op.add_column("sheet_signature", sa.Column("ground", sa.String(length=40), nullable=True))
    op.add_column("sheet_signature", sa.Column("reason", sa.String(), nullable=False, server_default=""))
    op.add_column("sheet_signature", sa.Column("witness", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("event", sa.Column("calibrates", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("declared_conflict", sa.Column("withdrawal", sa.String(16), nullable=False, server_default=""))
    _pair([*PAIR, "withdrawal"])


def downgrade() -> None:
    # what two persons took back must not stand again; waivers have no place before
    op.execute("DELETE FROM declared_conflict WHERE withdrawal <> ''")
    op.execute("DELETE FROM act WHERE kind IN ('waiver', 'conflict')")
    op.execute("DELETE FROM sheet_signature WHERE ground IS NOT NULL")
    _pair(PAIR)
    with op.batch_alter_table("declared_conflict") as batch:
        batch.drop_column("withdrawal")
    with op.batch_alter_table("event") as batch:
        batch.drop_column("calibrates")
    with op.batch_alter_table("sheet_signature") as batch:
        for column in ("ground", "reason", "witness"):
            batch.drop_column(column)


def _pair(columns: list[str]) -> None:
    """Whom a declared conflict keeps from whom stands once among those that hold."""
    with op.batch_alter_table("declared_conflict") as batch:
        batch.drop_constraint("uq_declared_conflict_pair", type_="unique")
        batch.create_unique_constraint("uq_declared_conflict_pair", columns)
