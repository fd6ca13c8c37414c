"""Acts of two persons about a whole competition (tables over its events): they belong to no event."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FOREIGN = "fk_act_tenant_id_competition_id"


def upgrade() -> None:
    op.add_column("act", sa.Column("competition_id", sa.String(), nullable=True))
    op.execute(
        "UPDATE act SET competition_id = (SELECT event.competition_id FROM event"
        " WHERE event.tenant_id = act.tenant_id AND event.id = act.event_id)"
    )
    with op.batch_alter_table("act") as batch:
        batch.alter_column("competition_id", existing_type=sa.String(), nullable=False)
        batch.alter_column("event_id", existing_type=sa.String(), nullable=True)
        batch.create_foreign_key(FOREIGN, "competition", ["tenant_id", "competition_id"], ["tenant_id", "id"])
        batch.create_index("ix_act_competition", ["tenant_id", "competition_id", "kind"])


def downgrade() -> None:
    op.execute("DELETE FROM act WHERE event_id IS NULL")
    with op.batch_alter_table("act") as batch:
        batch.drop_index("ix_act_competition")
        batch.drop_constraint(op.f(FOREIGN), type_="foreignkey")
        batch.alter_column("event_id", existing_type=sa.String(), nullable=False)
        batch.drop_column("competition_id")
