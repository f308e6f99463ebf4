"""Sites go live on a version step by step, and people acknowledge the exact text they have read.

Why: a published text that nobody on a floor works by changes nothing; who is late must be seen, by name and by day.
"""

import sqlalchemy as sa
from alembic import op

import compliance.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("playbook_version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("chain_key", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["chain_key"], ["resolved_chains.key"], name=op.f("fk_acknowledgements_chain_key")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_acknowledgements_person_id")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_acknowledgements_playbook_id")),
        sa.ForeignKeyConstraint(
            ["playbook_version_id"], ["playbook_versions.id"], name=op.f("fk_acknowledgements_playbook_version_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_acknowledgements_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_acknowledgements_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgements")),
        sa.UniqueConstraint(
            "person_id",
            "site_id",
            "vendor_id",
            "playbook_version_id",
            "content_digest",
            "language",
            name="uq_acknowledgements_person_text",
        ),
    )
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.create_index("ix_acknowledgements_site_playbook", ["site_id", "playbook_id"], unique=False)
        batch_op.create_index(
            "uq_acknowledgements_in_house",
            ["person_id", "site_id", "playbook_version_id", "content_digest", "language"],
            unique=True,
            sqlite_where=sa.text("vendor_id IS NULL"),
            postgresql_where=sa.text("vendor_id IS NULL"),
        )

    op.create_table(
        "adoptions",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("playbook_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "notified",
                "acknowledged",
                "trained",
                "live",
                name="adoptionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("acknowledged_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("attested", sa.Integer(), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=True),
        sa.Column("attested_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("attested_by", sa.String(), nullable=False),
        sa.Column("needed_pct", sa.Integer(), nullable=False),
        sa.Column("live_on", sa.Date(), nullable=True),
        sa.Column("live_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("live_by", sa.String(), nullable=False),
        sa.Column("live_note", sa.String(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["playbook_version_id"], ["playbook_versions.id"], name=op.f("fk_adoptions_playbook_version_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_adoptions_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_adoptions_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
    )
    with op.batch_alter_table("adoptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adoptions_site_id"), ["site_id"], unique=False)
        batch_op.create_index(
            "uq_adoptions_in_house",
            ["playbook_version_id", "site_id"],
            unique=True,
            sqlite_where=sa.text("vendor_id IS NULL"),
            postgresql_where=sa.text("vendor_id IS NULL"),
        )
        batch_op.create_index(
            "uq_adoptions_vendor",
            ["playbook_version_id", "site_id", "vendor_id"],
            unique=True,
            sqlite_where=sa.text("vendor_id IS NOT NULL"),
            postgresql_where=sa.text("vendor_id IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("adoptions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_adoptions_vendor",
            sqlite_where=sa.text("vendor_id IS NOT NULL"),
            postgresql_where=sa.text("vendor_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_adoptions_in_house",
            sqlite_where=sa.text("vendor_id IS NULL"),
            postgresql_where=sa.text("vendor_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_adoptions_site_id"))

    op.drop_table("adoptions")
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_acknowledgements_in_house",
            sqlite_where=sa.text("vendor_id IS NULL"),
            postgresql_where=sa.text("vendor_id IS NULL"),
        )
        batch_op.drop_index("ix_acknowledgements_site_playbook")

    op.drop_table("acknowledgements")
