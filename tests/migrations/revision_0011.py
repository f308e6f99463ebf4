"""Tablets come to audits that are there: nobody proposed an action or disagreed in them, and none was signed."""

from sqlalchemy import Connection, inspect, text

from tests.migrations import revision_0008 as earlier

TABLES = {"field_devices", "field_operations", "field_media", "field_epoch"}
DEVICE, SHA = "0" * 31 + "b", "f" * 64
BEFORE = earlier.BEFORE
SENT = (
    "INSERT INTO field_operations (op_id, rev, payload_sha, device, person_id, author, work, item, field, kind, "
    "resolves, zone, skew_ms, received_at, verdict, code, message, live, waiting, settled_how, settled_why) VALUES "
    "('{id}', {rev}, '" + SHA + "', '" + DEVICE + "', '" + earlier.ANN + "', 'Ann', 'AUD-2026-0001', 'TIN-01', 'note', "
    "'set', '[]', 'UTC', 0, '" + earlier.INSTANT + "', '{verdict}', '', '', true, false, '', '')")


def check_upgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT proposed_action, conflicts FROM assessments")).all() == [("", 0)]
    assert connection.execute(text("SELECT conflicts, signed_at, signed_skew_ms FROM audits")).all() == [(0, None, 0)]
    assert connection.execute(text("SELECT count(*), max(rev) FROM field_epoch")).one() == (1, 0)
    for number, verdict in enumerate(("applied", "merged", "conflict", "held", "rejected"), 1):
        connection.execute(text(SENT.format(id=f"{number:032}", rev=number, verdict=verdict)))
    assert connection.execute(text("SELECT count(*) FROM field_operations WHERE live")).scalar() == 5


def check_downgraded(connection: Connection) -> None:
    assert TABLES.isdisjoint(inspect(connection).get_table_names())
    assert connection.execute(text("SELECT clause_id FROM assessments")).scalars().all() == ["TIN-01"]
    columns = {column["name"] for column in inspect(connection).get_columns("assessments")}
    assert columns.isdisjoint({"proposed_action", "conflicts"})
