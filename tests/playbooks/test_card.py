"""The short way through a card of plain values, against the reader of YAML it goes round."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compliance.playbooks.card import Card, _fill, plain_entries
from compliance.playbooks.problems import Problems

LIBRARY = Path(__file__).resolve().parents[2] / "playbooks"
LINES = st.one_of(
    st.sampled_from((
        "scope: no", "version: 1.10", "version: 0x1F", "effective: 2026-01-15", "written-against:", "  global: 3.2.0",
        "  my: 1", "title: A, b (c); d/e + f", "title: a  b", "title: a: b", "title: 'a'", "title: a #b", "note: >",
        "- list", "", "   deep: 1", "key : 1", "Key: 1", "key:value", "note: 12:30", "owner: a@b", "title: é", "a: ~",
        "title: x ", "? a", "title: \"a\"", "  continued words", "note: null", "until: 1e3", "a: b-", "a: b.", "n: y",
    )),
    st.text(alphabet="ab:  -.,#'\"{}[]&*!|>%@`1_?", max_size=12))


def by_yaml(text: str) -> Card:
    card = Card(Problems(""))
    _fill(card, text)
    return card


@given(st.lists(LINES, max_size=5).map("\n".join))
@example("a: 1\na: 2")
@example("written-against:\n  global: 1\n  global: 2")
@example("note: a\n  b: c")
@example("written-against:\n  global: 1\nnote: a\n  my: 2")
def test_what_it_reads_yaml_reads_the_same(text: str) -> None:
    found = plain_entries(text)
    if found is not None:
        card = by_yaml(text)
        assert not card.broken
        assert found == card.entries


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("overrides/*.md")), ids=lambda path: "/".join(path.parts[-3:]))
def test_it_reads_the_overrides_of_the_library(path: Path) -> None:
    text = path.read_text(encoding="utf-8").split("---\n")[1].rstrip("\n")
    assert plain_entries(text) == by_yaml(text).entries
