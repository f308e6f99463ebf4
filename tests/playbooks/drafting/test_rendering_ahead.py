"""What is saved is rendered then, and not by whoever reads it first."""

import pytest
from sqlalchemy import delete, select

from compliance import db
from compliance.access import Role
from compliance.playbooks import effectiveness
from compliance.playbooks.models import ClauseText, PlaybookVersion
from compliance.playbooks.queries.comparing import bare
from compliance.playbooks.rendering_ahead import render_ahead
from tests.builders.accounts import a_person, actor_of, csrf, sign_in
from tests.builders.drafting import a_draft

DRAFT = "/playbooks/tiny-rules/versions/1.1.0"
CLAUSE = {"title": "Count the doors", "text": "The lead counts {{wait_min}} doors.", "severity": "minor", "weight": "1",
          "evidence": "Door list", "lock": "open", "frequency": ""}


@pytest.fixture
def draft(client):
    person = a_person(Role.AUTHOR, name="Dana Reyes")
    sign_in(client, person)
    return a_draft(actor_of(person))


def unrendered() -> set[str]:
    """The clauses of the draft, as it is stored now, that nobody rendered."""
    db.session.expire_all()
    version = db.session.scalars(select(PlaybookVersion).where(PlaybookVersion.status == "draft")).one()
    wanted = {entry.digest: entry.id for entry in effectiveness.base_of(bare(version).playbook).clauses}
    made = set(db.session.scalars(select(ClauseText.digest).where(ClauseText.digest.in_(wanted))))
    return {clause_id for digest, clause_id in wanted.items() if digest not in made}


def test_a_save_renders_what_it_changed(client, draft):
    text = draft.source.replace("Somebody listens.", "Two people listen to everybody.")
    answer = client.post(f"{DRAFT}/edit", data={"csrf_token": csrf(client), "source": text, "version": draft.version})
    assert answer.status_code == 302
    assert unrendered() == set()
    answer = client.post(f"{DRAFT}/clauses/new", data={"csrf_token": csrf(client), **CLAUSE})
    assert (answer.status_code, unrendered()) == (302, set())


def test_the_first_look_at_a_saved_draft_stores_no_clause(client, draft):
    render_ahead([draft.digest])
    before = set(db.session.scalars(select(ClauseText.digest)))
    assert client.get(DRAFT).status_code == 200
    assert set(db.session.scalars(select(ClauseText.digest))) == before


def test_a_half_written_text_is_saved_and_waits(client, draft):
    with db.transaction():
        db.session.execute(delete(ClauseText))
    torn = draft.source.replace("- Weight: 1", "- Weight: none")
    answer = client.post(f"{DRAFT}/edit", data={"csrf_token": csrf(client), "source": torn, "version": draft.version})
    assert answer.status_code == 302
    assert db.session.scalars(select(ClauseText.digest)).all() == []
