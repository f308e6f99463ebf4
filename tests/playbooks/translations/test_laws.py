"""Law 19: to translate and then to resolve is to resolve and then to translate."""

import re
from dataclasses import replace

from hypothesis import given, settings

from compliance.playbooks.digests import wording_digest
from compliance.playbooks.document import Clause, Operation, Playbook
from compliance.playbooks.effective import Effective, Layer, Rules, Trust
from compliance.playbooks.resolution import resolve
from compliance.playbooks.translations.queries import in_force
from tests.playbooks.strategies import ON, Chain, chains

CLAIMED = Rules(ON, Trust.CLAIMED)
WORD = re.compile(r"\{\{[a-z_]+\}\}|\w+")


def foreign(text: str) -> str:
    """Another language: every word turned round, every placeholder left where it is."""
    return WORD.sub(lambda match: match[0] if match[0].startswith("{{") else match[0][::-1], text)


def translated_clause(clause: Clause) -> Clause:
    return replace(clause, title=foreign(clause.title), text=foreign(clause.text))


def translated_operation(operation: Operation) -> Operation:
    clause = translated_clause(operation.clause) if operation.clause else None
    return replace(operation, clause=clause, title=foreign(operation.title), text=foreign(operation.text))


def translated_first(chain: Chain) -> tuple[Playbook, list[Layer]]:
    playbook = replace(chain.playbook, clauses=tuple(map(translated_clause, chain.playbook.clauses)))
    return playbook, [replace(layer, override=replace(
        layer.override, operations=tuple(map(translated_operation, layer.override.operations))))
        for layer in chain.layers]


def catalogue_of(effective: Effective) -> dict[str, tuple[str, str]]:
    """A translation for each wording that holds, found by its digest as in the product."""
    said = {(entry.clause.title, entry.clause.text) for entry in effective.clauses}
    return {wording_digest(*each): (foreign(each[0]), foreign(each[1])) for each in said}


@settings(max_examples=100)
@given(chains())
def test_law_19_translation_commutes_with_resolution(chain):
    resolved = resolve(chain.playbook, chain.layers, CLAIMED)
    catalogue = catalogue_of(resolved)
    then_translated = [
        (entry.id, *in_force(*catalogue[wording_digest(entry.clause.title, entry.clause.text)], resolved.values))
        for entry in resolved.clauses]

    playbook, layers = translated_first(chain)
    other = resolve(playbook, layers, CLAIMED)
    assert then_translated == [
        (entry.id, *in_force(entry.clause.title, entry.clause.text, other.values)) for entry in other.clauses]


@settings(max_examples=50)
@given(chains())
def test_law_19_a_value_moves_no_wording_so_one_translation_serves_every_value(chain):
    """Values are put in after translation: digests of wordings differ only where texts do."""
    resolved = resolve(chain.playbook, chain.layers, CLAIMED)
    texts = {(entry.clause.title, entry.clause.text) for entry in resolved.clauses}
    assert len({wording_digest(*each) for each in texts}) == len(texts)
    assert all("{{" not in value for value in resolved.values.values())
