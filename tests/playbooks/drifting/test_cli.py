"""The command that writes down anew what approvals before it never wrote."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import delete

from compliance import clock, db
from compliance.playbooks.drift import State
from compliance.playbooks.models import OperationDrift
from tests.builders.drifting import drifted, rows_of
from tests.builders.saving import saving


def test_what_was_never_written_down_is_found(app: Flask) -> None:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        version = drifted(State.REVIEW, "2026-06-01")
        with saving():
            db.session.execute(delete(OperationDrift))
        for _ in range(2):
            done = app.test_cli_runner().invoke(args=["drift", "note"])
            assert (done.exit_code, done.output) == (0, "Looked at the overrides of 1 playbook.\n")
            assert [row.state for row in rows_of(version)] == [State.REVIEW]
