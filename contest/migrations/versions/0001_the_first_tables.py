"""The first tables."""

import sqlalchemy as sa
from alembic import op

from contest.ledger.triggers import install_triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_table(
        "audit_record",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("noun_id", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_record")),
    )
    op.create_index("ix_audit_record_noun", "audit_record", ["tenant_id", "noun", "noun_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("input", sa.LargeBinary(), nullable=True),
        sa.Column("output", sa.LargeBinary(), nullable=True),
        sa.Column("output_name", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("next_url", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_account_id"), "job", ["account_id"], unique=False)
    op.create_index(op.f("ix_job_kind"), "job", ["kind"], unique=False)
    op.create_index(op.f("ix_job_state"), "job", ["state"], unique=False)
    op.create_table(
        "operation",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("op_id", sa.String(length=64), nullable=False),
        sa.Column("competition_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=16), nullable=False),
        sa.Column("stage_key", sa.String(length=64), nullable=False),
        sa.Column("period_key", sa.String(length=64), nullable=False),
        sa.Column("entry_code", sa.String(length=64), nullable=False),
        sa.Column("judge_code", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=True),
        sa.Column("ledger_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "op_id", name=op.f("pk_operation")),
    )
    op.create_index(op.f("ix_operation_competition_id"), "operation", ["competition_id"], unique=False)
    op.create_index("ix_operation_open", "operation", ["tenant_id", "event_id", "result", "decided_at"], unique=False)
    op.create_index(
        "ix_operation_sheet",
        "operation",
        ["tenant_id", "event_id", "stage_key", "period_key", "judge_code", "entry_code"],
        unique=False,
    )
    op.create_table(
        "organization",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("is_tenant", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["organization.id"], name=op.f("fk_organization_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
    )
    op.create_index(op.f("ix_organization_parent_id"), "organization", ["parent_id"], unique=False)
    op.create_index(op.f("ix_organization_path"), "organization", ["path"], unique=False)
    op.create_index(op.f("ix_organization_tenant_id"), "organization", ["tenant_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_account_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_index(op.f("ix_account_organization_id"), "account", ["organization_id"], unique=False)
    op.create_table(
        "competition",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("organization_path", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("host", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_competition_organization_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_competition")),
    )
    op.create_index("ix_competition_id", "competition", ["id"], unique=False)
    op.create_index(
        "ix_competition_list", "competition", ["tenant_id", "organization_path", "created_at"], unique=False
    )
    op.create_index(op.f("ix_competition_organization_id"), "competition", ["organization_id"], unique=False)
    op.create_table(
        "studio",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("organization_path", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("leader", sa.String(length=100), nullable=False),
        sa.Column("honours", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("equipment", sa.String(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_studio_organization_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_studio")),
    )
    op.create_index(op.f("ix_studio_organization_id"), "studio", ["organization_id"], unique=False)
    op.create_table(
        "checkpoint",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("competition_id", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competition_id"],
            ["competition.tenant_id", "competition.id"],
            name=op.f("fk_checkpoint_tenant_id_competition_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_checkpoint")),
    )
    op.create_index(op.f("ix_checkpoint_competition_id"), "checkpoint", ["competition_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_device_secret_hash")),
    )
    op.create_index(op.f("ix_device_account_id"), "device", ["account_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("competition_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("rule_set_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competition_id"],
            ["competition.tenant_id", "competition.id"],
            name=op.f("fk_event_tenant_id_competition_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_competition_id"), "event", ["competition_id"], unique=False)
    op.create_index("ix_event_id", "event", ["id"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("competition_id", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competition_id"],
            ["competition.tenant_id", "competition.id"],
            name=op.f("fk_ledger_tenant_id_competition_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "competition_id", "seq", name=op.f("pk_ledger")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("competition_id", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "competition_id"],
            ["competition.tenant_id", "competition.id"],
            name=op.f("fk_ledger_head_tenant_id_competition_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "competition_id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
    )
    op.create_table(
        "proposal",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("organization_path", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("studio_id", sa.String(), nullable=True),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("entry_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("idea", sa.String(), nullable=False),
        sa.Column("expected_benefit", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("score", sa.String(), nullable=False),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("reported_fen", sa.BigInteger(), nullable=True),
        sa.Column("benefit_fen", sa.BigInteger(), nullable=True),
        sa.Column("benefit_note", sa.String(), nullable=False),
        sa.Column("benefit_confirmed_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proposal_account_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_proposal_organization_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_account_id"), "proposal", ["account_id"], unique=False)
    op.create_index(op.f("ix_proposal_event_id"), "proposal", ["event_id"], unique=False)
    op.create_index("ix_proposal_list", "proposal", ["tenant_id", "state", "created_at"], unique=False)
    op.create_index(op.f("ix_proposal_organization_id"), "proposal", ["organization_id"], unique=False)
    op.create_index(op.f("ix_proposal_studio_id"), "proposal", ["studio_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("competition_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_role_grant_organization_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_account_id"), "role_grant", ["account_id"], unique=False)
    op.create_index(op.f("ix_role_grant_competition_id"), "role_grant", ["competition_id"], unique=False)
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.Column("csrf_token", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
    )
    op.create_index(op.f("ix_sign_in_session_account_id"), "sign_in_session", ["account_id"], unique=False)
    op.create_table(
        "studio_member",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("studio_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("duty", sa.String(length=100), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "studio_id"],
            ["studio.tenant_id", "studio.id"],
            name=op.f("fk_studio_member_tenant_id_studio_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_studio_member")),
    )
    op.create_index(op.f("ix_studio_member_account_id"), "studio_member", ["account_id"], unique=False)
    op.create_index(op.f("ix_studio_member_studio_id"), "studio_member", ["studio_id"], unique=False)
    op.create_table(
        "board_snapshot",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["event.tenant_id", "event.id"],
            name=op.f("fk_board_snapshot_tenant_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "event_id", name=op.f("pk_board_snapshot")),
    )
    op.create_table(
        "entry",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=300), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("worker_number", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_entry_organization_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_entry_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entry")),
        sa.UniqueConstraint("tenant_id", "event_id", "code", name=op.f("uq_entry_tenant_id_event_id_code")),
        sa.UniqueConstraint("tenant_id", "event_id", "number", name=op.f("uq_entry_tenant_id_event_id_number")),
    )
    op.create_index(op.f("ix_entry_account_id"), "entry", ["account_id"], unique=False)
    op.create_index(op.f("ix_entry_event_id"), "entry", ["event_id"], unique=False)
    op.create_index("ix_entry_event_name", "entry", ["tenant_id", "event_id", "name"], unique=False)
    op.create_table(
        "mark",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=16), nullable=False),
        sa.Column("stage_key", sa.String(length=64), nullable=False),
        sa.Column("period_key", sa.String(length=64), nullable=False),
        sa.Column("entry_code", sa.String(length=64), nullable=False),
        sa.Column("aspect", sa.String(length=64), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("judge_code", sa.String(length=10), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_code", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.String(), nullable=False),
        sa.Column("client_time", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_mark_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "event_id",
            "stage_key",
            "period_key",
            "entry_code",
            "aspect",
            "repetition",
            "judge_code",
            name=op.f("pk_mark"),
        ),
    )
    op.create_index(
        "ix_mark_sheet",
        "mark",
        ["tenant_id", "event_id", "stage_key", "period_key", "judge_code", "entry_code"],
        unique=False,
    )
    op.create_table(
        "proposal_step",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["proposal.tenant_id", "proposal.id"],
            name=op.f("fk_proposal_step_tenant_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_proposal_step")),
    )
    op.create_index(op.f("ix_proposal_step_proposal_id"), "proposal_step", ["proposal_id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=False),
        sa.Column("checkpoint_id", sa.String(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_publication_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_publication")),
        sa.UniqueConstraint("tenant_id", "event_id", "version", name=op.f("uq_publication_tenant_id_event_id_version")),
    )
    op.create_index(op.f("ix_publication_event_id"), "publication", ["event_id"], unique=False)
    op.create_table(
        "rubric_report",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_rubric_report_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rubric_report")),
        sa.UniqueConstraint("tenant_id", "event_id", name=op.f("uq_rubric_report_tenant_id_event_id")),
    )
    op.create_index(op.f("ix_rubric_report_event_id"), "rubric_report", ["event_id"], unique=False)
    op.create_table(
        "rule_set_version",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["event.tenant_id", "event.id"],
            name=op.f("fk_rule_set_version_tenant_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rule_set_version")),
        sa.UniqueConstraint(
            "tenant_id", "event_id", "version", name=op.f("uq_rule_set_version_tenant_id_event_id_version")
        ),
    )
    op.create_index(op.f("ix_rule_set_version_event_id"), "rule_set_version", ["event_id"], unique=False)
    op.create_table(
        "stage",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=2000), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_stage_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stage")),
        sa.UniqueConstraint("tenant_id", "event_id", "key", name=op.f("uq_stage_tenant_id_event_id_key")),
    )
    op.create_index(op.f("ix_stage_event_id"), "stage", ["event_id"], unique=False)
    op.create_table(
        "award_given",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("publication_version", sa.Integer(), nullable=False),
        sa.Column("award_key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_award_given_tenant_id_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_award_given_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_award_given")),
        sa.UniqueConstraint(
            "tenant_id",
            "event_id",
            "entry_id",
            "award_key",
            name=op.f("uq_award_given_tenant_id_event_id_entry_id_award_key"),
        ),
    )
    op.create_index(op.f("ix_award_given_entry_id"), "award_given", ["entry_id"], unique=False)
    op.create_index(op.f("ix_award_given_event_id"), "award_given", ["event_id"], unique=False)
    op.create_table(
        "entry_factor",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("stage_key", sa.String(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("repetition", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_entry_factor_tenant_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entry_factor")),
        sa.UniqueConstraint(
            "tenant_id",
            "entry_id",
            "stage_key",
            "aspect",
            "repetition",
            name=op.f("uq_entry_factor_tenant_id_entry_id_stage_key_aspect_repetition"),
        ),
    )
    op.create_index(op.f("ix_entry_factor_entry_id"), "entry_factor", ["entry_id"], unique=False)
    op.create_table(
        "entry_member",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_entry_member_tenant_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entry_member")),
    )
    op.create_index(op.f("ix_entry_member_entry_id"), "entry_member", ["entry_id"], unique=False)
    op.create_table(
        "entry_veto",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("veto", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("happened_on", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_entry_veto_tenant_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entry_veto")),
    )
    op.create_index(op.f("ix_entry_veto_entry_id"), "entry_veto", ["entry_id"], unique=False)
    op.create_table(
        "panel_member",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("stage_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("scores", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_panel_member_account_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stage_id"], ["stage.tenant_id", "stage.id"], name=op.f("fk_panel_member_tenant_id_stage_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_panel_member")),
        sa.UniqueConstraint(
            "tenant_id", "stage_id", "account_id", name=op.f("uq_panel_member_tenant_id_stage_id_account_id")
        ),
        sa.UniqueConstraint("tenant_id", "stage_id", "code", name=op.f("uq_panel_member_tenant_id_stage_id_code")),
    )
    op.create_index(op.f("ix_panel_member_account_id"), "panel_member", ["account_id"], unique=False)
    op.create_index(op.f("ix_panel_member_stage_id"), "panel_member", ["stage_id"], unique=False)
    op.create_table(
        "period",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("stage_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=2000), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stage_id"], ["stage.tenant_id", "stage.id"], name=op.f("fk_period_tenant_id_stage_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_period")),
        sa.UniqueConstraint("tenant_id", "stage_id", "key", name=op.f("uq_period_tenant_id_stage_id_key")),
    )
    op.create_index(op.f("ix_period_stage_id"), "period", ["stage_id"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("award_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=300), nullable=False),
        sa.Column("entry_kind", sa.String(length=20), nullable=False),
        sa.Column("members", sa.String(), nullable=False),
        sa.Column("competition_title", sa.String(), nullable=False),
        sa.Column("competition_title_en", sa.String(), nullable=False),
        sa.Column("event_title", sa.String(), nullable=False),
        sa.Column("event_title_en", sa.String(), nullable=False),
        sa.Column("award_title", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("issued_on", sa.String(), nullable=False),
        sa.Column("bilingual", sa.Boolean(), nullable=False),
        sa.Column("publication_version", sa.Integer(), nullable=False),
        sa.Column("publication_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("replaced_by", sa.String(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "award_id"],
            ["award_given.tenant_id", "award_given.id"],
            name=op.f("fk_certificate_tenant_id_award_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], name=op.f("fk_certificate_tenant_id_event_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    op.create_index(op.f("ix_certificate_award_id"), "certificate", ["award_id"], unique=False)
    op.create_index(op.f("ix_certificate_event_id"), "certificate", ["event_id"], unique=False)
    op.create_table(
        "recusal",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("panel_member_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_recusal_tenant_id_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "panel_member_id"],
            ["panel_member.tenant_id", "panel_member.id"],
            name=op.f("fk_recusal_tenant_id_panel_member_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recusal")),
        sa.UniqueConstraint(
            "tenant_id", "panel_member_id", "entry_id", name=op.f("uq_recusal_tenant_id_panel_member_id_entry_id")
        ),
    )
    op.create_index(op.f("ix_recusal_entry_id"), "recusal", ["entry_id"], unique=False)
    op.create_index(op.f("ix_recusal_panel_member_id"), "recusal", ["panel_member_id"], unique=False)
    op.create_table(
        "sheet",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("panel_member_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("period_id", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_sheet_tenant_id_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "panel_member_id"],
            ["panel_member.tenant_id", "panel_member.id"],
            name=op.f("fk_sheet_tenant_id_panel_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"], ["period.tenant_id", "period.id"], name=op.f("fk_sheet_tenant_id_period_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sheet")),
        sa.UniqueConstraint(
            "tenant_id",
            "panel_member_id",
            "entry_id",
            "period_id",
            name=op.f("uq_sheet_tenant_id_panel_member_id_entry_id_period_id"),
        ),
    )
    op.create_index(op.f("ix_sheet_entry_id"), "sheet", ["entry_id"], unique=False)
    op.create_index(op.f("ix_sheet_panel_member_id"), "sheet", ["panel_member_id"], unique=False)
    op.create_index(op.f("ix_sheet_period_id"), "sheet", ["period_id"], unique=False)
    install_triggers(op.get_bind())


def downgrade() -> None:
    op.drop_index(op.f("ix_sheet_period_id"), table_name="sheet")
    op.drop_index(op.f("ix_sheet_panel_member_id"), table_name="sheet")
    op.drop_index(op.f("ix_sheet_entry_id"), table_name="sheet")
    op.drop_table("sheet")
    op.drop_index(op.f("ix_recusal_panel_member_id"), table_name="recusal")
    op.drop_index(op.f("ix_recusal_entry_id"), table_name="recusal")
    op.drop_table("recusal")
    op.drop_index(op.f("ix_certificate_event_id"), table_name="certificate")
    op.drop_index(op.f("ix_certificate_award_id"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_index(op.f("ix_period_stage_id"), table_name="period")
    op.drop_table("period")
    op.drop_index(op.f("ix_panel_member_stage_id"), table_name="panel_member")
    op.drop_index(op.f("ix_panel_member_account_id"), table_name="panel_member")
    op.drop_table("panel_member")
    op.drop_index(op.f("ix_entry_veto_entry_id"), table_name="entry_veto")
    op.drop_table("entry_veto")
    op.drop_index(op.f("ix_entry_member_entry_id"), table_name="entry_member")
    op.drop_table("entry_member")
    op.drop_index(op.f("ix_entry_factor_entry_id"), table_name="entry_factor")
    op.drop_table("entry_factor")
    op.drop_index(op.f("ix_award_given_event_id"), table_name="award_given")
    op.drop_index(op.f("ix_award_given_entry_id"), table_name="award_given")
    op.drop_table("award_given")
    op.drop_index(op.f("ix_stage_event_id"), table_name="stage")
    op.drop_table("stage")
    op.drop_index(op.f("ix_rule_set_version_event_id"), table_name="rule_set_version")
    op.drop_table("rule_set_version")
    op.drop_index(op.f("ix_rubric_report_event_id"), table_name="rubric_report")
    op.drop_table("rubric_report")
    op.drop_index(op.f("ix_publication_event_id"), table_name="publication")
    op.drop_table("publication")
    op.drop_index(op.f("ix_proposal_step_proposal_id"), table_name="proposal_step")
    op.drop_table("proposal_step")
    op.drop_index("ix_mark_sheet", table_name="mark")
    op.drop_table("mark")
    op.drop_index("ix_entry_event_name", table_name="entry")
    op.drop_index(op.f("ix_entry_event_id"), table_name="entry")
    op.drop_index(op.f("ix_entry_account_id"), table_name="entry")
    op.drop_table("entry")
    op.drop_table("board_snapshot")
    op.drop_index(op.f("ix_studio_member_studio_id"), table_name="studio_member")
    op.drop_index(op.f("ix_studio_member_account_id"), table_name="studio_member")
    op.drop_table("studio_member")
    op.drop_index(op.f("ix_sign_in_session_account_id"), table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_index(op.f("ix_role_grant_competition_id"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_account_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index(op.f("ix_proposal_studio_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_organization_id"), table_name="proposal")
    op.drop_index("ix_proposal_list", table_name="proposal")
    op.drop_index(op.f("ix_proposal_event_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_account_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_table("one_time_link")
    op.drop_table("ledger_head")
    op.drop_table("ledger")
    op.drop_index("ix_event_id", table_name="event")
    op.drop_index(op.f("ix_event_competition_id"), table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_device_account_id"), table_name="device")
    op.drop_table("device")
    op.drop_index(op.f("ix_checkpoint_competition_id"), table_name="checkpoint")
    op.drop_table("checkpoint")
    op.drop_index(op.f("ix_studio_organization_id"), table_name="studio")
    op.drop_table("studio")
    op.drop_index(op.f("ix_competition_organization_id"), table_name="competition")
    op.drop_index("ix_competition_list", table_name="competition")
    op.drop_index("ix_competition_id", table_name="competition")
    op.drop_table("competition")
    op.drop_index(op.f("ix_account_organization_id"), table_name="account")
    op.drop_table("account")
    op.drop_index(op.f("ix_organization_tenant_id"), table_name="organization")
    op.drop_index(op.f("ix_organization_path"), table_name="organization")
    op.drop_index(op.f("ix_organization_parent_id"), table_name="organization")
    op.drop_table("organization")
    op.drop_index("ix_operation_sheet", table_name="operation")
    op.drop_index("ix_operation_open", table_name="operation")
    op.drop_index(op.f("ix_operation_competition_id"), table_name="operation")
    op.drop_table("operation")
    op.drop_index(op.f("ix_job_state"), table_name="job")
    op.drop_index(op.f("ix_job_kind"), table_name="job")
    op.drop_index(op.f("ix_job_account_id"), table_name="job")
    op.drop_table("job")
    op.drop_index("ix_audit_record_noun", table_name="audit_record")
    op.drop_table("audit_record")
    op.drop_table("attempt")
