"""An override that is only typed, as the version it would become: looked at and never saved."""

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from compliance import clock, db
from compliance.access import Actor, require, visible_to
from compliance.db import new_id
from compliance.errors import InvalidInput, NotFound
from compliance.playbooks.deriving import columns_of_override
from compliance.playbooks.digests import digest
from compliance.playbooks.document import Override as OverrideText
from compliance.playbooks.drafting.rights import to_write
from compliance.playbooks.models import Override, OverrideVersion, Playbook, VersionStatus
from compliance.playbooks.parsing import read_override
from compliance.playbooks.problems import describe
from compliance.playbooks.queries import get_playbook
from compliance.playbooks.queries.texts import place_named


def unsaved(actor: Actor, source: str) -> OverrideVersion:
    """The version a text would become, in no session. Raises InvalidInput for a text that cannot be read."""
    text, problems = read_override(source)
    if text is None:
        said = [describe(problem) for problem in problems if not problem.warning]
        raise InvalidInput(said[0], {"text": said})
    try:
        playbook = get_playbook(actor, text.playbook)
    except NotFound:
        raise InvalidInput(f"There is no playbook “{text.playbook}” here. Bring the playbook in first.") from None
    override = _override(actor, text, playbook)
    require(actor, to_write(actor, override), override)
    version = OverrideVersion(
        id=new_id(), number=text.version, source=source, digest=digest([source]), status=VersionStatus.DRAFT,
        approvals=[], drift=[], rationale=text.intro, added_at=clock.now(), legal_reference="", control="",
        claimed=text.approved, requested_by_id=actor.id, version=1, override_id=override.id,
        **{name: value for name, value in columns_of_override(override, playbook, text).items() if name != "claimed"})
    set_committed_value(version, "override", override)
    return version


def _override(actor: Actor, text: OverrideText, playbook: Playbook) -> Override:
    """The stored override of a scope, or one as it would be: bound to nothing, so that no session keeps it."""
    place = place_named(actor, text.scope)
    if place is None:
        raise InvalidInput(f"You see no region, market, vendor or site called “{text.scope}”.")
    stored = db.session.scalar(visible_to(actor, select(Override.id), Override).where(
        Override.playbook_id == playbook.id, func.lower(Override.scope) == text.scope))
    node, vendor = place["node"], place["vendor"]
    override = Override(id=stored or new_id(), playbook_id=playbook.id, scope=text.scope, kind=place["kind"],
                        node_id=node.id if node else None, vendor_id=vendor.id if vendor else None)
    for name, value in (("playbook", playbook), ("node", node), ("vendor", vendor)):
        set_committed_value(override, name, value)
    return override
