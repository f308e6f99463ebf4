"""What makes a password too weak: too short, too common, or made of what everybody knows of its owner."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

SHORTEST, LONGEST = 12, 200
FEWEST_CHARACTERS = 5
COMMON = Path(__file__).with_name("common_passwords.txt")


def problem_with(password: str, about: Sequence[str] = ()) -> str | None:
    """Why not, as a sentence that says what would be right; `about` are the owner's name and address."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters: three or four words that have nothing to do with each other."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    plain = _plain(password)
    if plain in _common() or len(set(plain)) < FEWEST_CHARACTERS:
        return "This is among the passwords that are tried first. Use words that have nothing to do with each other."
    if any(_holds(password, word) for word in [*_words(about), "plumbline"]) and len(plain) < SHORTEST * 2:
        return "This holds your name, your address or the name of the product. Use other words."
    return None


@cache
def _common() -> frozenset[str]:
    return frozenset(_plain(line) for line in COMMON.read_text().splitlines() if line and not line.startswith("#"))


def _plain(password: str) -> str:
    """Without case, and with digits and signs read as the letters they stand in for."""
    return password.casefold().translate(str.maketrans("0134578@$!", "oieastbasi"))


def _holds(password: str, word: str) -> bool:
    """A number counts only as a number: read as letters, 1735 would be found in "kites"."""
    return word in password if word.isdigit() else _plain(word) in _plain(password)


def _words(about: Sequence[str]) -> list[str]:
    words = " ".join(about).replace("@", " ").replace(".", " ").split()
    return [word for word in words if len(word) > 3]
