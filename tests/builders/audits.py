"""Audits to test with: a playbook in force, a team that may audit, and audits in every status of their life."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compliance import clock
from compliance.access import Actor, Role
from compliance.audits import commands
from compliance.audits.models import Assessment, Audit
from compliance.audits.queries.records import assessments_of, get_audit
from compliance.audits.scoring import Conformity
from compliance.network.models import Site, Vendor
from compliance.playbooks.digests import digest
from compliance.playbooks.models import Playbook, PlaybookVersion, VersionStatus
from tests.builders.accounts import a_person, actor_of
from tests.builders.files import an_upload
from tests.builders.network import a_site, an_operation
from tests.builders.saving import save, saving

numbers = itertools.count(1)
# The worked example of the score: 16.5 of 21 points. (severity, weight, answer)
WORKED = (
    ("major", 5, "conformity"), ("major", 5, "conformity"), ("minor", 3, "partial"), ("minor", 3, "conformity"),
    ("minor", 3, "nonconformity"), ("minor", 1, "conformity"), ("minor", 1, "not_applicable"),
    ("minor", 1, "conformity"),
)  # fmt: skip
CLAUSE = """
### {prefix}-{number:02d} Rule {number}

- Severity: {severity}
- Weight: {weight}
- Evidence: Log of week {number}
{facts}
Every shift keeps rule {number}.
"""


def a_text(prefix: str, clauses: Sequence[tuple[str, int]], facts: str = "", version: str = "1.0.0") -> str:
    """The Markdown of a playbook; clauses are (severity, weight), `facts` a line each of them carries."""
    card = (f"---\nplaybook: book-{prefix.lower()}\nversion: {version}\ntitle: Book {prefix}\nprefix: {prefix}\n"
            f"owner: policy-team\neffective: 2024-01-01\nlanguage: en\n---\n\nWhat this book is for.\n\n## Rules\n")
    return card + "".join(
        CLAUSE.format(prefix=prefix, number=at, severity=severity, weight=weight, facts=f"{facts}\n" if facts else "")
        for at, (severity, weight) in enumerate(clauses, start=1))


def a_playbook(clauses: Sequence[tuple[str, int]] = (("major", 3), ("minor", 1)), prefix: str = "", facts: str = "",
               **fields: Any) -> Playbook:
    """A playbook with one approved version, in force since 2024; prefixes count on from AAB when none is given."""
    prefix = prefix or _prefix(next(numbers))
    playbook = save(Playbook(key=f"book-{prefix.lower()}", prefix=prefix, title=f"Book {prefix}", owner="policy-team"))
    a_version(playbook, clauses, facts, number="1.0.0", **fields)
    return playbook


def a_version(playbook: Playbook, clauses: Sequence[tuple[str, int]], facts: str = "", number: str = "2.0.0",
              **fields: Any) -> PlaybookVersion:
    """An approved version of a playbook with these clauses."""
    source = fields.pop("source", "") or a_text(playbook.prefix, clauses, facts, number)
    valid = {"number": number, "title": playbook.title, "status": VersionStatus.APPROVED,
             "effective_on": date(2024, 1, 1), "until_on": None, "added_at": clock.now(), "approved_at": clock.now(),
             "approved_by": "Mercy Okafor", "clauses": len(clauses)}
    return save(PlaybookVersion(playbook_id=playbook.id, source=source, digest=digest([source]), **valid | fields))


def _prefix(number: int) -> str:
    letters = [chr(ord("A") + number // 26**place % 26) for place in (2, 1, 0)]
    return "".join(letters)


@dataclass
class Stage:
    """A site with an operation, and the people of an audit there."""

    vendor: Vendor | None = None
    site: Site = field(default_factory=a_site)

    def __post_init__(self) -> None:
        an_operation(self.site, self.vendor)
        self.manager = a_person(Role.PROGRAMME_MANAGER)
        self.auditor = a_person(Role.AUDITOR)
        self.reviewer = a_person(Role.REVIEWER)
        role = Role.VENDOR_LEAD if self.vendor else Role.SITE_LEAD
        self.lead = a_person(role, self.site, self.vendor)

    def actor(self, name: str) -> Actor:
        return actor_of(getattr(self, name))

    def plan(self, **fields: Any) -> dict[str, Any]:
        """What `plan_audit` is called with: valid, but for what a test changes."""
        today = clock.today(self.site.zone or "UTC")
        valid = {"vendor": self.vendor, "playbooks": [], "lobs": ["Core"], "lead": self.auditor, "planned_from": today,
                 "contact": self.lead}
        return valid | fields


def a_planned(stage: Stage, *playbooks: Playbook, **fields: Any) -> Audit:
    with saving():
        return commands.plan_audit(
            stage.actor("manager"), stage.site, **stage.plan(playbooks=playbooks or [a_playbook()], **fields))


def a_scheduled(stage: Stage, *playbooks: Playbook, **fields: Any) -> Audit:
    audit = a_planned(stage, *playbooks, **fields)
    with saving():
        commands.schedule_audit(stage.actor("manager"), audit)
    return audit


def a_started(stage: Stage, *playbooks: Playbook, **fields: Any) -> Audit:
    audit = a_scheduled(stage, *playbooks, **fields)
    with saving():
        commands.start_audit(stage.actor("auditor"), audit)
    return audit


def clause_of(audit: Audit, clause_id: str) -> Assessment:
    """One assessment as a view would have loaded it."""
    return next(each for each in loaded(audit) if each.clause_id == clause_id)


def loaded(audit: Audit) -> list[Assessment]:
    """All assessments of an audit, ready to be answered."""
    return list(assessments_of(actor_of(audit.lead), audit))


def answered(stage: Stage, audit: Audit, answers: Sequence[str], **fields: Any) -> None:
    """Answer the clauses in order; failed ones get a note and a photo, those not applicable a reason."""
    actor = stage.actor("auditor")
    with saving():
        for assessment, answer in zip(loaded(audit), answers, strict=True):
            said = {"note": "Two of nine logs were empty.", "reason": "No such queue here.",
                    "finding_risk": "A person in danger waits."} | fields
            commands.answer(actor, assessment, conformity=Conformity(answer), **said)
            if answer in ("partial", "nonconformity"):
                commands.attach_evidence(actor, assessment, an_upload())


def submit(stage: Stage, audit: Audit, **fields: Any) -> None:
    valid = {"meeting_on": clock.today(stage.site.zone), "acknowledged_by": stage.lead.name, "conclusion": "As found."}
    with saving():
        commands.submit_audit(stage.actor("auditor"), audit, **valid | fields)


def a_submitted(stage: Stage, clauses: Sequence[tuple[str, int, str]] = WORKED, **fields: Any) -> Audit:
    """An audit of one playbook with these clauses and answers: (severity, weight, answer)."""
    audit = a_started(stage, a_playbook([(severity, weight) for severity, weight, _ in clauses]), **fields)
    answered(stage, audit, [answer for _, _, answer in clauses])
    submit(stage, audit)
    return audit


def reviewed(stage: Stage, audit: Audit, **fields: Any) -> Audit:
    """Reviewed as it is stored: a request of the client leaves what a test holds behind."""
    actor = stage.actor("reviewer")
    present = get_audit(actor, audit.reference)
    with saving():
        commands.review_audit(actor, present, **fields)
    return present
