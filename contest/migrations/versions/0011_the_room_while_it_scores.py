"""While the scoring runs: messages, explanations, clocks, paper sheets, tablets that took over."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _belongs(table: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{parent}.tenant_id", f"{parent}.id"], name=op.f(f"fk_{table}_tenant_id_{column}")
    )


def _text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str, kind: type = sa.Integer, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, kind(), nullable=nullable)


def _table(name: str, *parts: sa.Column | sa.Constraint) -> None:
    key = sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{name}"))
    op.create_table(name, _text("tenant_id", 16), _text("id", 16), *parts, key)


def upgrade() -> None:
    op.add_column("operation", sa.Column("decision_reason", sa.String(300), nullable=False, server_default=""))
    op.add_column("operation", sa.Column("tablet_id", sa.String(16), nullable=False, server_default=""))
    op.add_column("sign_in_session", sa.Column("moved_at", TIME, nullable=True))
    op.add_column("device", sa.Column("replaced_at", TIME, nullable=True))
    _table(
        "judge_message",
        _text("event_id"), _text("stage_id"), sa.Column("member_id", sa.String(), nullable=True), _text("text", 200),
        sa.Column("sent_by", sa.String(length=16), nullable=True), _text("sender", 100),
        sa.Column("sent_at", TIME, nullable=False),
        _belongs("judge_message", "event", "event_id"), _belongs("judge_message", "stage", "stage_id"),
        _belongs("judge_message", "panel_member", "member_id"),
    )  # fmt: skip
    op.create_index("ix_judge_message_event_id", "judge_message", ["event_id"])
    op.create_index("ix_judge_message_stage_id", "judge_message", ["stage_id"])
    _table(
        "message_receipt",
        _text("message_id"), _text("member_id"), sa.Column("read_at", TIME, nullable=False),
        _belongs("message_receipt", "judge_message", "message_id"),
        _belongs("message_receipt", "panel_member", "member_id"),
        sa.UniqueConstraint(
            "tenant_id", "message_id", "member_id", name=op.f("uq_message_receipt_tenant_id_message_id_member_id")
        ),
    )  # fmt: skip
    op.create_index("ix_message_receipt_member_id", "message_receipt", ["member_id"])
    _table(
        "explanation",
        _text("event_id"), _text("stage_key", 64), _text("period_key", 64), _text("entry_code", 64),
        _text("aspect", 64), _number("repetition"), _text("judge_code", 10), _text("text", 300),
        _number("ledger_seq"), sa.Column("made_at", TIME, nullable=False),
        _belongs("explanation", "event", "event_id"),
    )  # fmt: skip
    place = ["tenant_id", "event_id", "stage_key", "period_key", "entry_code"]
    op.create_index("ix_explanation_place", "explanation", place)
    _table(
        "station_clock",
        _text("period_id"), _text("label", 40), _text("entry_code", 64), _number("seconds"),
        _number("used_ms", sa.BigInteger), _number("running_since", sa.BigInteger, nullable=True),
        _number("ended_at", sa.BigInteger, nullable=True),
        _belongs("station_clock", "period", "period_id"),
        sa.UniqueConstraint("tenant_id", "period_id", "label", name=op.f("uq_station_clock_tenant_id_period_id_label")),
    )  # fmt: skip
    op.create_index("ix_station_clock_period_id", "station_clock", ["period_id"])
    _table(
        "paper_scan",
        _text("period_id"), _text("entry_code", 64), _text("judge_code", 10),
        sa.Column("data", sa.LargeBinary(), nullable=False), _number("width"), _number("height"), _text("digest", 64),
        sa.Column("account_id", sa.String(length=16), nullable=True), _text("added_by", 100), _number("ledger_seq"), sa.Column("added_at", TIME, nullable=False),
        _belongs("paper_scan", "period", "period_id"),
    )  # fmt: skip
    op.create_index("ix_paper_scan_sheet", "paper_scan", ["tenant_id", "period_id", "entry_code", "judge_code"])


def downgrade() -> None:
    for table in ("paper_scan", "station_clock", "explanation", "message_receipt", "judge_message"):
        op.drop_table(table)
    for table, column in (
        ("device", "replaced_at"),
        ("sign_in_session", "moved_at"),
        ("operation", "tablet_id"),
        ("operation", "decision_reason"),
    ):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
