"""The escalation playbook with its APAC and Malaysia overrides, as values: the worked example of the rules."""

from dataclasses import replace
from datetime import date

from compliance.playbooks.document import (
    Clause,
    Lock,
    Operation,
    Override,
    Parameter,
    Playbook,
    Section,
    Severity,
    Verb,
)
from compliance.playbooks.effective import Effective, Layer, Rules, ScopeKind, Trust
from compliance.playbooks.refusals import Reason

ON = date(2026, 4, 1)
CLAIMED = Rules(ON, Trust.CLAIMED)

PARAMETERS = (
    Parameter("ack_minutes", "30", "minutes", "lower", "5..60"),
    Parameter("p0_minutes", "15", "minutes", "lower", "5..30"),
    Parameter("qa_sample_pct", "5", "percent", "higher", "2..100"),
    Parameter("record_store", "region", "tier", "country > region > any"),
)
DUTY = (
    "The shift lead informs the global duty manager by phone. If the phone is not answered within five minutes, "
    "the shift lead calls the backup. The call is noted in the case."
)
APAC_DUTY = DUTY.replace("global duty manager", "APAC duty desk")
CLAUSES = (
    Clause(
        "ESC-01",
        "Acknowledge every escalation",
        "Intake",
        "The duty lead acknowledges each escalation within {{ack_minutes}} minutes of its arrival in the queue. "
        "A chat message does not count.",
        Severity.MAJOR,
        3,
        ("Queue export for the audit week with received and acknowledged times",),
        "Were all sampled escalations acknowledged within {{ack_minutes}} minutes?",
    ),
    Clause(
        "ESC-02",
        "Imminent harm comes first",
        "Intake",
        "An escalation that suggests imminent harm is acted on within {{p0_minutes}} minutes.",
        Severity.CRITICAL,
        5,
        ("Case log of the three latest imminent-harm cases",),
        guidance="Sample night shifts as well as day shifts.",
        lock=Lock.FLOOR,
        must_rebase=True,
    ),
    Clause("ESC-03", "Notify the duty manager", "Intake", DUTY, Severity.MAJOR, 2, ("Notification log",)),
    Clause(
        "ESC-04",
        "Child-safety material stays in the secured queue",
        "Handling",
        "Suspected material is opened only in the secured queue, by named and trained staff.",
        Severity.CRITICAL,
        5,
        ("Access list of the secured queue",),
        law="18 U.S.C. 2258A",
        lock=Lock.FIXED,
    ),
    Clause(
        "ESC-05",
        "Records are kept where they may be kept",
        "Handling",
        "Escalation records are stored in the {{record_store}} tier.",
        Severity.MAJOR,
        2,
        ("Storage configuration",),
    ),
    Clause(
        "ESC-06",
        "Re-review of closed escalations",
        "Closing",
        "At least {{qa_sample_pct}}% of closed escalations are re-reviewed each week.",
        Severity.MINOR,
        1,
        ("QA sample list",),
    ),
    Clause(
        "ESC-07",
        "On-site wellness break",
        "Closing",
        "After an imminent-harm case the reviewer takes a wellness break of at least 15 minutes.",
        Severity.MAJOR,
        2,
        ("Break roster",),
    ),
)
PLAYBOOK = Playbook(
    key="escalation-handling",
    version="3.2.0",
    title="Escalation handling",
    prefix="ESC",
    owner="global-ts-policy",
    effective=date(2026, 1, 15),
    language="en",
    intro="How content and user-safety escalations are received, acted on and closed at every site.",
    parameters=PARAMETERS,
    sections=(Section("Intake"), Section("Handling"), Section("Closing")),
    clauses=CLAUSES,
    approved="m.okafor 2026-01-08",
)


def a_clause(clause_id: str, **fields: object) -> Clause:
    """A clause with nothing in it that a test does not name."""
    plain = Clause(clause_id, "Title", "", "Text.", Severity.MAJOR, 1)
    return replace(plain, **fields)


def put(name: str, value: str, **fields: object) -> Operation:
    return Operation(Verb.SET, name, value=value, **fields)


def reword(target: str, text: str, **fields: object) -> Operation:
    return Operation(Verb.REPLACE, target, text=text, **fields)


def extend(target: str, text: str, **fields: object) -> Operation:
    return Operation(Verb.ADD_TO, target, text=text, **fields)


def change(target: str, *facts: tuple[str, str], **fields: object) -> Operation:
    return Operation(Verb.CHANGE, target, facts=facts, **fields)


def waive(target: str, **fields: object) -> Operation:
    complete = {"text": "No room here.", "approved": "m.okafor 2026-02-18", "review_by": date(2026, 9, 1)}
    return Operation(Verb.NOT_APPLICABLE, target, **(complete | fields))


def add(clause: Clause, **fields: object) -> Operation:
    return Operation(Verb.NEW, clause.id, clause=clause, **fields)


def an_override(scope: str, *operations: Operation, version: int = 1, **fields: object) -> Override:
    return Override("escalation-handling", scope, version, f"{scope}-lead", date(2026, 2, 1), operations, **fields)


def a_layer(kind: str, scope: str, *operations: Operation, **fields: object) -> Layer:
    return Layer(ScopeKind(kind), scope, an_override(scope, *operations), **fields)


APAC = Layer(
    ScopeKind.REGION,
    "apac",
    an_override(
        "apac",
        put("ack_minutes", "20", why="The Singapore desk is staffed around the clock"),
        reword("ESC-03", APAC_DUTY, why="APAC has its own duty desk"),
        extend("ESC-02", "The call is made in the language of the person at risk.", why="Time was lost"),
        add(
            a_clause("ESC-APAC-01", title="Hand-over between time zones", severity=Severity.MAJOR, weight=2),
            after="ESC-03",
            why="Cases were lost",
        ),
        version=3,
        approved="j.tan 2026-01-22",
    ),
)
MY = Layer(
    ScopeKind.MARKET,
    "my",
    an_override(
        "my",
        put("ack_minutes", "15", why="Regulator expects prompt response"),
        put("record_store", "country", why="Client contract"),
        change(
            "ESC-01",
            ("severity", "critical"),
            ("evidence", "Screenshot of the queue clock at the start of the shift"),
            why="Repeat finding in the 2025 audit",
        ),
        add(a_clause("ESC-MY-01", title="Regulator request log", severity=Severity.CRITICAL), after="ESC-APAC-01"),
        waive("ESC-07", text="KUL-1 has no wellness room until the building work ends."),
        version=2,
        approved="a.rahman 2026-02-20",
    ),
)


def ids(effective: Effective) -> list[str]:
    return [entry.id for entry in effective.clauses]


def clause(effective: Effective, clause_id: str) -> Clause:
    return effective.by_id[clause_id].clause


def reasons(effective: Effective) -> list[Reason]:
    return [issue.reason for issue in effective.issues]


def playbook_with(clause_id: str, **fields: object) -> Playbook:
    """The escalation playbook with one clause changed upstream."""
    return replace(
        PLAYBOOK, version="3.3.0", clauses=tuple(replace(c, **fields) if c.id == clause_id else c for c in CLAUSES)
    )


def playbook_where(name: str, **fields: object) -> Playbook:
    """The escalation playbook with one parameter changed upstream."""
    parameters = tuple(replace(p, **fields) if p.name == name else p for p in PARAMETERS)
    return replace(PLAYBOOK, version="3.3.0", parameters=parameters)
