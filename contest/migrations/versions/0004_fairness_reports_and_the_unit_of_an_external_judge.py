"""Fairness reports, and the unit of an external judge."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fairness_report",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("stage_key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("ledger_size", sa.Integer(), nullable=False),
        sa.Column("with_ranks", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["event.tenant_id", "event.id"],
            name=op.f("fk_fairness_report_tenant_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_fairness_report")),
    )
    op.create_index(op.f("ix_fairness_report_event_id"), "fairness_report", ["event_id"], unique=False)
    op.add_column("panel_member", sa.Column("organization_id", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("panel_member", "organization_id")
    op.drop_table("fairness_report")
