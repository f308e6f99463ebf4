"""Edge cases 1 to 16 and those of scripts, links and sizes: what a text says, and what is refused with a remedy."""

import unicodedata

import pytest

from compliance.playbooks.canonical import NotCanonical, canonical_value
from compliance.playbooks.comparison import Kind, compare
from compliance.playbooks.digests import leaf_digest
from compliance.playbooks.drift import State, drift
from compliance.playbooks.effective import Layer, Rules, ScopeKind
from compliance.playbooks.limits import MAX_CLAUSES
from compliance.playbooks.parsing import parse_override, parse_playbook, read_playbook
from compliance.playbooks.refusals import Reason
from compliance.playbooks.rendering import render_in_force
from compliance.playbooks.resolution import base, resolve
from compliance.playbooks.substitution import substitute
from compliance.playbooks.wording import join, sentences, words
from tests.playbooks.escalation import CLAIMED, DUTY, ON, PLAYBOOK, an_override, change, extend, playbook_with, reword
from tests.playbooks.texts import FACTS, PLAYBOOK_CARD, clause, faults, override, parameters, playbook, warnings

MINUTES = parameters("| minutes | 30 | minutes | lower | 5..60 |")


def text_of(written: str, *more: str) -> str:
    return parse_playbook(playbook(*more, clause(text=written))).clauses[0].text


def test_edge_01_a_heading_inside_a_fence_is_text() -> None:
    written = "Run this.\n\n```\n### ESC-99 Not a clause\n```"
    parsed = parse_playbook(playbook(clause(text=written)))
    assert [each.id for each in parsed.clauses] == ["ESC-01"]
    assert parsed.clauses[0].text == written


def test_edge_02_a_tilde_fence_may_hold_backticks() -> None:
    written = "~~~\n```\n### ESC-98 Text\n```\n~~~\n\nAfter it."
    assert text_of(written) == written


def test_edge_03_deeper_headings_belong_to_their_clause() -> None:
    parsed = parse_playbook(playbook(clause(text="#### At night\n\nCall."), clause("ESC-02 Next")))
    assert [each.id for each in parsed.clauses] == ["ESC-01", "ESC-02"]
    assert parsed.clauses[0].text == "#### At night\n\nCall."


def test_edge_04_an_id_that_stands_twice_names_both_lines() -> None:
    [(line, message, _)] = faults(playbook(clause(), clause()))
    first = playbook(clause(), clause()).splitlines().index("### ESC-01 Acknowledge") + 1
    assert f"lines {first} and {line}" in message
    assert line > first


@pytest.mark.parametrize(("heading", "said"), [
    ("### ESC-01A Acknowledge", "Write the id as ESC-01"),
    ("### esc-01 Acknowledge", "Did you mean “ESC-01”?"),
    ("ESC-01 Acknowledge\n------", "without the line below"),
], ids=["a letter after it", "small letters", "underlined"])
def test_edge_05_what_only_looks_like_a_clause_is_told(heading: str, said: str) -> None:
    source = playbook(clause("ESC-02 Real"), f"{heading}\n\nText.\n")
    assert [remedy for _, _, remedy in faults(source) if said in remedy]


def test_edge_05_without_a_prefix_nothing_is_a_clause() -> None:
    without = playbook(card=PLAYBOOK_CARD.replace("prefix: ESC\n", ""))
    assert any("prefix" in message for _, message, _ in faults(without))


def test_edge_06_a_mistyped_fact_after_a_good_one_is_named() -> None:
    [(_, message, remedy)] = faults(playbook(clause(facts=FACTS + "- Guidence: Look twice\n")))
    assert "Guidence" in message
    assert "Guidance" in remedy


def test_edge_06_a_mistyped_first_fact_makes_the_list_text_and_is_told() -> None:
    found = faults(playbook(clause(facts="- Severty: major\n- Weight: 3\n")))
    assert any("Severty" in message and "Severity" in remedy for _, message, remedy in found)


def test_edge_07_an_ordinary_list_stays_text() -> None:
    assert text_of("- Call: the lead\n- Then: the desk") == "- Call: the lead\n- Then: the desk"


def test_edge_08_an_unknown_placeholder_is_an_error_here_and_a_refused_operation_there() -> None:
    assert any("minuts" in message for _, message, _ in faults(playbook(MINUTES, clause(text="In {{minuts}}."))))
    local = parse_override(override("## Replace ESC-01\n\n- Why: x\n\nIn {{nothing}}."))
    here = resolve(PLAYBOOK, [Layer(ScopeKind.MARKET, "my", local)], CLAIMED)
    assert [issue.reason for issue in here.issues] == [Reason.NO_SUCH_PARAMETER]
    assert here.by_id["ESC-01"].clause.text == PLAYBOOK.clauses[0].text


def test_edge_09_an_escaped_placeholder_stays_literal() -> None:
    assert substitute(r"Write \{{minutes}} as it is.", {"minutes": "30"}) == "Write {{minutes}} as it is."
    assert "{{minutes}}" in render_in_force(r"Write \{{minutes}} as it is.", {"minutes": "30"})


@pytest.mark.parametrize(("written", "shown"), [
    ("`wait {{minutes}}`", '<code>wait <span class="pl-param">30</span></code>'),
    ("[in {{minutes}}](https://a.example/)", '>in <span class="pl-param">30</span></a>'),
    ("| In |\n|---|\n| {{minutes}} |", '<td><span class="pl-param">30</span></td>'),
], ids=["code", "link text", "cell"])
def test_edge_10_a_placeholder_is_put_in_wherever_text_stands(written: str, shown: str) -> None:
    assert faults(playbook(MINUTES, clause(text=written))) == []
    assert shown in render_in_force(written, {"minutes": "30"})


def test_edge_10_a_placeholder_in_an_address_is_refused() -> None:
    found = faults(playbook(MINUTES, clause(text="[x](https://a.example/{{minutes}})")))
    assert ["address" in message for _, message, _ in found] == [True]


@pytest.mark.parametrize(("value", "shown"), [
    ("a|b", "a|b"), ("*b*", "*b*"), ("{{other}}", "{{other}}"),
    ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
])
def test_edge_11_a_value_is_text_and_never_looked_into_again(value: str, shown: str) -> None:
    html = render_in_force("Say {{word}}.", {"word": value, "other": "EXPANDED"})
    assert f'<span class="pl-param">{shown}</span>' in html
    assert "EXPANDED" not in html
    assert "EXPANDED" not in substitute("Say {{word}}.", {"word": value, "other": "EXPANDED"})


@pytest.mark.parametrize("written", ["15", "15.0", "015"])
def test_edge_12_one_number_has_one_spelling(written: str) -> None:
    assert canonical_value(written) == "15"


@pytest.mark.parametrize(("written", "hint"), [("15 min", "Unit column"), ("٣٠", "digits 0 to 9"), ("1,5", "point")])
def test_edge_12_what_cannot_be_compared_is_refused_with_a_hint(written: str, hint: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_value(written)
    assert hint in f"{refused.value.message} {refused.value.remedy}"


def test_edge_13_the_card_holds_strings() -> None:
    parsed = parse_playbook(playbook(card=PLAYBOOK_CARD.replace("version: 3.2.0", "version: 1.10")))
    local = parse_override(override().replace("scope: my", "scope: no"))
    assert (parsed.version, local.scope) == ("1.10", "no")


@pytest.mark.parametrize("variant", [
    lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text,
    lambda text: unicodedata.normalize("NFD", text), lambda text: text.replace("noon.\n", "noon. \t\n"),
], ids=["CRLF", "BOM", "NFD", "trailing blanks"])
def test_edge_14_spellings_that_mean_the_same_have_one_digest(variant) -> None:
    source = playbook(clause(text="The café closes at noon.\nIt opens again."))
    one, other = (parse_playbook(text).clauses[0] for text in (source, variant(source)))
    assert leaf_digest(one) == leaf_digest(other)


def test_edge_15_a_line_break_and_tabs_in_code_are_kept() -> None:
    assert text_of("First line.  \nSecond line.") == "First line.  \nSecond line."
    assert text_of("```\n\tindented\n```") == "```\n\tindented\n```"


REFLOWED = DUTY.replace("by phone. If", "by phone.\nIf")


def test_edge_16_a_reflowed_paragraph_is_another_digest_reformatted_and_clean() -> None:
    new = playbook_with("ESC-03", text=REFLOWED)
    assert leaf_digest(new.clauses[2]) != leaf_digest(PLAYBOOK.clauses[2])
    assert [(each.kind, each.clause) for each in compare(PLAYBOOK, new)] == [(Kind.REFORMATTED, "ESC-03")]


@pytest.mark.parametrize("operation", [
    reword("ESC-03", "Call the desk."), extend("ESC-03", "Twice."), change("ESC-03", ("severity", "critical")),
    change("ESC-03", ("evidence", "A photograph")),
], ids=["replace", "add to", "change", "evidence"])
def test_edge_16_what_rests_on_a_reflowed_clause_needs_nobody(operation) -> None:
    new = playbook_with("ESC-03", text=REFLOWED)
    [item] = drift(an_override("my", operation), base(PLAYBOOK, CLAIMED), base(new, CLAIMED))
    assert item.state is State.CLEAN
    assert item.mechanical


@pytest.mark.parametrize("written", ["See [the form][f].", "See [the form][F].", "See [f][]."])
def test_edge_39_a_definition_in_another_clause_is_put_in_line_before_the_digest(written: str) -> None:
    apart = playbook(clause(text=written), clause("ESC-02 Next", "Text.\n\n[f]: https://a.example/form"))
    name = "f" if "[f][]" in written else "the form"
    inline = playbook(clause(text=f"See [{name}](https://a.example/form)."))
    one, other = (parse_playbook(text).clauses[0] for text in (apart, inline))
    assert leaf_digest(one) == leaf_digest(other)
    assert '<a href="https://a.example/form"' in render_in_force(one.text, {})


def test_edge_41_thai_and_japanese_are_cut_where_their_readers_would() -> None:
    assert [piece.text for piece in sentences("当番が電話する。記録する。")] == ["当番が電話する。", "記録する。"]
    for text in ("ผู้ป่วยที่นี่", "กำลังใจ"):
        assert join(words(text)) == text
        assert not any(unicodedata.combining(piece.text[0]) for piece in words(text))
        assert not any(unicodedata.category(piece.text[0]).startswith("M") for piece in words(text))


@pytest.mark.parametrize(("source", "said"), [
    (playbook(*(clause(f"ESC-{n:04} Do it") for n in range(1, 10_000))), f"the limit is {MAX_CLAUSES:,}"),
    (playbook(clause(text="word " * 210_000)), "the limit is 16 KB"),
], ids=["ten thousand clauses", "a megabyte in one clause"])
def test_edge_43_what_is_too_large_is_refused_before_it_is_read(source: str, said: str) -> None:
    parsed, problems = read_playbook(source)
    assert parsed is None
    assert said in problems[0].message
    assert "Split it" in problems[0].remedy


def test_edge_44_an_empty_override_is_a_statement() -> None:
    parsed = parse_override(override("We looked at it. Nothing differs here.\n"))
    assert (parsed.operations, parsed.intro) == ((), "We looked at it. Nothing differs here.")
    assert warnings(override("Nothing differs.\n")) == []


def test_edge_22_the_same_verb_twice_on_a_clause_is_an_error() -> None:
    twice = "## Replace ESC-01\n\n- Why: x\n\nText.\n"
    [(_, message, remedy)] = faults(override(twice, twice))
    assert "twice" in message
    assert remedy


def test_edge_48_approved_in_a_file_is_a_claim() -> None:
    parsed = parse_playbook(playbook(card=PLAYBOOK_CARD.replace("---\n", "---\napproved: m.okafor 2026-01-08\n", 1)))
    assert parsed.approved == "m.okafor 2026-01-08"
    assert base(parsed, Rules(ON)).clauses[0].origins["text"].approver == ""
    told = base(parsed, CLAIMED).clauses[0].origins["text"]
    assert (told.approver, told.claimed) == ("m.okafor", True)
