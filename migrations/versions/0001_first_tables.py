"""The first tables: network, people, playbooks, audits, findings, actions, continuity, evidence, journal, reports.

Why: the ground every other revision stands on.
"""

import sqlalchemy as sa
from alembic import op

import compliance.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "audit_programmes",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_programmes")),
        sa.UniqueConstraint("reference", name=op.f("uq_audit_programmes_reference")),
    )
    op.create_table(
        "clause_texts",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_clause_texts")),
    )
    op.create_table(
        "effective_playbooks",
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("content_digest", name=op.f("pk_effective_playbooks")),
    )
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_event"), ["event"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "login_attempts",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_login_attempts_account_at", ["account", "at"], unique=False)
        batch_op.create_index("ix_login_attempts_address_at", ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_attempts_at"), ["at"], unique=False)

    op.create_table(
        "nodes",
        sa.Column(
            "kind",
            sa.Enum(
                "network",
                "region",
                "market",
                "site",
                name="nodekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("subdivision", sa.String(), nullable=True),
        sa.Column("weekend_days", sa.JSON(), nullable=True),
        sa.Column("extra_holidays", sa.JSON(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("tier", sa.String(), nullable=True),
        sa.Column(
            "lifecycle",
            sa.Enum(
                "planned",
                "live",
                "closing",
                "closed",
                name="sitelifecycle",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["nodes.id"], name=op.f("fk_nodes_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
        sa.UniqueConstraint("code", name=op.f("uq_nodes_code")),
        sa.UniqueConstraint("path", name=op.f("uq_nodes_path")),
    )
    with op.batch_alter_table("nodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nodes_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "playbooks",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbooks")),
        sa.UniqueConstraint("key", name=op.f("uq_playbooks_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_playbooks_prefix")),
    )
    op.create_table(
        "reference_counters",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_reference_counters")),
    )
    op.create_table(
        "vendors",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "prospect",
                "due diligence",
                "contracted",
                "readiness",
                "live",
                "watch",
                "improvement plan",
                "exit notice",
                "exited",
                name="vendorstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("contract_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendors")),
        sa.UniqueConstraint("code", name=op.f("uq_vendors_code")),
    )
    op.create_table(
        "operations",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("lob", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_operations_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_operations_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sa.UniqueConstraint(
            "site_id", "vendor_id", "lob", "from_on", name=op.f("uq_operations_site_id_vendor_id_lob_from_on")
        ),
    )
    with op.batch_alter_table("operations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operations_site_id"), ["site_id"], unique=False)
        batch_op.create_index("ix_operations_vendor_site", ["vendor_id", "site_id"], unique=False)

    op.create_table(
        "overrides",
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "region",
                "market",
                "vendor",
                "site",
                name="scopekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=True),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_overrides_node_id")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_overrides_playbook_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_overrides_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
        sa.UniqueConstraint("playbook_id", "scope", name=op.f("uq_overrides_playbook_id_scope")),
    )
    op.create_table(
        "people",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("home_site_id", sa.Uuid(), nullable=True),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["home_site_id"], ["nodes.id"], name=op.f("fk_people_home_site_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name=op.f("fk_people_manager_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_people_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_vendor_id"), ["vendor_id"], unique=False)

    op.create_table(
        "resolved_chains",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("lineage_digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("issues", sa.JSON(), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.Column("resolved_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_digest"], ["effective_playbooks.content_digest"], name=op.f("fk_resolved_chains_content_digest")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_resolved_chains")),
    )
    with op.batch_alter_table("resolved_chains", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resolved_chains_content_digest"), ["content_digest"], unique=False)

    op.create_table(
        "actions",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "corrective",
                "improvement",
                "readiness",
                "recovery",
                "governance",
                name="actionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "contained",
                "root_cause",
                "plan_submitted",
                "plan_approved",
                "implemented",
                "effectiveness_check",
                "closed",
                "reopened",
                "cancelled",
                name="actionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "critical", "major", "minor", name="severity", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("source_reference", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("raised_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("implementer_id", sa.Uuid(), nullable=True),
        sa.Column("verifier_id", sa.Uuid(), nullable=True),
        sa.Column("contain_due_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("plan_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("contained_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("containment", sa.Text(), nullable=False),
        sa.Column("cause_method", sa.String(), nullable=False),
        sa.Column("cause_category", sa.String(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("human_error", sa.Boolean(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("extent_elsewhere", sa.Boolean(), nullable=True),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("sample", sa.String(), nullable=False),
        sa.Column("soak_days", sa.Integer(), nullable=True),
        sa.Column("plan_submitted_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("plan_approved_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("plan_approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("implemented_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("criterion_met", sa.Boolean(), nullable=True),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("closed_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.Column("needs_retest", sa.Boolean(), nullable=False),
        sa.Column("retest_on", sa.Date(), nullable=True),
        sa.Column("retest_passed", sa.Boolean(), nullable=True),
        sa.Column("retest_reference", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["people.id"], name=op.f("fk_actions_closed_by_id")),
        sa.ForeignKeyConstraint(["implementer_id"], ["people.id"], name=op.f("fk_actions_implementer_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_actions_owner_id")),
        sa.ForeignKeyConstraint(["plan_approved_by_id"], ["people.id"], name=op.f("fk_actions_plan_approved_by_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["people.id"], name=op.f("fk_actions_raised_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_actions_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_actions_vendor_id")),
        sa.ForeignKeyConstraint(["verifier_id"], ["people.id"], name=op.f("fk_actions_verifier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("reference", name=op.f("uq_actions_reference")),
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actions_cause_category"), ["cause_category"], unique=False)
        batch_op.create_index("ix_actions_closed", ["closed_on"], unique=False)
        batch_op.create_index("ix_actions_due", ["due_on", "id"], unique=False)
        batch_op.create_index(
            "ix_actions_open_due",
            ["due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
            postgresql_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
        )
        batch_op.create_index(
            "ix_actions_open_site",
            ["site_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
            postgresql_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
        )
        batch_op.create_index(
            "ix_actions_open_vendor",
            ["vendor_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
            postgresql_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
        )
        batch_op.create_index("ix_actions_owner_status", ["owner_id", "status", "due_on"], unique=False)
        batch_op.create_index("ix_actions_raised", ["raised_at", "id"], unique=False)
        batch_op.create_index("ix_actions_site_status_due", ["site_id", "status", "due_on"], unique=False)
        batch_op.create_index("ix_actions_source", ["source_type", "source_id"], unique=False)
        batch_op.create_index("ix_actions_status_due", ["status", "due_on", "id"], unique=False)
        batch_op.create_index("ix_actions_vendor_status_due", ["vendor_id", "status", "due_on"], unique=False)
        batch_op.create_index("ix_actions_verifier_status", ["verifier_id", "status"], unique=False)

    op.create_table(
        "audits",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "scheduled",
                "in_progress",
                "submitted",
                "reviewed",
                "closed",
                "postponed",
                "cancelled",
                name="auditstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "method",
            sa.Enum(
                "on_site", "remote", "hybrid", name="auditmethod", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("unannounced", sa.Boolean(), nullable=False),
        sa.Column("lobs", sa.JSON(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("postponed", sa.Integer(), nullable=False),
        sa.Column("evidence_from", sa.Date(), nullable=True),
        sa.Column("evidence_until", sa.Date(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("exception", sa.Text(), nullable=False),
        sa.Column("second_reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("second_reviewed_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("unannounced_approver_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("score_rules", sa.String(), nullable=False),
        sa.Column("started_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("submitted_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("reviewed_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("closing_meeting_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("refusal_note", sa.Text(), nullable=False),
        sa.Column("not_assessed_reason", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("review_comment", sa.Text(), nullable=False),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.Column("clauses", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["people.id"], name=op.f("fk_audits_contact_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_audits_lead_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["audit_programmes.id"], name=op.f("fk_audits_programme_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["audits.id"], name=op.f("fk_audits_replaces_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["people.id"], name=op.f("fk_audits_reviewed_by_id")),
        sa.ForeignKeyConstraint(["second_reviewer_id"], ["people.id"], name=op.f("fk_audits_second_reviewer_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_audits_site_id")),
        sa.ForeignKeyConstraint(
            ["unannounced_approver_id"], ["people.id"], name=op.f("fk_audits_unannounced_approver_id")
        ),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_audits_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
        sa.UniqueConstraint("reference", name=op.f("uq_audits_reference")),
    )
    with op.batch_alter_table("audits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audits_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index("ix_audits_planned", ["planned_from", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audits_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index("ix_audits_site_status", ["site_id", "status", "planned_from"], unique=False)
        batch_op.create_index("ix_audits_status_planned", ["status", "planned_from", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audits_vendor_id"), ["vendor_id"], unique=False)

    op.create_table(
        "continuity_plans",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "review",
                "approved",
                "current",
                "superseded",
                "retired",
                name="planstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("activation", sa.Text(), nullable=False),
        sa.Column("deactivation", sa.Text(), nullable=False),
        sa.Column("recovery", sa.Text(), nullable=False),
        sa.Column("activities", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("bia_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("writer_ids", sa.JSON(), nullable=False),
        sa.Column("added_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("returned_reason", sa.Text(), nullable=False),
        sa.Column("approved_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("review_wanted", sa.Text(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["people.id"], name=op.f("fk_continuity_plans_approved_by_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_continuity_plans_author_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_continuity_plans_site_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["continuity_plans.id"], name=op.f("fk_continuity_plans_supersedes_id")
        ),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_continuity_plans_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_continuity_plans")),
        sa.UniqueConstraint("reference", name=op.f("uq_continuity_plans_reference")),
    )
    with op.batch_alter_table("continuity_plans", schema=None) as batch_op:
        batch_op.create_index("ix_continuity_plans_review", ["review_on", "id"], unique=False)
        batch_op.create_index("ix_continuity_plans_site_status", ["site_id", "status"], unique=False)
        batch_op.create_index(
            "uq_continuity_plans_current_in_house",
            ["site_id"],
            unique=True,
            sqlite_where=sa.text("status = 'current' AND vendor_id IS NULL"),
            postgresql_where=sa.text("status = 'current' AND vendor_id IS NULL"),
        )
        batch_op.create_index(
            "uq_continuity_plans_current_of_vendor",
            ["site_id", "vendor_id"],
            unique=True,
            sqlite_where=sa.text("status = 'current' AND vendor_id IS NOT NULL"),
            postgresql_where=sa.text("status = 'current' AND vendor_id IS NOT NULL"),
        )

    op.create_table(
        "evidence",
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("added_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_by_name", sa.String(), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_evidence_added_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_evidence_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_evidence_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_original_sha256"), ["original_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_site_id"), ["site_id"], unique=False)
        batch_op.create_index("ix_evidence_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "findings",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nonconformity",
                "observation",
                "improvement",
                "positive_practice",
                name="findingkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "issued",
                "accepted",
                "disputed",
                "upheld",
                "regraded",
                "withdrawn",
                "in_remediation",
                "verified",
                "closed",
                "reopened",
                name="findingstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "critical", "major", "minor", name="severity", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "first_severity",
            sa.Enum(
                "critical",
                "major",
                "minor",
                name="first_severity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("lobs", sa.JSON(), nullable=False),
        sa.Column("playbook_id", sa.Uuid(), nullable=True),
        sa.Column("playbook_version", sa.String(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("clause_digest", sa.String(length=64), nullable=True),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source_reference", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("issued_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("clock_rules", sa.String(), nullable=False),
        sa.Column("dispute_until", sa.Date(), nullable=True),
        sa.Column("contain_due_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("plan_due_on", sa.Date(), nullable=True),
        sa.Column("close_due_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("disputed_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("dispute", sa.Text(), nullable=False),
        sa.Column("decided_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("implemented_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("verified_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.Column("repeat_of_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_findings_decided_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_findings_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["findings.id"], name=op.f("fk_findings_parent_id")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_findings_playbook_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["people.id"], name=op.f("fk_findings_raised_by_id")),
        sa.ForeignKeyConstraint(["repeat_of_id"], ["findings.id"], name=op.f("fk_findings_repeat_of_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_findings_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_findings_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("reference", name=op.f("uq_findings_reference")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index("ix_findings_closed", ["closed_on"], unique=False)
        batch_op.create_index("ix_findings_due", ["close_due_on", "id"], unique=False)
        batch_op.create_index("ix_findings_issued", ["issued_at", "id"], unique=False)
        batch_op.create_index("ix_findings_lineage", ["site_id", "playbook_id", "clause_id", "issued_at"], unique=False)
        batch_op.create_index(
            "ix_findings_open_due",
            ["close_due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
            postgresql_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
        )
        batch_op.create_index(
            "ix_findings_open_site",
            ["site_id", "close_due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
            postgresql_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
        )
        batch_op.create_index(
            "ix_findings_open_vendor",
            ["vendor_id", "close_due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
            postgresql_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
        )
        batch_op.create_index(batch_op.f("ix_findings_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_findings_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_findings_severity", ["severity", "id"], unique=False)
        batch_op.create_index("ix_findings_severity_status", ["severity", "status", "close_due_on", "id"], unique=False)
        batch_op.create_index("ix_findings_site_status_due", ["site_id", "status", "close_due_on"], unique=False)
        batch_op.create_index("ix_findings_source", ["source_type", "source_id"], unique=False)
        batch_op.create_index("ix_findings_status_due", ["status", "close_due_on", "id"], unique=False)
        batch_op.create_index(
            "ix_findings_vendor_lineage", ["vendor_id", "playbook_id", "clause_id", "issued_at"], unique=False
        )
        batch_op.create_index("ix_findings_vendor_status_due", ["vendor_id", "status", "close_due_on"], unique=False)

    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_login_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_sessions_token_hash")),
    )
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_sessions_person_id"), ["person_id"], unique=False)

    op.create_table(
        "one_time_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("used_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_one_time_links_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_links_token_hash")),
    )
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_links_person_id"), ["person_id"], unique=False)

    op.create_table(
        "override_versions",
        sa.Column("override_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "in_review",
                "approved",
                "retired",
                "declined",
                name="versionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("written_against", sa.JSON(), nullable=False),
        sa.Column("reviews", sa.JSON(), nullable=False),
        sa.Column("approvals", sa.JSON(), nullable=False),
        sa.Column(
            "effect",
            sa.Enum(
                "none",
                "tighten",
                "add",
                "reword",
                "loosen",
                "waive",
                name="effect",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("drift", sa.JSON(), nullable=False),
        sa.Column("stale_from", sa.Date(), nullable=True),
        sa.Column("claimed", sa.String(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("approved_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["people.id"], name=op.f("fk_override_versions_approved_by_id")),
        sa.ForeignKeyConstraint(["override_id"], ["overrides.id"], name=op.f("fk_override_versions_override_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["people.id"], name=op.f("fk_override_versions_requested_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override_versions")),
        sa.UniqueConstraint("override_id", "number", name=op.f("uq_override_versions_override_id_number")),
    )
    with op.batch_alter_table("override_versions", schema=None) as batch_op:
        batch_op.create_index("ix_override_versions_override_effective", ["override_id", "effective_on"], unique=False)
        batch_op.create_index(
            "uq_override_versions_approved_effective",
            ["override_id", "effective_on"],
            unique=True,
            sqlite_where=sa.text("status = 'approved'"),
            postgresql_where=sa.text("status = 'approved'"),
        )

    op.create_table(
        "playbook_versions",
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "in_review",
                "approved",
                "retired",
                "declined",
                name="versionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("clauses", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("claimed", sa.String(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("approved_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["people.id"], name=op.f("fk_playbook_versions_approved_by_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_playbook_versions_author_id")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_playbook_versions_playbook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_versions")),
        sa.UniqueConstraint("playbook_id", "number", name=op.f("uq_playbook_versions_playbook_id_number")),
    )
    with op.batch_alter_table("playbook_versions", schema=None) as batch_op:
        batch_op.create_index("ix_playbook_versions_playbook_effective", ["playbook_id", "effective_on"], unique=False)
        batch_op.create_index(
            "uq_playbook_versions_approved_effective",
            ["playbook_id", "effective_on"],
            unique=True,
            sqlite_where=sa.text("status = 'approved'"),
            postgresql_where=sa.text("status = 'approved'"),
        )

    op.create_table(
        "reports",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("as_of", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_reports_made_by_id")),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_reports_node_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_reports_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("reference", name=op.f("uq_reports_reference")),
    )
    op.create_table(
        "role_grants",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "author",
                "playbook_owner",
                "regional_lead",
                "programme_manager",
                "auditor",
                "reviewer",
                "site_lead",
                "vendor_lead",
                "vendor_manager",
                "continuity_lead",
                "global_head",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["granted_by_id"], ["people.id"], name=op.f("fk_role_grants_granted_by_id")),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_role_grants_node_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_role_grants_person_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_role_grants_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index("ix_role_grants_node_role", ["node_id", "role"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grants_person_id"), ["person_id"], unique=False)

    op.create_table(
        "action_extensions",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_action_extensions_action_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["people.id"], name=op.f("fk_action_extensions_granted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_extensions")),
    )
    with op.batch_alter_table("action_extensions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_extensions_action_id"), ["action_id"], unique=False)

    op.create_table(
        "action_steps",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_action_steps_action_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"], name=op.f("fk_action_steps_done_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_action_steps_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_steps")),
    )
    with op.batch_alter_table("action_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_steps_action_id"), ["action_id"], unique=False)
        batch_op.create_index("ix_action_steps_owner_done", ["owner_id", "done_at"], unique=False)

    op.create_table(
        "audit_criteria",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("chain_key", sa.String(length=64), nullable=True),
        sa.Column("content_digest", sa.String(length=64), nullable=True),
        sa.Column("lineage_digest", sa.String(length=64), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("coverage", sa.Double(), nullable=True),
        sa.Column(
            "rating",
            sa.Enum(
                "A", "B", "C", "D", "not rated", name="rating", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("cap", sa.String(), nullable=False),
        sa.Column("conforming", sa.Integer(), nullable=False),
        sa.Column("assessed", sa.Integer(), nullable=False),
        sa.Column("score_without_waivers", sa.Double(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_audit_criteria_audit_id")),
        sa.ForeignKeyConstraint(["chain_key"], ["resolved_chains.key"], name=op.f("fk_audit_criteria_chain_key")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_audit_criteria_playbook_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_audit_criteria_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_audit_criteria_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_criteria")),
        sa.UniqueConstraint("audit_id", "playbook_id", name=op.f("uq_audit_criteria_audit_id_playbook_id")),
    )
    with op.batch_alter_table("audit_criteria", schema=None) as batch_op:
        batch_op.create_index("ix_audit_criteria_content", ["content_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_criteria_playbook_id"), ["playbook_id"], unique=False)
        batch_op.create_index(
            "ix_audit_criteria_site_playbook", ["site_id", "playbook_id", "assessed_on"], unique=False
        )

    op.create_table(
        "audit_members",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_audit_members_audit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_audit_members_person_id")),
        sa.PrimaryKeyConstraint("audit_id", "person_id", name=op.f("pk_audit_members")),
    )
    with op.batch_alter_table("audit_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_members_person_id"), ["person_id"], unique=False)

    op.create_table(
        "evidence_views",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", compliance.db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_evidence_views_action_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_views_evidence_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_evidence_views_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_views")),
        sa.UniqueConstraint(
            "action_id", "evidence_id", "person_id", name=op.f("uq_evidence_views_action_id_evidence_id_person_id")
        ),
    )
    op.create_table(
        "exercises",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "tabletop",
                "call_tree",
                "functional",
                "full_scale",
                "unannounced",
                name="exercisetype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "scheduled",
                "conducted",
                "aar_draft",
                "aar_approved",
                "closed",
                "cancelled",
                name="exercisestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("retest_of_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("conducted_on", sa.Date(), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("call_tree_called", sa.Integer(), nullable=True),
        sa.Column("call_tree_acknowledged", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("timeline", sa.Text(), nullable=False),
        sa.Column("strengths", sa.Text(), nullable=False),
        sa.Column("plan_changes", sa.Text(), nullable=False),
        sa.Column("improvements", sa.JSON(), nullable=False),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.Column("review_author_id", sa.Uuid(), nullable=True),
        sa.Column("review_author_ids", sa.JSON(), nullable=False),
        sa.Column("review_approved_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("review_approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_exercises_lead_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["continuity_plans.id"], name=op.f("fk_exercises_plan_id")),
        sa.ForeignKeyConstraint(["retest_of_id"], ["exercises.id"], name=op.f("fk_exercises_retest_of_id")),
        sa.ForeignKeyConstraint(
            ["review_approved_by_id"], ["people.id"], name=op.f("fk_exercises_review_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["review_author_id"], ["people.id"], name=op.f("fk_exercises_review_author_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_exercises_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_exercises_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercises")),
        sa.UniqueConstraint("reference", name=op.f("uq_exercises_reference")),
    )
    with op.batch_alter_table("exercises", schema=None) as batch_op:
        batch_op.create_index("ix_exercises_planned", ["planned_on", "id"], unique=False)
        batch_op.create_index("ix_exercises_retest_of", ["retest_of_id"], unique=False)
        batch_op.create_index("ix_exercises_site_conducted", ["site_id", "conducted_on"], unique=False)

    op.create_table(
        "assessments",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("criteria_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("clause_digest", sa.String(length=64), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "critical", "major", "minor", name="severity", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("applicable", sa.Boolean(), nullable=False),
        sa.Column(
            "conformity",
            sa.Enum(
                "conformity",
                "partial",
                "nonconformity",
                "not_applicable",
                "waived",
                "not_assessed",
                name="conformity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=True),
        sa.Column("sample_failed", sa.Integer(), nullable=True),
        sa.Column("evidence_count", sa.Integer(), nullable=False),
        sa.Column("finding_title", sa.String(), nullable=False),
        sa.Column("finding_risk", sa.Text(), nullable=False),
        sa.Column(
            "proposed_severity",
            sa.Enum(
                "critical",
                "major",
                "minor",
                name="proposed_severity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("finding_id", sa.Uuid(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", compliance.db.Instant(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_assessments_answered_by_id")),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_assessments_audit_id")),
        sa.ForeignKeyConstraint(["clause_digest"], ["clause_texts.digest"], name=op.f("fk_assessments_clause_digest")),
        sa.ForeignKeyConstraint(["criteria_id"], ["audit_criteria.id"], name=op.f("fk_assessments_criteria_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_assessments_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("criteria_id", "clause_id", name=op.f("uq_assessments_criteria_id_clause_id")),
    )
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.create_index("ix_assessments_audit_position", ["audit_id", "position"], unique=False)

    op.create_table(
        "standings",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("playbook_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("criteria_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column(
            "rating",
            sa.Enum(
                "A", "B", "C", "D", "not rated", name="rating", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("capped", sa.Boolean(), nullable=False),
        sa.Column("conforming", sa.Integer(), nullable=False),
        sa.Column("assessed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name=op.f("fk_standings_audit_id")),
        sa.ForeignKeyConstraint(["criteria_id"], ["audit_criteria.id"], name=op.f("fk_standings_criteria_id")),
        sa.ForeignKeyConstraint(["playbook_id"], ["playbooks.id"], name=op.f("fk_standings_playbook_id")),
        sa.ForeignKeyConstraint(["site_id"], ["nodes.id"], name=op.f("fk_standings_site_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_standings_vendor_id")),
        sa.PrimaryKeyConstraint("site_id", "playbook_id", name=op.f("pk_standings")),
    )
    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.create_index("ix_standings_playbook", ["playbook_id"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.drop_index("ix_standings_playbook")

    op.drop_table("standings")
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.drop_index("ix_assessments_audit_position")

    op.drop_table("assessments")
    with op.batch_alter_table("exercises", schema=None) as batch_op:
        batch_op.drop_index("ix_exercises_site_conducted")
        batch_op.drop_index("ix_exercises_retest_of")
        batch_op.drop_index("ix_exercises_planned")

    op.drop_table("exercises")
    op.drop_table("evidence_views")
    with op.batch_alter_table("audit_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_members_person_id"))

    op.drop_table("audit_members")
    with op.batch_alter_table("audit_criteria", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_criteria_site_playbook")
        batch_op.drop_index(batch_op.f("ix_audit_criteria_playbook_id"))
        batch_op.drop_index("ix_audit_criteria_content")

    op.drop_table("audit_criteria")
    with op.batch_alter_table("action_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_action_steps_owner_done")
        batch_op.drop_index(batch_op.f("ix_action_steps_action_id"))

    op.drop_table("action_steps")
    with op.batch_alter_table("action_extensions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_extensions_action_id"))

    op.drop_table("action_extensions")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grants_person_id"))
        batch_op.drop_index("ix_role_grants_node_role")

    op.drop_table("role_grants")
    op.drop_table("reports")
    with op.batch_alter_table("playbook_versions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_playbook_versions_approved_effective",
            sqlite_where=sa.text("status = 'approved'"),
            postgresql_where=sa.text("status = 'approved'"),
        )
        batch_op.drop_index("ix_playbook_versions_playbook_effective")

    op.drop_table("playbook_versions")
    with op.batch_alter_table("override_versions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_override_versions_approved_effective",
            sqlite_where=sa.text("status = 'approved'"),
            postgresql_where=sa.text("status = 'approved'"),
        )
        batch_op.drop_index("ix_override_versions_override_effective")

    op.drop_table("override_versions")
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_links_person_id"))

    op.drop_table("one_time_links")
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_sessions_person_id"))

    op.drop_table("login_sessions")
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index("ix_findings_vendor_status_due")
        batch_op.drop_index("ix_findings_vendor_lineage")
        batch_op.drop_index("ix_findings_status_due")
        batch_op.drop_index("ix_findings_source")
        batch_op.drop_index("ix_findings_site_status_due")
        batch_op.drop_index("ix_findings_severity_status")
        batch_op.drop_index("ix_findings_severity")
        batch_op.drop_index(batch_op.f("ix_findings_parent_id"))
        batch_op.drop_index(batch_op.f("ix_findings_owner_id"))
        batch_op.drop_index(
            "ix_findings_open_vendor",
            sqlite_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
            postgresql_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
        )
        batch_op.drop_index(
            "ix_findings_open_site",
            sqlite_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
            postgresql_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
        )
        batch_op.drop_index(
            "ix_findings_open_due",
            sqlite_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
            postgresql_where=sa.text(
                "status IN ('accepted', 'disputed', 'in_remediation', 'issued', 'regraded', 'reopened', 'upheld', 'verified')"
            ),
        )
        batch_op.drop_index("ix_findings_lineage")
        batch_op.drop_index("ix_findings_issued")
        batch_op.drop_index("ix_findings_due")
        batch_op.drop_index("ix_findings_closed")

    op.drop_table("findings")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_subject")
        batch_op.drop_index(batch_op.f("ix_evidence_site_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_sha256"))
        batch_op.drop_index(batch_op.f("ix_evidence_original_sha256"))

    op.drop_table("evidence")
    with op.batch_alter_table("continuity_plans", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_continuity_plans_current_of_vendor",
            sqlite_where=sa.text("status = 'current' AND vendor_id IS NOT NULL"),
            postgresql_where=sa.text("status = 'current' AND vendor_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_continuity_plans_current_in_house",
            sqlite_where=sa.text("status = 'current' AND vendor_id IS NULL"),
            postgresql_where=sa.text("status = 'current' AND vendor_id IS NULL"),
        )
        batch_op.drop_index("ix_continuity_plans_site_status")
        batch_op.drop_index("ix_continuity_plans_review")

    op.drop_table("continuity_plans")
    with op.batch_alter_table("audits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audits_vendor_id"))
        batch_op.drop_index("ix_audits_status_planned")
        batch_op.drop_index("ix_audits_site_status")
        batch_op.drop_index(batch_op.f("ix_audits_programme_id"))
        batch_op.drop_index("ix_audits_planned")
        batch_op.drop_index(batch_op.f("ix_audits_lead_id"))

    op.drop_table("audits")
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.drop_index("ix_actions_verifier_status")
        batch_op.drop_index("ix_actions_vendor_status_due")
        batch_op.drop_index("ix_actions_status_due")
        batch_op.drop_index("ix_actions_source")
        batch_op.drop_index("ix_actions_site_status_due")
        batch_op.drop_index("ix_actions_raised")
        batch_op.drop_index("ix_actions_owner_status")
        batch_op.drop_index(
            "ix_actions_open_vendor",
            sqlite_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
            postgresql_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
        )
        batch_op.drop_index(
            "ix_actions_open_site",
            sqlite_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
            postgresql_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
        )
        batch_op.drop_index(
            "ix_actions_open_due",
            sqlite_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
            postgresql_where=sa.text(
                "status IN ('contained', 'effectiveness_check', 'implemented', 'open', 'plan_approved', 'plan_submitted', 'reopened', 'root_cause')"
            ),
        )
        batch_op.drop_index("ix_actions_due")
        batch_op.drop_index("ix_actions_closed")
        batch_op.drop_index(batch_op.f("ix_actions_cause_category"))

    op.drop_table("actions")
    with op.batch_alter_table("resolved_chains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resolved_chains_content_digest"))

    op.drop_table("resolved_chains")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_vendor_id"))

    op.drop_table("people")
    op.drop_table("overrides")
    with op.batch_alter_table("operations", schema=None) as batch_op:
        batch_op.drop_index("ix_operations_vendor_site")
        batch_op.drop_index(batch_op.f("ix_operations_site_id"))

    op.drop_table("operations")
    op.drop_table("vendors")
    op.drop_table("reference_counters")
    op.drop_table("playbooks")
    with op.batch_alter_table("nodes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nodes_parent_id"))

    op.drop_table("nodes")
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_attempts_at"))
        batch_op.drop_index("ix_login_attempts_address_at")
        batch_op.drop_index("ix_login_attempts_account_at")

    op.drop_table("login_attempts")
    op.drop_table("journal_head")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_subject_id"))
        batch_op.drop_index(batch_op.f("ix_journal_event"))
        batch_op.drop_index(batch_op.f("ix_journal_at"))
        batch_op.drop_index(batch_op.f("ix_journal_actor_id"))

    op.drop_table("journal")
    op.drop_table("effective_playbooks")
    op.drop_table("clause_texts")
    op.drop_table("audit_programmes")
