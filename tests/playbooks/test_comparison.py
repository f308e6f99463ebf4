"""What changed between two playbooks: empty exactly when the digests agree, and named as a site lead would name it."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compliance.playbooks.comparison import KIND_OF, Kind, Mark, compare, redline, similarity
from compliance.playbooks.digests import OBLIGATION_FIELDS
from compliance.playbooks.document import Clause, Lock, Parameter, Playbook, Section, Severity
from compliance.playbooks.resolution import resolve
from tests.playbooks.escalation import APAC, CLAIMED, CLAUSES, MY, PARAMETERS, PLAYBOOK, a_clause

ORDERED = "country > region > any"
CHOICES = {
    "title": ("Call", "Ring"),
    "section": ("Intake", "Closing"),
    "text": ("Call the desk.", "Call\nthe desk.", "Call within {{minutes}} minutes.", "Keep it in {{store}}."),
    "severity": tuple(Severity),
    "weight": (1, 2),
    "evidence": ((), ("Log",), ("Log", "Roster"), ("Roster", "Log"), ("Sheet",)),
    "check": ("", "Within {{minutes}}?"),
    "guidance": ("", "Sample nights."),
    "law": ("", "An act"),
    "frequency": ("every audit", "yearly"),
    "applies_to": ((), ("Age Support",), ("Age Support", "Account Security")),
    "lock": tuple(Lock),
    "applicable": (True, False),
    "must_rebase": (True, False),
    "formerly": ((), ("ESC-1",), ("ESC-9",)),
    "retired": ("", "2.0.0"),
    "line": (1, 2),
}
PROVENANCE = {"must_rebase", "formerly", "retired", "line"}


def clauses(ids: tuple[str, ...] = ("ESC-1", "ESC-2", "ESC-3")) -> st.SearchStrategy[Clause]:
    fields = {name: st.sampled_from(values) for name, values in CHOICES.items()}
    return st.builds(Clause, id=st.sampled_from(ids), **fields)


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    minutes = Parameter("minutes", draw(st.sampled_from(("15", "30"))), "minutes", draw(st.sampled_from(("lower", ""))))
    store = Parameter("store", draw(st.sampled_from(("region", "any"))), stricter=ORDERED)
    return replace(
        PLAYBOOK,
        title=draw(st.sampled_from(("Calls", "Desk"))),
        version=draw(st.sampled_from(("1.0.0", "1.1.0"))),
        parameters=(minutes, store),
        sections=(Section("Intake", draw(st.sampled_from(("", "Prose.")))), Section("Closing")),
        clauses=tuple(draw(st.lists(clauses(), max_size=3, unique_by=lambda clause: clause.id))),
    )


@st.composite
def near(draw: st.DrawFn, first: Playbook) -> Playbook:
    """The same playbook, or with one thing set anew in it: most pairs drawn apart would differ in everything."""
    spots = [(number, name) for number in range(len(first.clauses)) for name in CHOICES]
    if not spots or draw(st.booleans()):
        return replace(first, version=draw(st.sampled_from(("1.0.0", "2.0.0"))), note="Why")
    number, name = draw(st.sampled_from(spots))
    altered = replace(first.clauses[number], **{name: draw(st.sampled_from(CHOICES[name]))})
    return replace(first, clauses=(*first.clauses[:number], altered, *first.clauses[number + 1 :]))


pairs = playbooks().flatmap(lambda first: st.tuples(st.just(first), near(first) | playbooks()))


def asked(playbook: Playbook) -> list[object]:
    """What a playbook asks, spelt out without the product's digests or diff."""
    values = {parameter.name: parameter.value for parameter in playbook.parameters}
    rows = []
    for clause in playbook.clauses:
        if not clause.retired:
            row = [clause.id, *(getattr(clause, name) for name in CHOICES if name not in PROVENANCE)]
            names = re.findall(r"\{\{(\w+)}}", clause.text + clause.check)
            rows.append((row, sorted((name, values[name]) for name in names)))
    return [playbook.key, playbook.title, rows]


@given(pairs)
@example((PLAYBOOK, replace(PLAYBOOK, clauses=(replace(CLAUSES[0], weight=4), *CLAUSES[1:]))))
def test_law_13_no_difference_exactly_when_the_same_is_asked(pair: tuple[Playbook, Playbook]) -> None:
    old, new = pair
    digests = [resolve(playbook, [], CLAIMED).content_digest for playbook in pair]
    assert (compare(old, new) == ()) == (asked(old) == asked(new)) == (digests[0] == digests[1])


@given(pairs)
def test_turning_the_pair_round_turns_every_direction_round(pair: tuple[Playbook, Playbook]) -> None:
    """Renames apart: a clause names its former id, not its future one."""
    old, new = (
        replace(playbook, clauses=tuple(replace(clause, formerly=()) for clause in playbook.clauses))
        for playbook in pair
    )
    opposite = {Kind.ADDED: Kind.REMOVED, Kind.WAIVED: Kind.REINSTATED, Kind.TIGHTENED: Kind.LOOSENED}
    opposite |= {other: one for one, other in opposite.items()}
    there = sorted((d.kind, d.field) for d in compare(old, new) if d.kind is not Kind.REORDERED and "{{" not in d.field)
    back = sorted((d.kind, d.field) for d in compare(new, old) if d.kind is not Kind.REORDERED and "{{" not in d.field)
    assert there == sorted((opposite.get(kind, kind), field) for kind, field in back)


def test_every_obligation_has_a_word_for_its_change() -> None:
    assert set(KIND_OF) == set(OBLIGATION_FIELDS)


def with_clause(**fields: object) -> Playbook:
    return replace(PLAYBOOK, clauses=(replace(CLAUSES[0], **fields), *CLAUSES[1:]))


FIRST = CLAUSES[0]


@pytest.mark.parametrize(
    ("fields", "kind", "field"),
    [
        ({"severity": Severity.CRITICAL}, Kind.TIGHTENED, "severity"),
        ({"severity": Severity.MINOR}, Kind.LOOSENED, "severity"),
        ({"evidence": (*FIRST.evidence, "Clock")}, Kind.TIGHTENED, "evidence"),
        ({"evidence": ()}, Kind.LOOSENED, "evidence"),
        ({"evidence": ("Clock",)}, Kind.REWORDED, "evidence"),
        ({"weight": 4}, Kind.REWEIGHTED, "weight"),
        ({"text": FIRST.text.replace("queue", "line")}, Kind.REWORDED, "text"),
        ({"text": FIRST.text.replace(" of its", "\nof its")}, Kind.REFORMATTED, "text"),
        ({"check": "Was it done?"}, Kind.REWORDED, "check"),
        ({"guidance": "Look twice."}, Kind.GUIDANCE_CHANGED, "guidance"),
        ({"title": "Acknowledge"}, Kind.RENAMED, "title"),
        ({"id": "ESC-11", "formerly": ("ESC-01",)}, Kind.RENAMED, "id"),
        ({"section": "Closing"}, Kind.REORDERED, "section"),
        ({"applicable": False}, Kind.WAIVED, "applicable"),
        ({"applies_to": ("Age Support",)}, Kind.LOOSENED, "applies_to"),
        ({"law": "An act"}, Kind.CHANGED, "law"),
        ({"frequency": "yearly"}, Kind.CHANGED, "frequency"),
        ({"lock": Lock.FLOOR}, Kind.CHANGED, "lock"),
    ],
)
def test_the_word_for_a_change(fields: dict[str, object], kind: Kind, field: str) -> None:
    (found,) = compare(PLAYBOOK, with_clause(**fields))
    assert (found.kind, found.field, found.clause) == (kind, field, fields.get("id", "ESC-01"))


@pytest.mark.parametrize(
    ("name", "value", "kind", "clause"),
    [
        ("ack_minutes", "20", Kind.TIGHTENED, "ESC-01"),
        ("ack_minutes", "40", Kind.LOOSENED, "ESC-01"),
        ("qa_sample_pct", "10", Kind.TIGHTENED, "ESC-06"),
        ("record_store", "any", Kind.LOOSENED, "ESC-05"),
        ("record_store", "country", Kind.TIGHTENED, "ESC-05"),
    ],
)
def test_a_parameter_moves_by_its_order(name: str, value: str, kind: Kind, clause: str) -> None:
    moved = tuple(replace(p, value=value) if p.name == name else p for p in PARAMETERS)
    (found,) = compare(PLAYBOOK, replace(PLAYBOOK, parameters=moved))
    assert (found.kind, found.field, found.clause, found.new) == (kind, f"{{{{{name}}}}}", clause, value)


def test_a_value_the_new_order_does_not_know_has_no_direction() -> None:
    moved = (*PARAMETERS[:3], replace(PARAMETERS[3], value="site", stricter="site > country"))
    assert [d.kind for d in compare(PLAYBOOK, replace(PLAYBOOK, parameters=moved))] == [Kind.CHANGED]


def test_added_removed_and_the_fewest_moved() -> None:
    order = (CLAUSES[5], *CLAUSES[:5], a_clause("ESC-08"))
    found = {d.kind: d.clauses for d in compare(PLAYBOOK, replace(PLAYBOOK, clauses=order))}
    assert found == {Kind.ADDED: ("ESC-08",), Kind.REMOVED: ("ESC-07",), Kind.REORDERED: ("ESC-06",)}


def test_of_two_clauses_merged_into_one_the_first_goes_on() -> None:
    merged = replace(CLAUSES[0], id="ESC-08", formerly=("ESC-01", "ESC-02"))
    found = compare(PLAYBOOK, replace(PLAYBOOK, clauses=(merged, *CLAUSES[2:])))
    assert [(d.kind, d.clause) for d in found] == [(Kind.RENAMED, "ESC-08"), (Kind.REMOVED, "ESC-02")]


def test_a_clause_merged_into_one_that_stays_is_removed() -> None:
    merged = replace(CLAUSES[0], formerly=("ESC-02",))
    found = compare(PLAYBOOK, replace(PLAYBOOK, clauses=(merged, *CLAUSES[2:])))
    assert [(d.kind, d.clause) for d in found] == [(Kind.REMOVED, "ESC-02")]


def test_a_parameter_that_a_clause_begins_to_use_is_told_once() -> None:
    assert [d.kind for d in compare(PLAYBOOK, with_clause(text="Within {{p0_minutes}} minutes."))] == [Kind.REWORDED]


def test_two_sites_differ_in_what_their_layers_say() -> None:
    region, market = (resolve(PLAYBOOK, layers, CLAIMED) for layers in ([APAC], [APAC, MY]))
    found = {(d.kind, d.clause, d.field) for d in compare(region, market)}
    assert found == {
        (Kind.TIGHTENED, "ESC-01", "{{ack_minutes}}"),
        (Kind.TIGHTENED, "ESC-05", "{{record_store}}"),
        (Kind.TIGHTENED, "ESC-01", "severity"),
        (Kind.TIGHTENED, "ESC-01", "evidence"),
        (Kind.WAIVED, "ESC-07", "applicable"),
        (Kind.ADDED, "ESC-MY-01", ""),
    }


prose = st.lists(
    st.sampled_from(("call", "the", "desk", "30", "20", "minutes", "{{p0}}", "three", "or\n\n")), max_size=12
).map(" ".join)


@given(prose, prose)
def test_a_redline_gives_both_texts_back(old: str, new: str) -> None:
    found = redline(old, new)
    assert "".join(text for mark, text in found if mark is not Mark.DEL) == new
    assert "".join(text for mark, text in found if mark is not Mark.INS).split() == old.split()


@given(prose, prose)
def test_a_changed_number_stands_alone(old: str, new: str) -> None:
    for mark, text in redline(old, new):
        if mark is not Mark.SAME and set(text.split()) & {"30", "20", "{{p0}}", "three"}:
            assert len(text.split()) == 1


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Wait.", "Wait.", [("same", "Wait.")]),
        (
            "within 30 business days",
            "within 20 calendar days",
            [
                ("same", "within"),
                ("del", " 30"),
                ("ins", " 20"),
                ("del", " business"),
                ("ins", " calendar"),
                ("same", " days"),
            ],
        ),
        ("five minutes", "three minutes", [("del", "five"), ("ins", "three"), ("same", " minutes")]),
        ("call the desk", "call\nthe desk", [("same", "call\nthe desk")]),
        ("then call", "call", [("del", "then"), ("del", " "), ("same", "call")]),
    ],
)
def test_redlines(old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert redline(old, new) == found


@pytest.mark.parametrize(
    ("old", "new", "share"), [("a b c d", "a b c d", 100), ("a b c d", "a b x y", 50), ("a", "b", 0)]
)
def test_similarity_is_the_share_of_words_kept(old: str, new: str, share: int) -> None:
    assert similarity(old, new) == share
