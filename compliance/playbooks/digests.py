"""Identity of what is asked (content) and of who made it so (lineage), as SHA-256 of canonical JSON."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256

from compliance.playbooks.document import Clause

# What a clause asks of a site. A provenance or policy field (line, formerly, must_rebase, retired) is not here: two
# chains that ask the same share one digest, one rendering and one translation.
OBLIGATION_FIELDS = (
    "id",
    "title",
    "section",
    "text",
    "severity",
    "weight",
    "evidence",
    "check",
    "guidance",
    "law",
    "frequency",
    "applies_to",
    "lock",
    "applicable",
)


def digest(value: object) -> str:
    """Lower-case hex SHA-256 of canonical JSON. Without floats and with ASCII keys this equals RFC 8785's form."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()


def clause_content(clause: Clause) -> dict[str, object]:
    """The fields of a clause that are obligation, as plain JSON values: what its leaf digest is taken of."""
    content: dict[str, object] = {name: getattr(clause, name) for name in OBLIGATION_FIELDS}
    return content | {"evidence": list(clause.evidence), "applies_to": list(clause.applies_to)}


@lru_cache(maxsize=100_000)
def leaf_digest(clause: Clause) -> str:
    """The digest of a clause before its parameters. Remembered by value, so nothing has ever to be forgotten."""
    return digest(clause_content(clause))


def clause_digest(clause: Clause, uses: Sequence[tuple[str, str]]) -> str:
    """The digest of a clause with the (parameter, value) pairs it uses, in the order of their names."""
    return digest([leaf_digest(clause), [[name, value] for name, value in uses]])


def wording_digest(title: str, text: str) -> str:
    """What a translation hangs on: title and text before any value is put in, so that one serves every value."""
    return digest([title, text])


def content_digest(key: str, title: str, clauses: Iterable[tuple[str, str]]) -> str:
    """What is asked: the key, the title and each (id, clause digest) in order."""
    return digest([key, title, [[clause_id, clause] for clause_id, clause in clauses]])


def lineage_digest(chain: Iterable[tuple[str, str]]) -> str:
    """Who made it so: each (scope, version) from the global playbook down."""
    return digest([[scope, version] for scope, version in chain])
