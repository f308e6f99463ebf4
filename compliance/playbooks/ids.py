"""Clause ids: the prefix of the playbook, the codes of local scopes, a number."""

import re
from functools import lru_cache

PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,7}")
# Good enough to count by, before the prefix is known.
NAMES_A_CLAUSE = re.compile(r"[A-Z0-9]-[0-9]{1,4}(?=\s|$)")
_ANY_PREFIX = "[A-Z][A-Z0-9]{1,7}"


@lru_cache(maxsize=256)
def id_pattern(prefix: str = "") -> re.Pattern[str]:
    """Matches an id at the start of a heading: `ESC-01`, `ESC-APAC-01`. Without a prefix any will do."""
    start = re.escape(prefix) if prefix else _ANY_PREFIX
    return re.compile(rf"(?P<id>{start}(?:-[A-Z][A-Z0-9]*){{0,4}}-[0-9]{{1,4}})(?:\s+(?P<title>.*))?")


def intended_id(word: str, prefix: str) -> str:
    """The id a word was most likely meant to be, when case, an underscore or a mark after it is all that differs."""
    meant = word.upper().replace("_", "-").rstrip(":.,)")
    return meant if meant != word and id_pattern(prefix).fullmatch(meant) else ""


def has_scope_code(clause_id: str, scope: str) -> bool:
    """Whether a local clause carries the code of its scope, so that no layer above can come to use the same id."""
    return f"-{scope.upper()}-" in clause_id
