"""Appeal once against a no, and hear the appeal: that decision is final."""

from collections.abc import Collection

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.journal import Event
from compliance.playbooks.localising.commands.deciding import agreed, leave, settle
from compliance.playbooks.localising.commands.keeping import check_text, keep, require_words, tell
from compliance.playbooks.localising.deciding import against_appealing, against_approving, against_hearing
from compliance.playbooks.localising.dossier import dossier_of, readable
from compliance.playbooks.localising.models import Act
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.refusals import refuse


def appeal(actor: Actor, version: OverrideVersion, *, reason: str, seen: int | None = None) -> None:
    """Ask the global head to look at a no again; once, by whoever asked for the override."""
    require(actor, Permission.REQUEST_OVERRIDE, version)
    check_text(version, seen, None)
    refuse(against_appealing(dossier_of(version).case, actor.id))
    require_words(reason, "reason", "Say what the decision missed: the global head reads this.")
    keep(actor, version, Act.APPEALED, reason, to=VersionStatus.APPEALED)
    tell(actor, Event.OVERRIDE_VERSION_APPEALED, version, reason=reason)


def hear_appeal(actor: Actor, version: OverrideVersion, *, digest: str, granted: bool, reason: str,
                approvals: Collection[str] = (), seen: int | None = None) -> None:
    """Decide on an appeal for good. What no owner could approve, the head of them all cannot either."""
    require(actor, Permission.HEAR_APPEAL, version)
    check_text(version, seen, digest)
    dossier = dossier_of(version)
    refuse(against_hearing(dossier.case, actor.id))
    require_words(reason, "reason")
    if not granted:
        keep(actor, version, Act.DECLINED, reason, to=VersionStatus.DECLINED)
        version.decision = reason
        tell(actor, Event.OVERRIDE_VERSION_DECLINED, version, reason=reason, appeal=True)
        return
    readable(dossier)
    everything = frozenset(each.key for each in dossier.weighed)
    refuse(against_approving(dossier.case, actor.id, dossier.weighed, final=True,
                             open_in=frozenset({VersionStatus.APPEALED})) + agreed(dossier, everything, approvals))
    today = clock.today()
    version.approvals = [leave(actor, each, today) for each in dossier.weighed if each.needs_approval]
    db.session.flush()
    settle(actor, dossier, reason)
