"""Steps of a site towards a version, and what people say they have read."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, Place, require
from compliance.accounts.models import Person
from compliance.errors import Conflict, InvalidInput, RuleViolation
from compliance.files.commands import attach
from compliance.files.intake import Upload
from compliance.files.queries import evidence_of
from compliance.journal import Event, record
from compliance.playbooks import effectiveness
from compliance.playbooks.adoption import lifecycle
from compliance.playbooks.adoption.lifecycle import RULES, AdoptionStatus
from compliance.playbooks.adoption.models import Acknowledgement, Adoption
from compliance.playbooks.adoption.queries import Line, belongs
from compliance.playbooks.models import Playbook, ResolvedChain
from compliance.playbooks.queries import Stay, chosen_for
from compliance.refusals import refuse

P = Permission


def acknowledge_notice(actor: Actor, line: Line) -> Adoption:
    """The site has seen what is coming, and by when."""
    require(actor, P.ADOPT_VERSION, line)
    refuse(lifecycle.against_acknowledging(line.standing()))
    adoption = Adoption(
        site_id=line.run.site.id, site=line.run.site, vendor_id=line.run.vendor_id, text=line.version,
        playbook_version_id=line.version.id, status=AdoptionStatus.ACKNOWLEDGED, acknowledged_at=clock.now(),
        acknowledged_by=actor.name, needed_pct=RULES.attested_pct)
    db.session.add(adoption)
    db.session.flush()
    record(actor, Event.ADOPTION_ACKNOWLEDGED, adoption)
    return adoption


def attest(actor: Actor, line: Line, *, attested: int, heads: int, seen: int | None = None) -> None:
    """How many of the people in scope have attested; from the share on that the rules ask, they count as trained."""
    require(actor, P.ADOPT_VERSION, line)
    refuse(lifecycle.against_attesting(line.standing(), attested, heads))
    adoption = _begun(line)
    db.check_version(adoption, seen)
    before = adoption.status
    adoption.attested, adoption.heads, adoption.needed_pct = attested, heads, RULES.attested_pct
    adoption.attested_at, adoption.attested_by = clock.now(), actor.name
    adoption.status = lifecycle.after_attesting(attested, heads)
    record(actor, Event.ADOPTION_ATTESTED, adoption, attested=attested, heads=heads,
           status=[before.value, adoption.status.value])


def declare_live(actor: Actor, line: Line, *, live_on: date, note: str, uploads: Sequence[Upload] = (),
                 seen: int | None = None) -> None:
    """The site works by the version since a day, with what shows it; the text it works by is kept by its digest."""
    require(actor, P.ADOPT_VERSION, line)
    standing = line.standing(len(uploads) + (len(_evidence(actor, line)) if line.adoption else 0))
    refuse(lifecycle.against_going_live(standing, live_on))
    if not note.strip():
        raise InvalidInput("Say what shows it.", {"note": ["Say what was done, such as old copies taken down."]})
    adoption = _begun(line)
    db.check_version(adoption, seen)
    for upload in uploads:
        attach(actor, P.ADOPT_VERSION, adoption, upload)
    adoption.status, adoption.live_on, adoption.live_note = AdoptionStatus.LIVE, live_on, note.strip()
    adoption.live_at, adoption.live_by = clock.now(), actor.name
    adoption.content_digest = _text_of(line).content_digest
    record(actor, Event.ADOPTION_WENT_LIVE, adoption, live_on=live_on, lag=lifecycle.lag(live_on, line.due_on),
           digest=adoption.content_digest, note=note.strip())


def _begun(line: Line) -> Adoption:
    assert line.adoption is not None, "the rules let nobody go on before the notice was acknowledged"
    return line.adoption


def _evidence(actor: Actor, line: Line) -> Sequence[object]:
    adoption = _begun(line)
    return evidence_of(actor, adoption)[adoption.id]


def _text_of(line: Line) -> ResolvedChain:
    day = max(line.run.today, line.version.effective_on)
    return effectiveness.in_force(line.version.playbook, line.run.site, line.run.vendor_id, day)


def acknowledge(actor: Actor, key: str, stay: Stay, *, digest: str, language: str) -> Acknowledgement:
    """This person has read the text of a place in a language: exactly the content of the digest.

    The text is the one in force on the day of `stay`, today or to come. Raises Conflict when that is another one by
    now: nobody acknowledges what no longer holds. The same again changes nothing.
    """
    vendor_id = stay.vendor.id if stay.vendor else None
    require(actor, P.VIEW_PLAYBOOK, Place(stay.site.path, vendor_id))
    if not belongs(actor, db.session.get(Person, actor.id), (stay.site, vendor_id)):
        raise RuleViolation(f"The people of {stay.site.code} acknowledge its texts: those at home there and its leads.")
    if stay.known_on is not None or stay.on < clock.today(stay.site.zone or "UTC"):
        raise RuleViolation("This is a text of the past. Open the page of today and acknowledge what holds now.")
    playbook, chosen = chosen_for(actor, key, stay)
    chain = effectiveness.chains_of([chosen])[0]
    if chain.content_digest != digest:
        raise Conflict("The text has changed since you opened it. What holds now is shown below: read it, then "
                       "acknowledge it.")
    said = Acknowledgement(
        person_id=actor.id, person_name=actor.name, site_id=stay.site.id, site=stay.site, vendor_id=vendor_id,
        playbook_id=playbook.id, playbook=playbook, playbook_version_id=chosen.playbook.id, number=chain.version,
        content_digest=digest, chain_key=chain.key, language=language, at=clock.now())
    return _present(said) or _kept(actor, said, playbook)


def _present(said: Acknowledgement) -> Acknowledgement | None:
    present: Acknowledgement | None = db.session.scalar(select(Acknowledgement).where(
        Acknowledgement.person_id == said.person_id, Acknowledgement.site_id == said.site_id,
        Acknowledgement.vendor_id.is_not_distinct_from(said.vendor_id),
        Acknowledgement.playbook_version_id == said.playbook_version_id,
        Acknowledgement.content_digest == said.content_digest, Acknowledgement.language == said.language))
    return present


def _kept(actor: Actor, said: Acknowledgement, playbook: Playbook) -> Acknowledgement:
    db.session.add(said)
    db.session.flush()
    record(actor, Event.TEXT_ACKNOWLEDGED, said, playbook=playbook.key, version=said.number, site=said.site.code,
           digest=said.content_digest, language=said.language)
    return said
