"""What a playbook and an override say, as plain values: the ground parser, resolver and writer share."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    """How grave failing a clause is; the order of severity is `SEVERITY_RANK`."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


SEVERITY_RANK = {Severity.MINOR: 0, Severity.MAJOR: 1, Severity.CRITICAL: 2}


class Lock(StrEnum):
    """How far a layer below may change a clause or parameter; any layer may raise it, none may lower it."""

    OPEN = "open"
    FLOOR = "floor"
    FIXED = "fixed"


LOCK_RANK = {Lock.OPEN: 0, Lock.FLOOR: 1, Lock.FIXED: 2}


class Verb(StrEnum):
    """The operations an override may hold, in the phases they are applied in (see `PHASES`)."""

    SET = "set"
    REPLACE = "replace"
    ADD_TO = "add to"
    NOT_APPLICABLE = "not applicable"
    CHANGE = "change"
    NEW = "new"


PHASES = (Verb.SET, Verb.REPLACE, Verb.ADD_TO, Verb.NOT_APPLICABLE, Verb.CHANGE, Verb.NEW)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value clauses refer to as `{{name}}`.

    `value` is canonical text ("15", never "15.0" or "015"). `stricter` is "lower", "higher", an order such as
    "country > region > any" (strictest first) or "" when no direction is stricter. `range` is "5..60" or "".
    """

    name: str
    value: str
    unit: str = ""
    stricter: str = ""
    range: str = ""
    meaning: str = ""
    lock: Lock = Lock.OPEN


@dataclass(frozen=True, slots=True)
class Clause:
    """One need to be met, with its stable id; `text` is canonical Markdown before substitution."""

    id: str
    title: str
    section: str
    text: str
    severity: Severity
    weight: int
    evidence: tuple[str, ...] = ()
    check: str = ""
    guidance: str = ""
    law: str = ""
    frequency: str = "every audit"
    applies_to: tuple[str, ...] = ()  # lines of business; empty means all
    lock: Lock = Lock.OPEN
    must_rebase: bool = False
    formerly: tuple[str, ...] = ()  # "ESC-3" or "other-playbook/ESC-09"
    retired: str = ""  # the version that retired it; a retired clause resolves to nothing
    applicable: bool = True  # False once a layer says "Not applicable"
    line: int = field(default=0, compare=False)  # where its heading stands in the source


@dataclass(frozen=True, slots=True)
class Section:
    """A heading that groups clauses; its prose is guidance and takes no part in digests."""

    title: str
    prose: str = ""


@dataclass(frozen=True, slots=True)
class Playbook:
    """One immutable version of a global playbook, as parsed from its text."""

    key: str
    version: str
    title: str
    prefix: str
    owner: str
    effective: date
    language: str
    intro: str
    parameters: tuple[Parameter, ...]
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    approved: str = ""  # a claim in the file, never an approval
    until: date | None = None
    change: str = ""  # editorial, minor or major
    note: str = ""  # what changed and why
    retroactive: bool = False  # may take effect before the day it was approved
    reason: str = ""  # why it is retroactive


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing an override does. Which fields mean something depends on the verb.

    SET: `target` is the parameter name, `value` the new value. REPLACE: `text`, optional `title`. ADD_TO: `text`.
    CHANGE: `facts`. NOT_APPLICABLE: `text` or `why`, `approved`, `review_by`. NEW: `clause`, and `after`/`before`.
    """

    verb: Verb
    target: str
    value: str = ""
    title: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()  # (fact key in lower case, value) in file order
    clause: Clause | None = None
    after: str = ""
    before: str = ""
    why: str = ""
    approved: str = ""
    review_by: date | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Override:
    """One immutable version of what one scope (region, market, vendor or site code) changes in a playbook."""

    playbook: str
    scope: str
    version: int
    owner: str
    effective: date
    operations: tuple[Operation, ...]
    intro: str = ""
    until: date | None = None
    approved: str = ""  # a claim in the file, never an approval
    written_against: tuple[tuple[str, str], ...] = ()  # ("global", "3.2.0"), ("apac", "3"), ...
    retroactive: bool = False
    reason: str = ""
    note: str = ""  # what changed and why


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a text, where, and what to do; `path` is as the caller named the file."""

    message: str
    remedy: str
    line: int = 0
    path: str = ""
    warning: bool = False
