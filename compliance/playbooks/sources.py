"""Mark in a rendered clause which layer wrote which sentence."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from compliance.playbooks.effective import GLOBAL
from compliance.playbooks.rendering import WRAPPED

# Given an origin: the text of its mark, the kind of its layer, and the address of its version ("" for none).
Mark = Callable[[Mapping[str, Any]], tuple[str, str, str]]


def with_sources(html: str, sentences: Sequence[Mapping[str, Any]], mark: Mark, *, every: bool = False,
                 clause: str = "") -> str:
    """The HTML of a clause with a mark behind each run of sentences of one local layer, or of any with `every`.

    With the id of a clause, sentence n (from 1) can be pointed at as `ESC-02.n`. `html` is that of
    `render_by_sentence`; what comes out is as safe as what went in.
    """
    found = list(WRAPPED.finditer(html))
    pieces, end = [], 0
    for at, match in enumerate(found):
        origin = _origin(match, sentences)
        following = found[at + 1] if at + 1 < len(found) else None
        ends_run = following is None or _identity(_origin(following, sentences)) != _identity(origin) or (
            "<" in html[match.end() : following.start()])
        place = escape(f"{clause}.{int(match[1]) + 1}", quote=True) if clause else ""
        pieces += [html[end : match.start()], _said(match[2], origin, place),
                   _source(origin, mark, every=every) if ends_run else ""]
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


def _said(inner: str, origin: Mapping[str, Any], place: str) -> str:
    local = origin["layer"] != GLOBAL
    if place:
        return f'<span class="said{" local" if local else ""}" id="{place}">{inner}</span>'
    return f'<span class="local">{inner}</span>' if local else inner


def _source(origin: Mapping[str, Any], mark: Mark, *, every: bool) -> str:
    if origin["layer"] == GLOBAL and not every:
        return ""
    label, kind, url = (escape(part, quote=True) for part in mark(origin))
    if url:
        return f' <a class="pl-src" data-layer="{kind}" href="{url}">{label}</a>'
    return f' <span class="pl-src" data-layer="{kind}">{label}</span>'
