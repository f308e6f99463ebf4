"""Forms and filters that name something, and what they answer for what is out of sight and for what is nowhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict

from compliance import clock
from compliance.access import Role
from compliance.continuity.operators import IN_HOUSE
from compliance.db import new_id
from tests.access import asking
from tests.access.routes import Case
from tests.access.world import World
from tests.builders.accounts import a_person, sign_in
from tests.builders.actions import an_action, approved, caused
from tests.builders.network import a_site, an_operation

IN_ONE_REGION = ("regional_lead", "programme_manager", "continuity_lead", "site_lead", "vendor_lead")
OPENED = 200
LOCAL = "local_administrator"  # over a market; those over everything see all there is to name
VARYING = re.compile(r"""csrf_token"[^>]*value="[^"]*"|nonce="[^"]*"|\d\d:\d\d(:\d\d)?|datetime="[^"]*\"""")
# Filters of lists and overviews, with something out of the sight of a lead of the other region and something that
# is nowhere.
FILTERS = {"region": ("emea", "zzz"), "node": ("emea", "zzz"), "site": ("DUB1", "ZZZ9"), "vendor": ("VCC", "ZZZ"),
           "at": ("DUB1:VCC", "ZZZ9:ZZZ"), "auditee": ("DUB1/VCC", "ZZZ9/ZZZ"), "scope": ("vcc", "zzz"),
           "left": ("DUB1", "ZZZ9"), "right": ("DUB1", "ZZZ9")}


class Noting(ImmutableMultiDict[str, str]):
    """What comes behind the question mark; it notes the names a page looks for, and whether it looks at all of them."""

    asked: ClassVar[set[str]] = set()

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
        self.asked.update(FILTERS)
        return super().items(multi)

    def to_dict(self, flat: bool = True) -> Any:
        self.asked.update(FILTERS)
        return super().to_dict(flat)


class NotingRequest(Request):
    parameter_storage_class = Noting


@dataclass(frozen=True)
class Sent:
    """A form that holds when it is sent with what one sees, and the fields of it that name something."""

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
            clients[LOCAL] = app.test_client()
            sign_in(clients[LOCAL], a_person(Role.ADMINISTRATOR, own.site.parent))
            partner = a_site("KUL2", own.site.parent, name="Shah Alam")
            an_operation(partner)
            self.partner = partner.code
            self.action, self.exercise, self.audit_lead = own.action, own.exercise, own.stage.auditor
            self.far, self.own = far, own

    def tell_apart(self, sent: Sent) -> Iterator[str]:
        """The fields for which what is out of sight and what is nowhere are not refused alike."""
        for name, (foreign, absent) in sent.names.items():
            answers = [_masked(*self.send(sent, sent.body | {name: value}), value) for value in (foreign, absent)]
            if answers[0] != answers[1] or answers[0][1] == "rehearsed":
                yield f"{sent.endpoint}: {name} gives {answers[0][0]} out of sight and {answers[1][0]} nowhere"

    def filters_tell_apart(self, page: str) -> Iterator[str]:
        """The filters of a page that answer differently to what is out of sight and to what is nowhere.

        Asked by the first whose reach is a region and who may open the page at all.
        """
        asker = next((name for name in IN_ONE_REGION if self.get(name, page)[0] == OPENED), IN_ONE_REGION[0])
        Noting.asked.clear()
        self.get(asker, page)
        todo = dict(FILTERS)
        while wanted := sorted(Noting.asked & set(todo)):  # one filter may bring the page to look for another
            name = wanted[0]
            foreign, absent = todo.pop(name)
            answers = [_masked(*self.get(asker, f"{page}?{name}={value}"), value) for value in (foreign, absent)]
            if answers[0] != answers[1]:
                yield f"{page}?{name}: {answers[0][0]} out of sight, {answers[1][0]} nowhere"

    def pages(self) -> list[str]:
        """Every address without parameters. The gallery of components holds no record, a workbook what its CSV does."""
        return sorted(str(rule) for rule in self.app.url_map.iter_rules()
                      if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "components"
                      and not rule.rule.endswith(".xlsx"))

    def send(self, sent: Sent, body: dict[str, Any]) -> tuple[int, str]:
        answer = asking.ask(self.clients[sent.by], Case(sent.endpoint, "POST", "own", sent.url), **body)
        return answer.status_code, answer.get_data(as_text=True)

    def get(self, name: str, url: str) -> tuple[int, str]:
        answer = asking.ask(self.clients[name], Case("", "GET", "own", url))
        return answer.status_code, answer.get_data(as_text=True)


def forms(office: Office) -> Iterator[Sent]:
    """Every form that names people or places by what was typed, filled in so that it is accepted."""
    action, soon = f"/actions/{office.action.reference}", clock.today() + timedelta(days=40)
    person, nobody = office.far.person.id, new_id()
    lead = office.own.person.id
    people = (person, nobody)
    yield Sent("actions.approval", "programme_manager", f"{action}/approval",
               {"decision": "approve", "verifier": office.world.people["reviewer"].id}, {"verifier": people})
    yield Sent("actions.extension", "regional_lead", f"/actions/{office.approved}/extension",
               {"due_on": clock.today() + timedelta(days=100), "note": "Parts come late.", "asked_by": lead},
               {"asked_by": people})
    yield Sent("actions.owner", "regional_lead", f"{action}/owner", {"owner": lead, "note": "On leave."},
               {"owner": people})
    yield Sent("actions.new", "regional_lead", "/actions/new",
               {"kind": "improvement", "site": "KUL1", "vendor": "VAA", "title": "Sort the queue", "owner": lead,
                "due_on": soon}, {"site": ("DUB1", "ZZZ9"), "vendor": ("VCC", "ZZZ"), "owner": people})
    yield Sent("actions.plan", "vendor_lead", f"/actions/{office.caused}/plan",
               {"criterion": "Every ticket in time", "metric": "Share", "target": "100 %", "sample": "59 in a row",
                "soak_days": 0, "rows": 1, "text_1": "Change the roster", "owner_1": lead, "due_1": soon},
               {"owner_1": people})
    yield Sent("continuity.new_exercise", "continuity_lead", "/continuity/exercises/new?at=KUL1:VAA",
               {"type": "tabletop", "title": "Power is gone", "planned_on": soon, "lead": lead, "objective": "See",
                "scenario": "Dark"}, {"lead": people, "retest": (office.far.exercise.reference, "EXE-2019-9999")})
    yield Sent("continuity.schedule", "continuity_lead", f"/continuity/exercises/{office.exercise.reference}/schedule",
               {"title": "Power is gone", "planned_on": soon, "lead": lead, "objective": "See", "scenario": "Dark"},
               {"lead": people})
    yield Sent("continuity.new_plan", "continuity_lead", f"/continuity/plans/new?at={office.partner}:{IN_HOUSE}",
               {"title": "Second floor", "review_on": soon, "a0_name": "Live queue", "a0_tier": 2, "a0_rto": "60",
                "a0_mtpd": "240", "a0_failover": "KUL1"}, {"a0_failover": ("DUB1", "ZZZ9")})
    yield Sent("reports.new", "regional_lead", "/reports/new",
               {"node": "apac", "vendor": "VAA", "since": "2026-01-01", "until": "2026-02-01"},
               {"node": ("emea", "zzz"), "vendor": ("VCC", "ZZZ")})
    yield Sent("network.start_operation", LOCAL, "/sites/KUL1/operations/new",
               {"vendor": "VAA", "lob": "Translation", "from_on": soon}, {"vendor": ("VCC", "ZZZ")})
    yield Sent("audits.new", "programme_manager", "/audits/new?auditee=KUL1/VAA",
               {"playbooks": ["ESC"], "lobs": ["Core"], "lead": office.audit_lead.id, "planned_from": soon,
                "contact": lead, "then": "plan"},
               {"lead": people, "contact": people, "team": people, "second_reviewer": people,
                "unannounced_approver": people, "programme": ("PRG-2019-0001", "PRG-2019-0002")})


def _masked(status: int, text: str, value: object) -> tuple[int, str]:
    """The answer without what was typed and what differs from one answer to the next."""
    spellings = "|".join(re.escape(each) for each in (str(value), quote(str(value)), quote(str(value), safe="")))
    return status, re.sub(spellings, "…", VARYING.sub("", text), flags=re.IGNORECASE)
