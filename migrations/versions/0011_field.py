"""Tablets, and what they send.

Why: an audit is carried out where there is no network. What a tablet sends is kept operation by operation with what
became of it, so that nothing is lost, applied twice or written over a colleague's answer in silence.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

import compliance.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    epoch = op.create_table(
        "field_epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("begun_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_epoch")),
    )
    op.bulk_insert(epoch, [{"id": 1, "epoch": uuid4(), "rev": 0, "begun_at": datetime.now(UTC)}])
    op.create_table(
        "field_operations",
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("payload_sha", sa.String(length=64), nullable=False),
        sa.Column("device", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("parent", sa.Uuid(), nullable=True),
        sa.Column("seen", sa.Uuid(), nullable=True),
        sa.Column("resolves", sa.JSON(), nullable=False),
        sa.Column("client_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "applied",
                "merged",
                "conflict",
                "held",
                "rejected",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("settled_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_how", sa.String(), nullable=False),
        sa.Column("settled_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_field_operations_person_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name=op.f("fk_field_operations_settled_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_field_operations_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_field_operations_vendor_id")),
        sa.PrimaryKeyConstraint("op_id", name=op.f("pk_field_operations")),
        sa.UniqueConstraint("rev", name=op.f("uq_field_operations_rev")),
    )
    with op.batch_alter_table("field_operations", schema=None) as batch_op:
        batch_op.create_index("ix_field_operations_device", ["device", "person_id"], unique=False)
        batch_op.create_index("ix_field_operations_live", ["work", "live", "item", "field", "rev"], unique=False)
        batch_op.create_index("ix_field_operations_parent", ["parent"], unique=False)
        batch_op.create_index(batch_op.f("ix_field_operations_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_field_operations_waiting", ["waiting", "site_id", "rev"], unique=False)
        batch_op.create_index("ix_field_operations_work", ["work", "rev"], unique=False)

    op.create_table(
        "field_devices",
        sa.Column("device", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("app_version", sa.String(), nullable=False),
        sa.Column("first_seen_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("last_sync_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("unsent_ops", sa.Integer(), nullable=False),
        sa.Column("unsent_media", sa.Integer(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.Column("wipe_asked_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("wiped_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_field_devices_person_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["people.id"], name=op.f("fk_field_devices_revoked_by_id")),
        sa.ForeignKeyConstraint(["session_id"], ["login_sessions.id"], name=op.f("fk_field_devices_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_devices")),
        sa.UniqueConstraint("device", "person_id", name=op.f("uq_field_devices_device_person_id")),
    )
    with op.batch_alter_table("field_devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_devices_person_id"), ["person_id"], unique=False)

    op.create_table(
        "field_media",
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "announced",
                "stored",
                "held",
                "refused",
                "removed",
                name="mediastate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("refusal_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kept_sha256", sa.String(length=64), nullable=True),
        sa.Column("kept_size", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("announced_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("stored_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_field_media_evidence_id")),
        sa.ForeignKeyConstraint(["op_id"], ["field_operations.op_id"], name=op.f("fk_field_media_op_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_field_media_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_field_media_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_field_media_vendor_id")),
        sa.PrimaryKeyConstraint("media_id", name=op.f("pk_field_media")),
    )
    with op.batch_alter_table("field_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_media_op_id"), ["op_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_field_media_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_field_media_sha256", ["sha256"], unique=False)
        batch_op.create_index("ix_field_media_work", ["work", "state"], unique=False)

    op.add_column("assessments", sa.Column("proposed_action", sa.Text(), server_default="", nullable=False))
    op.add_column("assessments", sa.Column("conflicts", sa.Integer(), server_default="0", nullable=False))

    op.add_column("audits", sa.Column("conflicts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("audits", sa.Column("signed_at", compliance.db.Instant(timezone=True), nullable=True))
    op.add_column("audits", sa.Column("signed_skew_ms", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("audits", "signed_skew_ms")
    op.drop_column("audits", "signed_at")
    op.drop_column("audits", "conflicts")

    op.drop_column("assessments", "conflicts")
    op.drop_column("assessments", "proposed_action")

    with op.batch_alter_table("field_media", schema=None) as batch_op:
        batch_op.drop_index("ix_field_media_work")
        batch_op.drop_index("ix_field_media_sha256")
        batch_op.drop_index(batch_op.f("ix_field_media_person_id"))
        batch_op.drop_index(batch_op.f("ix_field_media_op_id"))

    op.drop_table("field_media")
    with op.batch_alter_table("field_devices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_devices_person_id"))

    op.drop_table("field_devices")
    with op.batch_alter_table("field_operations", schema=None) as batch_op:
        batch_op.drop_index("ix_field_operations_work")
        batch_op.drop_index("ix_field_operations_waiting")
        batch_op.drop_index(batch_op.f("ix_field_operations_person_id"))
        batch_op.drop_index("ix_field_operations_parent")
        batch_op.drop_index("ix_field_operations_live")
        batch_op.drop_index("ix_field_operations_device")

    op.drop_table("field_operations")
    op.drop_table("field_epoch")
