"""People can hold the role of a legal reviewer.

Why: a major change, and a rule made looser, need the yes of somebody who answers for the law.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BEFORE = (
    "author", "playbook_owner", "regional_lead", "programme_manager", "auditor", "reviewer", "site_lead",
    "vendor_lead", "vendor_manager", "continuity_lead", "global_head", "administrator",
)  # fmt: skip
ADDED = "legal_reviewer"


def upgrade() -> None:
    _allow((*BEFORE[:2], ADDED, *BEFORE[2:]))


def downgrade() -> None:
    """Grants of the role go: the table of that day has no word for them."""
    op.execute(sa.text("DELETE FROM role_grants WHERE role = :added").bindparams(added=ADDED))
    _allow(BEFORE)


def _allow(roles: tuple[str, ...]) -> None:
    said = "role IN (" + ", ".join(f"'{role}'" for role in roles) + ")"
    with op.batch_alter_table("role_grants") as table:
        if op.get_bind().dialect.name != "sqlite":  # rebuilt without its checks there
            table.drop_constraint(op.f("ck_role_grants_role"), type_="check")
        table.create_check_constraint(op.f("ck_role_grants_role"), sa.text(said))
