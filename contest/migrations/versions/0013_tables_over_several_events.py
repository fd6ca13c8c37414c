"""Tables over several events of a competition: rules in versions, and what was published."""

import sqlalchemy as sa
from alembic import op

from contest.ledger.triggers import install_triggers

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _belongs(table: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{parent}.tenant_id", f"{parent}.id"], name=op.f(f"fk_{table}_tenant_id_{column}")
    )


def upgrade() -> None:
    op.create_table(
        "overall_table",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("competition_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _belongs("overall_table", "competition", "competition_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_overall_table")),
    )
    op.create_index("ix_overall_table_competition", "overall_table", ["tenant_id", "competition_id"], unique=False)
    op.create_table(
        "overall_rule",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("table_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by", sa.String(), nullable=False),
        _belongs("overall_rule", "overall_table", "table_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_overall_rule")),
        sa.UniqueConstraint(
            "tenant_id", "table_id", "version", name=op.f("uq_overall_rule_tenant_id_table_id_version")
        ),
    )
    op.create_table(
        "overall_publication",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("table_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("checkpoint_id", sa.String(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        _belongs("overall_publication", "overall_table", "table_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_overall_publication")),
        sa.UniqueConstraint(
            "tenant_id", "table_id", "version", name=op.f("uq_overall_publication_tenant_id_table_id_version")
        ),
    )
    install_triggers(op.get_bind(), ["overall_publication"])


def downgrade() -> None:
    op.drop_table("overall_publication")
    op.drop_table("overall_rule")
    op.drop_table("overall_table")
