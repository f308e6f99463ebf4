"""Translations and what holds where: new tables, and a column that says what earlier answers were read in: nothing."""

from sqlalchemy import Connection, inspect, text

TABLES = {"held_playbooks", "held_clauses", "held_contents", "held_places", "translations", "reading_languages"}
BOOK = "00000000000000000000000000000001"
WORDING = "f" * 64
BEFORE = (
    ("INSERT INTO playbooks (id, key, prefix, title, owner, version) "
     f"VALUES ('{BOOK}', 'tiny-rules', 'TIN', 'Tiny rules', 'owner', 1)"),
)
TRANSLATED = (
    "INSERT INTO translations (id, playbook_id, clause_id, wording, language, title, text, source_title, source_text,"
    " folded, status, translator, proposed_at, decided_by, decision, version) VALUES"
    " ('0000000000000000000000000000000{}', '" + BOOK + "', 'TIN-01', '" + WORDING + "', 'th', 'ก', 'ข', 'A', 'B',"
    " 'ก ข', '{}', 'Ann', '2026-01-01 00:00:00+00:00', '', '', 1)")


def check_upgraded(connection: Connection) -> None:
    assert TABLES.issubset(inspect(connection).get_table_names())
    columns = {column["name"]: column for column in inspect(connection).get_columns("assessments")}
    assert not columns["read_in"]["nullable"]
    for number, status in enumerate(("approved", "proposed", "replaced", "replaced", "declined"), 1):
        connection.execute(text(TRANSLATED.format(number, status)))
    assert connection.execute(text("SELECT count(*) FROM translations")).scalar() == 5


def check_downgraded(connection: Connection) -> None:
    assert TABLES.isdisjoint(inspect(connection).get_table_names())
    assert "read_in" not in {column["name"] for column in inspect(connection).get_columns("assessments")}
