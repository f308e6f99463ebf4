"""What an override may say, and what it is told when it says it wrongly."""

import pytest

from compliance.playbooks.document import Verb
from compliance.playbooks.parsing import parse_override, parse_playbook, read_override
from tests.playbooks.texts import FACTS, OVERRIDE_CARD, clause, faults, override, parameters, playbook, warnings


@pytest.mark.parametrize(
    ("body", "line", "message", "remedy"),
    [
        ("## Replcae ESC-03\n\nx", 9, "“Replcae ESC-03” says nothing to do", "Did you mean “Replace”?"),
        ("## Not aplicable ESC-03\n\nx", 9, "“Not aplicable ESC-03” says nothing to do", "Not applicable"),
        ("## Some thoughts\n\nx", 9, "“Some thoughts” says nothing to do", "Begin it with Replace"),
        ("## Replace esc-03\n\nx", 9, "“Replace esc-03” names no clause", "Did you mean “ESC-03”?"),
        ("## Replace\n\nx", 9, "“Replace” names no clause", "Write the id after the verb"),
        ("## Replace ESC-03\n\n- Why: y\n", 9, "Replace ESC-03: it has no text", "Write the words"),
        ("## Add to ESC-03 Title\n\nx", 9, "Add to ESC-03: words stand after the id", "Write the verb and the id"),
        ("## Change ESC-03\n\n- Why: y\n", 9, "Change ESC-03: it changes nothing", "Add one of Severity"),
        ("## Change ESC-03\n\n- Law: Act\n\nText.", 9, "Change ESC-03: it changes facts and has text", "Use Replace"),
        ("## Change ESC-03\n\n- Frequency: yearly\n", 11, "Change ESC-03: “Frequency” has no meaning here", "Severity"),
        ("# Replace ESC-03\n\nx", 9, "“Replace ESC-03” is a heading of level 1", "## Replace ESC-03"),
        ("## Add to ESC-01\n\nx\n\n### Replace ESC-03\n\ny", 13, "“Replace ESC-03” is a heading of level 3", "## Rep"),
    ],
)
def test_faults(body, line, message, remedy):
    told = faults(override(body))
    assert any((at, what) == (line, message) and remedy in do for at, what, do in told), told


def test_a_new_clause_is_as_whole_as_any():
    told = [message for _, message, _ in faults(override("## New ESC-MY-01\n\n- After: ESC-03\n- Before: ESC-04\n"))]
    assert told == [
        "New ESC-MY-01: it has no severity",
        "New ESC-MY-01: it has no weight",
        "New ESC-MY-01: it has no title",
        "New ESC-MY-01: it names no evidence",
        "New ESC-MY-01: it has no text",
        "New ESC-MY-01: it stands after one clause and before another",
    ]


def test_edge_24_a_waiver_without_approver_is_read_and_warned_of():
    source = override("## Not applicable ESC-07\n\nNo room.\n")
    assert parse_override(source).operations[0].approved == ""
    assert [message for _, message, _ in warnings(source)] == [
        "Not applicable ESC-07 has not an approval; the clause stays applicable until then",
        "Not applicable ESC-07 has not a date to review it by; the clause stays applicable until then",
    ]


def test_settings_come_first_wherever_the_table_stands():
    table = parameters("| ack | 20 | Desk |", columns="Parameter | Value | Why")
    parsed = parse_override(override("## Add to ESC-01\n\n- Why: y\n\nMore.\n", table))
    assert [one.verb for one in parsed.operations] == [Verb.SET, Verb.ADD_TO]


def test_deeper_headings_of_a_new_text_are_as_deep_as_in_a_playbook():
    parsed = parse_override(override("## Add to ESC-01\n\n- Why: y\n\n### A part\n\nMore.\n"))
    assert parsed.operations[0].text == "#### A part\n\nMore."


def test_an_id_without_scope_code_is_warned_of():
    source = override(f"## New ESC-09 Title\n\n{FACTS}- Why: y\n\nDo it.\n")
    [(line, message, remedy)] = warnings(source)
    assert (line, message) == (9, "ESC-09 does not carry the code of its scope")
    assert "ESC-MY-09" in remedy


def test_the_playbook_makes_the_check_exact():
    above = parse_playbook(playbook(parameters("| ack_min | 30 | | | |"), clause(text="In {{ack_min}}.")))
    body = parameters("| akc_min | 20 | Desk |", columns="Parameter | Value | Why")
    parsed, problems = read_override(override(body, "## Add to ESC-02\n\n- Why: y\n\n{{akc_min}}\n"), playbook=above)
    assert parsed is None
    assert [(problem.message, problem.remedy, problem.warning) for problem in problems] == [
        ("escalation-handling 3.2.0 has no “akc_min”", "Did you mean “ack_min”?", True),
        ("escalation-handling 3.2.0 has no “ESC-02”", "Did you mean “ESC-01”?", True),
        ("No parameter is called “akc_min”", "Did you mean {{ack_min}}?", False),
    ]


def test_an_override_in_the_wrong_folder():
    above = parse_playbook(playbook())
    card = OVERRIDE_CARD.replace("escalation-handling", "age-support")
    [problem] = [one for one in read_override(override(card=card), playbook=above)[1] if not one.warning]
    assert (problem.line, problem.message) == (
        2,
        "The override is for “age-support”, the playbook is “escalation-handling”",
    )


def test_a_prefix_alone_is_enough_to_refuse_a_foreign_id():
    source = override("## Add to AGE-02\n\n- Why: y\n\nMore.\n")
    assert parse_override(source)
    assert [problem.message for problem in read_override(source, playbook="ESC")[1]] == [
        "“Add to AGE-02” names no clause"
    ]
