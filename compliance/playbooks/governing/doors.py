"""The steps of a version's life as a page and a program take them: one table, the same commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from compliance.access import Actor, Permission
from compliance.playbooks.governing import commands, schemas
from compliance.playbooks.governing.cases import Matter
from compliance.playbooks.governing.fates import Confirmed
from compliance.playbooks.governing.queries import get_sign_off
from compliance.playbooks.models import PlaybookVersion

P = Permission
Run = Callable[[Actor, PlaybookVersion, Mapping[str, Any]], object]


@dataclass(frozen=True)
class Door:
    """A step: the last part of its address, what it takes, who may, what is said afterwards ("{}" is the text)."""

    name: str
    schema: type[Schema]
    permission: Permission
    run: Run
    said: str
    page: str = "governing.review"  # where it stands, and is shown again when it is refused

    @property
    def path(self) -> str:
        return self.name.replace("_", "-")


def _submit(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.submit_version(actor, version, review_on=data["review_on"], seen=data.get("version"))


def _return(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.return_version(actor, version, reason=data["reason"], seen=data.get("version"))


def _recall(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.recall_version(actor, version, seen=data.get("version"))


def _decline(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.decline_version(actor, version, reason=data["reason"], seen=data.get("version"))


def _consent(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.consent(actor, version, digest=data["digest"], reason=data["reason"])


def _fate(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    successors = tuple(each.strip() for each in data["successors"].replace(";", ",").split(",") if each.strip())
    commands.confirm_lineage(actor, version, said=[Confirmed(data["former"], data["fate"], successors)])


def _fates(actor: Actor, version: PlaybookVersion, _data: Mapping[str, Any]) -> None:
    matter = Matter(version)
    waiting = matter.unaccounted()
    commands.confirm_lineage(actor, version, said=[
        Confirmed(each.former, each.fate, each.successors) for each in matter.suggested if each.former in waiting])


def _approve(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.approve_version(actor, version, digest=data["digest"], decision=data["decision"],
                             seen=data.get("version"))


def _hurry(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.propose_emergency(actor, version, digest=data["digest"], reason=data["reason"])


def _confirm_hurry(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.confirm_emergency(actor, get_sign_off(actor, version, data["sign_off"]), digest=data["digest"])


def _withdraw(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.withdraw_version(actor, version, reason=data["reason"], seen=data.get("version"))


def _read_again(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.confirm_review(actor, version, review_on=data["review_on"], reason=data["reason"],
                            seen=data.get("version"))


def _retire(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.propose_retirement(actor, version, until_on=data["until_on"], reason=data["reason"],
                                successor=data["successor"])


def _confirm_retire(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.confirm_retirement(actor, get_sign_off(actor, version, data["sign_off"]), digest=data["digest"])


def _end(actor: Actor, version: PlaybookVersion, data: Mapping[str, Any]) -> None:
    commands.end_sign_off(actor, get_sign_off(actor, version, data["sign_off"]), reason=data["reason"])


AFTER = "playbooks.version"
DOORS = (
    Door("submit", schemas.SubmitSchema, P.WRITE_PLAYBOOK, _submit, "{} is in review. Its text stands still now.",
         AFTER),
    Door("return", schemas.ReasonSchema, P.PUBLISH_PLAYBOOK, _return, "{} is back with its authors, who read why."),
    Door("recall", schemas.Versioned, P.WRITE_PLAYBOOK, _recall, "{} is a draft again."),
    Door("decline", schemas.ReasonSchema, P.PUBLISH_PLAYBOOK, _decline, "{} is declined. Its author reads why."),
    Door("consent", schemas.ConsentSchema, P.CONSENT_LEGALLY, _consent, "Your consent to exactly this text is given."),
    Door("fate", schemas.FateSchema, P.WRITE_PLAYBOOK, _fate, "It is on record what became of the clause."),
    Door("fates", schemas.Versioned, P.WRITE_PLAYBOOK, _fates, "It is on record what became of each clause."),
    Door("approve", schemas.ApproveSchema, P.PUBLISH_PLAYBOOK, _approve,
         "{} is approved. It holds from its day on, at midnight of each site."),
    Door("hurry", schemas.HurrySchema, P.PUBLISH_PLAYBOOK, _hurry, "A second owner is asked to confirm it."),
    Door("confirm_hurry", schemas.SecondSchema, P.PUBLISH_PLAYBOOK, _confirm_hurry,
         "{} is published without notice. Both names are on record."),
    Door("withdraw", schemas.ReasonSchema, P.PUBLISH_PLAYBOOK, _withdraw, "{} is withdrawn and a draft again.", AFTER),
    Door("read_again", schemas.ReviewSchema, P.PUBLISH_PLAYBOOK, _read_again, "{} was read through and stands.", AFTER),
    Door("retire", schemas.RetireSchema, P.PUBLISH_PLAYBOOK, _retire, "A second owner is asked to confirm it.", AFTER),
    Door("confirm_retire", schemas.SecondSchema, P.PUBLISH_PLAYBOOK, _confirm_retire,
         "{} is retired. It ends on its day.", AFTER),
    Door("end", schemas.EndSchema, P.VIEW_DRAFT, _end, "It is taken back, and stays on record as such."),
)
