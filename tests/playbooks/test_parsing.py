"""The three example texts read exactly, and the edge cases of the format, each by its number."""

from datetime import date

import pytest

from compliance.playbooks.document import Lock, Operation, Parameter, Problem, Section, Severity, Verb
from compliance.playbooks.parsing import TextProblems, parse_override, parse_playbook, read_playbook
from tests.playbooks.texts import (
    FACTS,
    OVERRIDE_CARD,
    PLAYBOOK_CARD,
    clause,
    example,
    faults,
    override,
    parameters,
    playbook,
    warnings,
)


def the_clause(source):
    return parse_playbook(source).clauses[0]


def test_the_card_of_the_global_example():
    parsed = parse_playbook(example("escalation-handling"))
    assert (parsed.key, parsed.version, parsed.title, parsed.prefix) == (
        "escalation-handling",
        "3.2.0",
        "Escalation handling",
        "ESC",
    )
    assert (parsed.owner, parsed.effective, parsed.language) == ("global-ts-policy", date(2026, 1, 15), "en")
    assert parsed.intro == "How content and user-safety escalations are received, acted on and closed at every site."
    assert parsed.sections == (Section("Intake"), Section("Handling"), Section("Closing"))
    assert (parsed.until, parsed.change, parsed.note, parsed.retroactive) == (None, "", "", False)


def test_the_parameters_of_the_global_example():
    ack, _, sample, store = parse_playbook(example("escalation-handling")).parameters
    assert ack == Parameter(
        "ack_minutes", "30", "minutes", "lower", "5..60", "Time to acknowledge any escalation", Lock.FLOOR
    )
    assert (sample.stricter, sample.range) == ("higher", "2..100")
    assert (store.value, store.stricter, store.lock) == ("region", "country > region > any", Lock.FLOOR)


def test_the_clauses_of_the_global_example():
    clauses = parse_playbook(example("escalation-handling")).clauses
    expected = [
        ("ESC-01", "Intake", Severity.MAJOR, 3, Lock.OPEN, 25),
        ("ESC-02", "Intake", Severity.CRITICAL, 5, Lock.FLOOR, 34),
        ("ESC-03", "Intake", Severity.MAJOR, 2, Lock.OPEN, 45),
        ("ESC-04", "Handling", Severity.CRITICAL, 5, Lock.FIXED, 55),
        ("ESC-05", "Handling", Severity.MAJOR, 2, Lock.OPEN, 65),
        ("ESC-06", "Closing", Severity.MINOR, 1, Lock.OPEN, 75),
        ("ESC-07", "Closing", Severity.MAJOR, 2, Lock.OPEN, 83),
    ]
    assert [(one.id, one.section, one.severity, one.weight, one.lock, one.line) for one in clauses] == expected
    assert {one.frequency for one in clauses} == {"every audit"}
    assert [one.id for one in clauses if one.must_rebase] == ["ESC-02"]
    assert clauses[1].guidance == "Sample night shifts as well as day shifts."
    assert clauses[3].law == "18 U.S.C. 2258A"
    assert clauses[2].text.startswith("The shift lead informs the global duty manager by phone. If")


def test_the_region_example():
    parsed = parse_override(example("apac"), playbook=parse_playbook(example("escalation-handling")))
    assert (parsed.playbook, parsed.scope, parsed.version) == ("escalation-handling", "apac", 3)
    assert parsed.written_against == (("global", "3.2.0"),)
    assert parsed.intro.startswith("APAC runs a follow-the-sun duty desk")
    assert [(one.verb, one.target) for one in parsed.operations] == [
        (Verb.SET, "ack_minutes"),
        (Verb.REPLACE, "ESC-03"),
        (Verb.ADD_TO, "ESC-02"),
        (Verb.NEW, "ESC-APAC-01"),
    ]
    assert parsed.operations[0].why == "The Singapore desk is staffed around the clock"
    assert parsed.operations[1].title == "Notify the duty manager"
    assert parsed.operations[3].after == "ESC-03"


def test_the_market_example():
    parsed = parse_override(example("my"))
    assert parsed.written_against == (("global", "3.2.0"), ("apac", "3"))
    ack, store, change, new, waiver = parsed.operations
    assert (ack.value, store.value) == ("15", "country")
    assert change.facts == (
        ("severity", "critical"),
        ("evidence", "Screenshot of the queue clock at the start of the shift"),
    )
    assert new.clause is not None
    assert (new.clause.id, new.clause.title, new.clause.severity) == (
        "ESC-MY-01",
        "Regulator request log",
        Severity.CRITICAL,
    )
    assert waiver == Operation(
        Verb.NOT_APPLICABLE,
        "ESC-07",
        text="KUL-1 has no wellness room until the building work ends. Wellness breaks are taken at the partner site "
        "next door and checked under WEL-02.",
        approved="m.okafor 2026-02-18",
        review_by=date(2026, 9, 1),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```\n## Intake\n### ESC-02 No clause\n```", id="edge 1: a heading inside a fence"),
        pytest.param("~~~\n```\n## Intake\n~~~", id="edge 2: a tilde fence holding backticks"),
        pytest.param("#### A part\n\nMore.\n\n##### Deeper", id="edge 3: deeper headings belong to the clause"),
        pytest.param("- Call: the lead\n- Log: the case", id="edge 7: an ordinary list"),
        pytest.param("Write \\{{name}} as it stands.", id="edge 9: an escaped placeholder"),
        pytest.param("First  \nsecond\n\n```\n\tindented\n```", id="edge 15: a line break and tabs in code"),
        pytest.param("エスカレーションを確認する。記録する。\n\nผู้นำกะรับเรื่องภายในกะ", id="edge 41: Japanese and Thai"),
    ],
)
def test_what_belongs_to_the_text_of_a_clause(text):
    parsed = parse_playbook(playbook(clause(text=text), clause("ESC-02 Next")))
    assert parsed.clauses[0].text == text
    assert [one.id for one in parsed.clauses] == ["ESC-01", "ESC-02"]


def test_edge_4_a_duplicate_id_names_both_lines():
    source = playbook(clause("ESC-01 One"), clause("ESC-02 Two"), clause("ESC-01 Three"))
    lines = [line for line, text in enumerate(source.split("\n"), 1) if text.startswith("### ESC-01")]
    [(line, message, remedy)] = faults(source)
    assert line == lines[1]
    assert message == f"ESC-01 stands twice, on lines {lines[0]} and {lines[1]}"
    assert "id of its own" in remedy


@pytest.mark.parametrize(
    ("bad", "remedy"),
    [
        pytest.param("#### ESC-01A Act", "ESC-01", id="edge 5: a letter after the number"),
        pytest.param("#### esc-02 Act", "Did you mean “ESC-02”?", id="edge 5: lower case"),
        pytest.param("ESC-02 Act\n----------", "### ESC-02 Act", id="edge 5: an underlined heading"),
        pytest.param("###ESC-02 Act", "### ESC-02 Act", id="edge 5: no blank after the marks"),
        pytest.param("### Act at once", "Begin it with an id", id="edge 5: no id at all"),
        pytest.param("#### ESC-02 Act", "### ESC-02 Act", id="a clause too deep"),
    ],
)
def test_what_was_meant_to_be_a_clause_is_refused(bad, remedy):
    source = playbook(clause(text=f"Do it.\n\n{bad}\n\nMore."))
    [(line, _, told)] = faults(source)
    assert source.split("\n")[line - 1] == bad.split("\n", 1)[0]
    assert remedy in told


def test_edge_5_a_card_without_prefix_is_refused():
    source = playbook(card=PLAYBOOK_CARD.replace("prefix: ESC\n", ""))
    assert faults(source) == [(1, "The card has no “prefix”", "Add a line “prefix: …”.")]


def test_edge_6_a_mistyped_fact_after_a_good_one():
    [(line, message, remedy)] = faults(playbook(clause(facts=FACTS + "- Guidence: Look closely\n")))
    assert line == 15
    assert "“Guidence” is not a known fact" in message
    assert remedy == "Did you mean “Guidance”?"


def test_edge_6_a_mistyped_first_fact_makes_the_list_text_and_is_told():
    told = faults(playbook(clause(facts="- Severty: major\n- Weight: 3\n- Evidence: x\n")))
    assert ("ESC-01: “Severty” is no fact, so the list is read as text", 12) in [(what, line) for line, what, _ in told]
    assert any("Severity" in remedy for _, _, remedy in told)


def test_edge_8_an_unknown_placeholder():
    source = playbook(parameters("| ack_minutes | 30 | min | lower | 5..60 |"), clause(text="Within {{ack_minuts}}."))
    [(line, message, remedy)] = faults(source)
    assert source.split("\n")[line - 1] == "Within {{ack_minuts}}."
    assert message == "No parameter is called “ack_minuts”"
    assert remedy == "Did you mean {{ack_minutes}}?"


@pytest.mark.parametrize(
    "text",
    ["[log](https://example.org/{{ack}})", "<https://example.org/{{ack}}>", "[a]( {{ack}})", "[a][r]\n\n[r]: {{ack}}"],
)
def test_edge_10_a_placeholder_in_an_address(text):
    source = playbook(parameters("| ack | 30 | | | |"), clause(text=text))
    assert any("stands in an address" in message for _, message, _ in faults(source))


@pytest.mark.parametrize("text", ["`{{ack}}`", "[{{ack}} minutes](https://example.org/)", "| a |\n|---|\n| {{ack}} |"])
def test_edge_10_a_placeholder_in_code_link_text_or_cell(text):
    assert faults(playbook(parameters("| ack | 30 | | | |"), clause(text=text))) == []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("15", "15", id="edge 12: plain"),
        pytest.param("15.0", "15", id="edge 12: a zero after the point"),
        pytest.param("015", "15", id="edge 12: a zero in front"),
        pytest.param("0.70", "0.7", id="a fraction"),
        pytest.param("08:00-20:00", "08:00-20:00", id="no number at all"),
        pytest.param("a \\| b", "a | b", id="edge 11: an escaped bar"),
        pytest.param("*x* <script> {{y}}", "*x* <script> {{y}}", id="edge 11: markup stays text"),
    ],
)
def test_parameter_values(written, value):
    source = override(parameters(f"| ack | {written} |", columns="Parameter | Value"))
    assert parse_override(source).operations[0].value == value


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        pytest.param("15 min", "Write 15 alone; “min” belongs in the Unit column.", id="edge 12: a unit"),
        pytest.param("5%", "Write 5 alone; “%” belongs in the Unit column.", id="edge 12: a sign"),
        pytest.param("٣٠", "Write it as 30; units have their column.", id="edge 12: other digits"),
        pytest.param("1,5", "Write 1.5 with a point and 100000 without separators.", id="edge 12: a comma"),
        pytest.param("", "Write a value, or take the row out.", id="empty"),
    ],
)
def test_edge_12_values_that_cannot_be_compared(written, remedy):
    [(line, _, told)] = faults(override(parameters(f"| ack | {written} |", columns="Parameter | Value")))
    assert (line, told) == (13, remedy)


def test_edge_13_the_card_keeps_its_strings():
    card = OVERRIDE_CARD.replace("scope: my", "scope: no") + ""
    assert parse_override(override(card=card)).scope == "no"
    assert parse_playbook(playbook(card=PLAYBOOK_CARD.replace("3.2.0", "1.10"))).version == "1.10"


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="edge 14: CRLF"),
        pytest.param(lambda text: "\ufeff" + text, id="edge 14: byte order mark"),
        pytest.param(lambda text: text.replace("é", "e\u0301"), id="edge 14: decomposed letters"),
        pytest.param(lambda text: text.replace("resolved.\n", "resolved. \t\n"), id="edge 14: trailing blanks"),
        pytest.param(lambda text: text.replace("\n\nCafé", "\n\n\n\n\nCafé"), id="edge 14: many empty lines"),
    ],
)
def test_edge_14_spellings_that_mean_the_same(variant):
    source = playbook(clause(text="The résumé is resolved.\n\nCafé."))
    assert variant(source) != source
    assert parse_playbook(variant(source)) == parse_playbook(source)


def test_edge_22_one_verb_twice_on_a_clause():
    twice = "## Add to ESC-02\n\n- Why: a\n\nMore.\n"
    [(line, message, _)] = faults(override(twice, twice))
    assert (line, message) == (15, "Add to ESC-02 stands twice, on lines 9 and 15")


@pytest.mark.parametrize("reference", ["[form][f]", "[form][F]", "[form] [f]"])
def test_edge_39_a_definition_in_another_clause_is_put_in_line(reference):
    source = playbook(
        clause(text=f"See the {reference}, not `[form][f]`."),
        clause("ESC-02 Next", text="Do it.\n\n[f]: https://example.org/form"),
    )
    parsed = parse_playbook(source)
    assert parsed.clauses[0].text == "See the [form](https://example.org/form), not `[form][f]`."
    assert parsed.clauses[1].text == "Do it."


def test_edge_42_a_right_to_left_title_is_kept_and_an_override_mark_refused():
    assert the_clause(playbook(clause("ESC-01 تسجيل الطلبات"))).title == "تسجيل الطلبات"
    [(line, message, _)] = faults(playbook(clause("ESC-01 \u202eevil")))
    assert (line, message) == (10, "The line holds the invisible character U+202E")


def test_edge_44_an_empty_override_is_a_statement():
    parsed = parse_override(override("Reviewed, nothing differs."))
    assert (parsed.operations, parsed.intro) == ((), "Reviewed, nothing differs.")


def test_edge_48_approved_is_kept_as_a_claim():
    card = PLAYBOOK_CARD.replace("---\n", "---\napproved: m.okafor 2026-01-08\n", 1)
    assert parse_playbook(playbook(card=card)).approved == "m.okafor 2026-01-08"


def test_a_refused_text_gives_every_problem_with_line_and_path():
    source = playbook(clause(facts="- Severity: grave\n- Weight: many\n"), clause("ESC-02", text=""))
    with pytest.raises(TextProblems) as refused:
        parse_playbook(source, "playbooks/x.md")
    assert [(problem.line, problem.path) for problem in refused.value.problems] == [
        (10, "playbooks/x.md"),
        (12, "playbooks/x.md"),
        (13, "playbooks/x.md"),
        (17, "playbooks/x.md"),
        (17, "playbooks/x.md"),
    ]
    assert all(problem.remedy for problem in refused.value.problems)
    assert str(refused.value).startswith("playbooks/x.md:10: ESC-01: it names no evidence. Add")


def test_facts_may_run_on_and_repeat():
    facts = "- Severity: Major\n- Weight: 03\n- Evidence: Queue export\n  of the audit week\n- Evidence: Roster\n"
    facts += "- Applies to: Account Security, Age Support\n- Frequency: Half-yearly\n- Formerly: ESC-3, old/ESC-9\n"
    parsed = the_clause(playbook(clause(facts=facts)))
    assert parsed.evidence == ("Queue export of the audit week", "Roster")
    assert parsed.applies_to == ("Account Security", "Age Support")
    assert (parsed.weight, parsed.frequency, parsed.formerly) == (3, "half-yearly", ("ESC-3", "old/ESC-9"))


def test_a_retired_clause_keeps_its_heading_and_needs_nothing_else():
    assert the_clause(playbook(clause(facts="- Retired: 3.4.0\n", text=""))).retired == "3.4.0"


def test_a_clause_outside_a_section_stands_one_level_higher():
    source = playbook(
        "## Intake\n\nGuidance.\n",
        clause("ESC-01 In"),
        f"## ESC-02 Out\n\n{FACTS}\n### A part\n\nDo it.\n",
        clause("ESC-03 Still out"),
    )
    parsed = parse_playbook(source)
    assert [(one.id, one.section) for one in parsed.clauses] == [("ESC-01", "Intake"), ("ESC-02", ""), ("ESC-03", "")]
    assert parsed.clauses[1].text == "#### A part\n\nDo it."
    assert parsed.sections == (Section("Intake", "Guidance."),)


def test_the_optional_card_keys():
    more = 'until: 2027-01-01\nchange: minor\nnote: "Sooner: 30 minutes"\nretroactive: yes\nreason: A late letter\n'
    parsed = parse_playbook(playbook(card=PLAYBOOK_CARD.replace("title:", f"{more}title:")))
    assert (parsed.until, parsed.change, parsed.note) == (date(2027, 1, 1), "minor", "Sooner: 30 minutes")
    assert (parsed.retroactive, parsed.reason) == (True, "A late letter")


def test_warnings_do_not_refuse():
    parsed, problems = read_playbook(playbook(parameters("| ack | 30 | | | |"), clause()))
    assert parsed is not None
    assert problems == (
        Problem("No clause uses the parameter “ack”", "Use it, or take the row out.", line=10, warning=True),
    )


def test_a_former_id_still_in_use_after_a_split_is_only_a_warning():
    source = playbook(clause(), clause("ESC-02 Split off", facts=FACTS + "- Formerly: ESC-01\n"))
    assert faults(source) == []
    assert [message for _, message, _ in warnings(source)] == [
        "ESC-02 was formerly ESC-01, which is still a clause on line 10"
    ]
