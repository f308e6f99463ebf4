"""Playbooks and overrides as an author could have written them, for the round trip through text."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from compliance.playbooks.canonical import canonical_line, canonical_text
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
from compliance.playbooks.facts import CHANGEABLE_FACTS, FREQUENCIES
from compliance.playbooks.parameters import default_lock

WORDS = (
    "lead",
    "Schicht",
    "a: b",
    "#",
    "| x",
    "“quoted”",
    '"q"',
    "日本",
    "ผู้นำ",
    "é",
    "- dash",
    "no",
    "15",
    "\\",
    "*bold*",
)
BLOCKS = (
    "The lead calls the desk.",
    "Two lines  \nwith a break.",
    "- Call: the lead\n- Log: the case",
    "- Severity: a word in a list",
    "```python\n## ESC-09 no heading\n\n\tx = 1\n```",
    "~~~\n```\n~~~",
    "#### A part",
    "##### Deeper # still",
    "| a | b |\n|:--|--:|\n| 1 | 2 |",
    "> Quoted {{ack}}",
    "See [the form](https://example.org/form), `code` and \\{{literal}}.",
    "1. first\n2. second",
    "    indented code",
    "エスカレーションを確認する。",
)
lines = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join).map(canonical_line)
optional_lines = st.one_of(st.just(""), lines)
# "Begins like a fact" is refused where no fact stands above; every text here stands under one or begins otherwise.
texts = st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=4).map("\n\n".join).map(canonical_text)
prose = st.one_of(st.just(""), texts)
claims = st.sampled_from(["", "m.okafor 2026-01-08"])
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
later = st.one_of(st.none(), st.dates(date(2027, 1, 1), date(2027, 12, 31)))
numbers = st.integers(0, 99).map(str)
plain_words = st.lists(st.sampled_from(["Account Security", "Age Support", "LED"]), max_size=2, unique=True).map(tuple)


@st.composite
def parameter_lists(draw):
    names = draw(st.lists(st.sampled_from(["ack", "p0_minutes", "store", "desk"]), unique=True)) or ["ack"]
    names = sorted({*names, "ack"})
    return tuple(draw(parameters(name)) for name in names)


@st.composite
def parameters(draw, name):
    direction = draw(st.sampled_from(["", "lower", "higher", "country > region > any"]))
    ordered = ">" in direction
    value = draw(st.sampled_from(["country", "region"]) if ordered else numbers)
    bounds = "" if ordered else draw(st.sampled_from(["", "0..99", "0..", "..100"]))
    lock = draw(st.sampled_from([default_lock(direction), *Lock]))
    return Parameter(name, value, draw(optional_lines), direction, bounds, draw(optional_lines), lock)


@st.composite
def clauses(draw, clause_id, section):
    return Clause(
        id=clause_id,
        title=draw(lines),
        section=section,
        text=draw(texts),
        severity=draw(st.sampled_from(Severity)),
        weight=draw(st.integers(1, 100)),
        evidence=tuple(draw(st.lists(lines, min_size=1, max_size=2))),
        check=draw(optional_lines),
        guidance=draw(optional_lines),
        law=draw(optional_lines),
        frequency=draw(st.sampled_from(FREQUENCIES)),
        applies_to=draw(plain_words),
        lock=draw(st.sampled_from(Lock)),
        must_rebase=draw(st.booleans()),
        formerly=draw(st.sampled_from([(), ("ESC-3",), ("ESC-3", "old/ESC-9")])),
    )


@st.composite
def playbooks(draw):
    titles = draw(st.lists(st.sampled_from(["Intake", "Handling", "A: b | c", "Closing #"]), unique=True))
    sections = tuple(Section(title, draw(prose)) for title in titles)
    places = sorted(draw(st.lists(st.integers(-1, len(titles) - 1), min_size=1, max_size=5)))
    made = [draw(clauses(f"ESC-{n:02}", titles[p] if p >= 0 else "")) for n, p in enumerate(places, 1)]
    return Playbook(
        key="escalation-handling",
        version=draw(st.sampled_from(["1.10", "3.2.0"])),
        title=draw(lines),
        prefix="ESC",
        owner=draw(lines),
        effective=draw(days),
        language=draw(st.sampled_from(["en", "zh-Hant"])),
        intro=draw(prose),
        parameters=draw(parameter_lists()),
        sections=sections,
        clauses=tuple(made),
        approved=draw(claims),
        until=draw(later),
        change=draw(st.sampled_from(["", "editorial", "minor", "major"])),
        note=draw(optional_lines),
        retroactive=draw(st.booleans()),
        reason=draw(lines),
    )


@st.composite
def operations(draw, verb, number):
    target = {Verb.SET: f"name_{number}", Verb.NEW: f"ESC-MY-{number:02}"}.get(verb, f"ESC-{number:02}")
    made = Operation(verb, target, why=draw(lines), approved=draw(claims), review_by=draw(later))
    match verb:
        case Verb.SET:
            return replace(made, value=draw(st.one_of(numbers, st.sampled_from(["a | b", "no", "country"]))))
        case Verb.CHANGE:
            return replace(made, facts=draw(changes()))
        case Verb.NEW:
            anchor = draw(st.sampled_from([{}, {"after": "ESC-03"}, {"before": "ESC-04"}]))
            return replace(made, clause=draw(clauses(target, draw(optional_lines))), **anchor)
    return replace(made, text=draw(texts), title=draw(optional_lines) if verb is Verb.REPLACE else "")


@st.composite
def changes(draw):
    keys = draw(st.lists(st.sampled_from(CHANGEABLE_FACTS), min_size=1, unique=True))
    fixed = {"severity": st.sampled_from(Severity).map(str), "weight": st.integers(1, 9).map(str)}
    fixed["locked"] = st.sampled_from(Lock).map(str)
    return tuple((key, draw(fixed.get(key, lines))) for key in keys)


@st.composite
def overrides(draw):
    verbs = draw(st.lists(st.sampled_from(Verb), max_size=6))
    verbs.sort(key=lambda verb: verb is not Verb.SET)
    against = st.sampled_from([(), (("global", "3.2.0"),), (("global", "1.10"), ("no", "2"))])
    return Override(
        playbook="escalation-handling",
        scope=draw(st.sampled_from(["my", "no", "kul1", "eu-de"])),
        version=draw(st.integers(1, 99)),
        owner=draw(lines),
        effective=draw(days),
        operations=tuple(draw(operations(verb, number)) for number, verb in enumerate(verbs, 1)),
        intro=draw(prose),
        until=draw(later),
        approved=draw(claims),
        written_against=draw(against),
        retroactive=draw(st.booleans()),
        reason=draw(lines),
        note=draw(optional_lines),
    )
