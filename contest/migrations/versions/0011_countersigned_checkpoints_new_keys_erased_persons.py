"""Countersigned checkpoints, the succession of signing keys, erased persons."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
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


def downgrade() -> None:
    op.drop_table("signing_key")
    op.drop_table("countersignature")
