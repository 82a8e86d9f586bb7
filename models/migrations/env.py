"""What Alembic runs: on the connection that `Database.migrate` hands over, in its transaction."""

from alembic import context
from sqlmodel import SQLModel

import models.tables  # noqa: F401  # the metadata must know every table

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
