"""Playbooks, layers and chains made up by hypothesis, small enough that every clash comes up."""

from dataclasses import dataclass, replace
from datetime import date

from hypothesis import strategies as st

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
from compliance.playbooks.effective import Layer, ScopeKind

KEY = "escalation-handling"
ON = date(2026, 4, 1)
SECTIONS = ("Intake", "Handling")
SCOPES = {
    ScopeKind.REGION: "apac",
    ScopeKind.MARKET: "my",
    ScopeKind.VENDOR: "acme",
    ScopeKind.SITE: "kul1",
}
SENTENCES = (
    "The lead calls the desk.",
    "Each case is closed within {{ack_minutes}} minutes.",
    "At least {{sample_pct}}% are reviewed.",
    "Records stay in the {{tier}} tier.",
    "Nobody is left alone.",
    "当番が電話する。",
)
PARAMETERS = (
    Parameter("ack_minutes", "30", "minutes", "lower", "5..60"),
    Parameter("sample_pct", "20", "percent", "higher", "1..100"),
    Parameter("tier", "region", "", "country > region > any"),
    Parameter("desk", "Global desk"),
)
VALUES = {
    "ack_minutes": ("10", "20", "30", "40", "70", "x"),
    "sample_pct": ("5", "20", "30", "50", "101"),
    "tier": ("country", "region", "any", "moon"),
    "desk": ("Global desk", "Local desk"),
    "nothing": ("1",),
}

severities = st.sampled_from(Severity)
weights = st.integers(1, 5)
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(" ".join)
evidence = st.lists(st.sampled_from(["Log", "Roster", "List"]), max_size=2, unique=True).map(tuple)
# Open twice: with locks everywhere most operations would be refused and little would be seen of the others.
locks = st.sampled_from([Lock.OPEN, Lock.OPEN, Lock.FLOOR, Lock.FIXED])
claims = st.sampled_from(["", "m.okafor 2026-01-08"])


@st.composite
def clauses(draw: st.DrawFn, clause_id: str, section: str) -> Clause:
    return Clause(
        clause_id,
        draw(st.sampled_from(["Calls", "Records of {{desk}}"])),
        section,
        draw(texts),
        draw(severities),
        draw(weights),
        draw(evidence),
        draw(st.sampled_from(["", "Within {{ack_minutes}} minutes?"])),
        lock=draw(locks),
        must_rebase=draw(st.booleans()),
    )


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    """Two to five clauses in two sections; a parameter's value may differ from the usual one."""
    count = draw(st.integers(2, 5))
    split = draw(st.integers(0, count))
    made = [draw(clauses(f"ESC-{n + 1:02}", SECTIONS[n >= split])) for n in range(count)]
    minutes = replace(PARAMETERS[0], value=draw(st.sampled_from(["15", "30", "45"])))
    return Playbook(
        key=KEY,
        version=draw(st.sampled_from(["3.2.0", "3.3.0"])),
        title="Escalation handling",
        prefix="ESC",
        owner="owner",
        effective=date(2026, 1, 15),
        language="en",
        intro="",
        parameters=(minutes, *PARAMETERS[1:]),
        sections=tuple(Section(title) for title in SECTIONS),
        clauses=tuple(made),
        approved="m.okafor 2026-01-08",
    )


@st.composite
def sets(draw: st.DrawFn, name: str) -> Operation:
    return Operation(Verb.SET, name, value=draw(st.sampled_from(VALUES[name])), approved=draw(claims))


@st.composite
def facts(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    possible = {
        "severity": severities.map(str),
        "weight": weights.map(str),
        "evidence": st.sampled_from(["Log", "Photograph"]),
        "guidance": st.just("Look at night shifts."),
        "check": st.just("Is it so?"),
        "law": st.just("An act"),
        "locked": st.sampled_from(["open", "floor", "fixed"]),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(possible)), min_size=1, max_size=3, unique=True))
    return tuple((name, draw(possible[name])) for name in chosen)


@st.composite
def on_clause(draw: st.DrawFn, verb: Verb, target: str) -> Operation:
    """A replace, an addition, a change or a "not applicable" of one clause."""
    if verb is Verb.CHANGE:
        return Operation(verb, target, facts=draw(facts()), approved=draw(claims))
    if verb is Verb.NOT_APPLICABLE:
        review_by = draw(st.sampled_from([None, date(2026, 3, 1), date(2026, 9, 1)]))
        return Operation(verb, target, why="No room.", approved=draw(claims), review_by=review_by)
    return Operation(verb, target, text=draw(texts | st.just("Within {{nothing}}.")))


@st.composite
def additions(draw: st.DrawFn, scope: str, number: int, anchors: tuple[str, ...], anchored: bool = False) -> Operation:
    """A new clause beside one of `anchors`, or (unless it has to be anchored) at the end of a section."""
    code = f"-{scope.upper()}" if anchored or draw(st.integers(0, 5)) else ""
    clause = draw(clauses(f"ESC{code}-{number:02}", draw(st.sampled_from(["", *SECTIONS]))))
    side = draw(st.sampled_from(["after", "before"] if anchored else ["after", "before", ""]))
    beside = {side: draw(st.sampled_from(anchors))} if side else {}
    return Operation(Verb.NEW, clause.id, clause=clause, **beside)


CLAUSE_VERBS = (Verb.REPLACE, Verb.ADD_TO, Verb.NOT_APPLICABLE, Verb.CHANGE)


@st.composite
def operation_lists(
    draw: st.DrawFn, scope: str, targets: tuple[str, ...], names: tuple[str, ...], anchored: bool = False
) -> tuple[Operation, ...]:
    """What one override does: no verb twice for a target, in any order."""
    on = st.tuples(st.sampled_from(CLAUSE_VERBS), st.sampled_from(targets)) if targets else st.nothing()
    pairs = draw(st.lists(on, max_size=4, unique=True)) if targets else []
    chosen = [draw(on_clause(verb, target)) for verb, target in pairs]
    chosen += (
        [draw(sets(name)) for name in draw(st.lists(st.sampled_from(names), max_size=2, unique=True))] if names else []
    )
    numbers = draw(st.lists(st.integers(1, 9), max_size=2, unique=True)) if targets else []
    chosen += [draw(additions(scope, number, targets, anchored)) for number in numbers]
    return tuple(draw(st.permutations(chosen)))


def an_override(scope: str, operations: tuple[Operation, ...]) -> Override:
    return Override(KEY, scope, 1, f"{scope}-lead", date(2026, 2, 1), operations, approved=f"{scope}.lead 2026-01-20")


@st.composite
def layers(draw: st.DrawFn, kind: ScopeKind, ids: tuple[str, ...]) -> Layer:
    """One layer of any kind on the clauses of these ids, sometimes on one that is not there."""
    targets = (*ids, "ESC-99") if draw(st.integers(0, 3)) == 0 else ids
    scope = SCOPES[kind]
    return Layer(kind, scope, an_override(scope, draw(operation_lists(scope, targets, tuple(VALUES)))))


@dataclass(frozen=True)
class Chain:
    """A playbook with the layers of a site, widest first."""

    playbook: Playbook
    layers: tuple[Layer, ...]


@st.composite
def chains(draw: st.DrawFn, min_layers: int = 1) -> Chain:
    playbook = draw(playbooks())
    kinds = draw(st.lists(st.sampled_from(ScopeKind), min_size=min_layers, max_size=4, unique=True))
    ids = tuple(clause.id for clause in playbook.clauses)
    in_order = sorted(kinds, key=list(ScopeKind).index)
    return Chain(playbook, tuple(draw(layers(kind, ids)) for kind in in_order))
