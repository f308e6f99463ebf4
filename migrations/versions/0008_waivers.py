"""A site may be let off a clause for a while; an audit keeps which waivers were in force when its criteria froze.

Why: a waiver is leave for one place, bound to the words it was granted for. Audits count what is waived apart, assess its
compensating control in its place, and show the score also as though nothing were waived.
"""

import sqlalchemy as sa
from alembic import op

import compliance.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waivers",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "approved",
                "declined",
                "revoked",
                "closed",
                name="waiverstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("playbook_version", sa.String(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("clause_title", sa.String(), nullable=False),
        sa.Column("clause_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "critical", "major", "minor", name="severity", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("longer", sa.Text(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("control_owner_id", sa.Uuid(), nullable=False),
        sa.Column("control_digest", sa.String(length=64), nullable=True),
        sa.Column("renews_id", sa.Uuid(), nullable=True),
        sa.Column("renewal", sa.Integer(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["clause_digest"], ["clause_texts.digest"], name=op.f("fk_waivers_clause_digest")),
        sa.ForeignKeyConstraint(["control_owner_id"], ["people.id"], name=op.f("fk_waivers_control_owner_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_waivers_decided_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_waivers_ended_by_id")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_waivers_playbook_id")),
        sa.ForeignKeyConstraint(["renews_id"], ["waivers.id"], name=op.f("fk_waivers_renews_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["people.id"], name=op.f("fk_waivers_requested_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_waivers_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_waivers_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
        sa.UniqueConstraint("reference", name=op.f("uq_waivers_reference")),
    )
    with op.batch_alter_table("waivers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waivers_control_owner_id"), ["control_owner_id"], unique=False)
        batch_op.create_index("ix_waivers_playbook", ["playbook_id", "clause_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waivers_requested_by_id"), ["requested_by_id"], unique=False)
        batch_op.create_index("ix_waivers_site", ["site_id", "playbook_id", "until_on"], unique=False)
        batch_op.create_index("ix_waivers_until", ["until_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waivers_vendor_id"), ["vendor_id"], unique=False)
        batch_op.create_index(
            "uq_waivers_renews",
            ["renews_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('requested', 'approved')"),
            postgresql_where=sa.text("status IN ('requested', 'approved')"),
        )

    _refer_to_waivers()
    op.add_column("assessments", sa.Column("control_of", sa.String(), server_default="", nullable=False))
    op.create_index(op.f("ix_assessments_waiver_id"), "assessments", ["waiver_id"], unique=False)
    op.add_column("audit_criteria", sa.Column("waived", sa.Integer(), server_default="0", nullable=False))
    op.add_column("audit_criteria", sa.Column("points_without_waivers", sa.Double(), nullable=True))
    op.add_column("audit_criteria", sa.Column("weight_without_waivers", sa.Double(), nullable=True))


def _refer_to_waivers() -> None:
    """A batch would build a table of many rows, and without its checks, anew on SQLite: there the column brings its key."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.text("ALTER TABLE assessments ADD COLUMN waiver_id CHAR(32) "
                           "CONSTRAINT fk_assessments_waiver_id REFERENCES waivers (id)"))
        return
    op.add_column("assessments", sa.Column("waiver_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_assessments_waiver_id"), "assessments", "waivers", ["waiver_id"], ["id"])


def downgrade() -> None:
    """Lines of compensating controls go with the waivers: nothing else says what they were."""
    op.execute(sa.text("DELETE FROM assessments WHERE control_of <> ''"))
    op.drop_column("audit_criteria", "weight_without_waivers")
    op.drop_column("audit_criteria", "points_without_waivers")
    op.drop_column("audit_criteria", "waived")
    op.drop_index(op.f("ix_assessments_waiver_id"), "assessments")
    op.drop_column("assessments", "control_of")
    op.drop_column("assessments", "waiver_id")
    op.drop_table("waivers")
