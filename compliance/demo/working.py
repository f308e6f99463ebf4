"""Work on an action of the demo, step by step, in the words given for it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from compliance.actions import commands
from compliance.actions.closing import supporting
from compliance.actions.models import Action
from compliance.actions.planning import ActionPlan, PlanStep, RootCause, RootCauseCategory, RootCauseMethod
from compliance.actions.queries import get_action
from compliance.demo.evidence import Cabinet
from compliance.demo.story import Story
from compliance.demo.wording import spread
from compliance.playbooks.document import Severity

Words = Mapping[str, Any]
SOAK = {Severity.CRITICAL: 60, Severity.MAJOR: 30, Severity.MINOR: 14}
STEP_PAPERS = ("change-ticket.pdf", "briefing-signatures.pdf", "new-roster.pdf")
METHODS = (RootCauseMethod.FIVE_WHYS, RootCauseMethod.FIVE_WHYS, RootCauseMethod.FISHBONE)


class Work:
    """What owners, approvers and verifiers do with an action, each under their own name."""

    def __init__(self, story: Story, cabinet: Cabinet) -> None:
        self.story, self.cabinet = story, cabinet

    def contain(self, owner: str, reference: str, words: Words) -> None:
        actor = self.story.actor(owner)
        commands.contain(actor, get_action(actor, reference), what=words["containment"],
                         uploads=[self.cabinet.paper("containment-record.pdf")])

    def state_cause(self, owner: str, reference: str, words: Words) -> None:
        actor = self.story.actor(owner)
        commands.state_cause(actor, get_action(actor, reference), root_cause=RootCause(
            cause=words["cause"], method=METHODS[spread(reference, 0, 2)], extent=words["extent"],
            category=RootCauseCategory(words["category"]), affects_others=words.get("elsewhere", False)))

    def submit_plan(self, owner: str, reference: str, words: Words) -> None:
        """Steps a week apart, the last well before the action is due."""
        actor = self.story.actor(owner)
        action = get_action(actor, reference)
        soak = SOAK[action.severity or Severity.MINOR]
        last = max(action.due_on - timedelta(days=soak // 2), self.story.today() + timedelta(days=12))
        steps = [PlanStep(text, str(actor.id), last - timedelta(days=7 * (len(words["steps"]) - number)))
                 for number, text in enumerate(words["steps"], 1)]
        commands.submit_plan(actor, action, plan=ActionPlan(
            steps=steps, criterion=words["criterion"], metric=words["metric"], target=words["target"],
            sample=words["sample"], soak_days=soak))

    def approve(self, approver: str, reference: str, verifier: str) -> None:
        actor = self.story.actor(approver)
        commands.approve_plan(actor, get_action(actor, reference), verifier=self.story.person(verifier))

    def do_step(self, owner: str, reference: str, number: int) -> None:
        actor = self.story.actor(owner)
        action = get_action(actor, reference)
        commands.do_step(actor, action, action.plan[number], note="Done as planned.",
                         uploads=[self.cabinet.paper(STEP_PAPERS[number % len(STEP_PAPERS)])])

    def implement(self, owner: str, reference: str) -> None:
        """Do what is left of the steps, then report the plan as done."""
        actor = self.story.actor(owner)
        for step in get_action(actor, reference).plan:
            if step.done_at is None:
                self.do_step(owner, reference, step.position - 1)
        commands.implement(actor, get_action(actor, reference), uploads=[self.cabinet.paper("before-and-after.pdf")])

    def look_at_evidence(self, verifier: str, reference: str) -> Action:
        """Open every piece; returns the action, ready for the verdict."""
        actor = self.story.actor(verifier)
        action = get_action(actor, reference)
        commands.view_evidence(actor, action, supporting(action).pieces)
        return action
