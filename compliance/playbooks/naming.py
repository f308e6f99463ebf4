"""Names that texts write as keys, said as people say them."""

import re
from collections.abc import Iterable
from typing import Protocol

from compliance.playbooks.effective import GLOBAL

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
LONGEST_ABBREVIATION = 2  # "ts", "hr": written in capitals
SMALL_WORDS = frozenset({"an", "as", "at", "be", "by", "do", "go", "if", "in", "is", "it", "my", "no", "of", "on", "or",
                         "so", "to", "up", "us", "we"})


class Placed(Protocol):
    """A thing of one place: its code in small letters, and its name."""

    @property
    def scope(self) -> str: ...
    @property
    def where(self) -> str: ...


def team(owner: str, of: Placed | None = None) -> str:
    """ "global-ts-policy" as "Global TS policy", "in-ts-lead" of India's override as "India TS lead"."""
    if not KEY.fullmatch(owner):
        return owner
    words = owner.split("-")
    said = [word.upper() if len(word) <= LONGEST_ABBREVIATION and word not in SMALL_WORDS else word for word in words]
    first = of.where if of is not None and words[0] == of.scope else said[0][:1].upper() + said[0][1:]
    return " ".join([first, *said[1:]])


def chain_said(chain: Iterable[tuple[str, object]]) -> str:
    """ (("global", "3.0.0"), ("apac", 1)) as "Global 3.0.0, APAC v1", as marks of sources have it."""
    return ", ".join(f"Global {number}" if scope == GLOBAL else f"{scope.upper()} v{number}" for scope, number in chain)
