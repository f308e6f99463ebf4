"""Bringing a catalogue in: looked at first as often as one likes, then taken in as a draft like any other text."""

from compliance.access import EVERYWHERE, Actor, Permission, require
from compliance.errors import InvalidInput
from compliance.playbooks import commands
from compliance.playbooks.importing import Imported
from compliance.playbooks.limits import MAX_CLAUSES
from compliance.playbooks.oscal.reading import NotACatalog, Reading, Wanted, read_catalog


def look_into(actor: Actor, data: bytes, wanted: Wanted) -> Reading:
    """What would come of a catalogue. Raises InvalidInput for what is none. Keeps nothing."""
    require(actor, Permission.IMPORT_PLAYBOOK, EVERYWHERE)
    try:
        return read_catalog(data, wanted)
    except NotACatalog as wrong:
        raise InvalidInput("No playbook can be made of this file.", {"file": [str(wrong)]}) from None


def take_in(actor: Actor, reading: Reading, name: str) -> Imported:
    """The draft of a catalogue that was looked into; `name` is that of its file."""
    require(actor, Permission.IMPORT_PLAYBOOK, EVERYWHERE)
    if not reading.source:
        message = (f"It has {reading.controls:,} controls in force; a playbook has at most {MAX_CLAUSES:,} clauses. "
                   "Choose some of its groups, and import the others as playbooks of their own.")
        raise InvalidInput(message, {"groups": [message]})
    return commands.import_text(actor, reading.source, name)
