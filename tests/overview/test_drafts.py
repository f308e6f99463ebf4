"""What waits for those who write."""

import pytest

from compliance.access import Role
from compliance.overview.queries.todo import todo
from compliance.playbooks.drafting import commands
from tests.builders.accounts import an_actor
from tests.builders.drafting import a_draft, a_lead, a_writer, an_override_draft, said_of, saved
from tests.builders.playbooks import a_playbook
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")


def told(actor):
    return [(task.title, task.step_url) for task in todo(actor)]


def test_a_draft_waits_for_who_began_it_and_who_saved_it():
    first, second, other = a_writer("Ann Moss"), a_writer("Ben Ito"), a_writer("Cy Vale")
    draft = a_draft(first)
    saved(second, draft, draft.source + "\nMore.\n")
    line = ("Write: Tiny rules 1.1.0", "/playbooks/tiny-rules/versions/1.1.0/edit")
    assert (told(first), told(second), told(other)) == ([line], [line], [])


def test_what_was_typed_and_not_saved_waits_too():
    writer, draft = a_writer(), a_draft(a_writer("Ann Moss"))
    with saving():
        commands.keep_copy(writer, draft, source="typed", seen=draft.version)
    assert [task.why for task in todo(writer)] == ["What you typed is kept, and not saved."]


def test_open_comments_wait_for_the_authors():
    writer, reader = a_writer(), an_actor(Role.LEGAL_REVIEWER)
    draft = a_draft(writer)
    made = said_of(reader, draft)
    answer = ("Answer: Tiny rules 1.1.0", "/playbooks/tiny-rules/versions/1.1.0/comments#comments")
    assert answer in told(writer)
    assert answer not in told(reader)
    with saving():
        commands.resolve_comment(writer, made)
    assert answer not in told(writer)


def test_a_lead_finds_the_override_they_write():
    lead = a_lead()
    an_override_draft(lead)
    assert ("Write: Tiny rules, Asia Pacific v1", "/playbooks/tiny-rules/overrides/apac/1/edit") in told(lead)


def test_the_list_costs_the_same_however_many_drafts(queries):
    writer, playbook = a_writer(), a_playbook()
    a_draft(writer, playbook)
    one = len(queries.during(lambda: todo(writer)))
    for number in range(2, 7):
        said_of(writer, a_draft(writer, playbook, f"1.{number}.0"))
    assert len(queries.during(lambda: todo(writer))) == one
