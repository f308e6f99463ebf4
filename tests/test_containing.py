"""Words found in a text, on both databases: in either case, anywhere, and every sign as itself."""

import pytest
from flask import Flask
from sqlalchemy import literal, select

from compliance import db
from compliance.containing import holds


@pytest.mark.parametrize(("text", "words", "found"), [
    ("Leaver access kept", "access", True),
    ("Leaver access kept", "LEAVER", True),
    ("leaver ACCESS kept", "Access K", True),
    ("Leaver access kept", "kept access", False),
    ("100 % of calls", "100 %", True),
    ("100 of calls", "100 %", False),
    ("wait_min", "t_m", True),
    ("waitXmin", "t_m", False),
    ("a/b", "A/B", True),
    ("ab", "a/b", False),
    ("ไทย ข้อความ", "ข้อ", True),
    ("it's here", "'s h", True),
    ("anything", "", True),
])
def test_words_are_found_as_they_are(app: Flask, text: str, words: str, found: bool) -> None:
    assert bool(db.session.scalar(select(holds(literal(text), words)))) is found


def test_nothing_holds_nothing(app: Flask) -> None:
    assert not db.session.scalar(select(holds(literal(None), "a")))
