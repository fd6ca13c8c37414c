"""Check-in, the draw of order and stations, layered codes, the pool of judges, calibration."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declared_conflict",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("competition_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("organization_id", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("declared_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_declared_conflict_account_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_declared_conflict_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competition_id"],
            ["competition.tenant_id", "competition.id"],
            name=op.f("fk_declared_conflict_tenant_id_competition_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_declared_conflict")),
        sa.UniqueConstraint(
            "tenant_id", "competition_id", "account_id", "organization_id", name="uq_declared_conflict_pair"
        ),
    )
    op.create_table(
        "pool_judge",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("competition_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("specialities", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_pool_judge_account_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competition_id"],
            ["competition.tenant_id", "competition.id"],
            name=op.f("fk_pool_judge_tenant_id_competition_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pool_judge")),
        sa.UniqueConstraint(
            "tenant_id", "competition_id", "account_id", name=op.f("uq_pool_judge_tenant_id_competition_id_account_id")
        ),
    )
    op.create_table(
        "entry_layer",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("witness", sa.String(length=100), nullable=False),
        sa.Column("witnessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_entry_layer_officer_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_entry_layer_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entry_layer")),
        sa.UniqueConstraint("tenant_id", "event_id", "number", name=op.f("uq_entry_layer_tenant_id_event_id_number")),
    )
    op.create_table(
        "entry_layer_line",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("given", sa.String(length=20), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["event.tenant_id", "event.id"],
            name=op.f("fk_entry_layer_line_tenant_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entry_layer_line")),
        sa.UniqueConstraint(
            "tenant_id", "event_id", "number", "given", name=op.f("uq_entry_layer_line_tenant_id_event_id_number_given")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "event_id",
            "number",
            "source",
            name=op.f("uq_entry_layer_line_tenant_id_event_id_number_source"),
        ),
    )
    op.create_table(
        "calibration",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("stage_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sample", sa.String(length=4000), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stage_id"], ["stage.tenant_id", "stage.id"], name=op.f("fk_calibration_tenant_id_stage_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calibration")),
        sa.UniqueConstraint("tenant_id", "stage_id", name=op.f("uq_calibration_tenant_id_stage_id")),
    )
    op.create_table(
        "check_in",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("presence", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=100), nullable=False),
        sa.Column("undo_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_check_in_tenant_id_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_check_in_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_check_in")),
    )
    op.create_index(op.f("ix_check_in_entry_id"), "check_in", ["entry_id"], unique=False)
    op.create_index("ix_check_in_event", "check_in", ["tenant_id", "event_id", "undone_at"], unique=False)
    op.create_table(
        "order_draw",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("stage_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("public", sa.String(length=100), nullable=False),
        sa.Column("listed", sa.String(), nullable=False),
        sa.Column("stations", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_by", sa.String(length=100), nullable=False),
        sa.Column("committed_seq", sa.Integer(), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_by", sa.String(length=100), nullable=False),
        sa.Column("revealed_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stage_id"], ["stage.tenant_id", "stage.id"], name=op.f("fk_order_draw_tenant_id_stage_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_draw")),
        sa.UniqueConstraint("tenant_id", "stage_id", "number", name=op.f("uq_order_draw_tenant_id_stage_id_number")),
    )
    op.create_table(
        "ticket",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("secret", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_ticket_tenant_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ticket")),
    )
    op.create_index(op.f("ix_ticket_entry_id"), "ticket", ["entry_id"], unique=False)
    op.create_index("ix_ticket_id", "ticket", ["id"], unique=False)
    op.create_table(
        "calibration_mark",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("calibration_id", sa.String(), nullable=False),
        sa.Column("panel_member_id", sa.String(), nullable=False),
        sa.Column("aspect", sa.String(length=64), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calibration_id"],
            ["calibration.tenant_id", "calibration.id"],
            name=op.f("fk_calibration_mark_tenant_id_calibration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "panel_member_id"],
            ["panel_member.tenant_id", "panel_member.id"],
            name=op.f("fk_calibration_mark_tenant_id_panel_member_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calibration_mark")),
        sa.UniqueConstraint(
            "tenant_id", "calibration_id", "panel_member_id", "aspect", name="uq_calibration_mark_place"
        ),
    )
    op.create_table(
        "seat",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("stage_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heat", sa.Integer(), nullable=False),
        sa.Column("station", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "draw_id"], ["order_draw.tenant_id", "order_draw.id"], name=op.f("fk_seat_tenant_id_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stage_id"], ["stage.tenant_id", "stage.id"], name=op.f("fk_seat_tenant_id_stage_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_seat")),
        sa.UniqueConstraint("tenant_id", "stage_id", "code", name=op.f("uq_seat_tenant_id_stage_id_code")),
        sa.UniqueConstraint("tenant_id", "stage_id", "position", name=op.f("uq_seat_tenant_id_stage_id_position")),
    )
    op.create_index(op.f("ix_seat_draw_id"), "seat", ["draw_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_seat_draw_id"), table_name="seat")
    op.drop_table("seat")
    op.drop_table("calibration_mark")
    op.drop_index("ix_ticket_id", table_name="ticket")
    op.drop_index(op.f("ix_ticket_entry_id"), table_name="ticket")
    op.drop_table("ticket")
    op.drop_table("order_draw")
    op.drop_index("ix_check_in_event", table_name="check_in")
    op.drop_index(op.f("ix_check_in_entry_id"), table_name="check_in")
    op.drop_table("check_in")
    op.drop_table("calibration")
    op.drop_table("entry_layer_line")
    op.drop_table("entry_layer")
    op.drop_table("pool_judge")
    op.drop_table("declared_conflict")
