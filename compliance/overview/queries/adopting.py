"""What the leads of a site have to do about new versions, and what its people have to read."""

from collections.abc import Sequence
from itertools import groupby

from compliance import clock
from compliance.access import Actor, Permission
from compliance.actions.queries.today import Task
from compliance.network.models import Site
from compliance.network.queries import calendar_of
from compliance.overview import addresses
from compliance.playbooks.adoption import queries
from compliance.playbooks.adoption.lifecycle import RULES, AdoptionStatus
from compliance.playbooks.adoption.queries import Line, Row
from compliance.wording import apart, counted

AHEAD = 31
ONE_BY_ONE = 6  # who looks after more places than these is told of each version, not of each place


def to_adopt(actor: Actor) -> list[Task]:
    """Versions that are due soon, or were, at the places this person may declare live."""
    rows = queries.board(actor, permission=Permission.ADOPT_VERSION)
    if len({line.run.place for row in rows for line in row.lines}) > ONE_BY_ONE:
        return [_late_task(row) for row in rows if row.late]
    return [_line_task(line) for row in rows for line in row.lines if line.is_open and _is_near(line)]


def _is_near(line: Line) -> bool:
    return (line.due_on - line.run.today).days <= AHEAD or line.status is not AdoptionStatus.NOTIFIED


def _line_task(line: Line) -> Task:
    calendar, version = calendar_of(line.run.site), line.version
    url = addresses.adoption(version.playbook.key, version.number, line.run.site.code,
                             line.run.vendor.code if line.run.vendor else "in-house")
    step, why = _next_step(line)
    return Task(title=f"Adopt {version.called}", why=why, reference=line.told.label, url=url,
                step=step, step_url=url, severity=None, due_on=line.due_on, today=line.run.today,
                site=line.run.site.code, city=line.run.site.name,
                late_by=calendar.business_days_late(line.due_on, line.run.today))


def _next_step(line: Line) -> tuple[str, str]:
    done = line.adoption
    if done is None:
        return "Acknowledge", "The notice has not been acknowledged."
    if line.status is AdoptionStatus.TRAINED:
        return "Declare live", "The team is trained; say with evidence that it works by the new text."
    if line.share is None:
        return "Enter numbers", "Train the team, then enter how many have attested."
    return "Enter numbers", f"{line.share:.0f} % of {done.heads} have attested; {RULES.attested_pct} % are needed."


def _late_task(row: Row) -> Task:
    version, worst = row.told.version, row.late[0]
    url = addresses.adoption(version.playbook.key, version.number)
    names = ", ".join(line.run.site.code for line in row.late[:ONE_BY_ONE])
    return Task(title=f"{version.called} is late at {counted(len(row.late), 'place')}",
                why=f"Not live yet: {names}{' and others' if len(row.late) > ONE_BY_ONE else ''}.",
                reference=row.told.label, url=url, step="See who", step_url=url, severity=None, due_on=worst.due_on,
                today=worst.run.today, site="", city="", note="was due")


def to_read(actor: Actor) -> list[Task]:
    """The texts this person should acknowledge, in one line a site."""
    asked = queries.asked_of(actor)
    return [_reading_task(list(group)) for _, group in groupby(asked, key=lambda each: each.run.site.code)]


def _reading_task(asked: Sequence[queries.Asked]) -> Task:
    run, first = asked[0].run, asked[0]
    one = len(asked) == 1
    title = f"{apart(first.playbook.title)} {first.chosen.playbook.number}" if one else counted(len(asked), "playbook")
    again = sum(each.read is not None for each in asked)
    url = addresses.effective(first.playbook.key, run.site.code) if one else "/adoption/mine"
    held = "It holds at your site; say that you know it." if one else "They hold at your site; say that you know them."
    moved = "It changed since you read it." if one else f"{again} of them changed since you read them."
    why = moved if again else held
    return Task(title=f"Read and acknowledge {title}", why=why, reference="", url=url, step="Read", step_url=url,
                severity=None, due_on=run.today, today=run.today, site=run.site.code, city=run.site.name,
                note="asked of you")


def adopting_at(actor: Actor, site: Site) -> list[Line]:
    """The versions somebody at a site is on the way to, and those that went live there this month."""
    rows = queries.board(actor, site_id=site.id)
    today = clock.today(site.zone or "UTC")
    return [line for row in rows for line in row.lines
            if line.is_open or (line.live_on is not None and (today - line.live_on).days <= AHEAD)]
