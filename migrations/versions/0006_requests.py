"""A local rule is asked for with its reasons, and passes the reviews its operations need.

Why: who may decide on an override depends on what it does, and everybody who had a say in it is to be read later.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

import compliance.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = ("draft", "in_review", "approved", "retired", "declined")
STATUSES = (
    "draft", "in_review", "regional_review", "global_review", "returned", "approved", "retired", "declined",
    "appealed", "withdrawn",
)  # fmt: skip
EFFECTS = ("none", "tighten", "add", "reword", "loosen", "waive")
ACTS = ("asked", "consented", "refused_consent", "approved", "returned", "declined", "withdrawn", "appealed")


def upgrade() -> None:
    op.create_table(
        "request_steps",
        sa.Column("override_version_id", sa.Uuid(), nullable=False),
        sa.Column("act", _one_of("act", ACTS), nullable=False),
        sa.Column("stage", _one_of("versionstatus", STATUSES), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["override_version_id"], ["override_versions.id"], name=op.f("fk_request_steps_override_version_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_request_steps_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_steps")),
    )
    with op.batch_alter_table("request_steps") as table:
        table.create_index(table.f("ix_request_steps_override_version_id"), ["override_version_id"], unique=False)
        table.create_index(table.f("ix_request_steps_person_id"), ["person_id"], unique=False)
    with op.batch_alter_table("override_versions") as table:
        table.add_column(sa.Column("legal_basis", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("legal_reference", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("control", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("control_owner_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            table.f("fk_override_versions_control_owner_id"), "people", ["control_owner_id"], ["id"]
        )
        _allow(table, STATUSES)


def downgrade() -> None:
    """What was asked for and not decided is a draft again: the table of that day has no word for the reviews."""
    waiting = ", ".join(f"'{status}'" for status in STATUSES if status not in BEFORE and status != "appealed")
    op.execute(sa.text(f"UPDATE override_versions SET status = 'draft' WHERE status IN ({waiting})"))  # noqa: S608 - our own words
    op.execute(sa.text("UPDATE override_versions SET status = 'declined' WHERE status = 'appealed'"))
    with op.batch_alter_table("override_versions") as table:
        table.drop_constraint(table.f("fk_override_versions_control_owner_id"), type_="foreignkey")
        for column in ("control_owner_id", "control", "review_on", "legal_reference", "legal_basis"):
            table.drop_column(column)
        _allow(table, BEFORE)
    op.drop_table("request_steps")


def _one_of(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _allow(table: BatchOperations, statuses: tuple[str, ...]) -> None:
    lists = {"versionstatus": ("status", statuses), "effect": ("effect", EFFECTS)}
    rebuilt = op.get_bind().dialect.name == "sqlite"  # without any of its checks
    for name, (column, words) in lists.items():
        if not rebuilt and name == "effect":
            continue
        if not rebuilt:
            table.drop_constraint(op.f(f"ck_override_versions_{name}"), type_="check")
        said = f"{column} IN (" + ", ".join(f"'{word}'" for word in words) + ")"
        table.create_check_constraint(op.f(f"ck_override_versions_{name}"), sa.text(said))
