"""Nothing dangerous survives rendering, and nobody but us can claim to be a value in force."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.parsing import read_playbook
from compliance.playbooks.rendering import RENDERER, fill_in_force, render, render_in_force
from tests.playbooks.texts import clause, playbook

BARE = "p br em strong del ins code pre blockquote ul li hr h1 h2 h3 h4 h5 h6 table thead tbody tr"
ALLOWED = {tag: set() for tag in BARE.split()}
ALLOWED |= {"a": {"href", "rel"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}, "span": {"class"}}

# After the filter evasion list of OWASP: schemes hidden by case, entities, control marks, blanks and quotes; handlers,
# styles, frames, forms, vectors that need a broken parser, and the ways Markdown itself has to make an address.
PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://example.org/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<SCRIPT>alert(1);//<</SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"javascript:alert(1)\">",
    "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
    "<body onload=alert(1)>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<object data=\"data:text/html;base64,PHNjcmlwdD4=\"></object>",
    "<embed src=\"data:image/svg+xml;base64,PHN2Zz4=\">",
    "<form action=\"javascript:alert(1)\"><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<a href=\"javascript:alert(1)\" onclick=\"alert(1)\">x</a>",
    "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<style>@import 'https://example.org/x.css';</style>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<base href=\"javascript:alert(1)//\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<p id=login class=pl-param>x</p>",
    "<span class=\"pl-param\">15</span>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java script:alert(1))",
    "[x]( &#14; javascript:alert(1))",
    "[x](&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x](//example.org/x)",
    "[x](/accounts/sign-out)",
    "[x](../../admin)",
    "[x](https://example.org/\"onmouseover=\"alert(1))",
    "[x](https://example.org 'a' onclick=alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x][r]\n\n[r]: https://example.org 'x\" onclick=\"alert(1)'",
    "![x](javascript:alert(1))",
    "![x\" onerror=\"alert(1)](https://example.org/x.png)",
    "![x](https://example.org/track.png)",
    "<javascript:alert(1)>",
    "<https://example.org/\" onclick=\"alert(1)>",
    "<a@example.org?body=x\"onclick=alert(1)>",
    "# T {#login .pl-param onclick=alert(1)}",
    "```{.python #login onclick=alert(1)}\nx\n```",
    "```\"><script>alert(1)</script>\nx\n```",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "| <script> | <b onclick=x> |\n|---|:-:|\n| <img src=x onerror=alert(1)> | x |",
    "| x |\n|---|\n| `</td><script>alert(1)</script>` |",
    "* x\n* <script>alert(1)</script>",
    "> <iframe src=x>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "*[x](javascript:alert(1))*",
    "[[x](javascript:alert(1))](https://example.org)",
    "[<img src=x onerror=alert(1)>](https://example.org)",
    "\x02klzzwxh:0000\x03 \x02amp\x03",
    "\ue0000\ue001 \ue00099\ue001",
    "{{a}}<script>{{a}}</script>",
]  # fmt: skip


class Seen(HTMLParser):
    """An HTML parser of its own, to look at the outcome without the sanitiser's help."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.tags.append("comment")

    handle_decl = unknown_decl = handle_pi = handle_comment


def dangers(html):
    seen = Seen(html)
    found = [f"tag {tag}" for tag in seen.tags if tag not in ALLOWED]
    found += [f"{tag} {name}" for tag, name, _ in seen.attributes if name not in ALLOWED.get(tag, set())]
    for tag, name, value in seen.attributes:
        # As a browser does before it looks for the scheme.
        address = re.sub(r"[\x00-\x20]", "", value).lower()
        if name == "href" and not address.startswith(("http://", "https://", "mailto:", "#")):
            found.append(f"{tag} to {value}")
        if name == "rel" and value != "noopener noreferrer":
            found.append(f"rel {value}")
    return found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_dangerous_survives(payload):
    for text in (payload, f"Before {payload} after", f"- {payload}\n- x", f"| a |\n|---|\n| {payload} |"):
        assert dangers(render(text)) == []
        html = render_in_force(text, {"a": payload})
        assert dangers(html) == []
        spans = [value for tag, name, value in Seen(html).attributes if tag == "span"]
        assert spans == ["pl-param"] * text.count("{{a}}")
        assert dangers(fill_in_force(text, {"a": payload})) == []


def test_the_payloads_are_dangerous_without_the_sanitiser():
    # The test of the test: what passes through unsanitised has to be seen by `dangers`.
    assert len([payload for payload in PAYLOADS if dangers(f"{payload}\n")]) >= 25


@given(st.text(alphabet="<>\"'`&;:#/[]()!*_|\\ =\n\tajavscriptonerhlf\ue000\ue0010{}", max_size=60))
def test_nothing_dangerous_comes_of_any_mixture(text):
    assert dangers(render_in_force(text, {"a": text})) == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Do *this* and **that**.", "<p>Do <em>this</em> and <strong>that</strong>.</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("<div>x</div>", "<p>&lt;div&gt;x&lt;/div&gt;</p>"),
        (
            "[x](https://example.org/a?b=1&c=2)",
            '<p><a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">x</a></p>',
        ),
        ("[x](#ESC-01)", '<p><a href="#ESC-01" rel="noopener noreferrer">x</a></p>'),
        ("[x](/finding)", '<p><a rel="noopener noreferrer">x</a></p>'),
        ("one  \ntwo", "<p>one<br>\ntwo</p>"),
        ("#### A part", "<h4>A part</h4>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("```\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>"),
        ("\\{{literal}}", "<p>{{literal}}</p>"),
    ],
)
def test_rendering(text, html):
    assert render(text) == html
    assert render_in_force(text, {}) == html


def test_table_columns_keep_their_alignment():
    html = render("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert re.findall(r'<td align="(\w+)">(\d)', html) == [("left", "1"), ("center", "2"), ("right", "3")]


SPAN = '<span class="pl-param">{}</span>'


@pytest.mark.parametrize(
    ("text", "values", "html"),
    [
        ("In {{a}} minutes.", {"a": "15"}, f"<p>In {SPAN.format('15')} minutes.</p>"),
        ("*{{a}}*{{b}}", {"a": "1", "b": "2"}, f"<p><em>{SPAN.format('1')}</em>{SPAN.format('2')}</p>"),
        pytest.param("`{{a}}`", {"a": "15"}, f"<p><code>{SPAN.format('15')}</code></p>", id="edge 10: in code"),
        pytest.param(
            "[{{a}}](https://example.org/{{a}})",
            {"a": "15"},
            f'<p><a rel="noopener noreferrer">{SPAN.format("15")}</a></p>',
            id="edge 10: in link text, and never in an address",
        ),
        pytest.param(
            "{{a}}",
            {"a": "*b* | <script> {{b}}", "b": "2"},
            f"<p>{SPAN.format('*b* | &lt;script&gt; {{b}}')}</p>",
            id="edge 11: escaped, and not expanded again",
        ),
        pytest.param("\\{{a}} {{a}}", {"a": "15"}, f"<p>{{{{a}}}} {SPAN.format('15')}</p>", id="edge 9: literal"),
        ("{{nobody}}", {}, "<p>{{nobody}}</p>"),
        (
            '<span class="pl-param">99</span>',
            {},
            '<p>&lt;span class="pl-param"&gt;99&lt;/span&gt;</p>',
        ),
        ("\ue0000\ue001 {{a}}", {"a": "15"}, f"<p>0 {SPAN.format('15')}</p>"),
    ],
)
def test_values_in_force(text, values, html):
    assert render_in_force(text, values) == html


def test_values_in_force_in_a_table_cell():
    html = render_in_force("| a |\n|---|\n| {{a}} |", {"a": "x | y"})
    assert f"<td>{SPAN.format('x | y')}</td>" in html


def test_values_in_force_in_plain_text():
    assert fill_in_force("Within {{a}} & <b>? \\{{a}} {{c}}", {"a": "<15>"}) == (
        f"Within {SPAN.format('&lt;15&gt;')} &amp; &lt;b&gt;? {{{{a}}}} {{{{c}}}}"
    )


def test_the_renderer_names_what_its_bytes_depend_on():
    assert re.fullmatch(r"\d+/markdown-[\d.]+/nh3-[\d.]+", RENDERER)


HANGS = {
    "brackets": "[" * 2_000,
    "brackets apart": "[ " * 2_000,
    "links in addresses": "[a](<b" * 700,
    "quotes in quotes": "> " * 2_000,
    "lists in lists": "- " * 5_000,
    "a list that sinks": "\n".join(" " * (4 * depth) + "- a" for depth in range(80)),
    "angles": "<a " * 5_000,
    "backticks of every length": "".join("`" * length + "a" for length in range(1, 170)),
    "a wide table": "|" + "a|" * 4_000,
    "stars": "**a *b " * 2_000,
    "underscores": "__a _b " * 2_000,
    "sixteen times too long": "word " * 60_000,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", HANGS.values(), ids=HANGS)
def test_what_would_hang_the_renderer_is_refused_by_the_limits(text):
    parsed, problems = read_playbook(playbook(clause(text=text)))
    assert parsed is None
    assert any("limit is" in one.message or "more than" in one.message for one in problems)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    ["[" * 30 + " [" * 70, "[a](<b " * 14, "`a ``b " * 130, "*a **b " * 200, "- a\n" * 4_000, "a\n===\n" * 2_700],
)
def test_what_is_just_within_the_limits_renders(text):
    assert read_playbook(playbook(clause(text=text[:16_000])))[0] is not None
    assert render(text[:16_000])
