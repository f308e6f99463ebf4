"""Adoption and acknowledgement: a place adopts a version once, in-house too, and going back leaves the versions."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

ID = "0000000000000000000000000000000{}"
BEFORE = (
    ("INSERT INTO nodes (id, kind, code, name, path, version) VALUES "
     f"('{ID.format(1)}', 'site', 'KUL1', 'Kuala Lumpur', '/apac/my/kul1/', 1)"),
    ("INSERT INTO playbooks (id, key, prefix, title, owner, version) VALUES "
     f"('{ID.format(2)}', 'tiny-rules', 'TIN', 'Tiny rules', 'o', 1)"),
    ("INSERT INTO playbook_versions (id, playbook_id, number, title, source, digest, status, effective_on, clauses, "
     "change, note, claimed, decision, approved_by, added_at, version) VALUES "
     f"('{ID.format(3)}', '{ID.format(2)}', '1.0.0', 'Tiny rules', 'x', 'd', 'approved', '2026-01-01', 1, '', '', '', "
     "'', '', '2026-01-01 00:00:00+00:00', 1)"),
)
ADOPTED = ("INSERT INTO adoptions (id, site_id, playbook_version_id, status, acknowledged_at, acknowledged_by, "
           "attested_by, live_by, live_note, needed_pct, version) VALUES "
           f"('{{}}', '{ID.format(1)}', '{ID.format(3)}', '{{}}', '2026-01-01 00:00:00+00:00', 'Ann', '', '', '', "
           "95, 1)")


def check_upgraded(connection: Connection) -> None:
    connection.execute(text(ADOPTED.format(ID.format(4), "live")))
    for number, status in ((5, "live"), (6, "thrilled")):  # a second time, and a status there is not
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text(ADOPTED.format(ID.format(number), status)))
    assert connection.execute(text("SELECT status FROM adoptions")).scalars().all() == ["live"]


def check_downgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT number FROM playbook_versions")).scalars().all() == ["1.0.0"]
