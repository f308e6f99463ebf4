"""Ask for an override, and take the question back."""

from datetime import date

from compliance import clock
from compliance.access import Actor, Permission, require
from compliance.accounts.models import Person
from compliance.errors import InvalidInput
from compliance.journal import Event
from compliance.playbooks.localising.asking import Petition, against_asking, missing_from
from compliance.playbooks.localising.commands.keeping import check_text, keep, tell
from compliance.playbooks.localising.deciding import against_withdrawing
from compliance.playbooks.localising.dossier import Dossier, dossier_of, readable
from compliance.playbooks.localising.models import Act
from compliance.playbooks.localising.routing import reviews_of
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.playbooks.weighing import gravest
from compliance.refusals import refuse


def ask_for_override(actor: Actor, version: OverrideVersion, *, rationale: str, legal_basis: bool | None,
                     review_on: date | None, legal_reference: str = "", control: str = "",
                     control_owner: Person | None = None, seen: int | None = None, digest: str | None = None) -> None:
    """Put a draft before those who decide on it: it goes to the first review its operations need, and stands still.

    Needs override, playbook and node loaded, as every command here.
    """
    require(actor, Permission.REQUEST_OVERRIDE, version)
    check_text(version, seen, digest)
    dossier = dossier_of(version)
    readable(dossier)
    refuse(against_asking(dossier.case.name, version.status, dossier.weighed, dossier.case.rival))
    petition = Petition(rationale, legal_basis, legal_reference, review_on, control, control_owner is not None)
    missing = missing_from(petition, dossier.weighed, version.effective_on, clock.today())
    if missing:
        raise InvalidInput("Some of what those who decide need is not said yet.", missing)
    _write_down(version, petition, control_owner, dossier)
    keep(actor, version, Act.ASKED, rationale, to=reviews_of(dossier.weighed)[0])
    tell(actor, Event.OVERRIDE_VERSION_REQUESTED, version, review=version.status, legal_basis=legal_basis,
         legal_reference=version.legal_reference or None, review_on=review_on)


def _write_down(version: OverrideVersion, petition: Petition, control_owner: Person | None, dossier: Dossier) -> None:
    version.rationale = petition.rationale.strip()
    version.legal_basis = petition.legal_basis
    version.legal_reference = petition.legal_reference.strip() if petition.legal_basis else ""
    version.review_on = petition.review_on
    version.control = petition.control.strip()
    version.control_owner_id = control_owner.id if control_owner else None
    version.effects = {each.key: str(each.effect) for each in dossier.weighed}
    version.effect = gravest(each.effect for each in dossier.weighed)
    version.approvals, version.decision = [], ""


def withdraw_request(actor: Actor, version: OverrideVersion, *, reason: str = "", seen: int | None = None) -> None:
    """Take the question back before it is decided; the text is in its writers' hands again."""
    require(actor, Permission.REQUEST_OVERRIDE, version)
    check_text(version, seen, None)
    refuse(against_withdrawing(dossier_of(version).case, actor.id))
    keep(actor, version, Act.WITHDRAWN, reason, to=VersionStatus.WITHDRAWN)
    tell(actor, Event.OVERRIDE_VERSION_WITHDRAWN, version, reason=reason or None)
