"""Parts removed from a draft, kept so that a removal can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removed_part",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("list_path", sa.String(length=300), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_removed_part_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_removed_part")),
    )
    op.create_index(op.f("ix_removed_part_event_id"), "removed_part", ["event_id"], unique=False)


def downgrade() -> None:
    op.drop_table("removed_part")
