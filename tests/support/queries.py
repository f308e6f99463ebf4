"""Counting the statements an operation sends to the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

NOT_COUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")


class QueryRecorder:
    """`len(queries.during(lambda: client.get("/")))` is the number of statements the page needs."""

    def during(self, operation: Callable[[], object]) -> list[str]:
        with self.recorded() as statements:
            operation()
        return statements

    @contextmanager
    def recorded(self) -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(NOT_COUNTED):
                statements.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def queries() -> QueryRecorder:
    return QueryRecorder()
