"""The values resolution takes and gives: layers with their approvals in, the effective playbook out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from compliance.playbooks.digests import clause_digest, content_digest, lineage_digest
from compliance.playbooks.document import Clause, Lock, Operation, Override, Parameter, Playbook, Section
from compliance.playbooks.parameters import lock_of
from compliance.playbooks.refusals import FLAGS, SENTENCES, Reason

GLOBAL = "global"


class ScopeKind(StrEnum):
    """The kinds of layer, from the widest to the most local."""

    REGION = "region"
    MARKET = "market"
    VENDOR = "vendor"
    SITE = "site"


class Trust(StrEnum):
    """Whose approvals count: those in the records, or (files alone, no database) what the files claim."""

    RECORDED = "recorded"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approved and when; `claimed` when only the file says so."""

    name: str
    on: date | None = None
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """Leave to loosen or waive, for what the operation rested on when it was given (see `basis_digest`)."""

    operation: str  # operation_key
    basis: str  # basis_digest
    approver: str
    approved_on: date | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """One override version in its place in the chain.

    `waiting` holds the keys of operations that wait for review since the text they rest on moved, `lapsed` those of
    them that have waited too long to go on holding.
    """

    kind: ScopeKind
    scope: str
    override: Override
    approver: Approver | None = None  # of the override version as a whole
    approvals: tuple[Approval, ...] = ()
    waiting: frozenset[str] = frozenset()
    lapsed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """What resolution is asked under: the civil date at the site, and whose approvals count."""

    on: date
    trust: Trust = Trust.RECORDED


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a field, parameter or sentence comes from; `operation` is "" for what the base text says."""

    layer: str
    version: str
    operation: str = ""
    why: str = ""
    approver: str = ""
    approved_on: date | None = None
    claimed: bool = False
    review_by: date | None = None  # of a "not applicable"


@dataclass(frozen=True, slots=True)
class Issue:
    """An operation that was refused (the parent's clause holds) or that a person should look at."""

    operation: str  # as its heading reads: "Replace ESC-03"
    clause: str  # "" when it is about a parameter
    reason: Reason
    layer: str
    detail: str = ""

    @property
    def refused(self) -> bool:
        return self.reason not in FLAGS

    @property
    def sentence(self) -> str:
        """What happened and what to do, for a person."""
        return f"{self.operation} ({self.layer}): {SENTENCES[self.reason]}" + (f" {self.detail}" if self.detail else "")


@dataclass(frozen=True, slots=True)
class EffectiveParameter:
    """A parameter with the value that holds here; `trail` is every value it had down the chain, base first."""

    parameter: Parameter
    trail: tuple[tuple[str, Origin], ...]

    @property
    def value(self) -> str:
        return self.parameter.value

    @property
    def lock(self) -> Lock:
        return lock_of(self.parameter)

    @property
    def origin(self) -> Origin:
        return self.trail[-1][1]


@dataclass(frozen=True)
class EffectiveClause:
    """A clause as it holds here, with the parameters it uses and the origin of each of its fields.

    `texts` are the successive wordings down the chain, base first, for blame per sentence.
    """

    clause: Clause
    uses: tuple[tuple[str, str], ...]  # (parameter, value), by name
    origins: Mapping[str, Origin]  # by field name of Clause
    texts: tuple[tuple[str, Origin], ...]

    @property
    def id(self) -> str:
        return self.clause.id

    @cached_property
    def digest(self) -> str:
        return clause_digest(self.clause, self.uses)


@dataclass(frozen=True)
class Effective:
    """A playbook as it holds at the end of a chain of layers."""

    playbook: Playbook
    chain: tuple[tuple[str, str], ...]  # (scope, version), "global" first
    parameters: Mapping[str, EffectiveParameter]
    clauses: tuple[EffectiveClause, ...]
    sections: tuple[Section, ...]
    issues: tuple[Issue, ...] = ()
    anchors: Mapping[str, str] = field(default_factory=dict)  # added clause -> the clause it was put after
    kind: ScopeKind | None = None  # of the last layer; None for the bare playbook

    @property
    def key(self) -> str:
        return self.playbook.key

    @property
    def version(self) -> str:
        return self.playbook.version

    @property
    def title(self) -> str:
        return self.playbook.title

    @cached_property
    def by_id(self) -> Mapping[str, EffectiveClause]:
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def values(self) -> Mapping[str, str]:
        """Parameter values by name, as substitution wants them."""
        return {name: parameter.value for name, parameter in self.parameters.items()}

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Former id -> present id. An id in use is never an alias."""
        return {
            old: clause.id
            for clause in self.clauses
            for old in clause.clause.formerly
            if "/" not in old and old not in self.by_id
        }

    @cached_property
    def retired(self) -> Mapping[str, Clause]:
        return {clause.id: clause for clause in self.playbook.clauses if clause.retired}

    @cached_property
    def content_digest(self) -> str:
        return content_digest(self.key, self.title, [(clause.id, clause.digest) for clause in self.clauses])

    @cached_property
    def lineage_digest(self) -> str:
        return lineage_digest(self.chain)

    def find(self, clause_id: str) -> EffectiveClause | None:
        """The clause of that id, also under a former id."""
        return self.by_id.get(clause_id) or self.by_id.get(self.aliases.get(clause_id, ""))

    def issues_of(self, clause_id: str) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.clause == clause_id)


def operation_key(operation: Operation) -> str:
    """The name of an operation within its override: a verb stands at most once for a target."""
    return f"{operation.verb} {operation.target}"


def heading(operation: Operation) -> str:
    """The operation as its heading reads in the file: "Replace ESC-03", "Set ack_minutes"."""
    return f"{str(operation.verb).capitalize()} {operation.target}"
