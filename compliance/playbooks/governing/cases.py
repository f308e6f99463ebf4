"""What a decision on a version is about, read once for the command that decides and the page that offers it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from sqlalchemy import select

from compliance import db
from compliance.playbooks.choosing import STANDING
from compliance.playbooks.comparison import Difference, compare
from compliance.playbooks.document import Problem
from compliance.playbooks.drafting.checking import read_text
from compliance.playbooks.drafting.queries import authors_of, open_comments
from compliance.playbooks.governing.fates import Confirmed, Suggestion, suggestions, unaccounted
from compliance.playbooks.governing.guards import Case
from compliance.playbooks.governing.life import Yes
from compliance.playbooks.governing.models import ClauseLineage, SignOff
from compliance.playbooks.governing.weight import least_class
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.parsing import parse_playbook, read_playbook
from compliance.playbooks.succession import number_of, used_again


class Matter:
    """A version beside the one it follows: both texts read, what differs, and what became of each clause."""

    def __init__(self, version: PlaybookVersion) -> None:
        self.version = version
        self.siblings = _published(version)
        self.before = max((each for each in self.siblings if number_of(each.number) < number_of(version.number)),
                          key=lambda each: number_of(each.number), default=None)
        self.text, problems = read_playbook(version.source, "")
        self.errors = tuple(f"Line {each.line}: {each.message}. {each.remedy}" for each in (*problems, *self._reused())
                            if not each.warning)
        self.text_before = parse_playbook(self.before.source) if self.before else None

    def _reused(self) -> Iterator[Problem]:
        """Ids of earlier versions that would come to mean something else."""
        earlier = [read for each in self.siblings if number_of(each.number) < number_of(self.version.number)
                   and (read := read_text(each.source)[0])]
        return used_again(earlier, self.text) if self.text else iter(())

    @property
    def differences(self) -> Sequence[Difference]:
        return compare(self.text_before, self.text) if self.text_before and self.text else ()

    @property
    def suggested(self) -> tuple[Suggestion, ...]:
        return suggestions(self.text_before, self.text) if self.text else ()

    def unaccounted(self) -> tuple[str, ...]:
        return unaccounted(self.suggested, confirmed_of(self.version), self.text) if self.text else ()


def case_of(version: PlaybookVersion) -> Case:
    """The facts the guards want."""
    return case_from(Matter(version))


def case_from(matter: Matter) -> Case:
    version, text = matter.version, matter.text
    least, why = least_class(matter.differences)
    return Case(
        name=version.reference, number=version.number, status=version.status, effective_on=version.effective_on,
        change=text.change if text else "", note=text.note if text else "", review_on=version.review_on,
        authors=frozenset(authors_of(version)), approved_by=version.approved_by,
        before=matter.before.number if matter.before else "", least=least, why_least=why, errors=matter.errors,
        rival=_first(matter.siblings, lambda day: day == version.effective_on),
        follower=_first(matter.siblings, lambda day: day > version.effective_on),
        retroactive=bool(text and text.retroactive and text.reason), unaccounted=matter.unaccounted(),
        open_comments=open_comments(version),
        lawyers=frozenset(each.person_id for each in sign_offs_of(version, Yes.LEGAL)))


def sign_offs_of(version: PlaybookVersion, *kinds: Yes) -> Sequence[SignOff]:
    """What stands for exactly its present text, oldest first; all kinds unless some are named."""
    return db.session.scalars(
        select(SignOff).where(
            SignOff.playbook_version_id == version.id, SignOff.digest == version.digest, SignOff.ended_at.is_(None),
            SignOff.kind.in_(kinds or tuple(Yes))).order_by(SignOff.at, SignOff.id)).all()


def lineages_of(version: PlaybookVersion) -> Sequence[ClauseLineage]:
    return db.session.scalars(
        select(ClauseLineage).where(ClauseLineage.playbook_version_id == version.id)
        .order_by(ClauseLineage.former)).all()


def confirmed_of(version: PlaybookVersion) -> list[Confirmed]:
    return [Confirmed(row.former, row.fate, tuple(row.successors)) for row in lineages_of(version)]


def _published(version: PlaybookVersion) -> Sequence[PlaybookVersion]:
    """The other versions that were published, whatever they are now."""
    return db.session.scalars(
        select(PlaybookVersion).where(
            PlaybookVersion.playbook_id == version.playbook_id, PlaybookVersion.id != version.id,
            PlaybookVersion.status.in_(STANDING)).order_by(PlaybookVersion.effective_on)).all()


def _first(versions: Sequence[PlaybookVersion], wanted: Callable[[date], bool]) -> str:
    return next((each.reference for each in versions if wanted(each.effective_on)), "")

