"""What is being written in the demo these days: a text with comments in it, and a local rule that is half said."""

from functools import partial

from compliance.demo.governing import version_of
from compliance.demo.requests import override_version
from compliance.demo.story import Story, moment
from compliance.playbooks.document import Verb
from compliance.playbooks.drafting import commands, editing
from compliance.playbooks.drafting.queries import get_comment, next_numbers
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.queries import get_playbook

WRITER, READER, LEGAL, LEAD = "e.demir", "t.nguyen", "d.moreau", "j.tan"
WRITTEN, LOCAL = "moderator-wellbeing", "account-security"
SAVED = ("The scheduling tool enforces the cap", "The scheduling tool holds the cap by itself")
TYPED = ("so that no moderator has to ask and no lead has to refuse", "so that nobody has to ask and nobody to refuse")
QUESTION = "“By itself” promises more than the tool at two of our vendors can do. Say who answers when it does not."
REMARK = "The introduction could lose its last sentence."
ANSWER = "It stays: site leads quote it to new people."
WHY = "The desk in Singapore is staffed at night; an account is held well before the hour is over."


def announce(story: Story) -> None:
    """Put on the calendar what is being written on the last day."""
    story.at(moment(story.day(9), "09:10"), partial(_begin, story))
    story.at(moment(story.day(8), "13:40"), partial(_discuss, story))
    story.at(moment(story.day(3), "03:30"), partial(_differ, story))
    story.at(moment(story.day(1), "15:05"), partial(_type, story))


def _begin(story: Story) -> None:
    actor = story.actor(WRITER)
    playbook = get_playbook(actor, WRITTEN)
    draft = commands.start_version(actor, playbook, number=next_numbers(actor, playbook)[1]["minor"],
                                   effective_on=story.day(-70), change="minor")
    commands.save_draft(actor, draft, source=_with(draft.source, SAVED), seen=draft.version)


def _discuss(story: Story) -> None:
    draft = _draft(story)
    commands.comment(story.actor(LEGAL), draft, said=QUESTION, anchor="WEL-01")
    remark = get_comment(story.actor(READER), draft, commands.comment(story.actor(READER), draft, said=REMARK).id)
    commands.answer_comment(story.actor(WRITER), remark, said=ANSWER)
    commands.resolve_comment(story.actor(READER), remark)


def _type(story: Story) -> None:
    draft = _draft(story)
    commands.keep_copy(story.actor(WRITER), draft, source=_with(draft.source, TYPED), seen=draft.version)


def _differ(story: Story) -> None:
    lead = story.actor(LEAD)
    commands.start_override(lead, get_playbook(lead, LOCAL), scope="apac", effective_on=story.day(-40))
    draft = override_version(LOCAL, "apac")
    text = editing.override_operation(draft.source, Verb.SET, "hold_min", {"value": "30", "why": WHY})
    commands.save_draft(lead, draft, source=text, seen=draft.version)


def _draft(story: Story) -> PlaybookVersion:
    """The version begun above: the newest there is."""
    actor = story.actor(WRITER)
    return version_of(WRITTEN, next_numbers(actor, get_playbook(actor, WRITTEN))[0])


def _with(text: str, change: tuple[str, str]) -> str:
    old, new = change
    assert old in text, f"{WRITTEN} no longer says “{old}”"
    return text.replace(old, new, 1)
