"""Catalogues with anything anywhere: each is read, or refused in a sentence, and never breaks the reader."""

import copy
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.playbooks.oscal.reading import NotACatalog, Reading, Wanted, read_catalog
from compliance.playbooks.parsing import read_playbook
from tests.playbooks.oscal.fictional import a_catalog, a_family

WANTED = Wanted(date(2027, 1, 1), "owner")
CATALOG = a_catalog(a_family("qa", 2, 1), params=[{"id": "loose", "label": "Loose", "values": ["5"]}])
ODD = st.sampled_from([
    None, 0, 1.5, True, "", " ", "x", "\x00", "\ud800", "\u202e", "{{", "}}", "{{ insert: param, loose }}", "a, b",
    "a\nb", "# x", "---", "| a |", "- Severity: x", "x" * 500, "[" * 40, [], {}, [[]], [None], ["x"], [{}],
    {"id": []}, "qa-1", "#",
])


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a document below its metadata's own name."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*at, key)
        yield from places(child, (*at, key))


PLACES = list(places(CATALOG))


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        if not (isinstance(document, dict) and key in document) and not (
                isinstance(document, list) and isinstance(key, int) and key < len(document)):
            return
        document = document[key]
    if isinstance(document, dict) or (isinstance(document, list) and isinstance(path[-1], int)
                                      and path[-1] < len(document)):
        document[path[-1]] = value


@settings(max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=4))
def test_anything_anywhere_is_read_or_refused(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = copy.deepcopy(CATALOG)
    for path, value in changes:
        put(document, path, value)
    reading = read_or_refused(document)
    if isinstance(reading, NotACatalog):
        assert all((reading.message, reading.remedy))
    else:
        parsed, _ = read_playbook(reading.source)
        assert (parsed is None) == bool(reading.faults)


def read_or_refused(document: Any) -> Reading | NotACatalog:
    try:
        return read_catalog(json.dumps(document).encode(), WANTED)
    except NotACatalog as refused:
        return refused


@pytest.mark.parametrize("wanted", [
    {"key": "x" * 60}, {"prefix": "ABCDEFGH"}, {"owner": "a: b # c"}, {"groups": ("QA", "", "qa")}])
def test_what_was_asked_for_is_written_so_that_it_reads_back(wanted: dict[str, Any]) -> None:
    asked = Wanted(**{"effective": date(2027, 1, 1), "owner": "o"} | wanted)
    reading = read_catalog(json.dumps(CATALOG).encode(), asked)
    parsed, _ = read_playbook(reading.source)
    assert parsed == reading.playbook
