"""Bulletins as they were issued."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulletin",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("stage_key", sa.String(length=64), nullable=False),
        sa.Column("first_period", sa.String(length=64), nullable=False),
        sa.Column("last_period", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_bulletin_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("tenant_id", "event_id", "number", name=op.f("uq_bulletin_tenant_id_event_id_number")),
    )


def downgrade() -> None:
    op.drop_table("bulletin")
