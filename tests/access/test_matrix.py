"""The access matrix: every rule × method × role × placement, and not a word out of scope."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compliance.app import create_app
from tests.access import asking, matrix
from tests.access.leaking import leaks
from tests.access.routes import Case, cases
from tests.access.world import World, build
from tests.support.database import Database, settings

pytestmark = pytest.mark.slow


class Asked:
    """The world, the browsers in it, and every case there is."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        asking.rehearse(app)
        with app.app_context():
            self.world: World = build()
            self.clients: dict[str, FlaskClient] = asking.clients(app, self.world)
            self.cases: list[Case] = list(cases(app, self.world))


@pytest.fixture
def asked(database: Database, tmp_path: Path) -> Asked:
    return Asked(create_app(settings(database, tmp_path)))


def test_every_cell_of_the_matrix_holds(asked: Asked) -> None:
    table = matrix.read()
    found = {matrix.key(case) for case in asked.cases}
    assert not found - set(table), "no line for these: `python -m tests.access.skeleton` adds them, you fill them in"
    assert not set(table) - found, "these routes are gone: `python -m tests.access.skeleton` drops their lines"
    wrong = [text for case in asked.cases for text in _wrong(asked, case, table[matrix.key(case)])]
    assert not wrong, f"{len(wrong)} cells:\n" + "\n".join(wrong)


def _wrong(asked: Asked, case: Case, line: matrix.Line) -> Iterator[str]:
    for name in matrix.PRINCIPALS:
        with asking.without_commits():
            answer = asking.ask(asked.clients[name], case)
        got, told = asking.letter(answer), f"{case.method} {case.url} ({case.endpoint}, {case.placement}) by {name}"
        if got != line[name]:
            yield f"{told}: {answer.status_code} is {got}, the matrix says {line[name]}"
        text = asking.words(answer)
        for leak in leaks(name, text, case.url):
            yield f"{told} shows {leak}"


def test_what_is_out_of_scope_reads_like_what_does_not_exist(asked: Asked) -> None:
    """The vendor lead asks for another's record and for none: the two answers are the same to the byte."""
    client = asked.clients["vendor_lead"]
    by_place = {(case.endpoint, case.method, case.placement): case for case in asked.cases}
    compared = 0
    for (endpoint, method, placement), case in by_place.items():
        absent = by_place.get((endpoint, method, "nowhere"))
        if placement != "elsewhere" or absent is None:
            continue
        with asking.without_commits():
            answers = [asking.ask(client, one) for one in (case, absent)]
        if [answer.status_code for answer in answers] == [404, 404]:
            compared += 1
            assert answers[0].get_data() == answers[1].get_data(), case.url
    assert compared > 20, "too few hidden records to compare: is the world still built?"
