"""One module per revision: the rows it must carry up and down (see `tests/test_migrations.py`)."""
