"""Draws of order that are void; who had a hand in an account."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_draw", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("order_draw", sa.Column("void_reason", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "account_hand",
        sa.Column("id", sa.String(length=16), primary_key=True),
        sa.Column("account_id", sa.String(length=16), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("by_id", sa.String(length=16), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_account_hand_account_id", "account_hand", ["account_id"])
    op.create_index("ix_account_hand_by_id", "account_hand", ["by_id"])
    # what the trail knows of accounts made and roles given before
    op.execute(
        "INSERT INTO account_hand (id, account_id, by_id, deed, at)"
        " SELECT r.id, r.noun_id, r.account_id, CASE r.action WHEN 'create' THEN 'created' WHEN 'grant' THEN 'granted'"
        " ELSE 'linked' END, r.at FROM audit_record r JOIN account a ON a.id = r.noun_id"
        " WHERE r.noun = 'account' AND r.action IN ('create', 'grant', 'enrol') AND r.account_id IS NOT NULL"
        " AND r.account_id <> r.noun_id"
    )


def downgrade() -> None:
    op.drop_table("account_hand")
    op.execute("DELETE FROM act WHERE kind IN ('formalities', 'unlock')")
    # the draw that followed a void one has the same places
    op.execute("DELETE FROM order_draw WHERE voided_at IS NOT NULL")
    with op.batch_alter_table("order_draw") as batch:
        batch.drop_column("void_reason")
        batch.drop_column("voided_at")
