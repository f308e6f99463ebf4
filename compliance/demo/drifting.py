"""Overrides of the demo that lost their base: written for a text that has moved since, and not all looked at again."""

from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.demo import library, requests
from compliance.demo.story import Story, moment
from compliance.playbooks.drifting.commands import acknowledge
from compliance.playbooks.models import OperationDrift, Override, OverrideVersion

DELIBERATION = timedelta(days=10)


class Rule(NamedTuple):
    """A local rule as it was asked for. `against` are the versions above it, `law` what it rests on."""

    key: str
    scope: str
    version: int
    asker: str
    asked_on: date
    effective: date
    against: str
    body: str
    rationale: str
    decision: str
    law: str = ""


RULES = (
    Rule("escalation-handling", "co", 1, "v.salazar", date(2025, 2, 3), date(2025, 3, 1), "global: 2.3.0",
         "## Replace ESC-03\n\n- Why: Bogotá closes at night and hands over to Austin alone\n\n"
         "A P1 escalation is resolved within {{p1_h}} hours of its arrival, or handed over within that time to "
         "the desk in Austin. Resolved means that the harm has been stopped or contained, the user has been told, and "
         "the case says what was done and why. Whoever hands over writes down what is known and what the user was "
         "promised.\n",
         "Bogotá is the only site that hands over to one desk alone, and people lost time finding out which.",
         "Austin has agreed to take every case; the words say the same duty with one name in it."),
    Rule("data-access", "kr", 1, "j.tan", date(2024, 7, 1), date(2024, 9, 2), "global: 2.0.0",
         "## Parameters\n\n| Parameter   | Value | Why                                                            |\n"
         "|-------------|-------|----------------------------------------------------------------|\n"
         "| leaver_h    | 36    | Seoul removes access with the payroll run of the following day |\n"
         "| review_days | 5     | The review sits in the week in which the right was taken       |\n",
         "Seoul is quicker than the global text and wants to be held to it.",
         "Both values are stricter than ours, and the payroll run makes the first one sure."),
    Rule("data-access", "au", 1, "j.tan", date(2024, 7, 2), date(2024, 9, 2), "global: 2.0.0",
         "## Parameters\n\n| Parameter | Value | Why                                            |\n"
         "|-----------|-------|------------------------------------------------|\n"
         "| leaver_h  | 30    | Badges end with the last shift, accounts a day later |\n",
         "Sydney ends badges with the last shift.", "Stricter than ours, and measured for a quarter."),
    Rule("data-access", "th", 1, "j.tan", date(2024, 7, 3), date(2024, 9, 2), "global: 2.0.0",
         "## Parameters\n\n| Parameter   | Value | Why                                                |\n"
         "|-------------|-------|----------------------------------------------------|\n"
         "| review_days | 5     | Bangkok reviews break-glass use in its weekly round |\n",
         "Bangkok's weekly round makes five days the natural limit.", "Half of our limit; nothing speaks against it."),
    Rule("moderator-wellbeing", "sg", 1, "j.tan", date(2024, 7, 8), date(2024, 9, 2), "global: 1.2.0",
         "## Add to WEL-05\n\n- Why: Local guidance asks for a note that the choice was free\n\n"
         "The scheduler notes for each opt-out that it was made freely, and keeps the note with the duty roster.\n",
         "Guidance on work that harms asks us to be able to show that the choice was free.",
         "One sentence for the roster; the right itself stays as we wrote it.",
         law="Workplace Safety and Health Act, guidance on work that harms; confirm with counsel"),
    Rule("moderator-wellbeing", "emea", 1, "o.keane", date(2024, 6, 10), date(2024, 7, 8), "global: 1.2.0",
         "## New WEL-EMEA-01 Counselling is in reach across borders\n\n- Section: Time and care\n- Severity: minor\n"
         "- Weight: 1\n- Evidence: Contract of the regional provider\n"
         "- Check: Could people who work from another country of the region book the regional provider?\n"
         "- Why: People crossed borders to see a counsellor\n\n"
         "People who live in one country and work in another may book the counsellor of either.\n",
         "The regional contract lets people choose, and nobody knew.", "It adds a choice and takes none away."),
    Rule("moderator-wellbeing", "gb", 1, "o.keane", date(2024, 6, 24), date(2024, 7, 15),
         "global: 1.2.0\n  emea: 1",
         "## Change WEL-EMEA-01\n\n- Evidence: Booking figures of the London line\n"
         "- Why: London has a line of its own under the regional contract\n",
         "The London line keeps its own figures.", "More evidence for the same clause."),
    Rule("moderator-wellbeing", "emea", 2, "o.keane", date(2024, 8, 5), date(2024, 9, 2), "global: 1.2.0", "",
         "The choice stands in the contract with the provider now, so the region needs no clause of its own.",
         "Looked through: nothing differs in the region any more."),
)  # fmt: skip
ACCEPTED = ("au", "set leaver_h", "e.varga", date(2025, 10, 6),
            "Ours is the shorter time by now; Sydney's line goes with its next version.")


def announce(story: Story) -> None:
    """Put each rule on the calendar: asked for, decided on ten days later; one is accepted as it is."""
    for rule in RULES:
        story.at(moment(rule.asked_on, "07:10"), partial(_ask, story, rule))
        story.at(moment(rule.asked_on + DELIBERATION, "08:50"), partial(
            requests.approve, story, library.OWNERS[rule.key], rule.key, rule.scope, rule.decision))
    story.at(moment(ACCEPTED[3], "09:25"), partial(_accept, story))


def _ask(story: Story, rule: Rule) -> None:
    source = (f"---\noverrides: {rule.key}\nscope: {rule.scope}\nversion: {rule.version}\n"
              f"owner: {rule.scope}-ts-lead\neffective: {rule.effective}\nwritten-against:\n  {rule.against}\n---\n\n"
              f"{rule.rationale}\n\n{rule.body}")
    library.bring_in(story, rule.asker, f"playbooks/{rule.key}/overrides/{rule.scope}.md", source)
    requests.ask(story, rule.asker, rule.key, rule.scope, rationale=rule.rationale, law=rule.law)


def _accept(story: Story) -> None:
    scope, operation, who, day, why = ACCEPTED
    whole = joinedload(OperationDrift.override_version).joinedload(OverrideVersion.override)
    item = db.session.scalars(
        select(OperationDrift).join(OperationDrift.override_version).join(OverrideVersion.override)
        .where(Override.scope == scope, OperationDrift.operation == operation, OperationDrift.from_on <= day)
        .options(whole.options(joinedload(Override.playbook), joinedload(Override.node), joinedload(Override.vendor)))
    ).one()
    acknowledge(story.actor(who), item, why=why, seen=item.seen)
