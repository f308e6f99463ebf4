"""Bring an override onto the text that stands above it now, as a person decided for each operation."""

from collections.abc import Mapping

from compliance import db
from compliance.access import SYSTEM, Actor, Permission, require
from compliance.errors import InvalidInput
from compliance.journal import Event, record
from compliance.playbooks import drift
from compliance.playbooks.document import Operation
from compliance.playbooks.drifting.choices import Choice, Chosen, decided
from compliance.playbooks.drifting.comparing import Compared, compared
from compliance.playbooks.drifting.faces import faces
from compliance.playbooks.drifting.guards import against_rebasing
from compliance.playbooks.drifting.succeeding import next_number, next_text, open_numbers, successor, weighed_for
from compliance.playbooks.effective import operation_key
from compliance.playbooks.models import OverrideVersion
from compliance.refusals import Refusal, refuse

CHOOSE = "Choose what becomes of it."


def rebase(actor: Actor, version: OverrideVersion, choices: Mapping[str, Chosen], *, note: str = "",
           seen: int | None = None) -> OverrideVersion:
    """The next version as a draft, to be asked for like any other: nothing changes at a site by this.

    `choices` has one for each operation that waits for a person, by its key ("replace ESC-03"); what is mechanical goes
    along. Raises InvalidInput for a choice that is missing or cannot be read as a text. Needs the override with its
    playbook and node loaded.
    """
    require(actor, Permission.REQUEST_OVERRIDE, version)
    db.check_version(version, seen)
    found = compared(version)
    refuse(against_rebasing(version, found, open_numbers(version)))
    assert found is not None, "refused when nothing moved"
    operations = _decided(found, choices)
    moved = drift.rebase(found.text, found.old, found.new, operations)
    source, text = next_text(found, moved, next_number(version), note.strip() or _note(found))
    written = {key for key, chosen in choices.items() if chosen.choice in {Choice.EDIT, Choice.MERGED}}
    refuse([Refusal("operation", each.refused) for each in weighed_for(found, text)
            if each.refused and each.key in {operation_key(kept) for key in written if (kept := operations[key])}])
    made = successor(found, source, text, None if actor == SYSTEM else actor.id)
    record(actor, Event.OVERRIDE_VERSION_REBASED, made, playbook=version.override.playbook.key,
           scope=version.override.scope, before=version.number, against=dict(found.new.chain), digest=made.digest,
           choices={key: str(chosen.choice) for key, chosen in choices.items()})
    return made


def _decided(found: Compared, choices: Mapping[str, Chosen]) -> dict[str, Operation | None]:
    unknown = sorted(set(choices) - set(found.by_key))
    if unknown:
        raise InvalidInput(f"The override has no operation “{unknown[0][:80]}”.")
    waiting = {key: item for key, item in found.by_key.items() if not item.mechanical}
    missing = [key for key in waiting if key not in choices]
    if missing:
        raise InvalidInput("Some operations wait for your choice.", {key: [CHOOSE] for key in missing})
    return {key: decided(found.by_key[key], faces(found.by_key[key], found.old, found.new), chosen, found.new)
            for key, chosen in choices.items()}


def _note(found: Compared) -> str:
    return f"Brought onto {', '.join(f'{scope} {number}' for scope, number in found.new.chain)}."
