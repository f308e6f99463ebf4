"""What people do with the product, as requests through the whole application."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compliance.overview.queries.network import counted
from compliance.overview.queries.readiness import kept
from compliance.web.words import number
from tests.builders.accounts import csrf


@dataclass(frozen=True)
class Workload:
    """A workload of the reference, with its target: statements and milliseconds of the median (None: no target)."""

    name: str
    what: str
    run: Callable[[], object]
    statements: int | None = None
    milliseconds: float | None = None
    rounds: int = 30
    cpu: float | None = None  # milliseconds of processor time, where the target says so


class Wrong(Exception):
    """A request was not answered as it should be: its time would mean nothing."""


def asked(client: FlaskClient, url: str) -> Callable[[], TestResponse]:
    """A page read to its end."""
    def ask() -> TestResponse:
        answer = client.get(url)
        if answer.status_code != 200:
            raise Wrong(f"{url} answered {answer.status_code}")
        for _ in answer.iter_encoded():
            pass
        answer.close()
        return answer
    return ask


def pages(client: FlaskClient, last_cursor: str) -> Iterator[Workload]:
    """Lists, searches and dashboards, for somebody who sees everything."""
    listed, ms = 8, 12.0
    yield Workload("W4", "findings, open ones, page of 50", asked(client, "/findings"), listed, ms)
    yield Workload("W4a", "findings, all ever, page of 50", asked(client, "/findings?status="), listed, ms)
    yield Workload("W4s", "findings of one status", asked(client, "/findings?status=issued"), listed, ms)
    yield Workload("W4v", "critical findings by severity", asked(client, "/findings?severity=critical&sort=severity"),
                   listed, ms)
    yield Workload("W4r", "findings of one region, newest first", asked(client, "/findings?region=r1&sort=-issued"),
                   listed, ms)
    yield Workload("W4o", "overdue findings of one vendor", asked(client, "/findings?vendor=V1&overdue=1"), listed, ms)
    yield Workload("W4q", "findings, search with 1 % hits", asked(client, "/findings?q=zebra"), listed, 30)
    yield Workload("W4n", "findings, search without a hit", asked(client, "/findings?q=quokka"), listed, 30)
    yield Workload("W4l", "findings, a page far down", asked(client, f"/findings?after={last_cursor}"), listed, ms)
    yield Workload("W6", "audits, page of 50 with progress", asked(client, "/audits"), listed, ms)
    yield Workload("W7", "actions, page of 50", asked(client, "/actions"), listed, ms)
    yield Workload("W8", "network dashboard, everything on it", asked(client, "/network"), 15, 60)
    yield Workload("W8n", "the same after a finding or audit moved", anew(asked(client, "/network")), 15, 60)
    yield Workload("W9t", "one audit of 100 clauses, its record", asked(client, "/audits/U-000005"), 10, 60)
    yield Workload("W9e", "a playbook as it holds at a site", asked(client, "/playbooks/bench-0/at/S0000"), 8, 60)
    yield Workload("W9s", "the same with who said each sentence",
                   asked(client, "/playbooks/bench-0/at/S0000?sources=1"), 8, 60)


def anew(ask: Callable[[], object], *, readiness: bool = False) -> Callable[[], object]:
    """As after something was journalled that moves figures; with `readiness`, those of all sites' readiness too."""
    def run() -> None:
        counted.cache_clear()
        if readiness:
            kept.cache_clear()
        ask()
    return run


def of_others(regional: FlaskClient, lead: FlaskClient) -> Iterator[Workload]:
    """What people see who see a part."""
    yield Workload("W4p", "findings, for a regional lead", asked(regional, "/findings"), 8, 12)
    yield Workload("W4t", "findings, for a site lead", asked(lead, "/findings"), 8, 12)
    yield Workload("W8r", "today, for a regional lead", asked(regional, "/today"))
    yield Workload("W8t", "today, for a site lead", asked(lead, "/today"))


def wide(client: FlaskClient) -> Iterator[Workload]:
    """The network page once there are a thousand sites, each with a result on twenty playbooks."""
    yield Workload("W8w", "network of 1,000 sites × 20 playbooks", asked(client, "/network"), 15, 60)
    yield Workload("W8x", "the same after a finding or audit moved", anew(asked(client, "/network")), 15, 60)
    yield Workload("W8y", "the same after an action or exercise moved", anew(asked(client, "/network"), readiness=True),
                   15, 60)


def starting(client: FlaskClient) -> Workload:
    """W1: criteria resolved and pinned, a hundred assessments made."""
    numbers = count()

    def start() -> None:
        url = f"/audits/W1-{next(numbers):04d}/start"
        answer = client.post(url, data={"version": "1"}, headers={"X-CSRFToken": csrf(client)})
        if answer.status_code != 302:
            raise Wrong(f"{url} answered {answer.status_code}")

    return Workload("W1", "an audit of 100 clauses started", start, 15, 40, 30)


def exports(client: FlaskClient, findings: int) -> Iterator[Workload]:
    """Files. The targets are for a hundred thousand rows, and as much for as many; of a million, a fifth is taken."""
    part, rows = ("&region=r0", findings // 5) if findings > 500_000 else ("", findings)
    for name, kind, seconds in (("W10x", "xlsx", 8), ("W10c", "csv", 2)):
        yield Workload(name, f"{number(rows)} findings as {kind.upper()}",
                       asked(client, f"/findings/export.{kind}?status={part}"), cpu=seconds * rows / 100, rounds=1)


def answering(client: FlaskClient) -> Workload:
    """W2: one answer saved, journalled and durable, each time another clause."""
    versions: dict[str, int] = {}
    numbers = count()

    def save() -> None:
        clause = f"AAB-{next(numbers) % 100 + 1:02d}"
        body = {"conformity": "conformity", "note": "Seen on the floor.", "version": versions.get(clause, 1)}
        answer = client.put(f"/api/v1/audits/U-000000/assessments/{clause}", json=body,
                            headers={"X-CSRFToken": csrf(client)})
        if answer.status_code != 200:
            raise Wrong(f"{clause} answered {answer.status_code}: {answer.get_data(as_text=True)[:300]}")
        versions[clause] = answer.get_json()["version"]

    return Workload("W2", "one answer saved", save, 10, 10, 100)
