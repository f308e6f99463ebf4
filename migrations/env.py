"""Alembic's way in: the application hands over a connection and this runs the numbered versions on it."""

from alembic import context

import compliance.models
from compliance.db import Model

assert compliance.models  # imported so that every table is known to the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_as_batch=True,
    compare_type=False,
    include_object=lambda obj, name, kind, reflected, to: not (kind == "table" and name.startswith("search_")),  # noqa: ARG005
)
# No transaction of its own: the caller has opened one around all versions, so that a failure leaves nothing half built.
context.run_migrations()
