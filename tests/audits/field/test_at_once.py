"""Tablets, and the page beside them, that send at the same moment: every one is answered, and nothing falls between."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from compliance import db
from compliance.access import Role
from compliance.audits.field.models import FieldOperation
from compliance.audits.models import Assessment
from tests.builders.accounts import a_person, csrf, sign_in
from tests.builders.audits import Stage
from tests.builders.syncing import Tablet, a_floor, items_of

pytestmark = pytest.mark.usefixtures("app")
CLAUSES = 6


def test_three_tablets_and_the_page_at_once(app: Flask) -> None:
    """The same clauses from everywhere: one value of each stands, every other is a side or was answered with 409."""
    stage, colleague = Stage(), a_person(Role.AUDITOR)
    audit = a_floor(stage, CLAUSES, team=[colleague])
    reference, items = audit.reference, items_of(audit)
    tablets = [Tablet(app.test_client(), person) for person in (stage.auditor, colleague, colleague)]
    page = app.test_client()
    sign_in(page, stage.auditor)
    token = csrf(page)

    def send(number: int) -> list[str]:
        tablet = tablets[number]
        return [verdict for item in items for verdict in tablet.verdicts(
            tablet.op(reference, item, "note", f"tablet {number}"))]

    def write(_: int) -> list[Any]:
        return [page.put(f"/api/v1/audits/{reference}/assessments/{item}", json={"note": "page", "version": 1},
                         headers={"X-CSRFToken": token}).status_code for item in items]

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send, number) for number in range(3)]
        written = pool.submit(write, 0)
        verdicts = [verdict for each in sent for verdict in each.result()]
        codes = written.result()
    db.session.remove()
    assert set(codes) <= {200, 409}
    assert set(verdicts) <= {"applied", "conflict"}
    assert db.session.scalar(select(func.count()).select_from(FieldOperation)) == 3 * CLAUSES == len(verdicts)
    revs = db.session.scalars(select(FieldOperation.rev).order_by(FieldOperation.rev)).all()
    assert list(revs) == list(range(1, 3 * CLAUSES + 1))
    clauses = db.session.scalars(select(Assessment).where(Assessment.audit_id == audit.id)).all()
    assert sum(each.conflicts for each in clauses) == verdicts.count("conflict")
    assert all(each.note in {"page", "tablet 0", "tablet 1", "tablet 2"} for each in clauses)
    assert verdicts.count("applied") + codes.count(200) == CLAUSES
