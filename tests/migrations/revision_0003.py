"""The role of a legal reviewer: other grants stay as they are, both ways."""

from sqlalchemy import Connection, text

ROOT, ANN = "00000000000000000000000000000001", "00000000000000000000000000000002"
GRANTED = ("INSERT INTO role_grants (id, person_id, role, node_id, from_on, version) VALUES "
           "('0000000000000000000000000000000{}', '" + ANN + "', '{}', '" + ROOT + "', '2026-01-01', 1)")
BEFORE = (
    f"INSERT INTO nodes (id, kind, code, name, path, version) VALUES ('{ROOT}', 'network', 'all', 'All', '/', 1)",
    ("INSERT INTO people (id, name, email, title, zone, active, version) VALUES "
     f"('{ANN}', 'Ann', 'ann@lumora.example', '', 'UTC', true, 1)"),
    GRANTED.format(3, "author"),
)


def check_upgraded(connection: Connection) -> None:
    connection.execute(text(GRANTED.format(4, "legal_reviewer")))
    assert set(connection.execute(text("SELECT role FROM role_grants")).scalars()) == {"author", "legal_reviewer"}


def check_downgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT role FROM role_grants")).scalars().all() == ["author"]
