"""What is written reads back the same, and is written the same again."""

from dataclasses import replace

import pytest
from hypothesis import given

from compliance.playbooks.document import Clause, Operation, Section, Severity, Verb
from compliance.playbooks.parsing import parse_override, parse_playbook
from compliance.playbooks.writing import write_override, write_playbook
from tests.playbooks.text_strategies import overrides, playbooks
from tests.playbooks.texts import example, override, playbook


@given(playbooks())
def test_law_18_a_written_playbook_reads_back_the_same(made):
    text = write_playbook(made)
    read = parse_playbook(text)
    assert read == made
    assert write_playbook(read) == text


@given(overrides())
def test_law_18_a_written_override_reads_back_the_same(made):
    text = write_override(made)
    read = parse_override(text)
    assert read == made
    assert write_override(read) == text


@given(playbooks())
def test_law_17_line_ends_and_the_byte_order_mark_say_nothing(made):
    text = write_playbook(made)
    assert parse_playbook("\ufeff" + text.replace("\n", "\r\n")) == parse_playbook(text)


@pytest.mark.parametrize(
    ("name", "parse", "write"),
    [
        ("escalation-handling", parse_playbook, write_playbook),
        ("apac", parse_override, write_override),
        ("my", parse_override, write_override),
    ],
)
def test_the_examples_survive_the_round_trip(name, parse, write):
    read = parse(example(name))
    assert parse(write(read)) == read
    # Every line of the author is there again; padding of tables and the order of facts are the writer's.
    kept = {" ".join(line.replace("|", " ").split()) for line in write(read).split("\n")}
    for line in example(name).split("\n"):
        if not line.startswith("|--"):
            assert " ".join(line.replace("|", " ").split()) in kept


def test_a_written_playbook_looks_like_one():
    made = parse_playbook(playbook())
    made = replace(made, note="Sooner: now", parameters=(), sections=(Section("Intake"),))
    made = replace(made, clauses=(replace(made.clauses[0], section="Intake"),))
    assert write_playbook(made) == (
        "---\nplaybook: escalation-handling\nversion: 3.2.0\ntitle: Escalation handling\nprefix: ESC\n"
        'owner: global-ts-policy\neffective: 2026-01-15\nlanguage: en\nnote: "Sooner: now"\n---\n\n'
        "## Intake\n\n### ESC-01 Acknowledge\n\n- Severity: major\n- Weight: 3\n- Evidence: Queue export\n"
        "- Frequency: every audit\n\nDo it.\n"
    )


CLAUSE = Clause("ESC-01", "Title", "", "Do it.", Severity.MAJOR, 3, evidence=("Log",))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"text": "Do it.\n\n## Not applicable ESC-02"}, id="a heading that would be an operation"),
        pytest.param({"text": "### ESC-02 Other"}, id="a heading that would be a clause"),
        pytest.param({"text": "Do it. \n\n\n\n"}, id="text that is not canonical"),
        pytest.param({"title": "Two\nlines"}, id="a title of two lines"),
        pytest.param({"law": "Act\n- Locked: fixed"}, id="a fact that would be two"),
        pytest.param({"applies_to": ("a, b",)}, id="a comma in a list"),
        pytest.param({"section": "Nowhere"}, id="a section that is not there"),
    ],
)
def test_what_no_text_can_hold_is_refused(changed):
    made = replace(parse_playbook(playbook()), clauses=(replace(CLAUSE, **changed),))
    with pytest.raises(ValueError, match=r"\S"):
        write_playbook(made)


def test_a_text_that_begins_like_a_fact_needs_a_fact_above_it():
    made = Operation(Verb.ADD_TO, "ESC-01", text="- Why: not a reason")
    empty = parse_override(override())
    with pytest.raises(ValueError, match="begins like a fact"):
        write_override(replace(empty, operations=(made,)))
    reasoned = replace(empty, operations=(replace(made, why="A reason"),))
    assert parse_override(write_override(reasoned)) == reasoned
