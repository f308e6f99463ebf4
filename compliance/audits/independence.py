"""Who may not audit what: ties between an auditor and what is audited, told as reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from compliance.refusals import Refusal
from compliance.wording import joined, on_day

COOLING_OFF_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Service:
    """Work at a site, or for a vendor: the ids are "" where they do not apply, `until` None while it lasts."""

    site_id: str = ""
    vendor_id: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AuditorFacts:
    """`manager_ids` is the line upwards; `wrote_for_sites` those whose procedures they helped write.

    `declared` holds the ties the auditor declared themselves for this audit, one sentence each.
    """

    id: str
    name: str
    services: Sequence[Service] = ()
    manager_ids: frozenset[str] = frozenset()
    owned_playbooks: frozenset[str] = frozenset()
    wrote_for_sites: frozenset[str] = frozenset()
    declared: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AuditedFacts:
    """`vendor_id` is "" for an in-house site; `playbooks` maps the key of each playbook in scope to its title."""

    site_id: str
    site_name: str
    vendor_id: str
    vendor_name: str
    auditee_ids: frozenset[str]
    playbooks: dict[str, str]
    on: date


def independence_conflicts(
    auditor: AuditorFacts, audited: AuditedFacts, others: Sequence[AuditorFacts] = ()
) -> list[Refusal]:
    """Why a person should not audit; `others` are the other auditors of the team.

    Where a conflict cannot be avoided, the audit records an exception and a second reviewer.
    """
    return [
        *_service(auditor, audited),
        *_line(auditor, audited),
        *_authorship(auditor, audited, others),
        *(Refusal("declared", f"{auditor.name} declared: {tie}") for tie in auditor.declared),
    ]


def _service(auditor: AuditorFacts, audited: AuditedFacts) -> Iterator[Refusal]:
    for service in auditor.services:
        at_site = service.site_id == audited.site_id
        if not at_site and not (audited.vendor_id and service.vendor_id == audited.vendor_id):
            continue
        code, place = ("site", f"at {audited.site_name}") if at_site else ("vendor", f"for {audited.vendor_name}")
        if service.until is None or service.until >= audited.on:
            yield Refusal(code, f"{auditor.name} works {place}, which this audit looks at.")
            continue
        free = service.until + relativedelta(months=COOLING_OFF_MONTHS)
        if audited.on < free:
            left, from_day = on_day(service.until, audited.on), on_day(free, audited.on)
            message = f"{auditor.name} worked {place} until {left} and can audit it from {from_day}."
            yield Refusal("cooling_off", message)


def _line(auditor: AuditorFacts, audited: AuditedFacts) -> Iterator[Refusal]:
    if auditor.id in audited.auditee_ids:
        yield Refusal("auditee", f"{auditor.name} is among those who are audited.")
    if auditor.manager_ids & audited.auditee_ids:
        yield Refusal("line", f"{auditor.name} reports to somebody who is audited.")


def _authorship(auditor: AuditorFacts, audited: AuditedFacts, others: Sequence[AuditorFacts]) -> Iterator[Refusal]:
    if audited.site_id in auditor.wrote_for_sites:
        yield Refusal("author", f"{auditor.name} helped write the procedures of {audited.site_name}.")
    owned = auditor.owned_playbooks & audited.playbooks.keys()
    alone = sorted(key for key in owned if all(key in other.owned_playbooks for other in others))
    if alone:
        titles = joined([audited.playbooks[key] for key in alone], "and")
        yield Refusal(
            "owner", f"{auditor.name} owns {titles} and would audit it alone; add an auditor who does not own it."
        )
