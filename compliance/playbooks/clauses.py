"""Read one clause: its facts and its text, the same in a playbook and under `New` in an override."""

from compliance.playbooks import facts as reading
from compliance.playbooks.blocks import CLAUSE_LEVEL, Block, shifted
from compliance.playbooks.body import Body
from compliance.playbooks.document import Clause
from compliance.playbooks.facts import Facts


def read_clause(block: Block, body: Body, heading: tuple[str, str], facts: Facts, section: str) -> Clause:
    """The clause of a block. `heading` is its id and title. What a retired clause once asked may be missing."""
    clause_id, title = heading
    asked = not facts.values("retired")
    clause = Clause(
        id=clause_id,
        title=title,
        section=section,
        text=shifted(body.prose([facts.text]), CLAUSE_LEVEL - block.level),
        severity=reading.severity(facts, asked),
        weight=reading.weight(facts, asked),
        evidence=facts.values("evidence"),
        check=facts.value("check"),
        guidance=facts.value("guidance"),
        law=facts.value("law"),
        frequency=reading.frequency(facts),
        applies_to=facts.listed("applies to"),
        lock=reading.lock(facts),
        must_rebase=reading.flag(facts, "must rebase"),
        formerly=facts.listed("formerly"),
        retired=facts.value("retired"),
        line=block.line,
    )
    _check_whole(clause, facts)
    return clause


def _check_whole(clause: Clause, facts: Facts) -> None:
    if not clause.title:
        facts.error("title", "it has no title", f"Write one after the id: “{clause.id} What has to be done”.")
    if clause.retired:
        return
    if not clause.evidence:
        facts.error("evidence", "it names no evidence", "Add “- Evidence: what the auditor looks at” below it.")
    if not clause.text:
        facts.error("text", "it has no text", "Write under the facts what has to be done, after an empty line.")
