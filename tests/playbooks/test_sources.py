"""Sentences are marked where they stand, each once, and marking never changes what is shown."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.parsing import parse_playbook
from compliance.playbooks.rendering import render_by_sentence, render_in_force
from compliance.playbooks.sources import plain, with_sources
from compliance.playbooks.wording import sentences
from tests.playbooks.library import playbook_files

GLOBAL = {"layer": "global", "version": "3.0.0"}
APAC = {"layer": "apac", "version": "1", "operation": "Add to ESC-06"}
INDIA = {"layer": "in", "version": "2", "operation": "Add to ESC-06"}
KINDS = {"global": "global", "apac": "region", "in": "market"}


def mark(origin):
    return f"{origin['layer']} {origin['version']}", KINDS[origin["layer"]], f"/o/{origin['layer']}"


@pytest.mark.parametrize("path", playbook_files(), ids=lambda path: "/".join(path.parts[-3:]))
def test_a_marked_clause_shows_the_same_as_an_unmarked_one(path):
    playbook = parse_playbook(path.read_text(encoding="utf-8"))
    values = {parameter.name: parameter.value for parameter in playbook.parameters}
    for clause in playbook.clauses:
        assert plain(render_by_sentence(clause.text, values)) == render_in_force(clause.text, values)


PIECES = st.sampled_from([
    "Wait {{n}} minutes.", "**Now.** Then *go.", "It ends.*", "- one. Two.", "1. first", "| a. | b. |", "|---|---|",
    "```", "x. Y.", "[a. B](https://x.example) c.", "> said. So.", "## Head. Tail", "<b>raw.</b> Text.", "\n",
    "e.g. this.", "`code. Here`", "***", "    four. Blanks.", "\ue000 sentinel. \ue004 End.", "Line one.  ",
])


@given(st.lists(PIECES, max_size=8))
def test_marking_never_changes_what_is_shown(pieces):
    text = "\n".join(pieces)
    marked = render_by_sentence(text, {"n": "15"})
    assert plain(marked) == render_in_force(text, {"n": "15"})
    numbers = [int(number) for number in re.findall(r'data-s="(\d+)"', marked)]
    assert numbers == sorted(set(numbers))
    assert not numbers or max(numbers) < len(sentences(re.sub("[\ue000-\uf8ff]", "", text)))


def test_each_mark_stands_around_its_own_sentence():
    text = "First here. Second {{n}} there.\n\n- Third **bold** now. Fourth.\n- Fifth"
    found = dict(re.findall(r'<span data-s="(\d+)">(.*?)</span><!--s-->', render_by_sentence(text, {"n": "15"})))
    said = {number: unescape(re.sub(r"<[^>]+>", "", html)) for number, html in found.items()}
    assert said == {"0": "First here.", "1": "Second 15 there.", "2": "Third bold now.", "3": "Fourth.", "4": "Fifth"}


@pytest.mark.parametrize("text", ["**One. Two** three.", "| a. | b. |\n|---|---|\n| c. | d. |", "```\nOne. Two.\n```"])
def test_what_cannot_be_wrapped_alone_is_left_unmarked(text):
    html = render_by_sentence(text, {})
    assert "data-s=\"0\"" not in html
    assert plain(html) == render_in_force(text, {})


def shown(origins, **options):
    return with_sources(render_by_sentence("One. Two. Three.", {}), origins, mark, **options)


def test_a_run_of_sentences_of_one_layer_has_one_mark_at_its_end():
    assert shown([GLOBAL, APAC, APAC]) == (
        '<p>One. <span class="local">Two.</span> <span class="local">Three.</span> '
        '<a class="pl-src" data-layer="region" href="/o/apac">apac 1</a></p>')


def test_two_layers_have_a_mark_each():
    html = shown([GLOBAL, APAC, INDIA])
    assert re.findall(r'data-layer="(\w+)"', html) == ["region", "market"]
    assert html.index("apac 1") < html.index("Three.") < html.index("in 2")


def test_global_sentences_are_marked_on_request_only():
    assert "pl-src" not in shown([GLOBAL] * 3)
    assert re.findall(r'data-layer="(\w+)"', shown([GLOBAL, APAC, GLOBAL], every=True)) == [
        "global", "region", "global"]


def test_what_a_mark_says_is_escaped():
    html = with_sources(render_by_sentence("One.", {}), [APAC], lambda _: ("<b>", '"x', '/o?a=1&b="2'))
    assert '<a class="pl-src" data-layer="&quot;x" href="/o?a=1&amp;b=&quot;2">&lt;b&gt;</a>' in html
