"""Texts as search compares them: blind to case, width, accents, vowel signs and the shapes a letter may take."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import regex

_CLUSTER = regex.compile(r"\X")
# Signs over and under Latin, Greek, Hebrew and Arabic letters may be left out by whoever types. Those of Thai or of the
# scripts of India are vowels and tones: without them another word stands there.
_OPTIONAL = regex.compile(r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
                          r"\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")
_UNSEEN = regex.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# One letter of Arabic script in the shapes that writers, keyboards and neighbouring languages give it.
_ARABIC = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ہ": "ه",
    "ھ": "ه", "ک": "ك", "ٶ": "و",
})  # fmt: skip
_SPACE = regex.compile(r"\s+")


def fold(text: str) -> str:
    """What two spellings of the same words share. Space of any kind and length is one blank."""
    return _SPACE.sub(" ", "".join(_folded(cluster) for cluster in _CLUSTER.findall(text))).strip()


def words(text: str, most: int = 6) -> list[str]:
    """What has to be found, each anywhere: the folded words of a search, each once."""
    return list(dict.fromkeys(fold(text).split()))[:most]


def hits(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where folded words stand in a text, as (start, end) of whole characters as a reader sees them, none overlapping.

    A hit that begins or ends inside a character (a base with its signs) takes all of it.
    """
    folded, places = _mapped(text)
    found = [(places[at][0], places[at + len(word) - 1][1])
             for word in wanted if word for at in _each(folded, word)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _each(text: str, word: str) -> list[int]:
    found, at = [], text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + len(word))
    return found


def _mapped(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, and for each of its characters where the one it came from begins and ends."""
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    for match in _CLUSTER.finditer(text):
        letters = " " if match[0].isspace() else _folded(match[0])
        if letters == " " and folded and folded[-1] == " ":
            continue
        folded.extend(letters)
        places.extend([match.span()] * len(letters))
    return "".join(folded), places


@lru_cache(maxsize=65_536)
def _folded(cluster: str) -> str:
    """One character as a reader sees it. Folded by itself, so that query and text fold alike wherever it stands."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", cluster).casefold())
    plain = _UNSEEN.sub("", _OPTIONAL.sub("", plain))
    plain = unicodedata.normalize("NFC", plain).translate(_ARABIC)
    return "".join(_digit(letter) for letter in plain)


def _digit(letter: str) -> str:
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)
