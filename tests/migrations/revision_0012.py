"""The floor comes to what is there: no session is a tablet's, notes are in English, nothing was observed."""

from sqlalchemy import Connection, inspect, text

from tests.migrations import revision_0008 as earlier

SESSION, EXERCISE = f"{20:032}", f"{21:032}"
BEFORE = (
    *earlier.BEFORE,
    ("INSERT INTO login_sessions (id, token_hash, person_id, opened_at, seen_at, expires_at, device, by_link) VALUES "
     f"('{SESSION}', '{'b' * 64}', '{earlier.ANN}', '{earlier.INSTANT}', '{earlier.INSTANT}', '{earlier.INSTANT}', "
     "'', false)"),
    ("INSERT INTO exercises (id, reference, type, status, site_id, title, objective, scenario, lead_id, planned_on, "
     "results, timeline, strengths, plan_changes, improvements, cancelled_reason, review_author_ids, version) VALUES "
     f"('{EXERCISE}', 'EXE-2026-0001', 'tabletop', 'scheduled', '{earlier.SITE}', 'Power cut', 'Calm', 'Dark', "
     f"'{earlier.ANN}', '2026-01-05', '[]', '', '', '', '[]', '', '[]', 1)"),
)


def check_upgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT count(*) FROM login_sessions WHERE NOT tablet")).scalar() == 1
    assert connection.execute(text("SELECT written_in FROM assessments")).scalars().all() == [""]
    assert [str(row) for row in connection.execute(text("SELECT observations FROM exercises")).scalars()] == ["{}"]


def check_downgraded(connection: Connection) -> None:
    for table, column in (("login_sessions", "tablet"), ("assessments", "written_in"), ("exercises", "observations"),
                          ("exercises", "conflicts")):
        assert column not in {each["name"] for each in inspect(connection).get_columns(table)}
    assert connection.execute(text("SELECT title FROM exercises")).scalars().all() == ["Power cut"]
