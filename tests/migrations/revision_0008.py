"""Waivers come to audits that are there: their lines and results stay, and stay alone once waivers are gone."""

from sqlalchemy import Connection, inspect, text

ROOT, SITE, ANN, BOOK, AUDIT, CRITERIA, LINE, WAIVER, CONTROL = (f"{number:032}" for number in range(1, 10))
DIGEST = "a" * 64
INSTANT = "2026-01-05 09:00:00+00:00"
ASSESSMENT = (
    "INSERT INTO assessments (id, audit_id, criteria_id, position, clause_id, clause_digest, section, title, severity, "
    "weight, applicable, note, reason, evidence_count, finding_title, finding_risk, version{more}) VALUES "
    "('{id}', '" + AUDIT + "', '" + CRITERIA + "', {position}, '{clause}', '" + DIGEST + "', '', 'In time', "
    "'{severity}', 3, true, '', '', 0, '', '', 1{values})")
BEFORE = (
    f"INSERT INTO nodes (id, kind, code, name, path, version) VALUES ('{ROOT}', 'network', 'all', 'All', '/', 1)",
    (f"INSERT INTO nodes (id, kind, code, name, path, parent_id, version) VALUES "
     f"('{SITE}', 'site', 'KUL1', 'Kuala Lumpur', '/apac/my/kul1/', '{ROOT}', 1)"),
    ("INSERT INTO people (id, name, email, title, zone, active, version) VALUES "
     f"('{ANN}', 'Ann', 'ann@lumora.example', '', 'UTC', true, 1)"),
    ("INSERT INTO playbooks (id, key, prefix, title, owner, version) VALUES "
     f"('{BOOK}', 'tiny-rules', 'TIN', 'Tiny rules', 'global-tests', 1)"),
    f"INSERT INTO clause_texts (digest, content, html, renderer) VALUES ('{DIGEST}', '{{}}', '', '1')",
    ("INSERT INTO audits (id, reference, status, site_id, method, purpose, mandatory, unannounced, lobs, objective, "
     "planned_from, planned_until, due_on, postponed, lead_id, exception, score_rules, acknowledged_by, refusal_note, "
     "not_assessed_reason, conclusion, review_comment, cancelled_reason, clauses, answered, version) VALUES "
     f"('{AUDIT}', 'AUD-2026-0001', 'reviewed', '{SITE}', 'on_site', 'surveillance', true, false, '[]', '', "
     f"'2026-01-05', '2026-01-06', '2026-02-01', 0, '{ANN}', '', '1', '', '', '', '', '', '', 1, 1, 1)"),
    ("INSERT INTO audit_criteria (id, audit_id, playbook_id, site_id, position, version, points, weight, score, cap, "
     f"conforming, assessed) VALUES ('{CRITERIA}', '{AUDIT}', '{BOOK}', '{SITE}', 0, '1.0.0', 3, 3, 100, '', 1, 1)"),
    ASSESSMENT.format(id=LINE, position=0, clause="TIN-01", severity="major", more="", values=""),
)


def check_upgraded(connection: Connection) -> None:
    """What was assessed before has no waiver and stands for itself; a later audit may have both."""
    assert connection.execute(text("SELECT waiver_id, control_of FROM assessments")).all() == [(None, "")]
    assert connection.execute(text("SELECT waived, points_without_waivers FROM audit_criteria")).all() == [(0, None)]
    assert any("critical" in check["sqltext"] for check in inspect(connection).get_check_constraints("assessments"))
    connection.execute(text(
        "INSERT INTO waivers (id, reference, status, site_id, playbook_id, playbook_version, clause_id, clause_title, "
        "clause_digest, severity, weight, from_on, until_on, rationale, risk, longer, control, control_owner_id, "
        "renewal, requested_by_id, requested_at, decision, ended_reason, version) VALUES "
        f"('{WAIVER}', 'WVR-2026-0001', 'approved', '{SITE}', '{BOOK}', '1.0.0', 'TIN-01', 'In time', '{DIGEST}', "
        f"'major', 3, '2026-02-01', '2026-03-01', 'r', 'r', '', 'c', '{ANN}', 0, '{ANN}', '{INSTANT}', '', '', 1)"))
    connection.execute(text(ASSESSMENT.format(
        id=CONTROL, position=1, clause="TIN-01-CONTROL", severity="major", more=", waiver_id, control_of",
        values=f", '{WAIVER}', 'TIN-01'")))


def check_downgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT clause_id FROM assessments")).scalars().all() == ["TIN-01"]
    assert not inspect(connection).has_table("waivers")
