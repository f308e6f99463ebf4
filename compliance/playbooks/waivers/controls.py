"""The compensating control of a waiver as a clause of its own, as audits assess it."""

from compliance.playbooks.blocks import Block
from compliance.playbooks.document import Clause, Severity
from compliance.playbooks.effective import EffectiveClause
from compliance.playbooks.limits import check_block
from compliance.playbooks.problems import Problems

# No clause of a playbook ends so: an id ends in its number.
SUFFIX = "-CONTROL"


def control_id(clause_id: str) -> str:
    """ "ESC-05" gives "ESC-05-CONTROL": the line of a checklist, and what a finding against it names."""
    return clause_id + SUFFIX


def control_clause(clause_id: str, title: str, *, section: str, control: str, severity: Severity, weight: int,
                   reference: str) -> EffectiveClause:
    """It weighs what the waived clause weighs, since it stands in for it."""
    return EffectiveClause(Clause(
        id=control_id(clause_id), title=f"Compensating control for {clause_id}", section=section, text=control.strip(),
        severity=severity, weight=weight, evidence=("What shows that the control is carried out",),
        check=f"Is what {reference} promised in place of “{title}” done, every time?",
    ), uses=(), origins={}, texts=())


def faults_of_text(control: str) -> list[str]:
    """Why a control could not be shown as a clause: size and runs of marks, as for any clause."""
    problems = Problems()
    check_block(Block(3, "The control", 1, tuple(control.split("\n"))), problems)
    return [f"{problem.message.rstrip('.')}. {problem.remedy}" for problem in problems.all()]
