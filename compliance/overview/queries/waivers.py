"""What waits for one person among the waivers: requests to decide on, and those about to end."""

from compliance.access import Actor
from compliance.actions.queries.today import Task
from compliance.clock import now
from compliance.network.queries import calendar_of
from compliance.overview import addresses
from compliance.playbooks.waivers import queries
from compliance.playbooks.waivers.models import Waiver
from compliance.wording import counted, on_day

MOST = 50


def waivers_to_decide(actor: Actor) -> list[Task]:
    """Requests that are this person's to say yes or no to; the first day asked for is the day they are due."""
    return [_task(waiver, f"Decide on a waiver of {waiver.clause_id}",
                  f"{waiver.requested_by.name} asks for it until {on_day(waiver.until_on, waiver.from_on)}.",
                  ("Decide", addresses.waiver(waiver.reference)))
            for waiver in queries.to_decide(actor, MOST)]


def waivers_ending(actor: Actor) -> list[Task]:
    """Reminders 30, 14, 7 and 1 days before the end, for who answers there: nothing renews itself."""
    return [_task(line.waiver, f"The waiver of {line.waiver.clause_id} ends",
                  f"{counted((line.waiver.until_on - line.today).days, 'day')} left. Meet the clause by then, or ask "
                  "for more time.", ("Open", addresses.waiver(line.waiver.reference)), ending=True)
            for line in queries.ending(actor, MOST)]


def _task(waiver: Waiver, title: str, why: str, step: tuple[str, str], *, ending: bool = False) -> Task:
    calendar = calendar_of(waiver.site)
    today = calendar.local_date(now())
    due = waiver.until_on if ending else waiver.from_on
    label, url = step
    return Task(title=title, why=why, reference=waiver.reference, url=url, step=label, step_url=url,
                severity=waiver.severity, due_on=due, today=today, site=waiver.site.code, city=waiver.site.name,
                late_by=None if ending else calendar.business_days_late(due, today), note="ends" if ending else "")
