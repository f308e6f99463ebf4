"""Cuts clause text into sentences and words that can be compared, merged and put back together."""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

_ABBREVIATION = r"\b(?:e\.g|i\.e|cf|vs|approx|Nos?|Art|Sec|Dr|Mrs?|Ms|\p{L}(?:\.\p{L})*)\."
_LIST_NUMBER = r"(?:^|\n)[ \t]*\d+\."
_GAP_BETWEEN_SENTENCES = regex.compile(
    r"\n[ \t]*\n\s*"
    r"|\n(?=[ \t]*(?:[-*+>]|\d+[.)]|\#{1,6})[ \t]|[ \t]*\|)"
    rf"|(?<=[.!?…؟।][)\]\"'’”*_]*)(?<!{_ABBREVIATION})(?<!{_LIST_NUMBER})\s+(?=[\p{{Lu}}\p{{Lo}}\p{{N}}\"'“‘(\[*_`{{])"
    r"|(?<=[。！？｡][」』）]*)(?![。！？｡」』）])\s*"
)

# Scripts written without spaces are cut at grapheme clusters: \w would part a Thai vowel sign from its consonant.
_UNSPACED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}"
_UNSPACED_LETTER = regex.compile(f"[{_UNSPACED}]")
_WORD = regex.compile(
    r"(?V1)(?P<gap>\s*)(?P<word>"
    r"\{\{\s*\w+\s*\}\}"
    rf"|\p{{Nd}}+(?:[.,:/]\p{{Nd}}+)*[[\p{{L}}\p{{M}}]--[{_UNSPACED}]]*"
    rf"|[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+(?:['’-][[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+)*"
    r"|(?!\s)\X)"
)

_QUANTITY = regex.compile(
    r"zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|sixty|ninety"
    r"|hundred|thousand|half|quarter|third|once|twice|daily|hourly|weekly|monthly|quarterly|yearly|annually",
    regex.IGNORECASE,
)
_TURNS_MEANING = regex.compile(
    r"%|percent|seconds?|minutes?|hours?|days?|weeks?|months?|years?"
    r"|not|no|never|none|nobody|nothing|neither|nor|without|cannot|unless|except|\w+n['’]t"
    r"|must|shall|may|might|should|can|needs?|required|optional|only",
    regex.IGNORECASE,
)


# Without spaces, or with an ending or a prefix on every word, the words above have no edge to be found by. Here what
# looks like a negation, an obligation or a unit is taken for one: a doubt sends the sentence to a person.
_TURNS_MEANING_ANYWHERE = regex.compile(
    r"[不没沒未無无非勿別别莫必須须應应該该可能得準准禁毋]|[分秒时時天日周週月年]|ない|ません|ぬ|べき|なければ|だけ|のみ"
    r"|ไม่|มิ|ห้าม|ต้อง|อาจ|ควร|งด|เว้น|เฉพาะ|เท่านั้น|นาที|วินาที|ชั่วโมง|วัน|สัปดาห์|เดือน|ปี"
    r"|\b(?:لا|لم|لن|ليس|غير|دون|إلا|فقط)\b|يجب|ينبغي|يجوز|يحظر|يمنع|دقيق|ساع|يوم|أيام|أسبوع|شهر|سن"
    r"|नहीं|मत|बिना|चाहिए|सकत|केवल|मिनट|घंट|दिन"
    r"|\b(?:tidak|jangan|bukan|tanpa|harus|wajib|boleh|mesti|hanya|perlu|hindi|huwag|dapat|không|đừng|phải|chỉ"
    r"|nein|nicht|kein\w*|nie|ohne|muss|müssen|darf|dürfen|soll\w*|nur|ne|pas|jamais|sans|doit|doivent|peut|peuvent"
    r"|nunca|sin|debe\w*|puede\w*|solo|sólo|não|sem|deve\w*|pode\w*|só|bez|musi\w*|może\w*|tylko|не|без|трябва|може)\b",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or word and the white space that stands before it."""

    gap: str
    text: str

    @property
    def key(self) -> str:
        """What the piece says, blind to how its lines are broken."""
        return " ".join(self.text.split())


def sentences(text: str) -> tuple[Piece, ...]:
    """Cut at full stops, paragraphs, list entries and table rows; `join` gives the text back."""
    pieces, gap, start = [], "", 0
    for boundary in _GAP_BETWEEN_SENTENCES.finditer(text):
        if boundary.start() == start or boundary.start() == len(text):
            continue
        pieces.append(Piece(gap, text[start : boundary.start()]))
        gap, start = boundary.group(), boundary.end()
    rest = text[start:].rstrip()
    pieces.append(Piece(gap, rest))
    return _with_tail(pieces, text[start + len(rest) :])


def words(text: str) -> tuple[Piece, ...]:
    """Cut into words, numbers, placeholders and single marks; `join` gives the text back."""
    pieces, end = [], 0
    for match in _WORD.finditer(text):
        pieces.append(Piece(match["gap"], match["word"]))
        end = match.end()
    return _with_tail(pieces, text[end:])


def join(pieces: Iterable[Piece]) -> str:
    return "".join(piece.gap + piece.text for piece in pieces)


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but white space.

    In a script written without spaces a line may be broken between any two characters.
    """
    if one.split() == other.split():
        return True
    return bool(_UNSPACED_LETTER.search(one)) and _keys(one) == _keys(other)


def _keys(text: str) -> list[str]:
    return [piece.key for piece in words(text) if piece.text]


def is_number(word: str) -> bool:
    """Whether a word stands for a quantity: digits, a number word or a parameter."""
    return word.startswith("{{") or any(map(str.isnumeric, word)) or bool(_QUANTITY.fullmatch(word))


def is_weighty(text: str) -> bool:
    """Whether a small change of the text can turn its meaning: a number, unit, negation or must/may is in it."""
    return bool(_TURNS_MEANING_ANYWHERE.search(text)) or any(
        is_number(piece.text) or _TURNS_MEANING.fullmatch(piece.text) for piece in words(text))


def _with_tail(pieces: list[Piece], tail: str) -> tuple[Piece, ...]:
    kept = [piece for piece in pieces if piece.gap or piece.text]
    return (*kept, Piece(tail, "")) if tail else tuple(kept)
