"""A form writes what a person would have written: the text reads back as asked, and nothing else moved."""

from dataclasses import replace
from datetime import date
from difflib import ndiff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.errors import InvalidInput
from compliance.playbooks.document import Clause, Operation, Parameter, Severity, Verb
from compliance.playbooks.drafting import editing
from compliance.playbooks.parsing import parse_override, parse_playbook
from compliance.playbooks.writing import write_override, write_playbook
from tests.playbooks.text_strategies import overrides, playbooks
from tests.playbooks.texts import example

ESC, APAC = example("escalation-handling"), example("apac")
NEW = Clause("ESC-08", "Hand over in person", "Handling", "The shift lead hands over.\n\nNothing is left unsaid.",
             Severity.MAJOR, 2, ("Handover log",))


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.split("\n"), after.split("\n")) if line[0] in "+-" and line[2:].strip()]


def without(clauses, clause_id):
    return [clause for clause in clauses if clause.id != clause_id]


def test_a_new_clause_stands_where_it_was_asked_for_and_moves_nothing_else():
    text = editing.add_clause(ESC, NEW, after="ESC-04")
    read = parse_playbook(text)
    assert [clause.id for clause in read.clauses][3:5] == ["ESC-04", "ESC-08"]
    assert read.clauses[4] == NEW
    assert without(read.clauses, "ESC-08") == list(parse_playbook(ESC).clauses)
    assert all(line.startswith("+") for line in changed_lines(ESC, text))


@pytest.mark.parametrize("ending", ["\n", "", "\n\n\n"])
def test_a_new_clause_goes_to_the_end_of_its_section_or_makes_one(ending):
    source = ESC.rstrip("\n") + ending
    handling = parse_playbook(editing.add_clause(source, NEW))
    assert [clause.id for clause in handling.clauses if clause.section == "Handling"][-1] == "ESC-08"
    other = editing.add_clause(source, replace(NEW, section="Drills"))
    assert parse_playbook(other).clauses[-1] == replace(NEW, section="Drills")
    assert other.startswith(source.rstrip("\n"))
    assert other[-len(ending):] == ending if ending else not other.endswith("\n")


def test_the_first_clause_of_an_empty_playbook():
    empty = write_playbook(replace(parse_playbook(ESC), parameters=(), sections=(), clauses=(), intro=""))
    assert parse_playbook(editing.add_clause(empty, replace(NEW, section=""))).clauses == (replace(NEW, section=""),)


@given(playbooks(), st.data())
def test_changing_a_clause_changes_that_clause_alone(made, data):
    source = write_playbook(made)
    clause = data.draw(st.sampled_from(made.clauses))
    asked = replace(clause, title="Another title", severity=Severity.CRITICAL, text="Other words.",
                    evidence=("Log",), retired="")
    read = parse_playbook(editing.change_clause(source, clause.id, asked))
    assert read == replace(made, clauses=tuple(asked if each.id == clause.id else each for each in made.clauses))


def test_a_clause_written_anew_keeps_the_link_definitions_others_use():
    source = ESC.replace("A chat message does not count.", "See [the policy][p].\n\n[p]: https://lumora.example/policy")
    source = source.replace("The call is noted in the case.", "See [it][p].")
    clause = parse_playbook(source).clauses[0]
    text = editing.change_clause(source, "ESC-01", replace(clause, text="Other words."))
    assert parse_playbook(text).clauses[1:] == parse_playbook(source).clauses[1:]


@pytest.mark.parametrize("parameter", [
    Parameter("ack_minutes", "25", "minutes", "lower", "5..60", "Time"), Parameter("desk", "Global", meaning="Who")])
def test_a_parameter_is_set_or_added(parameter):
    text = editing.set_parameter(ESC, parameter)
    before, after = parse_playbook(ESC), parse_playbook(text)
    names = [each.name for each in before.parameters]
    assert next(each for each in after.parameters if each.name == parameter.name).value == parameter.value
    assert [each.name for each in after.parameters] == names + ([] if parameter.name in names else [parameter.name])
    assert after.clauses == before.clauses


def test_a_table_with_faults_is_not_written_anew():
    broken = ESC.replace("| 5..60  |", "| five |", 1)
    with pytest.raises(InvalidInput, match="Mend the parameters first: line 1"):
        editing.set_parameter(broken, Parameter("desk", "Global"))


OPERATIONS = [
    (Verb.SET, "ack_minutes", {"value": "15", "why": "A desk at night"}),
    (Verb.SET, "p0_minutes", {"value": "10", "why": "Closer", "review_by": date(2026, 9, 1)}),
    (Verb.REPLACE, "ESC-05", {"text": "Records stay in Singapore.", "title": "Records", "why": "The law"}),
    (Verb.ADD_TO, "ESC-01", {"text": "The desk answers in the language of the case.", "why": "Many languages"}),
    (Verb.CHANGE, "ESC-06", {"facts": (("severity", "major"), ("evidence", "Roster")), "why": "Repeated findings"}),
    (Verb.NOT_APPLICABLE, "ESC-07", {"text": "There is no such room yet.", "review_by": date(2026, 9, 1)}),
    (Verb.NEW, "ESC-APAC-09",
     {"clause": replace(NEW, id="ESC-APAC-09", section=""), "after": "ESC-03", "why": "Local"}),
]


@pytest.mark.parametrize(("verb", "target", "fields"), OPERATIONS, ids=[f"{each[0]} {each[1]}" for each in OPERATIONS])
def test_an_operation_reads_back_as_asked_and_the_others_stay(verb, target, fields):
    before = parse_override(APAC)
    text = editing.override_operation(APAC, verb, target, fields)
    read = parse_override(text)
    asked = Operation(verb, target, **fields)
    assert asked in read.operations
    others = [each for each in before.operations if (each.verb, each.target) != (verb, target)]
    assert [each for each in read.operations if each != asked] == others
    assert editing.override_operation(text, verb, target, fields) == text


def test_the_text_of_a_form_is_the_text_of_the_writer():
    source = write_override(replace(parse_override(APAC), operations=(), intro="Why."))
    for verb, target, fields in OPERATIONS:
        source = editing.override_operation(source, verb, target, fields)
    assert source == write_override(parse_override(source))


@given(overrides(), st.data())
def test_an_operation_comes_out_again(made, data):
    if not made.operations:
        return
    gone = data.draw(st.sampled_from(made.operations))
    read = parse_override(editing.without_operation(write_override(made), gone.verb, gone.target))
    assert read == replace(made, operations=tuple(each for each in made.operations if each != gone))


@pytest.mark.parametrize(("scope", "expected"), [("", "ESC-08"), ("apac", "ESC-APAC-01")])
def test_the_next_id_was_never_used(scope, expected):
    assert editing.next_id(ESC, "ESC", scope) == expected
    assert editing.next_id(ESC + "\n## ESC-APAC-03 Three\n", "ESC", "apac") == "ESC-APAC-04"


@pytest.mark.parametrize("edit", [
    lambda: editing.change_clause(ESC, "ESC-99", NEW), lambda: editing.add_clause(ESC, NEW, after="ESC-99"),
    lambda: editing.add_clause(ESC, replace(NEW, id="ESC-01")),
    lambda: editing.add_clause(ESC, replace(NEW, text="### ESC-09 Smuggled in")),
    lambda: editing.without_operation(APAC, Verb.REPLACE, "ESC-99"),
])
def test_what_cannot_be_written_is_refused(edit):
    with pytest.raises(InvalidInput):
        edit()
