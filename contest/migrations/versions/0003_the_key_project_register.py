"""The key-project register: projects, plans, actuals, findings, photographs, visiting judges."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project_register",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("province_from", sa.BigInteger(), nullable=False),
        sa.Column("city_from", sa.BigInteger(), nullable=False),
        sa.Column("due_day", sa.Integer(), nullable=False),
        sa.Column("due_next_month", sa.Boolean(), nullable=False),
        sa.Column("same_type_once", sa.Boolean(), nullable=False),
        sa.Column("empty_counts_full", sa.Boolean(), nullable=False),
        sa.Column("indicators", sa.String(), nullable=False),
        sa.Column("months", sa.String(), nullable=False),
        sa.Column("finding_types", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["event.tenant_id", "event.id"],
            name=op.f("fk_project_register_tenant_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_project_register")),
        sa.UniqueConstraint("tenant_id", "event_id", name=op.f("uq_project_register_tenant_id_event_id")),
    )
    op.create_table(
        "project",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("contractor", sa.String(length=300), nullable=False),
        sa.Column("group_name", sa.String(length=100), nullable=False),
        sa.Column("investment", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["organization.id"], name=op.f("fk_project_owner_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"], ["entry.tenant_id", "entry.id"], name=op.f("fk_project_tenant_id_entry_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_project")),
        sa.UniqueConstraint("tenant_id", "entry_id", name=op.f("uq_project_tenant_id_entry_id")),
    )
    op.create_index("ix_project_event", "project", ["tenant_id", "event_id", "group_name"], unique=False)
    op.create_table(
        "project_finding",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("deduction", sa.String(length=20), nullable=False),
        sa.Column("veto_id", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "project_id"],
            ["project.tenant_id", "project.id"],
            name=op.f("fk_project_finding_tenant_id_project_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_project_finding")),
    )
    op.create_index("ix_project_finding", "project_finding", ["tenant_id", "project_id"], unique=False)
    op.create_table(
        "project_milestone",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "project_id"],
            ["project.tenant_id", "project.id"],
            name=op.f("fk_project_milestone_tenant_id_project_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_project_milestone")),
        sa.UniqueConstraint(
            "tenant_id", "project_id", "name", name=op.f("uq_project_milestone_tenant_id_project_id_name")
        ),
    )
    op.create_table(
        "project_plan",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "project_id"],
            ["project.tenant_id", "project.id"],
            name=op.f("fk_project_plan_tenant_id_project_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_project_plan")),
        sa.UniqueConstraint(
            "tenant_id", "project_id", "month", name=op.f("uq_project_plan_tenant_id_project_id_month")
        ),
    )
    op.create_table(
        "project_visitor",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("panel_member_id", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "panel_member_id"],
            ["panel_member.tenant_id", "panel_member.id"],
            name=op.f("fk_project_visitor_tenant_id_panel_member_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_project_visitor")),
        sa.UniqueConstraint("tenant_id", "panel_member_id", name=op.f("uq_project_visitor_tenant_id_panel_member_id")),
    )
    op.create_table(
        "project_actual",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("milestone_id", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "milestone_id"],
            ["project_milestone.tenant_id", "project_milestone.id"],
            name=op.f("fk_project_actual_tenant_id_milestone_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "project_id"],
            ["project.tenant_id", "project.id"],
            name=op.f("fk_project_actual_tenant_id_project_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_project_actual")),
        sa.UniqueConstraint(
            "tenant_id",
            "project_id",
            "subject",
            "revision",
            name=op.f("uq_project_actual_tenant_id_project_id_subject_revision"),
        ),
    )
    op.create_table(
        "project_photo",
        sa.Column("tenant_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "finding_id"],
            ["project_finding.tenant_id", "project_finding.id"],
            name=op.f("fk_project_photo_tenant_id_finding_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_project_photo")),
    )
    op.create_index("ix_project_photo", "project_photo", ["tenant_id", "finding_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_project_photo", table_name="project_photo")
    op.drop_table("project_photo")
    op.drop_table("project_actual")
    op.drop_table("project_visitor")
    op.drop_table("project_plan")
    op.drop_table("project_milestone")
    op.drop_index("ix_project_finding", table_name="project_finding")
    op.drop_table("project_finding")
    op.drop_index("ix_project_event", table_name="project")
    op.drop_table("project")
    op.drop_table("project_register")
