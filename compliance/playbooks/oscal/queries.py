"""Reading a playbook as OSCAL: the global text in force, or the chain of a place."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from compliance import clock
from compliance.access import Actor
from compliance.errors import NotFound
from compliance.playbooks import choosing
from compliance.playbooks.choosing import Chosen
from compliance.playbooks.effectiveness import layer_of, resolve_chosen
from compliance.playbooks.oscal.documents import Step, documents
from compliance.playbooks.oscal.vocabulary import Json
from compliance.playbooks.queries import Stay, chosen_for, get_playbook


def files_of(actor: Actor, key: str, on: date | None = None) -> tuple[str, dict[str, Json]]:
    """The global text in force on a day, with the name of its folder. Raises NotFound while there is none."""
    playbook = get_playbook(actor, key)
    day = on or clock.today()
    chosen = choosing.pick(choosing.candidates(playbook.id, (), None), day)
    if chosen is None:
        raise NotFound(f"No version of {playbook.title} is in force on {day.isoformat()}.")
    return f"{playbook.key}-{chosen.playbook.number}", _documents(chosen)


def files_at(actor: Actor, key: str, stay: Stay) -> tuple[str, dict[str, Json]]:
    """The text as it holds at a place: the catalogue, a profile for each layer, and what they come to."""
    playbook, chosen = chosen_for(actor, key, stay)
    vendor = f"-{stay.vendor.code.lower()}" if stay.vendor else ""
    return f"{playbook.key}-{stay.site.code.lower()}{vendor}-{stay.on.isoformat()}", _documents(chosen)


def _documents(chosen: Chosen) -> dict[str, Json]:
    return documents(resolve_chosen(replace(chosen, layers=())), list(_steps(chosen)))


def _steps(chosen: Chosen) -> Iterator[Step]:
    above = resolve_chosen(replace(chosen, layers=()))
    for count, candidate in enumerate(chosen.layers, 1):
        below = resolve_chosen(replace(chosen, layers=chosen.layers[:count]))
        layer = layer_of(candidate)
        yield Step(layer.override, layer.approver, above, below)
        above = below
