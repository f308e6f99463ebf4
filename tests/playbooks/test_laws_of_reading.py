"""The laws of what is read: translation, rendering and old digests, and a count that no law is without its test."""

import re
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.playbooks import keeping
from compliance.playbooks.digests import leaf_digest, wording_digest
from compliance.playbooks.document import Clause, Operation, Playbook, Verb
from compliance.playbooks.effective import Effective, Rules, Trust
from compliance.playbooks.operations import names_used
from compliance.playbooks.parsing import parse_playbook
from compliance.playbooks.rendering import render_in_force
from compliance.playbooks.resolution import resolve
from compliance.playbooks.substitution import substitute
from tests.playbooks.strategies import ON, Chain, chains
from tests.playbooks.text_strategies import BLOCKS
from tests.playbooks.texts import clause, parameters, playbook

CLAIMED = Rules(ON, Trust.CLAIMED)
FEW = settings(max_examples=40)
WORD = re.compile(r"\{\{\w+\}\}|[^\W\d_]+")


def translated(text: str) -> str:
    """A language with one word for each of ours, spelt backwards; placeholders stay."""
    return WORD.sub(lambda match: match[0] if "{" in match[0] else match[0][::-1], text)


def in_translation(each: Clause) -> Clause:
    return replace(each, title=translated(each.title), text=translated(each.text))


def operation_in_translation(operation: Operation) -> Operation:
    new = in_translation(operation.clause) if operation.clause else None
    return replace(operation, title=translated(operation.title), clause=new,
                   text=operation.text if operation.verb is Verb.NOT_APPLICABLE else translated(operation.text))


def chain_in_translation(chain: Chain) -> Chain:
    book: Playbook = replace(chain.playbook, clauses=tuple(map(in_translation, chain.playbook.clauses)))
    layers = tuple(replace(layer, override=replace(layer.override, operations=tuple(
        map(operation_in_translation, layer.override.operations)))) for layer in chain.layers)
    return Chain(book, layers)


def wordings(effective: Effective) -> dict[str, tuple[str, str]]:
    return {entry.id: (entry.clause.title, entry.clause.text) for entry in effective.clauses}


@FEW
@given(chains())
def test_law_19_translating_then_resolving_is_resolving_then_translating(chain: Chain) -> None:
    """A translation hangs on the wording alone, so neither layers nor values come between."""
    first = resolve(chain.playbook, chain.layers, CLAIMED)
    by_digest = {wording_digest(*said): tuple(map(translated, said)) for said in wordings(first).values()}
    other = chain_in_translation(chain)
    then = resolve(other.playbook, other.layers, CLAIMED)
    looked_up = {clause_id: by_digest[wording_digest(*said)] for clause_id, said in wordings(first).items()}
    assert looked_up == wordings(then)
    for clause_id, (_, text) in looked_up.items():
        assert substitute(text, first.values) == substitute(then.by_id[clause_id].clause.text, then.values)


@FEW
@given(chains(), chains())
def test_law_19_one_wording_has_one_translation_whatever_else_the_clause_asks(one: Chain, other: Chain) -> None:
    seen: dict[str, tuple[str, str]] = {}
    for chain in (one, other):
        for said in wordings(resolve(chain.playbook, chain.layers, CLAIMED)).values():
            assert seen.setdefault(wording_digest(*said), said) == said
    assert len(seen) == len(set(seen.values()))


REFERRING = (*BLOCKS, "See [the form][f] and [f].", "As [there][f] says.")
bodies = st.lists(st.lists(st.sampled_from(REFERRING), min_size=1, max_size=2).map("\n\n".join), min_size=1, max_size=3)
VALUES = {"ack": "30"}


@FEW
@given(bodies, st.integers(0, 2))
def test_law_20_a_page_is_its_clauses_rendered_one_by_one(texts: list[str], at: int) -> None:
    """Wherever in the file the definition stands: what a clause shows never hangs on its neighbours."""
    written = [clause(f"ESC-{number:02} Do it", text) for number, text in enumerate(texts, 1)]
    written[at % len(written)] += "\n[f]: https://a.example/form\n"
    parsed = parse_playbook(playbook(parameters("| ack | 30 | minutes | lower | 5..60 |"), *written))
    assert len(parsed.clauses) == len(texts)
    separate = [render_in_force(each.text, VALUES) for each in parsed.clauses]
    together = render_in_force("\n\n###### BREAK\n\n".join(each.text for each in parsed.clauses), VALUES)
    assert "".join(re.split(r"<h6>BREAK</h6>", together)).split() == "\n".join(separate).split()
    assert all("][f]" not in html for html in separate)


@FEW
@given(chains(), chains())
def test_law_21_a_pinned_digest_renders_the_same_bytes_again(one: Chain, other: Chain) -> None:
    """Whoever asked for it, in whatever chain it was met, and after everything remembered is gone."""
    pinned: dict[str, str] = {}
    for chain in (one, other, one, other):
        effective = resolve(chain.playbook, chain.layers, CLAIMED)
        for entry in effective.clauses:
            row = str(keeping.text_row(entry, effective.values))
            assert pinned.setdefault(entry.digest, row) == row
        leaf_digest.cache_clear()
        names_used.cache_clear()


def test_each_of_the_21_laws_has_a_test() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    found = {int(number) for number in re.findall(r"^def test_law_([0-9]+)_", text, re.MULTILINE)}
    assert sorted(found) == list(range(1, 22))
