"""The HTML of a clause as blocks of plain runs, for paper: nothing in it is markup any more."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from compliance.wording import RIGHT_TO_LEFT

BLOCKS = {"p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "li"}
LOOKS = {"strong": "strong", "em": "em", "code": "code", "del": "del", "ins": "ins"}
BREAKS = re.compile(r"\s*\n\s*")  # where a line of the source ends nothing ends on paper
# The faces that hold each script; what is none of these is Latin, Greek or Cyrillic.
SCRIPTS = (("ar", "ARABIC"), ("th", "THAI"), ("zh", "CJK"), ("ja", "HIRAGANA"), ("ja", "KATAKANA"), ("he", "HEBREW"))


def blocks(html: str) -> list[dict[str, Any]]:
    """Paragraphs, list entries, table rows and code: {"kind", "depth", "mark", "dir", "lang", "runs" or "cells"}.

    A run is {"text", "looks": ["strong", "value", …], "said": the number of its sentence from 1, or 0}.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [block for block in reader.found if block.get("cells") or any(run["text"].strip() for run in block["runs"])]


def plain(text: str) -> dict[str, Any]:
    """One paragraph of a text without markup."""
    return _directed({"kind": "p", "depth": 0, "mark": "", "runs": [{"text": text, "looks": [], "said": 0}]}, text)


def direction(text: str) -> str:
    """By the first letter that has one, as a browser does for `dir="auto"`."""
    for letter in text:
        if (kind := unicodedata.bidirectional(letter)) in {"L", *RIGHT_TO_LEFT}:
            return "rtl" if kind in RIGHT_TO_LEFT else "ltr"
    return "ltr"


def language(text: str) -> str:
    """By the script most of its letters are in: what tells the typesetter where a line may break."""
    names = [unicodedata.name(letter, "") for letter in text if letter.isalpha()]
    counts = {code: sum(name.startswith(script) for name in names) for code, script in SCRIPTS}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] * 2 > len(names) else "en"


class _Reader(HTMLParser):
    """Reads what the sanitiser let through: a short list of elements without surprises."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[dict[str, Any]] = []
        self._lists: list[list[Any]] = []  # [kind, next number]
        self._looks: list[str] = []
        self._spans: list[tuple[int, str]] = []  # the sentence, and the look of a value in force
        self._row: list[list[dict[str, Any]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"ul", "ol"}:
            self._lists.append([tag, int(given.get("start") or 1)])
        elif tag == "tr":
            self._row = []
        elif tag in {"td", "th"} and self._row is not None:
            self._row.append([])
            self._looks += ["strong"] if tag == "th" else []
        elif tag in BLOCKS:
            self._open(tag)
        elif tag == "br":
            self._say("\n")
        elif tag == "span":
            self._spans.append(
                (int(given["data-s"] or 0) + 1, "") if "data-s" in given else (self._now, "value"))
        elif tag in LOOKS:
            self._looks.append(LOOKS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "tr" and self._row is not None:
            text = " ".join(run["text"] for cell in self._row for run in cell)
            self.found.append(_directed({"kind": "row", "depth": 0, "mark": "", "runs": [], "cells": self._row}, text))
            self._row = None
        elif tag == "th" and "strong" in self._looks:
            self._looks.remove("strong")
        elif tag == "span" and self._spans:
            self._spans.pop()
        elif tag in LOOKS and LOOKS[tag] in self._looks:
            self._looks.remove(LOOKS[tag])
        elif tag in BLOCKS and self.found and self._row is None:
            said = "".join(run["text"] for run in self.found[-1]["runs"])
            self.found[-1] = _directed(self.found[-1], said) | {"closed": True}

    def handle_data(self, data: str) -> None:
        preformatted = self.found and self.found[-1]["kind"] == "pre" and not self.found[-1].get("closed")
        said = data if preformatted else BREAKS.sub(" ", data)
        if said.strip() or not (self._between and "\n" in data):
            self._say(said)

    @property
    def _between(self) -> bool:
        """Whether this is the white space from one element to the next, which shows nowhere."""
        return bool(self._row is not None or not self.found or self.found[-1].get("closed"))

    def _say(self, data: str) -> None:
        run = {"text": data, "looks": [*self._looks, *(look for _, look in self._spans if look)], "said": self._now}
        if self._row is not None:
            if self._row:
                self._row[-1].append(run)
        elif self.found and self.found[-1]["kind"] != "row":
            self.found[-1]["runs"].append(run)
            self.found[-1]["closed"] = False

    @property
    def _now(self) -> int:
        return self._spans[-1][0] if self._spans else 0

    def _open(self, tag: str) -> None:
        mark = ""
        if tag == "li" and self._lists:
            kind, number = self._lists[-1]
            mark = f"{number}." if kind == "ol" else "•"
            self._lists[-1][1] = number + 1
        elif self._lists and self.found and self.found[-1]["mark"] and not self.found[-1]["runs"]:
            return  # a paragraph that opens a list entry is that entry
        kind = "li" if tag == "li" else "h" if tag[0] == "h" else tag
        self.found.append({"kind": kind, "depth": len(self._lists), "mark": mark, "runs": [], "dir": "ltr",
                           "lang": "en"})


def _directed(block: dict[str, Any], text: str) -> dict[str, Any]:
    return block | {"dir": direction(text), "lang": language(text)}


def numbered(html: str, sources: Mapping[int, int]) -> Iterator[dict[str, Any]]:
    """The same blocks, each run with the number of the note that says who said it, behind the last run of a note."""
    found = blocks(html)
    runs = [run for block in found for part in (block.get("cells") or [block["runs"]]) for run in part]
    for at, run in enumerate(runs):
        note = sources.get(run["said"], 0)
        following = next((each for each in runs[at + 1:] if each["said"]), None)
        run["note"] = note if note and (following is None or sources.get(following["said"], 0) != note) else 0
    yield from found
