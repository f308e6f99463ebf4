"""How each operation of an override stands to the text above it can be listed, and accepted as it is.

Why: when a text moves, somebody looks at every rule that rested on it; until then the product says which those are,
and from which day on the text above holds instead.
"""

import sqlalchemy as sa
from alembic import op

import compliance.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = (
    "current", "clean", "review", "conflict", "redundant", "inverted", "out-of-range", "orphan", "renamed", "blocked",
    "collision", "anchor-lost",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "drift_items",
        sa.Column("override_version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("against", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("over_on", sa.Date(), nullable=True),
        sa.Column("accepted_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["override_version_id"], ["override_versions.id"], name=op.f("fk_drift_items_override_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift_items")),
    )
    op.create_index("ix_drift_items_version_from", "drift_items", ["override_version_id", "from_on"])
    op.add_column("override_versions", sa.Column("accepted", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("override_versions", "accepted")
    op.drop_table("drift_items")
