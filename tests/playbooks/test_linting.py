"""Cards, tables and facts that are refused, and texts too large to be looked into."""

import pytest

from compliance.playbooks.limits import MAX_BLOCK_BYTES
from compliance.playbooks.nearness import distance, nearest
from compliance.playbooks.parsing import read_playbook
from tests.playbooks.texts import FACTS, OVERRIDE_CARD, PLAYBOOK_CARD, clause, faults, override, parameters, playbook


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "remedy"),
    [
        ("---\nplaybook", "playbook", 1, "The file has no card", "three dashes"),
        ("01-15\n---", "01-15", 1, "The card is not closed within 60 lines", "three dashes"),
        ("title: Esc", 'title: "Esc', 4, "The card is not readable: found unexpected", "quote"),
        ("title: Escalation", "title: A: B", 4, "The card is not readable: mapping values are not allowed", "quote"),
        ("owner:", "ownr:", 6, "The card does not know “ownr”", "Did you mean “owner”?"),
        ("owner: global-ts-policy\n", "", 1, "The card has no “owner”", "Add a line “owner: …”."),
        ("version: 3.2.0", "version: three", 3, "“three” is no version", "3.2.0"),
        ("2026-01-15", "15.1.2026", 7, "“15.1.2026” is no date for “effective”", "2026-01-15"),
        ("2026-01-15", "2026-02-30", 7, "“2026-02-30” is no date for “effective”", "2026-01-15"),
        ("prefix: ESC", "prefix: esc-", 5, "“esc-” is no prefix", "capital letters"),
        ("owner:", "title: Again\nowner:", 6, "“title” stands twice, on lines 4 and 6", "Keep one"),
        ("title: Escalation handling", "title: [a, b]", 4, "“title” holds more than a value", "one line"),
        ("owner:", "until: 2026-01-15\nowner:", 6, "It ends on 2026-01-15 and takes effect on 2026-01-15", "no longer"),
        ("owner:", "change: huge\nowner:", 6, "“huge” is no kind of change", "editorial, minor or major"),
        ("owner:", "retroactive: maybe\nowner:", 6, "“retroactive” is “maybe”", "yes or no"),
        ("owner:", "retroactive: yes\nowner:", 6, "It is retroactive and says not why", "reason"),
        ("title: Escalation", "title: &a [*a, *a]\nchange: Escalation", 4, "“title” holds more than a value", "one"),
        ("title: Esc", "title: " + "[" * 3000 + "\nchange: Esc", 1, "The card is not readable: it is nested", "quote"),
    ],
)
def test_a_broken_card(old, new, line, message, remedy):
    source = playbook(card=PLAYBOOK_CARD.replace(old, new))
    told = faults(source)
    assert any(at == line and what.startswith(message) and remedy in do for at, what, do in told), told


def test_an_override_says_its_layers_in_a_list():
    card = OVERRIDE_CARD.replace("owner:", "written-against: 3.2.0\nowner:")
    [(line, message, _)] = faults(override(card=card))
    assert (line, message) == (5, "“written-against” is one value")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("| Ack | 30 | | | |", "“Ack” is no parameter name"),
        ("| ack | thirty | | lower | |", "ack: “thirty” is no number"),
        ("| ack | 30 | | sooner | |", "ack: “sooner” says no direction"),
        ("| ack | 30 | | | 5-60 |", "ack: “5-60” is no range"),
        ("| ack | 30 | | | 60..5 |", "ack: the range 60..5 runs backwards"),
        ("| ack | 90 | | lower | 5..60 |", "ack: 90 lies outside 5..60"),
        ("| ack | none | | a > b | |", "ack: “none” is not in a > b"),
        ("| ack | a | | a > a | |", "ack: “a > a” says no direction"),
        ("| ack | a | | a > b | 1..2 |", "ack has an order and a range"),
        ("| ack | 30 |", "The row has 2 cells and the table 5 columns"),
        ("some words", "“some words” stands among the parameters and is no row"),
        ("| ack | 30 | | | |\n| ack | 20 | | | |", "Parameter “ack” stands twice, on lines 14 and 15"),
    ],
)
def test_parameter_rows(row, message):
    told = faults(playbook(parameters(row), clause(text="{{ack}} \\{{Ack}}")))
    assert message in [what for _, what, _ in told], told


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("Parameter | Valu | Unit | Stricter | Range", "“Valu” is no column of this table"),
        ("Parameter | Unit | Unit | Stricter | Range", "The table has no column “Value”"),
        ("Parameter | Value | Value | Stricter | Range", "A column stands twice in the table"),
    ],
)
def test_parameter_columns(columns, message):
    told = faults(playbook(parameters("| ack | 30 | | | |", columns=columns), clause()))
    assert (12, message) in [(line, what) for line, what, _ in told]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("- Weight: 3\n- Evidence: x\n", "ESC-01: it has no severity"),
        ("- Severity: major\n- Evidence: x\n", "ESC-01: it has no weight"),
        ("- Severity: major\n- Weight: 3\n", "ESC-01: it names no evidence"),
        (FACTS + "- Weight: 2\n", "ESC-01: “Weight” stands twice, on lines 13 and 15"),
        (FACTS + "- Law:\n", "ESC-01: “Law” has no value"),
        (FACTS + "- Why: y\n", "ESC-01: “Why” has no meaning here"),
        (FACTS + "- Locked: shut\n", "ESC-01: “shut” is no lock"),
        (FACTS + "- Must rebase: perhaps\n", "ESC-01: “Must rebase” is “perhaps”"),
        (FACTS + "- Frequency: evry audit\n", "ESC-01: “evry audit” is no frequency"),
        (FACTS + "a stray line\n", "ESC-01: “a stray line” stands among the facts and is none"),
        ("- Severity: majr\n- Weight: 0\n- Evidence: x\n", "ESC-01: “0” is no weight"),
    ],
)
def test_facts(facts, message):
    assert message in [what for _, what, _ in faults(playbook(clause(facts=facts)))]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (["# Escalation handling\n", clause()], "“Escalation handling” is a heading of level 1"),
        (["## Intake\n", "## Intake\n", clause()], "The section “Intake” stands twice, on lines 10 and 12"),
        (["Only prose."], "The playbook has no clause"),
        ([clause(text="```\nnever closed")], "The fence is never closed"),
        ([clause("ESC-01")], "ESC-01: it has no title"),
    ],
)
def test_headings(parts, message):
    assert message in [what for _, what, _ in faults(playbook(*parts))]


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        pytest.param(
            playbook(clause(text="word " * 400_000)), 10, "has 1,953 KB; the limit is 16 KB", id="edge 43: 2 MB"
        ),
        pytest.param(playbook(clause(text="[" * 2_000)), 16, "has 2,000 of “[”; the limit is 100", id="2,000 ["),
        pytest.param(playbook(clause(text="<a " * 101)), 16, "has 101 of “<”; the limit is 100", id="101 <"),
        pytest.param(playbook(clause(text="x\n" + "`" * 31)), 17, "has more than 30 of “`” in a row", id="a run of 31"),
        pytest.param(playbook(clause(text="> " * 2_000)), 16, "more than ten quotes or lists", id="quotes in quotes"),
        pytest.param(playbook(clause(text="x\n" + "\t" * 500)), 17, "indented by more than 80", id="500 tabs"),
        pytest.param(
            playbook(*(clause(f"ESC-{number} Act") for number in range(10_000))),
            8_010,
            "The file has 10,000 clauses; the limit is 1,000",
            id="edge 43: 10,000 clauses",
        ),
        pytest.param(playbook("## \n" * 100_000), 210, "The file has 100,000 sections", id="100,000 sections"),
        pytest.param(playbook("x" * 5_000_000), 1, "The file has 4,883 KB; the limit is 4,096 KB", id="5 MB"),
    ],
)
@pytest.mark.timeout(30)  # measured 1 to 250 ms; without the limits some take minutes
def test_limits_refuse_before_anything_expensive(source, line, message):
    parsed, problems = read_playbook(source)
    assert parsed is None
    assert problems[0].line == line
    assert message in problems[0].message
    assert problems[0].remedy
    assert len(problems) <= 2  # nothing further was looked into


def test_what_is_just_within_the_limits_is_read():
    text = "[" * 30 + " [a" * 70 + "\n\n" + "<" * 30 + " <a" * 70 + "\n\n"
    text += "x" * (MAX_BLOCK_BYTES - len(text) - len(FACTS) - 3)
    assert read_playbook(playbook(clause(text=text)))[0] is not None
    assert read_playbook(playbook(clause(text=text + "x")))[0] is None


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("law", "law", 0),
        ("law", "laws", 1),
        ("check", "chekc", 2),
        ("weight", "height", 1),
        ("", "ab", 2),
        ("abc", "xyz", 3),
    ],
)
def test_distance(one, other, steps):
    assert distance(one, other) == distance(other, one) == steps


def test_short_words_are_near_within_one_step_only():
    assert nearest("who", ["law"]) == ""
    assert nearest("lwa", ["law"]) == ""
    assert nearest("Laws", ["law"]) == "law"
    assert nearest("Evidnce", ["law", "evidence"]) == "evidence"
