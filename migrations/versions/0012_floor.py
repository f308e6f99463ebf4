"""What the floor asks of records that were there: a session of a tablet, the language of a note, an exercise observed.

Why: a tablet that was without a network for a week must still find its session. Evidence is written in the language of
the place, and says which. What is seen at an exercise is kept while it runs, and not only once it is over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("login_sessions", sa.Column("tablet", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("assessments", sa.Column("written_in", sa.String(), server_default="", nullable=False))
    op.add_column("exercises", sa.Column("observations", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("exercises", sa.Column("conflicts", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("exercises", "conflicts")
    op.drop_column("exercises", "observations")
    op.drop_column("assessments", "written_in")
    op.drop_column("login_sessions", "tablet")
