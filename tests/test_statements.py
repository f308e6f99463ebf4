"""How many statements every list and every page of many rows needs: within its budget, and the same for more rows.

The budgets are the targets of `docs/performance.md`. Time is never asserted: it says more of the machine than of us.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compliance import db
from compliance.access import Role
from compliance.accounts.models import Person
from compliance.overview.queries.network import counted
from tests.bench import network, records
from tests.bench.network import Ground
from tests.builders.accounts import sign_in
from tests.support.queries import QueryRecorder

LIST = 8
PAGES = {
    "/findings": LIST, "/findings?status=": LIST, "/findings?status=issued&sort=-severity": LIST,
    "/findings?severity=critical&kind=nonconformity": LIST, "/findings?q=zebra": LIST, "/findings?owner=me": LIST,
    "/actions": LIST, "/actions?status=&sort=-raised": LIST, "/actions?q=night": LIST,
    "/audits": LIST, "/audits?status=open&sort=due": LIST, "/audits?mine=1": LIST,
    # Each filter by the name of a place or text is first looked up in the reader's own sight; lateness asks for zones.
    "/findings?site=S0001": LIST, "/findings?region=r0": LIST, "/findings?vendor=V1": LIST,
    "/findings?playbook=AAB": LIST, "/findings?overdue=1": LIST, "/actions?region=r0&overdue=1": LIST,
    "/findings?site=S0001&vendor=V1&playbook=AAB&overdue=1": LIST + 3,
    "/audits/U-000000": 12, "/audits/U-000000/checklist": 12,
    "/playbooks": LIST, "/playbooks/bench-0/at/S0001": 8, "/overrides": LIST, "/people": LIST, "/reports": LIST,
    "/continuity/plans": LIST, "/continuity/exercises": LIST, "/vendors": LIST, "/search?q=zebra": 11,
    "/network": 15,
    "/waivers": LIST, "/waivers?q=night": LIST, "/drift": LIST, "/drift?view=clear": LIST, "/adoption": LIST,
    "/adoption/mine": LIST, "/playbooks/clauses": LIST, "/playbooks/clauses?q=zebra": LIST, "/playbooks/waiting": LIST,
    "/playbooks/bench-0?view=overrides": LIST, "/playbooks/bench-0/translations": LIST + 1,
}
FILES = ("/findings/export.csv", "/findings/export.xlsx", "/actions/export.csv", "/audits.csv")


@pytest.fixture
def ground(app: Flask, client: FlaskClient) -> Ground:
    """A small network with a few records, and a person signed in who sees and may do everything."""
    with app.app_context():
        laid = network.lay(sites=12, playbooks=2, clauses=20)
        records.add(laid, findings=15, actions=4, audits=4)
        everything = network.person("Everybody", list(Role), laid.root)
        sign_in(client, db.session.get_one(Person, everything))
    return laid


def more(app: Flask, ground: Ground) -> None:
    with app.app_context():
        records.add(ground, findings=60, actions=40, audits=6, first=20)


def test_every_page_keeps_to_its_statements_and_more_rows_need_no_more(
    app: Flask, client: FlaskClient, ground: Ground, queries: QueryRecorder,
) -> None:
    few = {url: warm(client, queries, url) for url in PAGES}
    more(app, ground)
    assert {url: warm(client, queries, url) for url in PAGES} == few
    assert {url: count for url, count in few.items() if count > PAGES[url]} == {}


def test_the_network_page_counts_anew_in_a_bounded_number(
    app: Flask, client: FlaskClient, ground: Ground, queries: QueryRecorder,
) -> None:
    few = anew(client, queries)
    more(app, ground)
    assert anew(client, queries) == few <= 20


@pytest.mark.parametrize("url", FILES)
def test_a_file_needs_no_more_for_more_rows(
    app: Flask, client: FlaskClient, ground: Ground, queries: QueryRecorder, url: str,
) -> None:
    few = warm(client, queries, url)
    more(app, ground)
    assert warm(client, queries, url) == few


def warm(client: FlaskClient, queries: QueryRecorder, url: str) -> int:
    """The statements of a page that was asked for before: what is resolved or counted once is kept."""
    read(client, url)
    return len(queries.during(lambda: read(client, url)))


def anew(client: FlaskClient, queries: QueryRecorder) -> int:
    read(client, "/network")
    counted.cache_clear()
    return len(queries.during(lambda: read(client, "/network")))


def read(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, f"{url} answered {answer.status_code}"
    assert answer.get_data()
    answer.close()
