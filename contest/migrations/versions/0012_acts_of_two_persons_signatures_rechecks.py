"""Acts of two persons, chains of signatures, rechecks, and the formalities of an event."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("sheet_signature", "sheet_scan", "recheck_finding", "recheck_item", "recheck", "act")
COLUMNS = ("unsealed_at", "publishes_in_pairs", "rechecks", "signers")


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("effects", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposer", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_act_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_act")),
    )
    op.create_index(op.f("ix_act_event_id"), "act", ["event_id"], unique=False)
    op.create_index("ix_act_open", "act", ["tenant_id", "event_id", "kind", "state"], unique=False)
    op.create_table(
        "recheck",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.String(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("ordered_by", sa.String(length=100), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(length=100), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=100), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_recheck_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recheck")),
    )
    op.create_index(op.f("ix_recheck_event_id"), "recheck", ["event_id"], unique=False)
    op.create_table(
        "recheck_item",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("recheck_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("checker_id", sa.String(), nullable=False),
        sa.Column("checker", sa.String(length=100), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recheck_id"],
            ["recheck.tenant_id", "recheck.id"],
            name=op.f("fk_recheck_item_tenant_id_recheck_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recheck_item")),
        sa.UniqueConstraint("tenant_id", "recheck_id", "code", name=op.f("uq_recheck_item_tenant_id_recheck_id_code")),
    )
    op.create_index(op.f("ix_recheck_item_recheck_id"), "recheck_item", ["recheck_id"], unique=False)
    op.create_table(
        "recheck_finding",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("stage_key", sa.String(length=64), nullable=False),
        sa.Column("period_key", sa.String(length=64), nullable=False),
        sa.Column("aspect", sa.String(length=64), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("judge_code", sa.String(length=10), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "item_id"],
            ["recheck_item.tenant_id", "recheck_item.id"],
            name=op.f("fk_recheck_finding_tenant_id_item_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recheck_finding")),
    )
    op.create_index(op.f("ix_recheck_finding_item_id"), "recheck_finding", ["item_id"], unique=False)
    op.create_table(
        "sheet_scan",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("sheet_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sheet_id"], ["sheet.tenant_id", "sheet.id"], name=op.f("fk_sheet_scan_tenant_id_sheet_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sheet_scan")),
    )
    op.create_index(op.f("ix_sheet_scan_sheet_id"), "sheet_scan", ["sheet_id"], unique=False)
    op.create_table(
        "sheet_signature",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("sheet_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("signer", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("drawing", sa.String(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sheet_id"],
            ["sheet.tenant_id", "sheet.id"],
            name=op.f("fk_sheet_signature_tenant_id_sheet_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sheet_signature")),
    )
    op.create_index(op.f("ix_sheet_signature_sheet_id"), "sheet_signature", ["sheet_id"], unique=False)
    op.add_column("event", sa.Column("signers", sa.String(length=60), nullable=False, server_default="judge"))
    op.add_column("event", sa.Column("rechecks", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("event", sa.Column("publishes_in_pairs", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("event", sa.Column("unsealed_at", sa.DateTime(timezone=True), nullable=True))

    # what is published has been opened; the rules of who signs stay as they were for what is under way
    op.execute("UPDATE event SET unsealed_at = CURRENT_TIMESTAMP WHERE state IN ('published', 'closed')")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("event") as batch:
        for column in COLUMNS:
            batch.drop_column(column)
