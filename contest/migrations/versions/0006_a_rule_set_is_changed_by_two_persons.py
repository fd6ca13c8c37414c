"""Drafts set aside, changes of an adopted rule set, pasted marks of rehearsals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _belongs(table: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{parent}.tenant_id", f"{parent}.id"], name=op.f(f"fk_{table}_tenant_id_{column}")
    )


def upgrade() -> None:
    op.add_column("rule_set_version", sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "rule_change",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("base_id", sa.String(), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("effects", sa.String(), nullable=False),
        sa.Column("effects_digest", sa.String(length=64), nullable=False),
        sa.Column("affected", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposer", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=True),
        _belongs("rule_change", "event", "event_id"),
        _belongs("rule_change", "rule_set_version", "version_id"),
        _belongs("rule_change", "rule_set_version", "base_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rule_change")),
    )
    op.create_index(op.f("ix_rule_change_event_id"), "rule_change", ["event_id"], unique=False)
    op.create_table(
        "rehearsal",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _belongs("rehearsal", "event", "event_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rehearsal")),
    )
    op.create_index(op.f("ix_rehearsal_event_id"), "rehearsal", ["event_id"], unique=False)


def downgrade() -> None:
    op.drop_table("rehearsal")
    op.drop_table("rule_change")
    with op.batch_alter_table("rule_set_version") as batch:
        batch.drop_column("set_aside_at")
