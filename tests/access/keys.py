"""Forms and filters that name something, and what they answer for what is out of sight and for what is nowhere."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict

from compliance import clock
from compliance.access import SYSTEM, Role
from compliance.db import new_id
from compliance.playbooks.drafting import commands as drafting
from compliance.playbooks.models import OverrideVersion
from compliance.playbooks.queries import get_override_version, get_stay, resolved_at
from compliance.playbooks.translations.queries import Wording, lines
from compliance.playbooks.waivers import commands as waivers
from compliance.playbooks.waivers.subjects import Subject
from tests.access import asking
from tests.access.governed import AHEAD, IN_REVIEW
from tests.access.routes import ANYWHERE, Case, cases
from tests.access.world import FAR_CODE, World
from tests.builders.accounts import a_person, actor_of
from tests.builders.actions import an_action, approved, caused
from tests.builders.audits import a_playbook, a_version
from tests.builders.network import a_site, an_operation
from tests.builders.playbooks import an_override
from tests.builders.saving import saving
from tests.builders.waivers import asked

IN_ONE_REGION = ("regional_lead", "programme_manager", "continuity_lead", "site_lead")
OF_ONE_VENDOR = ("vendor_lead",)
OF_NOTHING = ("ended",)
OPENED = 200
NO_VERSION = "9.9.9"
LOCAL = "local_administrator"  # over a market; those over everything see all there is to name
VARYING = re.compile(r"""csrf_token"[^>]*value="[^"]*"|nonce="[^"]*"|\d\d:\d\d(:\d\d)?|datetime="[^"]*\"""")
Pairs = tuple[tuple[object, object], ...]  # (out of sight, nowhere)


class Noting(ImmutableMultiDict[str, str]):
    """What comes behind the question mark; it notes the names a page looks for, and whether it looks at all of them."""

    asked: ClassVar[set[str]] = set()
    every: ClassVar[set[str]] = set()  # what any page may look for

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # noqa: A002 - named so by its parent
        self.asked.add(key)
        return super().get(key, default, type)

    def items(self, multi: bool = False) -> Any:
        self.asked.update(self.every)
        return super().items(multi)

    def to_dict(self, flat: bool = True) -> Any:
        self.asked.update(self.every)
        return super().to_dict(flat)


class NotingRequest(Request):
    parameter_storage_class = Noting


@dataclass(frozen=True)
class Sent:
    """A form that holds when it is sent with what one sees, and the fields of it that name something.

    A field may stand in the address instead: "/at/{place}".
    """

    endpoint: str
    by: str
    url: str
    body: dict[str, Any]
    names: dict[str, tuple[Any, Any]]  # field: (out of sight, nowhere)


class Office:
    """The world with everybody signed in, and nothing that is sent kept."""

    def __init__(self, app: Flask, world: World, clients: dict[str, FlaskClient]) -> None:
        self.app, self.world, self.clients = app, world, clients
        app.request_class = NotingRequest
        with app.app_context():
            own, far = self.world.corners["own"], self.world.corners["elsewhere"]
            self.caused = caused(an_action(own.site, own.vendor)).reference
            self.approved = approved(an_action(own.site, own.vendor)).reference
            clients[LOCAL] = asking.for_good(app.test_client(), a_person(Role.ADMINISTRATOR, own.site.parent))
            partner = a_site("KUL2", own.site.parent, name="Shah Alam")
            an_operation(partner)
            self.partner = partner.code
            self.rule = _a_rule(self.world, "my").number
            self.moved = _a_moved_rule()
            self.waived = _waived(self.world)
            self.wordings = _rules(self.world)
            self.digests = {vendor: _text_of(self.world, vendor) for vendor in ("VAA", "VBB")}
            self.action, self.exercise, self.audit_lead = own.action, own.exercise, own.stage.auditor
            self.far, self.own = far, own
            person, nobody, code = far.person.id, new_id(), far.site.code
            people = ((person, nobody),)
            # Filters of pages, with what is out of the sight of a lead of the other region and what is nowhere.
            self.far_away: Mapping[str, Pairs] = {
                "region": (("emea", "zzz"),), "node": (("emea", "zzz"), (code, "ZZZ9")),
                "site": ((code, "ZZZ9"), (FAR_CODE, "ZZZ99")),
                "vendor": (("VCC", "ZZZ"),), "at": ((f"{code}:VCC", "ZZZ9:ZZZ"), ("KUL1:VCC", "KUL1:ZZZ")),
                "auditee": ((f"{code}/VCC", "ZZZ9/ZZZ"), (f"{code}/", "ZZZ9/"), ("KUL1/VCC", "KUL1/ZZZ")),
                "scope": (("vcc", "zzz"), (code.lower(), "zzz9"), ("emea", "zzzz")), "left": ((code, "ZZZ9"),),
                "right": ((code, "ZZZ9"),), "owner": people, "verifier": people, "lead": people,
                "employer": (("VCC", "ZZZ"),), "q": ((far.canary, "canary-nobody"),),
                "search": ((far.canary, "canary-nobody"),), "retest": ((far.exercise.reference, "EXE-2019-9999"),)}
            # The same for the lead of the one vendor of that floor, about the other.
            beside = self.world.corners["neighbour"]
            self.next_to_it: Mapping[str, Pairs] = {
                "vendor": (("VBB", "ZZZ"),), "at": (("KUL1:VBB", "KUL1:ZZZ"),),
                "auditee": (("KUL1/VBB", "KUL1/ZZZ"),), "scope": (("vbb", "zzz"),),
                "q": ((beside.canary, "canary-nobody"),),
                "owner": ((beside.person.id, nobody),), "lead": ((beside.person.id, nobody),),
                "left": ((IN_REVIEW, NO_VERSION),), "right": ((IN_REVIEW, NO_VERSION),),
                "retest": ((beside.exercise.reference, "EXE-2019-9999"),)}
            # And what everybody with a role reads.
            self.at_all: Mapping[str, Pairs] = {"playbook": (("ESC", "ZZZ"), (self.world.playbook.key, "no-such-book"))}

    def tell_apart(self, sent: Sent) -> Iterator[str]:
        """The fields for which what is out of sight and what is nowhere are not refused alike."""
        for name, (foreign, absent) in sent.names.items():
            answers = [_masked(*self.send(sent, sent.body | {name: value}), value) for value in (foreign, absent)]
            if answers[0] != answers[1] or answers[0][1] == "rehearsed":
                yield f"{sent.endpoint}: {name} gives {answers[0][0]} out of sight and {answers[1][0]} nowhere"

    def filters_tell_apart(self, page: str) -> Iterator[str]:
        """The filters of a page that answer differently to what is out of sight and to what is nowhere.

        Asked by the first whose reach is a region and who may open the page at all, then by the vendor's lead, then by
        somebody whose roles ended.
        """
        for askers, filters in ((IN_ONE_REGION, self.far_away), (OF_ONE_VENDOR, self.next_to_it),
                                (OF_NOTHING, self.at_all)):
            Noting.every = set(filters)
            for asker in askers:
                Noting.asked.clear()
                if self.get(asker, page)[0] == OPENED:
                    break
            yield from self._told_apart(asker, page, filters)

    def _told_apart(self, asker: str, page: str, filters: Mapping[str, Pairs]) -> Iterator[str]:
        """By the filters the page has just looked for."""
        todo = dict(filters)
        while wanted := sorted(Noting.asked & set(todo)):  # one filter may bring the page to look for another
            name = wanted[0]
            for pair in todo.pop(name):
                answers = [_masked(*self.get(asker, f"{page}?{name}={value}"), value) for value in pair]
                if answers[0] != answers[1]:
                    yield (f"{page}?{name}={pair[0]} by {asker}: {answers[0][0]} out of sight, {answers[1][0]} "
                           "nowhere")

    def pages(self) -> list[str]:
        """Every address as it stands for the corner "own". A workbook holds what its CSV does."""
        with self.app.app_context():
            return sorted({case.url for case in cases(self.app, self.world)
                           if case.method == "GET" and case.placement in (ANYWHERE, "own") and "?" not in case.url
                           and case.endpoint != "components" and not case.url.endswith(".xlsx")})

    def send(self, sent: Sent, body: dict[str, Any]) -> tuple[int, str]:
        said = {name: value for name, value in body.items() if f"{{{name}}}" not in sent.url}
        answer = asking.ask(self.clients[sent.by], Case(sent.endpoint, "POST", "own", sent.url.format(**body)), **said)
        return answer.status_code, answer.get_data().decode("utf-8", "replace")

    def get(self, name: str, url: str) -> tuple[int, str]:
        answer = asking.ask(self.clients[name], Case("", "GET", "own", url))
        return answer.status_code, answer.get_data().decode("utf-8", "replace")



def _a_rule(world: World, scope: str) -> OverrideVersion:
    """A draft of what a market of the region changes, which its lead may ask for."""
    lead = actor_of(world.people[Role.REGIONAL_LEAD.value])
    with saving():
        draft = drafting.start_override(lead, world.playbook, scope=scope, effective_on=clock.today() + AHEAD)
    body = f"## Add to {world.playbook.prefix}-01\n\n- Why: The law there\n\nAlso at night.\n"
    draft = get_override_version(SYSTEM, world.playbook.key, scope, draft.number)
    with saving():
        drafting.save_draft(lead, draft, source=f"{draft.source.rstrip()}\n\n{body}", seen=draft.version)
    return draft


def _a_moved_rule() -> str:
    """The name of a rule of that market which can be cleared: above it nothing moved but a weight.

    Of another playbook, since publishing looks at all overrides of one again.
    """
    playbook = a_playbook(prefix="MOV")
    an_override(f"---\noverrides: {playbook.key}\nscope: my\nversion: 1\nowner: my-lead\neffective: 2025-01-01\n"
                "written-against:\n  global: 1.0.0\n---\n\n## Add to MOV-01\n\n- Why: Nights\n\nAlso at night.\n")
    a_version(playbook, (("major", 4), ("minor", 1)), effective_on=clock.today() - timedelta(days=3))
    return f"{playbook.key}/my/1"


def _rules(world: World) -> dict[str, tuple[str, Wording]]:
    """What each corner adds to a clause, as who leads there reads it, and how an address names it."""
    return {name: (f"ESC-01/{line.wording.short}", line.wording) for name, corner in world.corners.items()
            for line in lines(actor_of(corner.person), world.playbook, "ms")
            if line.wording.clause_id == "ESC-01" and corner.canary in line.wording.text}


def _waived(world: World) -> str:
    """The reference of a waiver that holds, and can be renewed."""
    own = world.corners["own"]
    with saving():
        waiver = waivers.request_waiver(
            own.stage.actor("lead"), Subject(own.site, own.vendor, world.playbook, "ESC-01"), asked(own.site),
            control_owner=own.stage.lead)
    with saving():
        waivers.approve_waiver(
            actor_of(world.people[Role.PLAYBOOK_OWNER.value]), waiver, decision="Until the floor is ready.")
    return waiver.reference


def _text_of(world: World, vendor: str) -> str:
    """The digest of what holds on the floor for one of the vendors there."""
    stay = get_stay(SYSTEM, world.corners["own"].site.code, vendor=vendor)
    with saving():
        return resolved_at(SYSTEM, world.playbook.key, stay).content_digest


def _masked(status: int, text: str, value: object) -> tuple[int, str]:
    """The answer without what was typed and what differs from one answer to the next."""
    spellings = "|".join(re.escape(each) for each in (str(value), quote(str(value)), quote(str(value), safe="")))
    return status, re.sub(spellings, "…", VARYING.sub("", text), flags=re.IGNORECASE)
