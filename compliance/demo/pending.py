"""Requests for overrides that wait in the demo: for Legal, back with whoever asked, and for the global head."""

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from compliance.demo import requests
from compliance.demo.story import Story, moment
from compliance.playbooks import commands as texts
from compliance.playbooks.importing import Outcome
from compliance.playbooks.localising import commands

CARD = """---
overrides: {key}
scope: {scope}
version: 1
owner: {scope}-ts-lead
effective: {effective}
---
"""


class Wish(NamedTuple):
    """Who asks for what, so many days ago; `begins` is how many days after that it is to hold."""

    ago: int
    asker: str
    key: str
    scope: str
    why: str
    body: str
    begins: int = 45


FOR_LEGAL = Wish(3, "g.magsaysay", "escalation-handling", "ph", "Between storms the night desk in Cebu is two people, "
                 "and the second is on the telephone for an hour at a time.", """
## Parameters

| Parameter | Value | Why                                                    | Approved               | Review by |
|-----------|-------|--------------------------------------------------------|------------------------|-----------|
| p1_h      | 6     | Two people cannot finish a P1 in four hours at night   | g.magsaysay {asked}    | {review}  |

## Add to ESC-03

- Why: Nobody should wait longer without knowing why

Where a P1 takes longer than four hours, the user hears why before the fourth hour is over.
""")
RETURNED = Wish(9, "o.keane", "escalation-handling", "ie", "Cases in Dublin come from eleven languages, and what was "
                "mis-routed is seen in the language team first.", """
## Replace ESC-05

- Why: The language teams find them, the escalation lead does not

Once a week each language team goes through the cases that reached it by mistake, and says what in the form or the
wording sent them there. The escalation lead joins what they found, and each fix gets an owner and a date.
""")
APPEALED = Wish(16, "z.wojciechowska", "quality-calibration", "pl", "Warsaw shares its raters with Kraków, who meet "
                "every second week.", """
## Replace QCL-05

- Why: Two small teams have too few appeals in a month for a pattern

Every second month QA groups the decisions that were overturned on appeal by reason and language, for Warsaw and
Kraków together, and brings the largest groups to training, tooling or the playbook's owner. Each group gets an answer.
""")
QUESTIONS = ("Who joins what eleven teams found, and what happens in a week when one of them has no lead? Say it in "
             "the clause, so that an auditor can ask for it.")
DECLINED = ("A pattern in two months is a pattern in one month with half the cases. What you need is a pooled sample, "
            "and the clause already allows it.")
APPEAL = ("The clause says each month, and our auditor reads it so. A pooled sample of one month was eight cases; the "
          "reviewer called that none.")


def announce(story: Story) -> None:
    for wish in (FOR_LEGAL, RETURNED, APPEALED):
        story.at(moment(story.day(wish.ago), "10:20"), partial(_ask, story, wish))
    story.at(moment(story.day(RETURNED.ago - 5), "13:10"), partial(_return, story))
    story.at(moment(story.day(APPEALED.ago - 6), "09:30"), partial(
        requests.decline, story, "t.fairweather", APPEALED.key, APPEALED.scope, DECLINED))
    story.at(moment(story.day(APPEALED.ago - 12), "11:00"), partial(_appeal, story))


def _ask(story: Story, wish: Wish) -> None:
    asked = story.today()
    begins = asked + timedelta(days=wish.begins)
    body = wish.body.format(asked=asked, review=begins + timedelta(days=300)) if "{asked}" in wish.body else wish.body
    source = CARD.format(key=wish.key, scope=wish.scope, effective=begins) + body
    done = texts.import_text(story.actor(wish.asker), source, f"{wish.scope}.md")
    if done.outcome is not Outcome.ADDED:
        raise RuntimeError("\n".join(done.lines))
    requests.ask(story, wish.asker, wish.key, wish.scope, rationale=wish.why)


def _return(story: Story) -> None:
    commands.return_request(story.actor("m.okafor"), requests.override_version(RETURNED.key, RETURNED.scope),
                            questions=QUESTIONS)


def _appeal(story: Story) -> None:
    commands.appeal(story.actor(APPEALED.asker), requests.override_version(APPEALED.key, APPEALED.scope),
                    reason=APPEAL)
