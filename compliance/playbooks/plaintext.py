"""What a rendered clause says without its markup, for search and for a line in a list."""

import re
from html import unescape

_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|tr|blockquote|pre)>|<(?:br|hr)[^>]*>")
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_SPACE = re.compile(r"\s+")


def plain(html: str) -> str:
    """The words of sanitised HTML in one line. Text again, and no markup: whoever shows it escapes it."""
    return _SPACE.sub(" ", unescape(_TAG.sub("", _BLOCK_END.sub(" ", html)))).strip()
