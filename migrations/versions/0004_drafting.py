"""Texts are written in the product: every saved text, what is typed and not saved, and comments with their answers.

Why: a draft that several people write needs the text each began from, so that nothing anybody typed is ever lost.
"""

import sqlalchemy as sa
from alembic import op

import compliance.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_comments",
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "resolved", name="commentstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("playbook_version_id", sa.Uuid(), nullable=True),
        sa.Column("override_version_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(playbook_version_id IS NULL) <> (override_version_id IS NULL)", name=op.f("ck_draft_comments_one_text")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_draft_comments_author_id")),
        sa.ForeignKeyConstraint(
            ["override_version_id"], ["override_versions.id"], name=op.f("fk_draft_comments_override_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["playbook_version_id"], ["playbook_versions.id"], name=op.f("fk_draft_comments_playbook_version_id")
        ),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name=op.f("fk_draft_comments_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comments")),
    )
    with op.batch_alter_table("draft_comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_comments_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_draft_comments_override_version_id"), ["override_version_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_draft_comments_playbook_version_id"), ["playbook_version_id"], unique=False
        )

    op.create_table(
        "draft_saves",
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("saved_by_id", sa.Uuid(), nullable=True),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("playbook_version_id", sa.Uuid(), nullable=True),
        sa.Column("override_version_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(playbook_version_id IS NULL) <> (override_version_id IS NULL)", name=op.f("ck_draft_saves_one_text")
        ),
        sa.ForeignKeyConstraint(
            ["override_version_id"], ["override_versions.id"], name=op.f("fk_draft_saves_override_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["playbook_version_id"], ["playbook_versions.id"], name=op.f("fk_draft_saves_playbook_version_id")
        ),
        sa.ForeignKeyConstraint(["saved_by_id"], ["people.id"], name=op.f("fk_draft_saves_saved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_saves")),
    )
    with op.batch_alter_table("draft_saves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_saves_override_version_id"), ["override_version_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draft_saves_playbook_version_id"), ["playbook_version_id"], unique=False)

    op.create_table(
        "working_copies",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("kept_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("playbook_version_id", sa.Uuid(), nullable=True),
        sa.Column("override_version_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(playbook_version_id IS NULL) <> (override_version_id IS NULL)", name=op.f("ck_working_copies_one_text")
        ),
        sa.ForeignKeyConstraint(
            ["override_version_id"], ["override_versions.id"], name=op.f("fk_working_copies_override_version_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_working_copies_person_id")),
        sa.ForeignKeyConstraint(
            ["playbook_version_id"], ["playbook_versions.id"], name=op.f("fk_working_copies_playbook_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copies")),
        sa.UniqueConstraint(
            "override_version_id", "person_id", name=op.f("uq_working_copies_override_version_id_person_id")
        ),
        sa.UniqueConstraint(
            "playbook_version_id", "person_id", name=op.f("uq_working_copies_playbook_version_id_person_id")
        ),
    )
    with op.batch_alter_table("working_copies", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_working_copies_override_version_id"), ["override_version_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_working_copies_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_working_copies_playbook_version_id"), ["playbook_version_id"], unique=False
        )

    op.create_table(
        "draft_answers",
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_draft_answers_author_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["draft_comments.id"], name=op.f("fk_draft_answers_comment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_answers")),
    )
    with op.batch_alter_table("draft_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_answers_comment_id"), ["comment_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("draft_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_answers_comment_id"))

    op.drop_table("draft_answers")
    with op.batch_alter_table("working_copies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_working_copies_playbook_version_id"))
        batch_op.drop_index(batch_op.f("ix_working_copies_person_id"))
        batch_op.drop_index(batch_op.f("ix_working_copies_override_version_id"))

    op.drop_table("working_copies")
    with op.batch_alter_table("draft_saves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_saves_playbook_version_id"))
        batch_op.drop_index(batch_op.f("ix_draft_saves_override_version_id"))

    op.drop_table("draft_saves")
    with op.batch_alter_table("draft_comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_comments_playbook_version_id"))
        batch_op.drop_index(batch_op.f("ix_draft_comments_override_version_id"))
        batch_op.drop_index(batch_op.f("ix_draft_comments_author_id"))

    op.drop_table("draft_comments")
