"""Reading the life of a version: where it stands, what its next step waits for, and what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import Actor, Permission, visible_to
from compliance.errors import NotFound
from compliance.playbooks.drafting.models import DraftSave
from compliance.playbooks.governing import conditions
from compliance.playbooks.governing.cases import Matter, case_from, lineages_of, sign_offs_of
from compliance.playbooks.governing.conditions import Condition
from compliance.playbooks.governing.fates import Suggestion
from compliance.playbooks.governing.guards import Case, against_approving, against_submitting
from compliance.playbooks.governing.life import ChangeClass, Yes, latest_review
from compliance.playbooks.governing.models import ClauseLineage, SignOff
from compliance.playbooks.models import PlaybookVersion, VersionStatus
from compliance.playbooks.queries import versions_of
from compliance.playbooks.standing import State, states
from compliance.refusals import Refusal

MOST = 50


@dataclass(frozen=True, slots=True)
class Fated:
    """A clause somebody has to account for, with what the text suggests and what was confirmed."""

    suggested: Suggestion
    said: ClauseLineage | None
    settled: bool


@dataclass(frozen=True)
class Life:
    """A version in its life, as one person sees it. `against` are the reasons against its next step."""

    version: PlaybookVersion
    state: State
    case: Case
    matter: Matter
    conditions: Sequence[Condition]
    against: Sequence[Refusal]
    fates: Sequence[Fated]
    sign_offs: Sequence[SignOff]
    on: date

    @property
    def only_notice(self) -> bool:
        """Whether nothing but the notice stands against publishing it."""
        return bool(self.against) and all(each.code == "notice" for each in self.against)

    @property
    def consents(self) -> list[SignOff]:
        return [each for each in self.sign_offs if each.kind is Yes.LEGAL]

    @property
    def proposals(self) -> list[SignOff]:
        """What waits for a second person."""
        return [each for each in self.sign_offs if each.kind is not Yes.LEGAL and each.second_at is None]

    @property
    def needs_lawyer(self) -> bool:
        return any(each.code == "legal" for each in self.conditions)

    @property
    def review_overdue(self) -> bool:
        return self.state is State.EFFECTIVE and overdue(self.version, self.on)

    @property
    def latest_review(self) -> date:
        return latest_review(max(self.version.effective_on, self.on))


def overdue(version: PlaybookVersion, on: date) -> bool:
    """Whether the day by which a text had to be read through again is over."""
    return version.review_on is not None and version.review_on < on


def life_of(actor: Actor, version: PlaybookVersion) -> Life:
    """The life of a version. Raises NotFound for one out of sight; needs its playbook loaded."""
    on, matter = clock.today(), Matter(version)
    case = case_from(matter)
    siblings = [each for each, _ in versions_of(actor, version.playbook)]
    if version.id not in {each.id for each in siblings}:
        raise NotFound
    found = _against(actor, case, on)
    said = {row.former: row for row in lineages_of(version)}
    fates = [Fated(each, said.get(each.former), each.former not in case.unaccounted) for each in matter.suggested]
    listed = (conditions.submitting(found) if version.status is VersionStatus.DRAFT
              else conditions.publishing(case, found) if version.status is VersionStatus.IN_REVIEW else [])
    state = states(siblings, on)[version.id]
    return Life(version, state, case, matter, listed, found, fates, sign_offs_of(version), on)


def _against(actor: Actor, case: Case, on: date) -> list[Refusal]:
    match case.status:
        case VersionStatus.DRAFT:
            return [each for each in against_submitting(case, on)
                    if not (each.code == "review" and case.review_on is None)]
        case VersionStatus.IN_REVIEW:
            return against_approving(case, actor.id, on)
    return []


def get_sign_off(actor: Actor, version: PlaybookVersion, sign_off_id: UUID) -> SignOff:
    """A sign-off of a version that was read for this actor, with the version and its playbook."""
    found = db.session.scalars(
        visible_to(actor, select(SignOff), SignOff).where(
            SignOff.id == sign_off_id, SignOff.playbook_version_id == version.id)
        .options(joinedload(SignOff.playbook_version).joinedload(PlaybookVersion.playbook))).one_or_none()
    if found is None:
        raise NotFound
    return found


class Wait(StrEnum):
    """What a version waits for."""

    CHANGES = "changes"
    APPROVAL = "approval"
    CONSENT = "consent"
    SECOND = "second"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that waits for this person; `why` in one line, `due` the day it matters on."""

    what: Wait
    version: PlaybookVersion
    why: str
    due: date


def waiting(actor: Actor) -> list[Waiting]:
    """All versions that wait for this person, soonest first, in at most one statement for each kind of waiting."""
    found = [*returned(actor), *to_approve(actor), *to_consent(actor), *to_second(actor), *to_read_again(actor)]
    return sorted(found, key=lambda each: (each.due, each.version.title, each.version.number))


def returned(actor: Actor) -> list[Waiting]:
    """Texts this person wrote on that came back."""
    mine = exists(select(DraftSave.id).where(
        DraftSave.playbook_version_id == PlaybookVersion.id, DraftSave.saved_by_id == actor.id))
    rows = _versions(actor, Permission.WRITE_PLAYBOOK).where(
        PlaybookVersion.status == VersionStatus.DRAFT, PlaybookVersion.returned_at.is_not(None),
        PlaybookVersion.decision != "", or_(PlaybookVersion.author_id == actor.id, mine))
    return [Waiting(Wait.CHANGES, row, f"It came back: {row.decision}", row.effective_on)
            for row in db.session.scalars(rows)]


def to_approve(actor: Actor) -> list[Waiting]:
    """Texts in review that this person did not write on."""
    rows = _in_review(actor, Permission.PUBLISH_PLAYBOOK)
    return [Waiting(Wait.APPROVAL, row, row.note or "A new version of the text.", row.effective_on)
            for row in db.session.scalars(rows)]


def to_consent(actor: Actor) -> list[Waiting]:
    """Major changes in review without legal consent to their present text."""
    given = exists(select(SignOff.id).where(
        SignOff.playbook_version_id == PlaybookVersion.id, SignOff.digest == PlaybookVersion.digest,
        SignOff.kind == Yes.LEGAL, SignOff.ended_at.is_(None)))
    rows = _in_review(actor, Permission.CONSENT_LEGALLY).where(PlaybookVersion.change == ChangeClass.MAJOR, ~given)
    return [Waiting(Wait.CONSENT, row, "A major change needs legal consent before it can be published.",
                    row.effective_on) for row in db.session.scalars(rows)]


def to_second(actor: Actor) -> list[Waiting]:
    """What another owner proposed and a second one confirms."""
    rows = db.session.scalars(
        visible_to(actor, select(SignOff).join(SignOff.playbook_version), SignOff, Permission.PUBLISH_PLAYBOOK).where(
            SignOff.kind.in_((Yes.EMERGENCY, Yes.RETIRE)), SignOff.second_at.is_(None), SignOff.ended_at.is_(None),
            SignOff.digest == PlaybookVersion.digest, SignOff.person_id != actor.id,
            PlaybookVersion.status.in_((VersionStatus.IN_REVIEW, VersionStatus.APPROVED)))
        .options(joinedload(SignOff.playbook_version).joinedload(PlaybookVersion.playbook)).limit(MOST))
    words = {Yes.EMERGENCY: "publish it without notice", Yes.RETIRE: "retire it"}
    return [Waiting(Wait.SECOND, row.playbook_version, f"{row.person} asks to {words[row.kind]}: {row.reason}",
                    row.until_on or row.playbook_version.effective_on) for row in rows]


def to_read_again(actor: Actor) -> list[Waiting]:
    """Texts in force whose day of review is over."""
    on = clock.today()
    later = _published().where(PlaybookVersion.effective_on <= on)
    rows = db.session.scalars(visible_to(actor, later, PlaybookVersion, Permission.PUBLISH_PLAYBOOK)).all()
    held = {row.playbook_id: row for row in rows}
    return [Waiting(Wait.READING, row, "The day by which it is read through again is over.", row.review_on or on)
            for row in held.values() if overdue(row, on) and row.status is VersionStatus.APPROVED]


def _published() -> Select[PlaybookVersion]:
    return select(PlaybookVersion).where(
        PlaybookVersion.status.in_((VersionStatus.APPROVED, VersionStatus.RETIRED))
    ).options(joinedload(PlaybookVersion.playbook)).order_by(PlaybookVersion.effective_on, PlaybookVersion.approved_at)


def _versions(actor: Actor, permission: Permission) -> Select[PlaybookVersion]:
    return visible_to(actor, select(PlaybookVersion), PlaybookVersion, permission).options(
        joinedload(PlaybookVersion.playbook)).order_by(PlaybookVersion.effective_on, PlaybookVersion.id).limit(MOST)


def _in_review(actor: Actor, permission: Permission) -> Select[PlaybookVersion]:
    wrote = exists(select(DraftSave.id).where(
        DraftSave.playbook_version_id == PlaybookVersion.id, DraftSave.saved_by_id == actor.id))
    return _versions(actor, permission).where(
        PlaybookVersion.status == VersionStatus.IN_REVIEW, ~wrote,
        or_(PlaybookVersion.author_id.is_(None), PlaybookVersion.author_id != actor.id))
