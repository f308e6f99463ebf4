"""What waits for one person among the requests for overrides: to review, to consent to, to hear, or back with them."""

from datetime import date

from compliance import clock
from compliance.access import Actor
from compliance.actions.queries.today import Task
from compliance.overview import addresses
from compliance.playbooks.localising import queries
from compliance.playbooks.models import OverrideVersion, VersionStatus

REVIEWS = {VersionStatus.REGIONAL_REVIEW: "Review", VersionStatus.GLOBAL_REVIEW: "Global review"}


def to_rule_on(actor: Actor) -> list[Task]:
    """Overrides others asked for, at this person's places."""
    return [_task(row, REVIEWS[row.status], row.rationale or "A local rule was asked for.", "Decide")
            for row in queries.requests(actor, queries.to_decide(actor))]


def to_consent_to(actor: Actor) -> list[Task]:
    """What asks for less than the text above, and waits for Legal."""
    return [_task(row, "Legal", "It asks for less than the text above; nobody decides before Legal has spoken.",
                  "Read it") for row in queries.requests(actor, queries.to_consent(actor))]


def to_hear(actor: Actor) -> list[Task]:
    return [_task(row, "Appeal", f"Declined: {row.decision}", "Hear it")
            for row in queries.requests(actor, queries.to_hear(actor))]


def to_follow_up(actor: Actor) -> list[Task]:
    """One's own requests that came back, and rules at one's places that end or come up for review."""
    returned = queries.requests(actor, queries.with_asker(actor))
    declined = queries.requests(actor, queries.may_be_appealed(actor))
    today = clock.today()
    return [
        *(_task(row, "Returned", row.decision, "Answer") for row in returned),
        *(_task(row, "Declined", f"{row.decision} You can appeal once.", "Read it") for row in declined),
        *(_task(row, "Look again", _ends(row, day), "Open", due=day, note="")
          for row, day in queries.running_out(actor, today)),
    ]


def _ends(row: OverrideVersion, day: date) -> str:
    if row.until_on == day:
        return "It ends on that day, and the text above holds again."
    return "Somebody looks at the whole of it again by that day."


def _task(row: OverrideVersion, what: str, why: str, step: str, *, due: date | None = None,
          note: str = "takes effect") -> Task:
    override = row.override
    url = addresses.override(override.playbook.key, override.scope, row.number)
    return Task(title=f"{what}: {row.called}", why=why,
                reference="", url=url, step=step, step_url=url, severity=None, due_on=due or row.effective_on,
                today=clock.today(), site="", city="", note=note)
