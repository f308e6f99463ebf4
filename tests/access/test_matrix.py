"""The access matrix: every rule × method × role × placement, and not a word out of scope."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compliance import db
from compliance.access import SYSTEM, Role
from compliance.accounts import commands
from compliance.accounts.models import LoginSession
from compliance.app import create_app
from compliance.db import Model
from compliance.playbooks.holding.queries import bring_up_to_date
from tests.access import asking, matrix
from tests.access.leaking import leaks
from tests.access.routes import QUESTION, Case, cases
from tests.access.world import PLACEMENTS, World, build
from tests.builders.accounts import a_person, sign_in
from tests.builders.saving import saving
from tests.support.database import Database, settings

pytestmark = pytest.mark.slow
# Addresses of a record that show nothing of what it says, and why.
WITHOUT_CANARY = {
    "adoption_api.place": "codes, days and counts",
    "audits.finish": "asks for the closing meeting, and counts what is missing",
    "audits_api.show": "references, dates, states and numbers",
    "drafting.override_preview": "asks at which site",
    "drifting.effect": "what would be another text at a site, which is nothing here",
    "drifting.item": "what moved, which is nothing here", "drifting_api.item": "what moved, which is nothing here",
    "network.rename": "the name of the place alone",
    "overview.result": "the ratings of a playbook at a site",
    "playbooks_api.effective": "the text of whoever runs most there, who is the neighbour",
}
# What none of these sixteen may do, and who may.
SHUT = {"audits.take:second": "the second reviewer an audit names", "accounts.end_session": "whose session it is",
        "audits.add_programme": "a programme manager of the whole network",
        "localising_api.preview": "who asks for the rules of a whole company"}


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


@pytest.mark.timeout(900)  # twenty thousand questions
def test_every_cell_of_the_matrix_holds(asked: Asked, backend: str) -> None:
    """On PostgreSQL each line is asked by every third: the rules are the same there, and so is what they come to."""
    table = matrix.read()
    found = {matrix.key(case) for case in asked.cases}
    assert not found - set(table), "no line for these: `python -m tests.access.skeleton` adds them, you fill them in"
    assert not set(table) - found, "these routes are gone: `python -m tests.access.skeleton` drops their lines"
    thirds = 3 if backend == "postgresql" else 1
    wrong = [text for turn, case in enumerate(asked.cases)
             for text in _wrong(asked, case, table[matrix.key(case)], matrix.PRINCIPALS[turn % thirds::thirds])]
    assert not wrong, f"{len(wrong)} cells:\n" + "\n".join(wrong)


def _wrong(asked: Asked, case: Case, line: matrix.Line, names: Sequence[str]) -> Iterator[str]:
    for name in names:
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
        answers = [asking.ask(client, one) for one in (case, absent)]
        if [answer.status_code for answer in answers] == [404, 404]:
            compared += 1
            assert answers[0].get_data() == answers[1].get_data(), case.url
    assert compared > 20, "too few hidden records to compare: is the world still built?"


def test_whoever_gets_through_sees_the_canary_of_the_record(asked: Asked) -> None:
    """An answer without it would prove nothing where it is looked for and must not be; what is the same at every
    placement is the text for everybody."""
    table = matrix.read()
    placed = {_shape(case) for case in asked.cases if case.placement.removeprefix(QUESTION) == "elsewhere"}
    blind = [f"{case.endpoint} {case.placement}" for case in asked.cases
             if case.method == "GET" and case.placement.removeprefix(QUESTION) in PLACEMENTS
             and _shape(case) in placed and case.endpoint not in WITHOUT_CANARY
             and not _shown(asked, case, table[matrix.key(case)])]
    assert not blind, "\n".join(sorted(set(blind)))


def _shape(case: Case) -> tuple[str, bool]:
    """An endpoint, and whether it is asked a question: only then a text for everybody is one of a place."""
    return case.endpoint, case.placement.startswith(QUESTION)


def _shown(asked: Asked, case: Case, line: matrix.Line) -> bool:
    name = next((name for name in matrix.PRINCIPALS if line[name] == asking.PASSED), "")
    canary = f"canary-{case.placement.removeprefix(QUESTION)}"
    return not name or canary in asking.words(asking.ask(asked.clients[name], case))


def test_somebody_gets_through_every_door() -> None:
    """A route that refuses everybody is asked nothing by this table."""
    lines = matrix.read()
    shut = {endpoint for endpoint, _, _ in lines} - {endpoint for (endpoint, _, _), line in lines.items()
                                                    if asking.PASSED in line.values()}
    assert shut == set(SHUT)


def test_whoever_was_shut_out_is_like_a_stranger(asked: Asked) -> None:
    """A person made inactive and a session that was ended: signed in before, not any more."""
    with asked.app.app_context():
        gone, out = a_person(Role.GLOBAL_HEAD), a_person(Role.GLOBAL_HEAD)
        clients = {person: asked.app.test_client() for person in (gone, out)}
        for person, client in clients.items():
            sign_in(client, person)
        with saving():
            commands.deactivate_person(SYSTEM, gone)
            commands.sign_out_everywhere(SYSTEM, out)
    table = matrix.read()
    for client in clients.values():
        for case in (case for case in asked.cases if case.method == "GET"):
            assert asking.letter(asking.ask(client, case)) == table[matrix.key(case)]["anonymous"], case.url


@pytest.mark.parametrize("name", ["ended", "administrator", "vendor_lead"])
def test_what_is_refused_changes_nothing(asked: Asked, name: str) -> None:
    """Sent for good this time: no row of any table and no file is another than before."""
    table = matrix.read()
    refused = [case for case in asked.cases if case.method != "GET"
               and table[matrix.key(case)][name] in (asking.REFUSED, asking.HIDDEN)]
    assert len(refused) > 100
    before = _everything(asked.app)
    for case in refused:
        asking.send(asked.clients[name], case)
    assert _everything(asked.app) == before


def _everything(app: Flask) -> dict[str, list[str]]:
    """Every row by table, and every file; a session remembers when it was last used.

    What holds where is worked out anew by whoever asks: at its present state it is like any other row.
    """
    with app.app_context():
        with saving():
            bring_up_to_date()
        found = {table.name: sorted(map(repr, db.session.execute(table.select()).all()))
                 for table in Model.metadata.sorted_tables
                 if table.name != LoginSession.__tablename__}
        db.session.rollback()
    files = app.config["PLUMBLINE"].data / "files"
    return found | {"files": sorted(str(path) for path in files.rglob("*"))}
