"""Marks are found by their revision: a board reads only those made since it was last computed."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mark_revision", "mark", ["tenant_id", "event_id", "revision"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_mark_revision", table_name="mark")
