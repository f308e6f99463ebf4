"""Values are put into a text as text, once."""

from html import unescape

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.codespans import code_ranges
from compliance.playbooks.substitution import fill, names_in, substitute

VALUES = {"ack": "15", "odd": "a|b *c* <script> {{ack}}", "item": "- 1. x", "ordinal": "1. x"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Within {{ack}} minutes.", "Within 15 minutes."),
        ("{{ack}}{{ack}}", "1515"),
        pytest.param("Write \\{{ack}}.", "Write {{ack}}.", id="edge 9: literal"),
        pytest.param("{{odd}}", "a\\|b \\*c\\* &lt;script&gt; \\{\\{ack\\}\\}", id="edge 11: escaped, once"),
        pytest.param("`{{odd}}`", "`a|b *c* <script> {{ack}}`", id="edge 10: in a code span"),
        pytest.param("~~~\n{{odd}}\n~~~", "~~~\na|b *c* <script> {{ack}}\n~~~", id="edge 10: in a fence"),
        ("{{item}}", "&#45; 1. x"),
        ("{{ordinal}}", "1\\. x"),
        ("{{nobody}}", "{{nobody}}"),
        ("{{ ack }} {{Ack}}", "{{ ack }} {{Ack}}"),
    ],
)
def test_substitute(text, expected):
    assert substitute(text, VALUES) == expected


@given(st.text(alphabet="ab1.-+#*_[]()<>&|\\{}~=!` ", min_size=1, max_size=12).map(str.strip).filter(bool))
def test_edge_11_no_value_turns_into_markup(value):
    # Python-Markdown itself is the oracle: it shows the value, and nothing but a paragraph.
    shown = markdown.markdown(substitute("{{v}}", {"v": value}), extensions=["tables", "fenced_code"])
    assert unescape(shown) == f"<p>{value}</p>"


def test_fill_leaves_plain_text_unescaped():
    assert fill("In {{odd}}? \\{{ack}} {{nobody}}", VALUES) == "In a|b *c* <script> {{ack}}? {{ack}} {{nobody}}"


def test_names_in_gives_each_name_once_in_order():
    assert names_in("{{b}} {{a}} \\{{c}}", "{{a}} `{{d}}` {{ e }}") == ("b", "a", "d")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a `b` c", ["`b`"]),
        ("``a ` b`` `c", ["``a ` b``"]),
        ("`a\n\nb`", []),
        ("\\`a`", []),
        ("```\na `b\n```\n`c`", ["```\na `b\n```\n", "`c`"]),
        ("~~~\n```\n~~~", ["~~~\n```\n~~~"]),
        ("```one line``` {{x}}", ["```one line```"]),
    ],
)
def test_code_ranges(text, code):
    assert [text[start:end] for start, end in code_ranges(text)] == code
