"""Overrides keep what they were; what nobody has decided on is a draft again on the way down."""

from sqlalchemy import Connection, text

ZEROES = "0000000000000000000000000000000"
VERSION = (
    "INSERT INTO override_versions (id, override_id, number, source, digest, status, effective_on, written_against, "
    "reviews, approvals, effect, effects, drift, claimed, rationale, decision, added_at, approved_by, version) VALUES "
    f"('{ZEROES}{{0}}', '{ZEROES}2', {{0}}, '', '', '{{1}}', '2026-0{{0}}-01', '{{{{}}}}', '[]', '[]', 'none', "
    "'{{}}', '[]', '', '', '', '2026-01-01', '', 1)"
)
BEFORE = (
    ("INSERT INTO playbooks (id, key, prefix, title, owner, version) VALUES "
     f"('{ZEROES}1', 'tiny-rules', 'TIN', 'Tiny rules', 'global-tests', 1)"),
    ("INSERT INTO overrides (id, playbook_id, kind, scope, version) VALUES "
     f"('{ZEROES}2', '{ZEROES}1', 'market', 'my', 1)"),
    VERSION.format(3, "approved"),
)


def check_upgraded(connection: Connection) -> None:
    for number, status in ((4, "global_review"), (5, "appealed"), (6, "withdrawn")):
        connection.execute(text(VERSION.format(number, status)))
    connection.execute(text(
        "INSERT INTO request_steps (id, override_version_id, act, stage, reason, digest, person, at) VALUES "
        f"('{ZEROES}7', '{ZEROES}4', 'asked', 'draft', 'Local law', '', 'Ann', '2026-01-02')"))
    assert _statuses(connection) == ["approved", "global_review", "appealed", "withdrawn"]
    said = connection.execute(text("SELECT DISTINCT legal_reference, control FROM override_versions")).all()
    assert said == [("", "")]


def check_downgraded(connection: Connection) -> None:
    assert _statuses(connection) == ["approved", "draft", "declined", "draft"]


def _statuses(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT status FROM override_versions ORDER BY number")).scalars())
