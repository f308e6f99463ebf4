"""Measured in a process of its own: how much memory a server holds, and the first start with the demo."""

import sys
from pathlib import Path

from sqlalchemy import select

from compliance import db
from compliance.accounts.models import Person
from compliance.app import create_app
from tests.bench.workloads import asked
from tests.builders.accounts import sign_in
from tests.support.database import SECRET_KEY

PAGES = (
    "/findings", "/findings?q=zebra", "/findings?overdue=1", "/actions", "/audits", "/audits/U-000005", "/network",
    "/sites", "/vendors", "/playbooks", "/playbooks/bench-0/at/S0000", "/sites/S0001", "/overrides", "/continuity",
    "/reports", "/search?q=zebra", "/findings/export.csv", "/findings/export.xlsx", "/actions/export.xlsx",
    "/audits.xlsx", "/network/ratings.xlsx",
)


def main(task: str, given: str) -> None:
    if task == "start":
        app = create_app({"DATA": given, "TESTING": "1", "SECRET_KEY": SECRET_KEY,
                          "DATABASE_URL": f"sqlite:///{given}/demo.sqlite3"})
        told = app.test_cli_runner().invoke(args=["start"])
        if told.exit_code:
            raise SystemExit(f"{told.output}\n{told.exception!r}")
        return
    app = create_app({"DATA": ".", "TESTING": "1", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": given})
    client = app.test_client()
    asked(client, "/healthz")()
    started = megabytes()
    with app.app_context():
        sign_in(client, db.session.scalars(select(Person).where(Person.name == "Global head")).one())
    for page in PAGES:
        asked(client, page)()
    sys.stdout.write(f"{started} {megabytes('VmHWM')}\n")


def megabytes(field: str = "VmRSS") -> int:
    """Memory of this process now, or with `VmHWM` the most it ever held."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith(field))


if __name__ == "__main__":
    main(*sys.argv[1:])
