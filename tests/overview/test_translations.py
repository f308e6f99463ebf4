"""Translations on the home page: those to approve, and those that were declined."""

import pytest

from compliance import db
from compliance.access import Role
from compliance.overview.queries.todo import todo
from compliance.playbooks.models import Playbook
from compliance.playbooks.translations import commands
from tests.builders.accounts import an_actor
from tests.builders.network import a_market, a_site
from tests.builders.playbooks import a_playbook
from tests.builders.translations import a_proposal, a_translator


@pytest.fixture
def playbook(app) -> Playbook:
    a_site("BKK1", a_market("th", "Thailand"), languages=["th", "en"])
    return a_playbook()


def test_what_others_proposed_waits_for_those_who_may_approve_it(playbook):
    translator = a_translator(name="Ann")
    a_proposal(playbook, "TIN-01", by=translator)
    a_proposal(playbook, "TIN-02", said=("ก", "ข"), by=translator)
    titles = {actor: [task.title for task in todo(actor)] for actor in (
        translator, an_actor(Role.PLAYBOOK_OWNER), an_actor(Role.AUDITOR),
        an_actor(Role.SITE_LEAD, a_site("CAI1", a_market("eg", "Egypt"), languages=["ar"])))}
    wanted = "Approve 2 translations: Tiny rules in Thai"
    assert [wanted in found for found in titles.values()] == [False, True, False, False]


def test_what_was_declined_waits_for_its_translator_with_the_reason(playbook):
    translator = a_translator()
    made = a_proposal(playbook, by=translator)
    with db.transaction():
        commands.decline(an_actor(Role.PLAYBOOK_OWNER, name="Bo"), made, reason="Too free.")
    task, = (task for task in todo(translator) if task.title.startswith("Mend"))
    assert (task.title, task.why) == ("Mend the translation of TIN-01: Tiny rules in Thai", "Bo: Too free.")
    assert task.url.endswith(f"/translations/th/TIN-01/{made.wording[:16]}")
