"""What people do with the product, as requests through the whole application."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

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
    """Lists, searches and dashboards."""
    listed, ms = 8, 12.0
    yield Workload("W4", "findings, page of 50", asked(client, "/findings?open="), listed, ms)
    yield Workload("W4s", "findings of one status", asked(client, "/findings?status=issued"), listed, ms)
    yield Workload("W4sev", "critical findings by severity", asked(client, "/findings?severity=critical&sort=severity"),
                   listed, ms)
    yield Workload("W4q", "findings, search with 1 % hits", asked(client, "/findings?q=zebra"), listed, 30)
    yield Workload("W4n", "findings, search without a hit", asked(client, "/findings?q=quokka"), listed, 30)
    yield Workload("W4l", "findings, a page far down", asked(client, f"/findings?after={last_cursor}"), listed, ms)
    yield Workload("W6", "audits, page of 50 with progress", asked(client, "/audits"), listed, ms)
    yield Workload("W7", "actions, page of 50", asked(client, "/actions"), listed, ms)
    yield Workload("W8", "network dashboard, everything on it", asked(client, "/network"), 15, 60)
    yield Workload("W8h", "today, for the global head", asked(client, "/today"), 15, 60)
    yield Workload("W9t", "one audit of 100 clauses", asked(client, "/audits/U-000005"), 10, 60)


def exports(client: FlaskClient) -> Iterator[Workload]:
    yield Workload("W10x", "all findings as XLSX", asked(client, "/findings/export.xlsx"), None, None, 1)
    yield Workload("W10c", "all findings as CSV", asked(client, "/findings/export.csv"), None, None, 1)


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
