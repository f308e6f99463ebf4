"""A clause is read in the language of its reader.

Why: one translation of a clause's text serves every site that has the text, an audit says which language was read, and
what holds where is kept as rows, so that clauses can be searched and counted without resolving the world.
"""

import sqlalchemy as sa
from alembic import op

import compliance.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_clauses",
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("lobs", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["clause_texts.digest"], name=op.f("fk_held_clauses_digest")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_held_clauses_playbook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_clauses")),
        sa.UniqueConstraint("playbook_id", "digest", name=op.f("uq_held_clauses_playbook_id_digest")),
    )
    with op.batch_alter_table("held_clauses", schema=None) as batch_op:
        batch_op.create_index("ix_held_clauses_playbook_wording", ["playbook_id", "wording"], unique=False)
        batch_op.create_index("ix_held_clauses_rank", ["rank", "id"], unique=False)

    op.create_table(
        "held_contents",
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_held_contents_playbook_id")),
        sa.PrimaryKeyConstraint("playbook_id", "content_digest", "digest", name=op.f("pk_held_contents")),
    )
    with op.batch_alter_table("held_contents", schema=None) as batch_op:
        batch_op.create_index("ix_held_contents_digest", ["digest"], unique=False)

    op.create_table(
        "held_places",
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("lobs", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_held_places_playbook_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_held_places_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_held_places_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_places")),
    )
    with op.batch_alter_table("held_places", schema=None) as batch_op:
        batch_op.create_index("ix_held_places_content", ["playbook_id", "content_digest"], unique=False)
        batch_op.create_index("ix_held_places_site", ["site_id", "vendor_id"], unique=False)

    op.create_table(
        "held_playbooks",
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("auditees", sa.String(length=64), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_held_playbooks_playbook_id")),
        sa.PrimaryKeyConstraint("playbook_id", name=op.f("pk_held_playbooks")),
    )
    op.create_table(
        "reading_languages",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reading_languages_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reading_languages")),
    )
    op.create_table(
        "translations",
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_title", sa.String(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "approved",
                "declined",
                "replaced",
                name="translationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("translator_id", sa.Uuid(), nullable=True),
        sa.Column("translator", sa.String(), nullable=False),
        sa.Column("proposed_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_translations_decided_by_id")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_translations_playbook_id")),
        sa.ForeignKeyConstraint(["translator_id"], ["people.id"], name=op.f("fk_translations_translator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translations")),
    )
    with op.batch_alter_table("translations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_translations_playbook_language", ["playbook_id", "language", "clause_id"], unique=False
        )
        batch_op.create_index("ix_translations_wording", ["wording", "language"], unique=False)
        batch_op.create_index(
            "uq_translations_approved",
            ["playbook_id", "clause_id", "wording", "language"],
            unique=True,
            sqlite_where=sa.text("status = 'approved'"),
            postgresql_where=sa.text("status = 'approved'"),
        )
        batch_op.create_index(
            "uq_translations_proposed",
            ["playbook_id", "clause_id", "wording", "language"],
            unique=True,
            sqlite_where=sa.text("status = 'proposed'"),
            postgresql_where=sa.text("status = 'proposed'"),
        )

    op.add_column("assessments", sa.Column("read_in", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("assessments", "read_in")
    with op.batch_alter_table("translations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_translations_proposed",
            sqlite_where=sa.text("status = 'proposed'"),
            postgresql_where=sa.text("status = 'proposed'"),
        )
        batch_op.drop_index(
            "uq_translations_approved",
            sqlite_where=sa.text("status = 'approved'"),
            postgresql_where=sa.text("status = 'approved'"),
        )
        batch_op.drop_index("ix_translations_wording")
        batch_op.drop_index("ix_translations_playbook_language")

    op.drop_table("translations")
    op.drop_table("reading_languages")
    op.drop_table("held_playbooks")
    with op.batch_alter_table("held_places", schema=None) as batch_op:
        batch_op.drop_index("ix_held_places_site")
        batch_op.drop_index("ix_held_places_content")

    op.drop_table("held_places")
    with op.batch_alter_table("held_contents", schema=None) as batch_op:
        batch_op.drop_index("ix_held_contents_digest")

    op.drop_table("held_contents")
    with op.batch_alter_table("held_clauses", schema=None) as batch_op:
        batch_op.drop_index("ix_held_clauses_rank")
        batch_op.drop_index("ix_held_clauses_playbook_wording")

    op.drop_table("held_clauses")
