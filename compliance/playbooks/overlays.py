"""Read an override: headings that say what is done to which clause, in the order a person wrote them."""

import re
from collections.abc import Sequence

from compliance.playbooks.blocks import CLAUSE_LEVEL, Block, Heading, shifted
from compliance.playbooks.body import Body
from compliance.playbooks.canonical import canonical_line
from compliance.playbooks.card import Card, check_keys
from compliance.playbooks.clauses import read_clause
from compliance.playbooks.document import Operation, Override, Playbook, Verb
from compliance.playbooks.facts import (
    CHANGEABLE_FACTS,
    CLAUSE_FACTS,
    NEW_FACTS,
    OPERATION_FACTS,
    Facts,
    lock,
    read_facts,
    severity,
    weight,
)
from compliance.playbooks.ids import id_pattern
from compliance.playbooks.linting import check_against, check_local_ids, check_pictures, check_placeholders
from compliance.playbooks.nearness import did_you_mean
from compliance.playbooks.problems import Problems
from compliance.playbooks.tables import TITLE, read_settings

KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
NUMBER = re.compile(r"0*[1-9][0-9]{0,5}")
REQUIRED = ("overrides", "scope", "version", "owner", "effective")
OPTIONAL = ("approved", "until", "note", "retroactive", "reason")
MAPPINGS = {"written-against": "the versions of the layers above, each on a line of its own as “  global: 3.2.0”"}
VERBS = {verb.value: verb for verb in Verb if verb is not Verb.SET}
_SPOKEN = ("Replace", "Add to", "Change", "New", "Not applicable", TITLE)
_VERB = re.compile(rf"({'|'.join(VERBS)})(?:\s+(.*))?", re.IGNORECASE)
_OPERATION_HEADING = re.compile(rf"(?:{'|'.join(VERBS)})\s+[A-Z][A-Z0-9]*-[A-Z0-9-]*[0-9]+.*", re.IGNORECASE)
_ALLOWED = {
    Verb.REPLACE: OPERATION_FACTS,
    Verb.ADD_TO: OPERATION_FACTS,
    Verb.NOT_APPLICABLE: OPERATION_FACTS,
    Verb.CHANGE: (*CHANGEABLE_FACTS, *OPERATION_FACTS),
    Verb.NEW: (*(key for key in CLAUSE_FACTS if key != "retired"), *NEW_FACTS, *OPERATION_FACTS),
}


def override_bounds(found: Sequence[Heading], first_line: int, problems: Problems) -> list[Heading]:
    """Every heading of level 2 is an operation; deeper ones belong to its text."""
    for heading in found:
        deep = heading.level > 2 and _OPERATION_HEADING.fullmatch(heading.text)
        if heading.level == 1 or deep:
            message = f"“{heading.text[:60]}” is a heading of level {heading.level}"
            problems.error(first_line + heading.index, message, f"Write “## {heading.text[:60]}”.")
    return [heading for heading in found if heading.level <= 2]


def compose_override(body: Body, playbook: Playbook | str | None, problems: Problems) -> Override:
    """The override of an opened text; faults are reported."""
    check_keys(body.card, REQUIRED, OPTIONAL, MAPPINGS)
    prefix = playbook.prefix if isinstance(playbook, Playbook) else playbook or ""
    operations = [operation for block in body.blocks[1:] for operation in _operations(block, body, prefix, problems)]
    # Order in a file means nothing, so wherever the table stands its rows come first: one order per meaning.
    operations.sort(key=lambda operation: operation.verb is not Verb.SET)
    _check_twice(operations, body.blocks, problems)
    override = _override(body, operations)
    names = {parameter.name for parameter in playbook.parameters} if isinstance(playbook, Playbook) else None
    check_placeholders(body.written, names, problems)
    check_local_ids(override, problems)
    check_pictures(body.blocks, problems)
    if isinstance(playbook, Playbook):
        _check_playbook(override, playbook, body.card, problems)
    return override


def _check_playbook(override: Override, playbook: Playbook, card: Card, problems: Problems) -> None:
    if override.playbook != playbook.key:
        message = f"The override is for “{override.playbook}”, the playbook is “{playbook.key}”"
        problems.error(card.line("overrides"), message, "Put it into the folder of its own playbook.")
    check_against(override, playbook, problems)


def _override(body: Body, operations: Sequence[Operation]) -> Override:
    card = body.card
    version = card.matching("version", NUMBER, "Versions of an override are whole numbers: 1, 2, 3.")
    effective, until = card.period()
    return Override(
        playbook=card.matching("overrides", KEY, "Use the key of the playbook, as in escalation-handling."),
        scope=card.matching("scope", KEY, "Use the code of a region, market, vendor or site in small letters."),
        version=int(version) if NUMBER.fullmatch(version) else 0,
        owner=card.text("owner"),
        effective=effective,
        operations=tuple(operations),
        intro=body.prose(body.blocks[0].lines),
        until=until,
        approved=card.text("approved"),
        written_against=card.pairs("written-against"),
        retroactive=card.retroactive(),
        reason=card.text("reason"),
        note=card.text("note"),
    )


def _operations(block: Block, body: Body, prefix: str, problems: Problems) -> tuple[Operation, ...]:
    if block.title.casefold() == TITLE.casefold():
        return read_settings(block, problems)
    match = _VERB.fullmatch(block.title)
    if not match:
        words = " ".join(block.title.split()[:2])
        first = block.title.split(" ", 1)[0]
        remedy = did_you_mean(words, _SPOKEN, did_you_mean(first, _SPOKEN, f"Begin it with {', '.join(_SPOKEN)}."))
        problems.error(block.line, f"“{block.title[:60]}” says nothing to do", remedy)
        return ()
    verb, target = VERBS[match[1].lower()], id_pattern(prefix).fullmatch(match[2] or "")
    if not target:
        problems.error(block.line, f"“{block.title[:60]}” names no clause", _id_remedy(match[2] or "", prefix))
        return ()
    return (_operation(block, body, verb, (target["id"], canonical_line(target["title"] or "")), problems),)


def _id_remedy(rest: str, prefix: str) -> str:
    word = rest.split(" ", 1)[0]
    if id_pattern(prefix).fullmatch(word.upper()):
        return f"Did you mean “{word.upper()}”?"
    return f"Write the id after the verb, as in {prefix or 'ESC'}-03."


def _operation(block: Block, body: Body, verb: Verb, heading: tuple[str, str], problems: Problems) -> Operation:
    target, title = heading
    facts = read_facts(block.lines, block.line, f"{verb.value.capitalize()} {target}", _ALLOWED[verb], problems)
    clause = read_clause(block, body, heading, facts, facts.value("section")) if verb is Verb.NEW else None
    operation = Operation(
        verb,
        target,
        title=title if verb is Verb.REPLACE else "",
        text="" if clause else shifted(body.prose([facts.text]), CLAUSE_LEVEL - block.level),
        facts=_changes(facts) if verb is Verb.CHANGE else (),
        clause=clause,
        after=_anchor(facts, "after"),
        before=_anchor(facts, "before"),
        why=facts.value("why"),
        approved=facts.value("approved"),
        review_by=facts.day("review by"),
        line=block.line,
    )
    _check_whole(operation, title, facts)
    return operation


def _anchor(facts: Facts, key: str) -> str:
    value = facts.value(key)
    if value and not id_pattern().fullmatch(value):
        facts.error(key, f"“{value}” is no clause id", "Write the id alone, as in ESC-03.")
    return value


def _changes(facts: Facts) -> tuple[tuple[str, str], ...]:
    """The changed facts in file order, each in its one spelling."""
    canonical = {
        "severity": severity(facts, required=False).value,
        "weight": str(weight(facts, required=False)),
        "locked": lock(facts).value,
    }
    changes = [(fact.key, canonical.get(fact.key, fact.value)) for fact in facts.found if fact.key in CHANGEABLE_FACTS]
    return tuple(changes)


def _check_whole(operation: Operation, title: str, facts: Facts) -> None:
    verb = operation.verb
    if title and verb not in (Verb.REPLACE, Verb.NEW):
        facts.error("", "words stand after the id", "Write the verb and the id; only Replace and New give a title.")
    if verb in (Verb.REPLACE, Verb.ADD_TO) and not operation.text:
        facts.error("", "it has no text", "Write the words under the heading, after an empty line.")
    if verb is Verb.CHANGE and operation.text:
        facts.error("", "it changes facts and has text", "Use Replace or Add to for words, Why for the reason.")
    if verb is Verb.CHANGE and not operation.facts:
        usable = ", ".join(key.capitalize() for key in CHANGEABLE_FACTS)
        facts.error("", "it changes nothing", f"Add one of {usable} as “- Severity: critical”.")
    if operation.after and operation.before:
        facts.error("before", "it stands after one clause and before another", "Keep After or Before.")
    _warn_of_gaps(operation, facts)


def _warn_of_gaps(operation: Operation, facts: Facts) -> None:
    """What resolution would refuse, or a reader would miss: the file is good, the person should know."""
    waives = operation.verb is Verb.NOT_APPLICABLE
    reasoned = operation.why or (waives and operation.text)
    gaps = [
        ("a reason", "- Why: …", not reasoned),
        ("an approval", "- Approved: name 2026-02-18", waives and not operation.approved),
        ("a date to review it by", "- Review by: 2026-09-01", waives and not operation.review_by),
    ]
    for what, example, missing in gaps:
        if missing:
            consequence = "; the clause stays applicable until then" if waives else ""
            facts.problems.warn(operation.line, f"{facts.owner} has not {what}{consequence}", f"Add “{example}”.")


def _check_twice(operations: Sequence[Operation], blocks: Sequence[Block], problems: Problems) -> None:
    seen: dict[tuple[Verb, str], int] = {}
    for operation in operations:
        key = operation.verb, operation.target
        if key in seen and operation.verb is not Verb.SET:
            name = f"{operation.verb.value.capitalize()} {operation.target}"
            message = f"{name} stands twice, on lines {seen[key]} and {operation.line}"
            problems.error(operation.line, message, "Put both into one.")
        seen.setdefault(key, operation.line)
    tables = [block for block in blocks if block.title.casefold() == TITLE.casefold()]
    for table in tables[1:]:
        message = f"The parameters stand twice, on lines {tables[0].line} and {table.line}"
        problems.error(table.line, message, "Put both tables together.")
