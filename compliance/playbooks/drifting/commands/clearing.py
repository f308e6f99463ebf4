"""Move overrides on to the text above where that takes nobody's judgement: many together, after one look."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Permission, require, require_somewhere
from compliance.errors import InvalidInput
from compliance.journal import Event, record
from compliance.playbooks import drift, layers
from compliance.playbooks.document import Override as Text
from compliance.playbooks.drifting.comparing import Compared, compared
from compliance.playbooks.drifting.guards import against_clearing
from compliance.playbooks.drifting.succeeding import next_number, next_text, successor
from compliance.playbooks.effective import operation_key
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.refusals import Refusal, refuse

CLEARED = "Nothing it asks of anybody is other than before: brought onto the text above after a look."


def clear_together(actor: Actor, versions: Sequence[OverrideVersion]) -> list[OverrideVersion]:
    """The next version of each, approved at once: what stays is written against the text above as it is, what that says
    by now itself is left out. All of them or none. Needs override, playbook and node loaded.

    The new version is asked for by whoever asked for the one before, so the same people may not decide on it.
    """
    require_somewhere(actor, Permission.DECIDE_LOCALLY)
    for version in versions:
        require(actor, Permission.DECIDE_LOCALLY, version)
    if not versions:
        raise InvalidInput("Choose at least one override to clear.", {"versions": ["Choose at least one."]})
    found = [(version, compared(version)) for version in versions]
    reasons: list[Refusal] = [reason for version, each in found for reason in against_clearing(actor, version, each)]
    refuse(reasons)
    made = [_cleared(actor, each) for _, each in found if each is not None]
    db.session.flush()
    for playbook in {version.override.playbook_id: version.override.playbook for version in versions}.values():
        layers.note_drift(playbook)
    return made


def _cleared(actor: Actor, found: Compared) -> OverrideVersion:
    before = found.version
    moved = drift.rebase(found.text, found.old, found.new)
    moved = replace(moved, written_against=found.new.chain)
    source, text = next_text(found, moved, next_number(before), CLEARED)
    made = successor(found, source, text, before.requested_by_id)
    made.status, made.decision = VersionStatus.APPROVED, CLEARED
    made.approved_at, made.approved_by = clock.now(), actor.name
    made.approved_by_id = None if actor == SYSTEM else actor.id
    made.approvals = _still_given(before, text)
    record(actor, Event.OVERRIDE_VERSION_CARRIED_OVER, made, playbook=before.override.playbook.key,
           scope=before.override.scope, before=before.number, against=dict(found.new.chain), digest=made.digest)
    return made


def _still_given(before: OverrideVersion, text: Text) -> list[dict[str, Any]]:
    """Leave to ask for less goes on: what it rests on has not moved, or a person would have to look."""
    kept = {operation_key(operation) for operation in text.operations}
    return [given for given in before.approvals if given["operation"] in kept]
