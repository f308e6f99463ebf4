"""Drift of operations: nothing is accepted at first, what moved has a row each, and both go with their tables."""

from sqlalchemy import Connection, text

BOOK, OVERRIDE, VERSION = (f"0000000000000000000000000000000{n}" for n in (1, 2, 3))
BEFORE = (
    ("INSERT INTO playbooks (id, key, prefix, title, owner, version) "
    f"VALUES ('{BOOK}', 'tiny-rules', 'TIN', 'Tiny rules', 'global', 1)"),
    ("INSERT INTO overrides (id, playbook_id, kind, scope, version) "
    f"VALUES ('{OVERRIDE}', '{BOOK}', 'region', 'apac', 1)"),
    ("INSERT INTO override_versions (id, override_id, number, source, digest, status, effective_on, written_against, "
    "reviews, approvals, effect, effects, drift, claimed, rationale, decision, added_at, approved_by, version) "
    f"VALUES ('{VERSION}', '{OVERRIDE}', 1, '', '', 'approved', '2026-01-01', '{{}}', '[]', '[]', 'tighten', '{{}}', "
    "'[]', '', '', '', '2026-01-01 00:00:00', '', 1)"),
)
ITEM = (
    "INSERT INTO drift_items (id, override_version_id, position, operation, clause, state, moved, seen, against, "
    "from_on, accepted_by) VALUES "
    f"('00000000000000000000000000000004', '{VERSION}', 0, 'new TIN-APAC-01', '', 'anchor-lost', '[]', '', '2.0.0', "
    "'2026-02-01', '')"
)


def check_upgraded(connection: Connection) -> None:
    accepted = connection.execute(text("SELECT CAST(accepted AS VARCHAR) FROM override_versions")).scalar_one()
    assert accepted == "[]"
    connection.execute(text(ITEM))
    assert connection.execute(text("SELECT state FROM drift_items")).scalars().all() == ["anchor-lost"]


def check_downgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT number FROM override_versions")).scalars().all() == [1]
