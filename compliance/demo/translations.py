"""How clauses of the demo came to be read in Thai, Chinese and Arabic: proposed by one, approved by another."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from compliance.demo.story import Story, moment
from compliance.playbooks.digests import wording_digest
from compliance.playbooks.parsing import parse_playbook
from compliance.playbooks.queries import get_playbook, playbook_lines
from compliance.playbooks.translations import commands

TEXTS = Path(__file__).with_name("translations.toml")
# Who reads in what: the vendor leads of Bangkok and Cairo.
READERS = {"s.charoensuk": "th", "m.elsayed": "ar"}
READERS_CHOSE_AGO = 60


def announce(story: Story) -> None:
    """Put each day's translations on the calendar, all of a day together."""
    days: dict[date, list[Mapping[str, Any]]] = {}
    for each in tomllib.loads(TEXTS.read_text(encoding="utf-8"))["translated"]:
        days.setdefault(each["on"] if "on" in each else story.day(each["ago"]), []).append(each)
    for day, texts in days.items():
        story.at(moment(day, "09:10"), partial(_translate, story, texts))
    for reader, language in READERS.items():
        story.at(moment(story.day(READERS_CHOSE_AGO), "06:05"), partial(_choose, story, reader, language))


def _translate(story: Story, texts: list[Mapping[str, Any]]) -> None:
    for said in texts:
        translator = story.actor(said["by"])
        playbook = get_playbook(translator, said["playbook"])
        made = commands.propose(translator, playbook, language=said["language"], clause_id=said["clause"],
                                wording=_wording(story, said), title=said["title"], text=said["text"])
        if "approved_by" in said:
            commands.approve(story.actor(said["approved_by"]), made)


def _wording(story: Story, said: Mapping[str, Any]) -> str:
    """The digest of what the global text in force says."""
    lines = playbook_lines(story.actor(said["by"]))
    held = next(each.in_force for each in lines if each.playbook.key == said["playbook"])
    assert held is not None
    clause = next(each for each in parse_playbook(held.source).clauses if each.id == said["clause"])
    return wording_digest(clause.title, clause.text)


def _choose(story: Story, reader: str, language: str) -> None:
    commands.read_in(story.actor(reader), language=language)
