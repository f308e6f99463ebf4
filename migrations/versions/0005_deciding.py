"""A version of a playbook is decided on under guards: who signed off which text, and what became of its clauses.

Why: a text that binds every site needs a yes of several people to the very same words, and overrides and findings
follow a clause only where somebody said what became of it.
"""

import sqlalchemy as sa
from alembic import op

import compliance.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clause_lineages",
        sa.Column("playbook_version_id", sa.Uuid(), nullable=False),
        sa.Column("former", sa.String(), nullable=False),
        sa.Column(
            "fate",
            sa.Enum(
                "renamed",
                "split",
                "merged",
                "retired",
                name="fate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("successors", sa.JSON(), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["people.id"], name=op.f("fk_clause_lineages_confirmed_by_id")),
        sa.ForeignKeyConstraint(
            ["playbook_version_id"], ["playbook_versions.id"], name=op.f("fk_clause_lineages_playbook_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_lineages")),
        sa.UniqueConstraint(
            "playbook_version_id", "former", name=op.f("uq_clause_lineages_playbook_version_id_former")
        ),
    )
    op.create_table(
        "sign_offs",
        sa.Column("playbook_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("legal", "emergency", "retire", name="yes", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("second_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_offs_person_id")),
        sa.ForeignKeyConstraint(
            ["playbook_version_id"], ["playbook_versions.id"], name=op.f("fk_sign_offs_playbook_version_id")
        ),
        sa.ForeignKeyConstraint(["second_id"], ["people.id"], name=op.f("fk_sign_offs_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_offs")),
    )
    with op.batch_alter_table("sign_offs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_offs_playbook_version_id"), ["playbook_version_id"], unique=False)
        batch_op.create_index(
            "uq_sign_offs_version_kind_person",
            ["playbook_version_id", "kind", "digest", "person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    # One by one, not as a batch: SQLite would build the table anew, without its checks.
    op.add_column("playbook_versions", sa.Column("submitted_at", compliance.db.Instant(timezone=True), nullable=True))
    op.add_column("playbook_versions", sa.Column("submitted_by", sa.String(), server_default="", nullable=False))
    op.add_column("playbook_versions", sa.Column("returned_at", compliance.db.Instant(timezone=True), nullable=True))
    op.add_column("playbook_versions", sa.Column("review_on", sa.Date(), nullable=True))
    op.add_column("playbook_versions", sa.Column("emergency", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    for column in ("emergency", "review_on", "returned_at", "submitted_by", "submitted_at"):
        op.drop_column("playbook_versions", column)
    op.drop_table("sign_offs")
    op.drop_table("clause_lineages")
