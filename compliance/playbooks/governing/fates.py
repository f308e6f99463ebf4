"""What became of each clause of the version before: what a person has to confirm, and what the text suggests."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.playbooks.document import Clause, Playbook
from compliance.playbooks.governing.life import Fate


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A clause of the version before that does not simply go on, with what `Retired:` and `Formerly:` say of it."""

    former: str
    title: str
    fate: Fate
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person said became of a clause."""

    former: str
    fate: Fate
    successors: tuple[str, ...]


def suggestions(before: Playbook | None, now: Playbook) -> tuple[Suggestion, ...]:
    """The clauses somebody has to account for, in their old order."""
    if before is None:
        return ()
    live = {clause.id: clause for clause in now.clauses if not clause.retired}
    known = {(clause.id, former) for clause in before.clauses for former in clause.formerly}
    found = []
    for clause in before.clauses:
        heirs = tuple(each.id for each in live.values()
                      if clause.id in each.formerly and (each.id, clause.id) not in known)
        if not clause.retired and (clause.id not in live or heirs):
            kept = (clause.id,) if clause.id in live else ()
            found.append(Suggestion(clause.id, clause.title, _fate(before, live, kept, heirs), (*kept, *heirs)))
    return tuple(found)


def _fate(before: Playbook, live: dict[str, Clause], kept: Sequence[str], heirs: Sequence[str]) -> Fate:
    successors = (*kept, *heirs)
    if not successors:
        return Fate.RETIRED
    if len(successors) > 1:
        return Fate.SPLIT
    old = {clause.id for clause in before.clauses}
    heir = live[successors[0]]
    return Fate.MERGED if heir.id in old or len(heir.formerly) > 1 else Fate.RENAMED


def fault_of(said: Confirmed, suggested: Suggestion, now: Playbook) -> str:
    """Why this cannot have become of a clause; "" when it can."""
    live = {clause.id for clause in now.clauses if not clause.retired}
    unknown = [each for each in said.successors if each not in live]
    if unknown:
        return f"{now.key} {now.version} asks for no {unknown[0]}. Choose a clause of this text."
    if missing := sorted(set(suggested.successors) - set(said.successors)):
        return (f"The text itself says that {missing[0]} follows {said.former}. "
                f"Name it, or take “Formerly: {said.former}” out of it.")
    return _number_fault(said)


def _number_fault(said: Confirmed) -> str:
    count = len(said.successors)
    match said.fate:
        case Fate.RETIRED if count:
            return f"{said.former} was retired without a successor, so name none; else say what it became."
        case Fate.RENAMED | Fate.MERGED if count != 1:
            return f"{said.former} went on in one clause: name exactly one."
        case Fate.SPLIT if count < 2:
            return f"{said.former} was split: name the two or more clauses that hold it now."
    return ""


def unaccounted(asked: Sequence[Suggestion], confirmed: Sequence[Confirmed], now: Playbook) -> tuple[str, ...]:
    """The clauses nobody has accounted for, or only in a way the text no longer bears out."""
    said = {each.former: each for each in confirmed}
    return tuple(each.former for each in asked
                 if each.former not in said or fault_of(said[each.former], each, now))
