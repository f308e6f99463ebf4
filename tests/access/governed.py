"""What is written, asked for, drifted from, adopted and translated in the world of the access matrix."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Role
from compliance.accounts.models import Person
from compliance.db import new_id
from compliance.network.models import Site, Vendor
from compliance.playbooks.adoption import commands as adopting
from compliance.playbooks.adoption import queries as adoption
from compliance.playbooks.adoption.models import Acknowledgement, Adoption
from compliance.playbooks.drafting import commands as drafting
from compliance.playbooks.drafting.models import DraftComment
from compliance.playbooks.drift import State
from compliance.playbooks.governing import commands as governing
from compliance.playbooks.governing.models import SignOff
from compliance.playbooks.localising import commands as localising
from compliance.playbooks.models import OperationDrift, OverrideVersion, Playbook, PlaybookVersion
from compliance.playbooks.queries import get_override_version, get_stay, get_version, resolved_at
from compliance.playbooks.translations.models import Translation, TranslationStatus
from compliance.playbooks.translations.queries import lines
from tests.builders.accounts import a_person, actor_of, an_actor
from tests.builders.audits import a_text
from tests.builders.drafting import said_of
from tests.builders.governing import in_review
from tests.builders.localising import asked
from tests.builders.playbooks import a_version, bring_in
from tests.builders.saving import save, saving
from tests.builders.translations import a_proposal

DRAFT, IN_REVIEW = "1.1.0", "1.2.0"
AHEAD = timedelta(days=60)
PROPOSED = "canary-proposed"  # in a translation that waits for its approval
UNPUBLISHED = "canary-unpublished"  # in every draft of an override


@dataclass
class Local:
    """What one corner writes for itself: a request, then a draft with a comment; an adoption, somebody who has read.

    Own and elsewhere ask for their site, the neighbour as a company: a site's rule is for everybody to read who sees
    the site, a company's for nobody beside it. `drifted` is in force.
    """

    scope: str
    drift_scope: str
    drifted: OverrideVersion
    request: OverrideVersion
    draft: OverrideVersion
    comment: DraftComment
    drift: OperationDrift
    adoption: Adoption
    read: Acknowledgement


@dataclass
class Texts:
    """What is the same everywhere: a draft of the playbook, a version in review, and a proposal to hurry it."""

    draft: PlaybookVersion
    comment: DraftComment
    in_review: PlaybookVersion
    sign_off: SignOff


class Where(NamedTuple):
    site: Site
    vendor: Vendor
    canary: str


def write_globally(playbook: Playbook, writer: Actor) -> Texts:
    """A version that waits for a second owner and for nothing else, and one that is being written."""
    soon = clock.today() + timedelta(days=5)  # shorter than the notice: hence the proposal
    source = a_text(playbook.prefix, (("major", 3), ("minor", 2)), version=IN_REVIEW).replace(  # which touches a clause
        "effective: 2024-01-01", f"effective: {soon}\nchange: minor\nnote: What the year taught us.").replace(
        "keeps rule 1.", "keeps rule 1 to the hour.")  # to which every corner adds something
    waiting = in_review(a_version(bring_in(source, actor=writer).digest or ""))
    with saving():
        given = governing.propose_emergency(
            an_actor(Role.PLAYBOOK_OWNER), waiting, digest=waiting.digest, reason="It cannot wait")
        drafting.start_version(writer, playbook, number=DRAFT, effective_on=clock.today() + AHEAD, change="minor")
    draft = get_version(SYSTEM, playbook.key, DRAFT)
    return Texts(draft, said_of(writer, draft, "Shorter", anchor=""), waiting, given)


def translate(playbook: Playbook, far: str) -> None:
    """Of the clause no corner changes, so that it holds everywhere, and of what one corner alone reads; somebody else
    has to approve it."""
    a_proposal(playbook, f"{playbook.prefix}-02", "ms", said=(
        "Peraturan 2", f"Setiap syif mematuhi peraturan 2: {PROPOSED}."))
    rules = [line.wording for line in lines(SYSTEM, playbook, "ms") if line.wording.clause_id.endswith("-01")]
    at = next(at for at, rule in enumerate(rules) if far in rule.text)
    a_proposal(playbook, rules[at].clause_id, "ms", said=(rules[at].title, f"{rules[at].text} ({far})"), at=at)


def overtaken(playbook: Playbook, translator: Person) -> Translation:
    """Declined, of words that hold nowhere any more."""
    return save(Translation(
        playbook_id=playbook.id, clause_id=f"{playbook.prefix}-02", wording="0" * 64, language="th", title="Rule",
        text="Rule", source_title="Rule", source_text="Rule", folded="rule", status=TranslationStatus.DECLINED,
        translator_id=translator.id, translator=translator.name, proposed_at=clock.now(), decided_at=clock.now(),
        decision="Not so."))


def write_locally(playbook: Playbook, where: Where, drifted: OverrideVersion, writer: Actor) -> Local:
    """`drifted` is in force there, and the text above it moved."""
    site, vendor, canary = where
    own, elsewhere = canary.endswith("own"), canary.endswith("elsewhere")
    scope = vendor.code.lower() if not own and not elsewhere else site.code.lower()
    asker = an_actor(Role.REGIONAL_LEAD)
    request = _request(asker, playbook, scope, canary)
    if elsewhere:  # a global head reads what was declined and appealed against, and no other request
        with saving():
            localising.decline_override(an_actor(Role.PLAYBOOK_OWNER), request, reason=f"No {canary}")
            localising.appeal(asker, request, reason=f"Again {canary}")
    with saving():
        started = drafting.start_override(asker, playbook, scope=scope, effective_on=clock.today() + AHEAD,
                                          owner=f"Owner {UNPUBLISHED}")
    draft = get_override_version(SYSTEM, playbook.key, scope, started.number)
    reader = a_person(Role.VENDOR_LEAD, site, vendor, name=f"Reader {canary}")
    return Local(
        scope, drifted.override.scope, drifted, request, draft, said_of(writer, draft, f"Comment {canary}", anchor=""),
        _drift(drifted, State.CLEAN if own else State.REVIEW), _adopted(actor_of(reader), playbook, where),
        _read(actor_of(reader), playbook, where))


def _request(asker: Actor, playbook: Playbook, scope: str, canary: str) -> OverrideVersion:
    with saving():
        started = drafting.start_override(asker, playbook, scope=scope, effective_on=clock.today() + AHEAD)
    version = get_override_version(SYSTEM, playbook.key, scope, started.number)
    body = f"## Add to {playbook.prefix}-02\n\n- Why: Asked {canary}\n\nRule asked for {canary}.\n"
    with saving():
        drafting.save_draft(asker, version, source=f"{version.source.rstrip()}\n\n{body}", seen=version.version)
    return asked(get_override_version(SYSTEM, playbook.key, scope, started.number), asker, rationale=f"Why {canary}")


def _drift(override: OverrideVersion, state: State) -> OperationDrift:
    """As `layers.note_drift` would have found it, had the text above moved."""
    if state is State.REVIEW:
        with saving():
            override.stale_from = clock.today() - timedelta(days=3)
    return save(OperationDrift(
        id=new_id(), override_version_id=override.id, position=0, operation="add-to ESC-01", clause="ESC-01",
        state=state, moved=["text"], seen="0" * 64, against="1.0.0",
        from_on=clock.today() - timedelta(days=3), until_on=None, over_on=None, accepted_at=None, accepted_by=""))


def _adopted(lead: Actor, playbook: Playbook, where: Where) -> Adoption:
    site, vendor, _ = where
    with saving():
        return adopting.acknowledge_notice(
            lead, adoption.line(lead, playbook.key, "1.0.0", site=site.code, vendor=vendor.code))


def _read(reader: Actor, playbook: Playbook, where: Where) -> Acknowledgement:
    site, vendor, _ = where
    db.session.expire(site, ["operations"])  # two vendors of one site: the second came after it was read
    stay = get_stay(reader, site.code, vendor=vendor.code)
    with saving():
        digest = resolved_at(reader, playbook.key, stay).content_digest
    with saving():
        return adopting.acknowledge(reader, playbook.key, get_stay(reader, site.code, vendor=vendor.code),
                                    digest=digest, language="en")
