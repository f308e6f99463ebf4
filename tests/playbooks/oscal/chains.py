"""Chains of layers as an export wants them: each step with what holds above and below it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from compliance.playbooks.document import Playbook
from compliance.playbooks.effective import Effective, Layer, Rules, Trust
from compliance.playbooks.library import known, read_shelf
from compliance.playbooks.oscal.documents import Step
from compliance.playbooks.resolution import apply_layer, base
from tests.playbooks.library import CHAINS, LEVELS

LIBRARY = Path(__file__).resolve().parents[3] / "playbooks"


def stepped(playbook: Playbook, layers: Sequence[Layer], rules: Rules) -> tuple[Effective, list[Step]]:
    """The global text, and each layer on the way down."""
    above = bare = base(playbook, rules)
    steps = []
    for layer in layers:
        below = apply_layer(above, layer, rules)
        steps.append(Step(layer.override, layer.approver, above, below))
        above = below
    return bare, steps


def library_chains() -> list[tuple[str, tuple[str, ...], Effective, list[Step]]]:
    """Every playbook of the library with each of its chains in which a layer speaks, by the newest texts."""
    found = []
    for folder in sorted(path for path in LIBRARY.iterdir() if path.is_dir()):
        shelf = read_shelf(folder)
        newest = known(shelf.playbooks)[-1].document
        rules = Rules(newest.effective.replace(year=newest.effective.year + 1), Trust.CLAIMED)
        for chain in CHAINS:
            spoken = [(kind, scope) for kind, scope in zip(LEVELS, chain, strict=False) if scope in shelf.overrides]
            layers = [Layer(kind, scope, replace(known(shelf.overrides[scope])[-1].document)) for kind, scope in spoken]
            if layers:
                found.append((folder.name, chain, *stepped(newest, layers, rules)))
    return found


