"""Countersigned checkpoints, the succession of signing keys, erased persons."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "countersignature",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("checkpoint_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "checkpoint_id"],
            ["checkpoint.tenant_id", "checkpoint.id"],
            name=op.f("fk_countersignature_tenant_id_checkpoint_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_countersignature_account_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_countersignature")),
        sa.UniqueConstraint(
            "tenant_id",
            "checkpoint_id",
            "account_id",
            name=op.f("uq_countersignature_tenant_id_checkpoint_id_account_id"),
        ),
    )
    op.create_index(op.f("ix_countersignature_account_id"), "countersignature", ["account_id"], unique=False)
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("old", sa.String(length=64), nullable=False),
        sa.Column("new", sa.String(length=64), nullable=False),
        sa.Column("endorsement", sa.String(length=128), nullable=False),
        sa.Column("acceptance", sa.String(length=128), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "erasure",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("asker", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=16), nullable=False),
        sa.Column("decider", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ledger_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_erasure_tenant_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_entry_id"), "erasure", ["entry_id"], unique=False)


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_table("signing_key")
    op.drop_table("countersignature")
