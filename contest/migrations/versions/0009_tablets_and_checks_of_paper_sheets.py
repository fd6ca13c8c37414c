"""What a judge's tablet last said of itself; a second person's checks of typed paper sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tablet_contact",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "account_id", "device", name=op.f("pk_tablet_contact")),
    )
    op.create_table(
        "paper_check",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("stage_key", sa.String(length=64), nullable=False),
        sa.Column("period_key", sa.String(length=64), nullable=False),
        sa.Column("judge_code", sa.String(length=10), nullable=False),
        sa.Column("entry_code", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_code", sa.String(length=20), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_paper_check_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_paper_check")),
    )
    place = ["tenant_id", "event_id", "stage_key", "period_key", "judge_code", "entry_code"]
    op.create_index("ix_paper_check_sheet", "paper_check", place, unique=False)


def downgrade() -> None:
    op.drop_table("paper_check")
    op.drop_table("tablet_contact")
