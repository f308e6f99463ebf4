"""Adoption as files: a row per version and site, and a row per person and playbook."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from compliance.playbooks.adoption.queries import Line, Reader, Row

BOARD: Sequence[tuple[str, Any]] = (
    ("Playbook", lambda line: line.version.playbook.prefix),
    ("Version", lambda line: line.version.number),
    ("Region", lambda line: line.run.region),
    ("Site", lambda line: line.run.site.code),
    ("Operator", lambda line: line.run.operator),
    ("Due", lambda line: line.due_on),
    ("State", lambda line: line.status),
    ("Late", lambda line: line.is_late),
    ("Days late", lambda line: line.days_late or None),
    ("Attested", lambda line: line.adoption.attested if line.adoption else None),
    ("People in scope", lambda line: line.adoption.heads if line.adoption else None),
    ("Live since", lambda line: line.live_on),
    ("Lag in days", lambda line: line.lag),
    ("Declared by", lambda line: line.adoption.live_by if line.adoption else None),
)
WHY = {"never": "never read", "major": "new major version", "changed": "text changed"}
READERS: Sequence[tuple[str, Any]] = (
    ("Person", lambda row: row[0].person.name),
    ("Playbook", lambda row: row[1].prefix),
    ("State", lambda row: row[2]),
    ("Version read", lambda row: row[3].number if row[3] else None),
    ("Language", lambda row: row[3].language if row[3] else None),
    ("Acknowledged", lambda row: row[3].at if row[3] else None),
    ("Content digest", lambda row: row[3].content_digest if row[3] else None),
)


def board_rows(rows: Iterable[Row]) -> Iterator[Line]:
    return (line for row in rows for line in row.lines)


def reader_rows(readers: Iterable[Reader]) -> Iterator[tuple[Any, ...]]:
    for reader in readers:
        asked = {each.playbook.id: each for each in reader.asked}
        for playbook in reader.playbooks:
            why = asked.get(playbook.id)
            yield reader, playbook, WHY[why.why] if why else "acknowledged", reader.read.get(playbook.id)
