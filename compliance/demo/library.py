"""How the library came about: each text brought in by its author and approved by an owner, on its own dates."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from compliance.demo import governing, requests
from compliance.demo.story import Story, moment
from compliance.playbooks import commands
from compliance.playbooks.document import Override as OverrideText
from compliance.playbooks.importing import Outcome
from compliance.playbooks.library import Text, read_library

FOLDER = Path(__file__).parents[2] / "playbooks"
BEFORE_APPROVAL = timedelta(days=11)
TO_THINK = timedelta(days=6)
AUTHORS = {"e.demir": ("ESC", "AGE", "DAC", "CRI", "LED"), "t.nguyen": ("ACS", "WEL", "BCP", "VEN", "QCL")}
OWNERS = {
    "account-security": "s.lindqvist", "age-support": "c.oyelaran", "business-continuity": "r.deshmukh",
    "crisis-response": "r.deshmukh", "data-access": "e.varga", "escalation-handling": "m.okafor",
    "legal-disclosure": "l.marchetti", "moderator-wellbeing": "h.nakagawa", "quality-calibration": "t.fairweather",
    "vendor-governance": "p.kowalczyk",
}  # fmt: skip
# Who asks for the override of a scope: the lead of the region or market it is for.
REQUESTERS = {"ph": "g.magsaysay", "bg": "i.dragomirov", "pl": "z.wojciechowska", "pt": "c.figueiredo",
              "us": "v.salazar", "ie": "o.keane", "gb": "o.keane", "cai1": "o.keane"}
IN_ASIA_PACIFIC = "j.tan"

# Why the owner said yes, by playbook and scope; "" stands for every other scope.
DECISIONS = {
    ("age-support", "au"): "The age is set by law; counsel confirmed the date and the text of the notice.",
    ("age-support", "id"): "Twelve hours are stricter than ours, and Jakarta has the night roster to keep them.",
    ("age-support", "my"): "Two texts with one meaning are better for readers and change no duty.",
    ("business-continuity", "ph"): "Accepted for storms alone and for twelve months, with a first count after fifteen "
                                   "minutes. It ends by itself.",
    ("crisis-response", "id"): "A list of channels in their order adds to the clause and weakens nothing.",
    ("data-access", "ph"): "Twenty-four hours leave the data protection officer time for the notice due by law.",
    ("data-access", ""): "Thirty days are stricter than ours and are what national rules ask for.",
    ("escalation-handling", "apac"): "The duty desk in Singapore has kept 20 minutes for two quarters.",
    ("escalation-handling", "in"): "Fifteen minutes and an order desk of its own are stricter than the region and "
                                   "follow from local law.",
    ("escalation-handling", "us"): "The clock is set by law and runs on weekends; counsel confirmed the wording.",
    ("legal-disclosure", "jp"): "The week and the trained examiner come from local law; counsel confirmed both.",
    ("legal-disclosure", "my"): "The evidence file is what the half-yearly report rests on; nothing of ours is weaker.",
    ("legal-disclosure", "sg"): "The yearly report needs signed data; the clause says who signs and when.",
    ("legal-disclosure", ""): "The review by data protection adds a step before a disclosure and takes none away.",
    ("moderator-wellbeing", "jp"): "An opt-out agreed with the staff is one that people use.",
    ("moderator-wellbeing", ""): "The wording was agreed with the people it concerns, and the extract is aggregated.",
    ("quality-calibration", "gb"): "The record adds what the regulator asks for; the target itself stays ours.",
    ("vendor-governance", "cai1"): "The review keeps its ten working days; only the calendar is the local one.",
}

DECLINED_FOR = "KUL2"
DECLINED_DAYS_AGO = 214
DECLINED_REASON = ("A phone in a team leader's pocket is the same camera as one in an agent's. The clause is there for "
                   "everybody who crosses the line, and a waiver would make it a rule about rank. Use the floor number "
                   "for calls that cannot wait; I have asked Kestrel Bay CX to put a second one at the lead desk.")
DECLINED_TEXT = """---
overrides: data-access
scope: kul2
version: 1
owner: kul2-site-lead
effective: {effective}
---

Team leaders at Cyberjaya take calls from clients while they walk the floor, and asked to keep their phones.

## Not applicable DAC-01

- Why: Team leaders miss about nine calls a shift while their phones are in the lockers
- Approved: l.faizal {asked}
- Review by: {review}
"""

ASKED_DAYS_AGO = 5
ASKED_TEXT = """---
overrides: escalation-handling
scope: th
version: 1
owner: th-site-lead
effective: {effective}
---

Bangkok answers in Thai for the whole region, and nobody else can take its queue over.

## Parameters

| Parameter    | Value | Why                                                                          |
|--------------|-------|------------------------------------------------------------------------------|
| backlog_days | 2     | A backlog of three days here has nowhere to go, and recovery takes a week    |
"""


def announce(story: Story) -> None:
    """Put every text of the library on the calendar: brought in eleven days before its approval."""
    for shelf in read_library(FOLDER):
        for playbook in shelf.playbooks:
            author = next(name for name, prefixes in AUTHORS.items() if playbook.document.prefix in prefixes)
            said = playbook.document
            _announce(story, playbook, author, partial(governing.publish, story, OWNERS[said.key], said.key,
                                                       said.version))
            for before, clock_time, step in (
                    (BEFORE_APPROVAL, "08:40", partial(governing.send_in, story, author)),
                    (governing.BEFORE_APPROVAL, "14:20", partial(governing.consent, story))):
                story.at(moment(playbook.approved_at.date() - before, clock_time),
                         partial(step, said.key, said.version))
        for override in (text for texts in shelf.overrides.values() for text in texts):
            asks = REQUESTERS.get(override.document.scope, IN_ASIA_PACIFIC)
            _announce(story, override, asks, partial(_approve_override, story, override.document))
            story.at(moment(override.approved_at.date() - TO_THINK, "08:35"),
                     partial(requests.ask, story, asks, override.document.playbook, override.document.scope))
    governing.announce(story, OWNERS)
    story.at(moment(story.day(DECLINED_DAYS_AGO), "02:20"), partial(_ask_in_vain, story))
    story.at(moment(story.day(ASKED_DAYS_AGO), "03:45"), partial(_ask, story))
    story.at(moment(story.day(DECLINED_DAYS_AGO - 6), "08:05"), partial(_decline, story))


def _announce(story: Story, text: Text[Any], author: str, approve: Callable[[], None]) -> None:
    approved_on = text.approved_at.date()
    path = str(text.path.relative_to(FOLDER.parent))
    story.at(moment(approved_on - BEFORE_APPROVAL, "08:30"), partial(bring_in, story, author, path, text.source))
    story.at(moment(approved_on, "09:40"), approve)


def bring_in(story: Story, author: str, path: str, source: str) -> None:
    outcome = commands.import_text(story.actor(author), source, path)
    if outcome.outcome is not Outcome.ADDED:
        raise RuntimeError("\n".join(outcome.lines))


def _approve_override(story: Story, text: OverrideText) -> None:
    decision = DECISIONS.get((text.playbook, text.scope)) or DECISIONS[text.playbook, ""]
    requests.approve(story, OWNERS[text.playbook], text.playbook, text.scope, decision)


def _ask_in_vain(story: Story) -> None:
    """A site asks to be let off a clause."""
    asked = story.day(DECLINED_DAYS_AGO)
    text = DECLINED_TEXT.format(asked=asked, effective=asked + timedelta(days=20), review=asked + timedelta(days=200))
    bring_in(story, IN_ASIA_PACIFIC, f"playbooks/data-access/overrides/{DECLINED_FOR.lower()}.md", text)
    requests.ask(story, IN_ASIA_PACIFIC, "data-access", DECLINED_FOR.lower())


def _ask(story: Story) -> None:
    """Something a regional lead wants, and an owner has yet to decide on."""
    text = ASKED_TEXT.format(effective=story.day(ASKED_DAYS_AGO) + timedelta(days=30))
    bring_in(story, IN_ASIA_PACIFIC, "playbooks/escalation-handling/overrides/th.md", text)
    requests.ask(story, IN_ASIA_PACIFIC, "escalation-handling", "th")


def _decline(story: Story) -> None:
    requests.decline(story, OWNERS["data-access"], "data-access", DECLINED_FOR.lower(), DECLINED_REASON)
