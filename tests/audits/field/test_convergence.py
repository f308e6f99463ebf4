"""Tablets and server against a second telling of the rules: whatever is sent in whatever order, both come to the same.

Three tablets, two people, one clause. They answer offline, send parts of what they hold in any order, twice, or again
much later, lose the answer, download, choose in conflicts; the page writes in between. `FIELD_RUNS` sets how many
histories are played on the database; twenty times as many are judged in memory.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from compliance import clock
from compliance.access import Actor
from tests.audits.field.reference import Answer, Reference, Said, page_name
from tests.audits.field.servers import PLACES, SAID, Server, in_memory, on_database

ON_DATABASE = int(os.environ.get("FIELD_RUNS", "20"))
IN_MEMORY = ON_DATABASE * 20
STEPS = int(os.environ.get("FIELD_STEPS", "30"))
VALUES = st.sampled_from(SAID)
HANDS = st.sampled_from([2, 0, 1])


@dataclass
class Hand:
    """A tablet: what its auditor sees at each place, what it has not sent, and everything it ever sent."""

    person: str
    actor: Actor
    device: UUID = field(default_factory=uuid4)
    looks_at: dict[str, str | None] = field(default_factory=dict)
    queue: list[Said] = field(default_factory=list)
    past: list[list[Said]] = field(default_factory=list)


class Tablets(RuleBasedStateMachine):
    """One history; where it is played is set by the test."""

    servers: Iterator[Server]
    seen: Counter[str]
    played = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).played += 1
        self.server = next(self.servers)
        lead, other = self.server.lead, self.server.other
        self.hands = [Hand("lead", lead), Hand("lead", lead), Hand("other", other)]
        self.reference = Reference("lead")
        self.answered: dict[str, str] = {}

    # ---- what auditors do

    @rule(hand=HANDS, place=st.sampled_from(PLACES), value=VALUES)
    def answers(self, hand: int, place: str, value: str) -> None:
        mine = self.hands[hand]
        said = Said(str(uuid4()), place, value, mine.looks_at.get(place), mine.person)
        mine.queue.append(said)
        mine.looks_at[place] = said.name

    @rule(hand=HANDS)
    def downloads(self, hand: int) -> None:
        """A tablet that has sent everything sees what stands; one that has not keeps looking at its own."""
        mine = self.hands[hand]
        seen = {each["field"]: each["head"] for each in self.server.told(mine.actor)["answers"]}
        waiting = {each.place for each in mine.queue}
        mine.looks_at |= {place: seen.get(place) for place in PLACES if place not in waiting}

    @precondition(lambda self: any(place.beside for place in self.reference.places.values()))
    @rule(hand=HANDS, place=st.sampled_from(PLACES), data=st.data())
    def chooses(self, hand: int, place: str, data: st.DataObject) -> None:
        """In a conflict as the server tells it: any value of those at odds, over any of the sides."""
        mine = self.hands[hand]
        disputed = [each for each in self.server.told(mine.actor)["conflicts"] if each["field"] == place]
        if not disputed:
            return
        found = disputed[0]
        values = [*(each["value"] or "" for each in found["others"]), found["head"]["value"] or ""]
        sides = [each["op_id"] for each in found["others"]]
        over = data.draw(st.lists(st.sampled_from(sides), min_size=1, unique=True))
        said = Said(str(uuid4()), place, data.draw(st.sampled_from(values)), found["head"]["op_id"], mine.person,
                    tuple(over))
        mine.looks_at[place] = said.name
        if data.draw(st.sampled_from(["at once", "later"])) == "at once":
            self._send(mine, [said])
        else:
            mine.queue.append(said)

    @rule(place=st.sampled_from(PLACES), first=st.sampled_from([0, 2]))
    def two_answer_side_by_side(self, place: str, first: int) -> None:
        """Neither saw the other: what most conflicts are made of."""
        for hand, value in ((first, "a"), (2 - first, "b")):
            mine = self.hands[hand]
            self._send(mine, [Said(str(uuid4()), place, value, None, mine.person)])

    @precondition(lambda self: len(self.answered) % 3 == 1)  # now and then, not every other step
    @rule(place=st.sampled_from(PLACES), value=VALUES)
    def writes_in_page(self, place: str, value: str) -> None:
        self.server.write_in_page(place, value)
        self.reference.write_in_page(place, value)
        self._agrees()

    # ---- what networks do

    @rule(hand=HANDS, data=st.data())
    def sends(self, hand: int, data: st.DataObject) -> None:
        """Any part of what waits, in any order, some of it twice; the answer may be lost, and then it waits still."""
        mine = self.hands[hand]
        if not mine.queue:
            return
        part = data.draw(st.permutations(mine.queue))[: data.draw(st.integers(1, len(mine.queue)))]
        twice = part + data.draw(st.lists(st.sampled_from(part), max_size=2))
        self._send(mine, twice)
        mine.past.append(twice)
        if data.draw(st.booleans()):
            mine.queue = [each for each in mine.queue if each not in part]

    @rule(hand=HANDS, data=st.data())
    def sends_again(self, hand: int, data: st.DataObject) -> None:
        """An envelope that was on its way for long."""
        mine = self.hands[hand]
        if mine.past:
            self._send(mine, data.draw(st.sampled_from(mine.past)))

    # ---- what must hold

    def _send(self, hand: Hand, part: list[Said]) -> None:
        first = {each.name: each for each in part}
        fresh = [each for each in first.values() if each.name not in self.reference.decided]
        expected = self.reference.take(self._named(fresh))
        answer = self.server.take(hand.actor, self._body(hand, part))
        verdicts: dict[str, str] = {}
        for told_of in answer["results"]:
            name, status = told_of["op_id"], told_of["status"]
            known = self.answered.get(name) or verdicts.get(name)
            assert (status == "duplicate") is (known is not None)
            assert known is None or told_of["verdict"] == known
            verdicts.setdefault(name, known or status)
        assert {name: verdicts[name] for name in expected} == expected
        self.answered |= verdicts
        self._is_told(answer["conflicts"])
        self._agrees()

    def _named(self, part: list[Said]) -> list[Said]:
        """For the reference, a value of the page is called by itself."""
        return [Said(each.name, each.place, each.value, self._page_or(each), each.person, each.over) for each in part]

    def _page_or(self, said: Said) -> str | None:
        if said.looked_at is None:
            return None
        names = self.server.names(said.place)
        return page_name(names[said.looked_at]) if said.looked_at in names else said.looked_at

    def _body(self, hand: Hand, part: list[Said]) -> bytes:
        where = {"work": self.server.work, "item": self.server.item, "client_at": "2020-01-01T00:00:00+00:00", "tz": ""}
        ops = [where | {
            "op_id": each.name, "field": each.place, "value": each.value, "kind": "resolve" if each.over else "set",
            "parent": each.looked_at, "resolves": list(each.over)} for each in part]
        return json.dumps({
            "protocol": 1, "device_id": str(hand.device), "user_id": str(hand.actor.id), "app_version": "1",
            "epoch": "", "client_now": clock.now().isoformat(), "since": {self.server.work: ""}, "ops": ops}).encode()

    def _agrees(self) -> None:
        """The record holds what the reference says."""
        places = [self.reference.place(name) for name in PLACES]
        values, sides = [place.record.value for place in places], sum(len(place.beside) for place in places)
        assert self.server.record() == (*values, sides)

    def _is_told(self, conflicts: list[dict[str, Any]]) -> None:
        shown = {each["field"]: sorted((side["value"] or "", side["by"]) for side in each["others"])
                 for each in conflicts}
        expected = {name: sorted((each.value, self._name(each)) for each in place.beside)
                    for name, place in self.reference.places.items() if place.beside}
        assert shown == expected

    def _name(self, answer: Answer) -> str:
        [person] = answer.people
        return next(hand.actor.name for hand in self.hands if hand.person == person)

    def teardown(self) -> None:
        """Everything that was answered for is kept, with the verdict that was told."""
        self._agrees()
        for hand in self.hands[1:]:
            self._is_told(self.server.told(hand.actor)["conflicts"])
        kept = self.server.kept()
        assert kept == self.answered
        self.seen.update(kept.values())


def play(servers: Iterator[Server], runs: int) -> type[Tablets]:
    """So many histories; what they came to is counted, since a test of nothing passes as well."""
    machine = type("Played", (Tablets,), {"servers": servers, "played": 0, "seen": Counter[str]()})
    run_state_machine_as_test(machine, settings=settings(
        max_examples=runs, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)))
    assert machine.played >= runs // 2
    assert {"applied", "merged", "conflict"} <= set(machine.seen), machine.seen
    return machine


def report(capsys: Any, machine: type[Tablets]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{machine.played} histories, {machine.seen.total()} operations: {dict(machine.seen)}\n")


@pytest.mark.slow
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_whatever_is_sent_in_whatever_order_the_server_comes_to_the_same(clock: Any, capsys: Any) -> None:
    clock.at("2026-03-17 04:00")
    report(capsys, play(on_database(), ON_DATABASE))


@pytest.mark.slow
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_judging_alone_comes_to_the_same_in_many_more(clock: Any, capsys: Any) -> None:
    clock.at("2026-03-17 04:00")
    machine = play(in_memory(), IN_MEMORY)
    assert machine.seen["rejected"]
    report(capsys, machine)
