"""Take over an override that was decided on before the product came, as installations do on their first day."""

from collections.abc import Collection

from compliance import clock
from compliance.access import Actor, Permission, require
from compliance.playbooks.document import Override as OverrideText
from compliance.playbooks.localising.commands.deciding import agreed, approvals_of, settle
from compliance.playbooks.localising.deciding import against_approving, against_taking_over
from compliance.playbooks.localising.dossier import against_others, dossier_of, readable
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.refusals import refuse


def take_over_override(actor: Actor, version: OverrideVersion, *, decision: str,
                       approvals: Collection[str] = ()) -> None:
    """Take over an override that holds already: it was asked for and decided on before its text came here.

    What it names as its law is its legal basis.
    """
    require(actor, Permission.DECIDE_OVERRIDE, version)
    dossier = dossier_of(version)
    readable(dossier)
    refuse(against_taking_over(dossier.case, actor.id, version.effective_on, clock.today())
           + against_approving(dossier.case, actor.id, dossier.weighed, final=False,
                               open_in=frozenset({VersionStatus.DRAFT}))
           + against_others(dossier, dossier.covered_by(actor))
           + agreed(dossier, frozenset(each.key for each in dossier.weighed), approvals))
    laws = _laws_of(dossier.text)
    version.legal_basis, version.legal_reference = bool(laws), "; ".join(laws)
    version.approvals = approvals_of(actor, dossier)
    settle(actor, dossier, decision)


def _laws_of(text: OverrideText | None) -> list[str]:
    operations = text.operations if text else ()
    named = [dict(each.facts).get("law", "") or (each.clause.law if each.clause else "") for each in operations]
    return list(dict.fromkeys(law for law in named if law))
