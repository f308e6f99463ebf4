"""Markdown to HTML that is safe to show: raw HTML is text, and only what our list allows comes out."""

import re
from collections.abc import Mapping
from html import escape
from importlib.metadata import version

import markdown
import nh3
from markdown.extensions.tables import TableExtension

from compliance.playbooks.substitution import PLACEHOLDER
from compliance.playbooks.wording import sentences

# A cached page is keyed by this: with another renderer the same clause is rendered anew.
RENDERER = f"2/markdown-{version('markdown')}/nh3-{version('nh3')}"

_INLINE = {"a", "br", "code", "del", "em", "ins", "strong"}
_BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
_TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS = frozenset(_INLINE | _BLOCKS | _TABLES)
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
_SCHEMES = {"http", "https", "mailto"}
# A relative link would lead into the application, and a scheme split by a blank is one.
_ADDRESS = re.compile(r"(?:https?://|mailto:|#)[^\s\ue000-\uf8ff]*", re.IGNORECASE)
_ALIGN = frozenset({"left", "center", "right"})
_START = re.compile(r"[0-9]{1,6}")

# Sentinels: a value is put in after sanitising, so that no author can write what ours alone may hold.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SAID, _SAID_NUMBER, _SAID_END = "\ue002", "\ue003", "\ue004"
_SENTENCE = re.compile(f"{_SAID}([0-9]+){_SAID_NUMBER}(.*?){_SAID_END}", re.DOTALL)
_STRAY = re.compile(f"{_SAID}[0-9]+{_SAID_NUMBER}|{_SAID_END}")
_MARKS = re.compile(r"[*_`\[\]<>\\|#=~+-]|\n")
WRAPPED = re.compile(r'<span data-s="([0-9]+)">(.*?)</span><!--s-->', re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
# What makes a list entry, quotation or heading stays in front of the mark, or it would make none.
_BLOCK_START = re.compile(r"\s*(?:(?:[-*+>]|[0-9]{1,9}[.)]|#{1,6})[ \t]+)*")
_UNMARKABLE = re.compile(r"^(?:\||[ \t]*(?:-{2,}|={2,}|\*{3,}|_{3,})[ \t]*$)", re.MULTILINE)
_SENTINEL = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def render(text: str) -> str:
    """Safe HTML of Markdown within the limits of `limits`, the same bytes for the same text and `RENDERER`."""
    return _sanitised(_converted(_PRIVATE.sub("", text)))


def render_in_force(text: str, values: Mapping[str, str]) -> str:
    """Safe HTML with each value in force in `<span class="pl-param">`; an unknown name stays as written."""
    shown: list[str] = []

    def sentinel(match: re.Match[str]) -> str:
        shown.append(_shown(match, values))
        return f"{_OPEN}{len(shown) - 1}{_CLOSE}"

    html = _sanitised(_converted(PLACEHOLDER.sub(sentinel, _PRIVATE.sub("", text))))
    return _SENTINEL.sub(lambda match: shown[int(match[1])], html)


def render_by_sentence(text: str, values: Mapping[str, str]) -> str:
    """As `render_in_force`, with sentence n of `wording.sentences` in `<span data-s="n">…</span><!--s-->`.

    A sentence that cannot be wrapped alone (emphasis over two sentences, a table row, code) is left unmarked. The
    comment tells the end, which `</span>` cannot where a value stands inside.
    """
    clean = _PRIVATE.sub("", text)
    shown: list[str] = []

    def sentinel(match: re.Match[str]) -> str:
        shown.append(_shown(match, values))
        return f"{_OPEN}{len(shown) - 1}{_CLOSE}"

    html = _sanitised(_converted(PLACEHOLDER.sub(sentinel, _marked(clean))))
    html = _STRAY.sub("", _SENTENCE.sub(_wrapped, html))
    html = _SENTINEL.sub(lambda match: shown[int(match[1])], html)
    if not _MARKS.search(PLACEHOLDER.sub("", clean)):
        return html
    # A mark next to emphasis or a block can change what it means. What is shown counts for more than who said it.
    unmarked = render_in_force(text, values)
    return html if WRAPPED.sub(lambda match: match[2], html) == unmarked else unmarked


def _marked(text: str) -> str:
    if "```" in text or "~~~" in text or re.search(r"^(?: {4}|\t)", text, re.MULTILINE):
        return text
    marked = []
    for place, piece in enumerate(sentences(text)):
        body = piece.text
        if body.strip() and not _UNMARKABLE.search(body):
            start = _BLOCK_START.match(body)
            cut = start.end() if start else 0
            body = f"{body[:cut]}{_SAID}{place}{_SAID_NUMBER}{body[cut:]}{_SAID_END}"
        marked.append(piece.gap + body)
    return "".join(marked)


def _wrapped(match: re.Match[str]) -> str:
    inner = match[2]
    if not _balanced(inner):
        return inner
    return f'<span data-s="{match[1]}">{_STRAY.sub("", inner)}</span><!--s-->'


def _balanced(html: str) -> bool:
    """Whether every inline element opened in a passage is closed in it; a block inside cannot be in a span."""
    stack: list[str] = []
    for closing, tag in _TAG.findall(html):
        if tag in _BLOCKS or tag in _TABLES:
            return False
        if tag == "br":
            continue
        if not closing:
            stack.append(tag)
        elif not stack or stack.pop() != tag:
            return False
    return not stack


def fill_in_force(text: str, values: Mapping[str, str]) -> str:
    """Safe HTML of a plain text (title, check, evidence) with each value in force in `<span class="pl-param">`."""
    pieces, end = [], 0
    for match in PLACEHOLDER.finditer(text):
        pieces += [escape(text[end : match.start()]), _shown(match, values)]
        end = match.end()
    return "".join([*pieces, escape(text[end:])])


def _shown(match: re.Match[str], values: Mapping[str, str]) -> str:
    if match[1] or match[2] not in values:
        return escape("{{" + match[2] + "}}")
    return f'<span class="pl-param">{escape(values[match[2]])}</span>'


def _converted(text: str) -> str:
    # Made anew each time: an instance holds state between calls, and two threads would share it.
    converter = markdown.Markdown(
        extensions=["fenced_code", "sane_lists", TableExtension(use_align_attribute=True)], output_format="html"
    )
    converter.preprocessors.deregister("html_block")
    for name in ("html", "image_link", "image_reference", "short_image_ref"):
        converter.inlinePatterns.deregister(name)
    return converter.convert(text)


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """The attribute value, or None to drop it. No value that may stay can hold a sentinel."""
    if tag == "a":
        return value if name == "rel" or (name == "href" and _ADDRESS.fullmatch(value)) else None
    if tag == "ol":
        return value if _START.fullmatch(value) else None
    return value if name == "align" and value in _ALIGN else None
