"""Proposing, approving and declining a translation, and what each of them refuses."""

import pytest

from compliance import clock, db
from compliance.access import Role
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.playbooks import effectiveness
from compliance.playbooks.models import Playbook
from compliance.playbooks.translations import commands, queries
from compliance.playbooks.translations.models import Translation, TranslationStatus
from compliance.playbooks.translations.queries import Standing
from tests.builders.accounts import an_actor
from tests.builders.governing import publish
from tests.builders.network import a_market, a_site
from tests.builders.playbooks import a_playbook, a_text, a_version, an_override, an_override_text, bring_in
from tests.builders.translations import THAI, a_line, a_proposal, a_translation, a_translator

NEW_TEXT = "Somebody listens at once."


@pytest.fixture
def playbook(app) -> Playbook:
    a_site("KUL1")
    return a_playbook()


def propose(playbook: Playbook, **said) -> Translation:
    given = {"language": "th", "clause_id": "TIN-01", "title": THAI[0], "text": THAI[1]} | said
    given.setdefault("wording", a_line(playbook).wording.digest)
    actor = given.pop("actor", None) or a_translator()
    with db.transaction():
        return commands.propose(actor, playbook, **given)


def change_the_text(playbook: Playbook) -> None:
    publish(a_version(bring_in(a_text(version="2.0.0", effective="2024-02-01", text=NEW_TEXT)).digest))


def test_a_translation_is_proposed_by_one_and_approved_by_another(playbook):
    made = a_proposal(playbook)
    assert a_line(playbook).standing is Standing.PROPOSED
    with db.transaction():
        commands.approve(a_translator(name="Bo"), made)
    line = a_line(playbook)
    assert (line.standing, line.approved.text, line.approved.decided_by) == (Standing.APPROVED, THAI[1], "Bo")


def test_nobody_approves_what_they_translated(playbook):
    translator = a_translator()
    made = a_proposal(playbook, by=translator)
    with pytest.raises(RuleViolation, match="You translated this"), db.transaction():
        commands.approve(translator, made)
    assert a_line(playbook).standing is Standing.PROPOSED


def test_of_two_approved_one_after_the_other_the_later_is_read(playbook):
    a_translation(playbook)
    a_translation(playbook, said=("อีกชื่อ", THAI[1]))
    assert a_line(playbook).approved.title == "อีกชื่อ"
    kept = db.session.query(Translation.status).all()
    assert sorted(status for status, in kept) == [TranslationStatus.APPROVED, TranslationStatus.REPLACED]


def test_declining_says_why_and_lets_what_was_read_stand(playbook):
    a_translation(playbook)
    again = a_proposal(playbook, said=("อีกชื่อ", THAI[1]))
    with pytest.raises(InvalidInput, match="what to mend"), db.transaction():
        commands.decline(a_translator(), again, reason="  ")
    with db.transaction():
        commands.decline(a_translator(), again, reason="The title is too free.")
    line = a_line(playbook)
    assert (line.approved.title, line.proposed, line.declined.decision) == (THAI[0], None, "The title is too free.")


def test_what_was_declined_goes_back_to_its_translator_until_something_is_proposed_again(playbook):
    translator, owner = a_translator(), an_actor(Role.PLAYBOOK_OWNER)
    made = a_proposal(playbook, by=translator)
    assert (queries.waiting(owner), queries.waiting(translator)) == ([made], [])
    with db.transaction():
        commands.decline(owner, made, reason="Too free.")
    assert (queries.returned(translator), queries.returned(owner), queries.waiting(owner)) == ([made], [], [])
    again = a_proposal(playbook, by=translator, said=("อื่น", THAI[1]))
    assert (queries.returned(translator), queries.waiting(owner)) == ([], [again])
    assert a_line(playbook).declined is None


def test_what_was_decided_on_is_not_decided_on_again(playbook):
    made = a_translation(playbook)
    with pytest.raises(RuleViolation, match="approved already"), db.transaction():
        commands.approve(a_translator(), made)


def test_a_proposal_of_somebody_else_is_not_overwritten_unseen(playbook):
    made = a_proposal(playbook)
    with pytest.raises(Conflict):
        propose(playbook, title="อื่น")
    assert propose(playbook, title="อื่น", seen=made.version).title == "อื่น"


def test_a_changed_text_has_no_translation_and_the_former_one_is_offered(playbook):
    a_translation(playbook)
    change_the_text(playbook)
    line = a_line(playbook)
    assert (line.standing, line.approved) == (Standing.STALE, None)
    assert (line.previous.text, NEW_TEXT in line.wording.text) == (THAI[1], True)
    assert "at once" not in line.previous.source_text


def test_a_wording_of_one_region_is_missing_and_not_stale_while_the_other_still_holds(playbook):
    a_translation(playbook)
    replaced = "## Replace TIN-01\n\n- Why: Local\n\nSomebody hears within {{wait_min}} minutes.\n"
    an_override(an_override_text(body=replaced))
    local = a_line(playbook, at=1)
    assert (local.standing, local.previous.text) == (Standing.MISSING, THAI[1])
    assert a_line(playbook).standing is Standing.APPROVED


def test_a_translation_of_a_text_that_was_superseded_is_refused(playbook):
    old = a_line(playbook).wording.digest
    waiting = a_proposal(playbook)
    change_the_text(playbook)
    with pytest.raises(Conflict, match="holds nowhere any more"):
        propose(playbook, wording=old)
    with pytest.raises(RuleViolation, match="has changed since"), db.transaction():
        commands.approve(a_translator(), waiting)


def test_one_translation_serves_every_value_and_site(playbook):
    site = a_site("KUL2")
    an_override()
    a_translation(playbook)
    with db.transaction():
        chain = effectiveness.in_force(playbook, site, None, clock.today())
    clause = effectiveness.clauses_of(chain)[0]
    reading = queries.readings("th", {clause.digest: clause.content})[clause.digest]
    assert "20</span> นาที" in reading.html


def test_a_clause_without_translation_is_read_in_its_source(playbook):
    a_translation(playbook)
    site = a_site("KUL2")
    with db.transaction():
        chain = effectiveness.in_force(playbook, site, None, clock.today())
    contents = {clause.id: clause.content for clause in effectiveness.clauses_of(chain)}
    found = queries.readings("th", contents)
    assert {clause_id: each.translated for clause_id, each in found.items()} == {
        "TIN-01": True, "TIN-02": False, "TIN-03": False}
    assert queries.readings("en", contents) == {}
    assert queries.readings("xx", contents) == {}


@pytest.mark.parametrize(("field", "said", "why"), [
    ("text", "มีคนรับฟัง", "“{{wait_min}}” is missing"),
    ("text", "ภายใน {{wait_min}} นาที {{other}}", "“{{other}}” is not in the source"),
    ("text", "ภายใน {{wait_min}} นาที ๙", "number 9 does not stand"),
    ("text", "", "Write the translation"),
    ("title", " ", "Write the translation"),
    ("title", "ก" * 201, "at most 200"),
    ("text", "{{wait_min}}" + "ก" * 2000, "for a source of"),
    ("text", "{{wait_min}} [x](https://elsewhere.example)", "leads nowhere else"),
    ("text", "{{wait_min}} \u202eabc", "U+202E"),
])
def test_a_translation_that_says_something_else_is_refused_with_what_to_do(playbook, field, said, why):
    with pytest.raises(InvalidInput) as refused:
        propose(playbook, **{field: said})
    assert any(why in message for message in refused.value.fields[field])


def test_those_translate_who_may_at_a_site_that_speaks_the_language(playbook):
    bangkok = a_site("BKK1", a_market("th", "Thailand"), languages=["th", "en"])
    lead = an_actor(Role.SITE_LEAD, bangkok)
    assert queries.languages_of(lead) == {"th"}
    assert propose(playbook, actor=lead).translator_id == lead.id
    with pytest.raises(Forbidden, match="No site of yours speaks Arabic"):
        propose(playbook, actor=lead, language="ar", title="عنوان", text="{{wait_min}}")
    with pytest.raises(Forbidden, match="may not translate"):
        propose(playbook, actor=an_actor(Role.AUDITOR))


@pytest.mark.parametrize("language", ["en", "xx", ""])
def test_what_is_no_language_to_translate_into_is_not_found(playbook, language):
    with pytest.raises(NotFound):
        propose(playbook, language=language)


def test_a_person_s_language_is_remembered(playbook):
    reader = an_actor(Role.VENDOR_LEAD)
    assert queries.reading_language(reader) == ""
    for chosen, kept in (("th", "th"), ("en", ""), ("ar", "ar")):
        with db.transaction():
            commands.read_in(reader, language=chosen)
        assert queries.reading_language(reader) == kept
    with pytest.raises(InvalidInput), db.transaction():
        commands.read_in(reader, language="xx")
