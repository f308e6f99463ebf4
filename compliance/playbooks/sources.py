"""Mark in a rendered clause which layer wrote which sentence."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from compliance.playbooks.effective import GLOBAL
from compliance.playbooks.rendering import WRAPPED

# Given an origin: the text of its mark, the kind of its layer, and the address of its version ("" for none).
Mark = Callable[[Mapping[str, Any]], tuple[str, str, str]]


def with_sources(html: str, sentences: Sequence[Mapping[str, Any]], mark: Mark, *, every: bool = False) -> str:
    """The HTML of a clause with a mark behind each run of sentences of one local layer, or of any with `every`.

    `html` is that of `render_by_sentence`; what comes out is as safe as what went in.
    """
    found = list(WRAPPED.finditer(html))
    pieces, end = [], 0
    for at, match in enumerate(found):
        origin = _origin(match, sentences)
        following = found[at + 1] if at + 1 < len(found) else None
        ends_run = following is None or _identity(_origin(following, sentences)) != _identity(origin) or (
            "<" in html[match.end() : following.start()])
        pieces += [html[end : match.start()], _shown(match[2], origin, mark, every=every, ends_run=ends_run)]
        end = match.end()
    return "".join([*pieces, html[end:]])


def plain(html: str) -> str:
    """The same HTML without the marks of sentences."""
    return WRAPPED.sub(lambda match: match[2], html)


def _origin(match: re.Match[str], sentences: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    number = int(match[1])
    return sentences[number] if number < len(sentences) else {"layer": GLOBAL, "version": ""}


def _identity(origin: Mapping[str, Any]) -> tuple[str, str, str]:
    return origin["layer"], origin.get("version", ""), origin.get("operation", "")


def _shown(inner: str, origin: Mapping[str, Any], mark: Mark, *, every: bool, ends_run: bool) -> str:
    local = origin["layer"] != GLOBAL
    text = f'<span class="local">{inner}</span>' if local else inner
    if not ends_run or not (local or every):
        return text
    label, kind, url = (escape(part, quote=True) for part in mark(origin))
    if url:
        return f'{text} <a class="pl-src" data-layer="{kind}" href="{url}">{label}</a>'
    return f'{text} <span class="pl-src" data-layer="{kind}">{label}</span>'
