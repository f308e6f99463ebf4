"""The blueprint of drafts, whose pages stand twice: for versions of a playbook and for those of an override."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, url_for

from compliance.access import require
from compliance.errors import RuleViolation
from compliance.playbooks import queries
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.drafting.queries import get_draft, playbook_of
from compliance.playbooks.drafting.rights import to_write
from compliance.playbooks.models import UNPUBLISHED, PlaybookVersion
from compliance.web.request import actor

bp = Blueprint("drafting", __name__, template_folder="../templates")
View = TypeVar("View", bound=Callable[..., Any])
OF_PLAYBOOK = "/playbooks/<key>/versions/<number>"
OF_OVERRIDE = "/playbooks/<key>/overrides/<scope>/<int:number>"


def on_both(blueprint: Blueprint, name: str, path: str, *methods: str,
            roots: tuple[str, str] = (OF_PLAYBOOK, OF_OVERRIDE)) -> Callable[[View], View]:
    """A page of every draft: `name` for a playbook's, `override_name` for an override's."""
    def register(view: View) -> View:
        blueprint.add_url_rule(f"{roots[0]}{path}", name, view, methods=methods)
        blueprint.add_url_rule(f"{roots[1]}{path}", f"override_{name}", view, methods=methods)
        return view

    return register


def found(key: str, number: str | int, scope: str) -> Draft:
    """The draft of an address, in the actor's sight."""
    return get_draft(actor(), key, str(number), scope)


def unpublished(key: str, number: str | int, scope: str) -> Draft:
    """The same while it is one: what was published is read on its own page."""
    draft = found(key, number, scope)
    if draft.status not in UNPUBLISHED:
        raise RuleViolation(f"{draft.called} is published and no draft. Read it where it holds.")
    return draft


def to_be_written(key: str, number: str | int, scope: str) -> Draft:
    """The same for those alone who may write in it."""
    draft = found(key, number, scope)
    require(actor(), to_write(actor(), draft), draft)
    return draft


def version_to_write(key: str, number: str) -> PlaybookVersion:
    """The same of a playbook alone."""
    version = queries.get_version(actor(), key, number)
    require(actor(), to_write(actor(), version), version)
    return version


def address(draft: Draft, page: str, blueprint: str = "drafting", **more: Any) -> str:
    """The address of a page of a draft."""
    key = playbook_of(draft).key
    if isinstance(draft, PlaybookVersion):
        return url_for(f"{blueprint}.{page}", key=key, number=draft.number, **more)
    return url_for(f"{blueprint}.override_{page}", key=key, scope=draft.override.scope, number=draft.number, **more)


def shown_at(draft: Draft) -> str:
    """The page everybody reads it on."""
    key = playbook_of(draft).key
    if isinstance(draft, PlaybookVersion):
        return url_for("playbooks.version", key=key, number=draft.number)
    return url_for("playbooks.override", key=key, scope=draft.override.scope, number=draft.number)
