"""What a new version of a playbook owes the one before it: no clause is lost, no id gets a second meaning."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from compliance.playbooks.document import Clause, Playbook, Problem


def succession_problems(before: Sequence[Playbook], new: Playbook, path: str = "") -> tuple[Problem, ...]:
    """The faults of a version against those with lower numbers; `before` may be in any order."""
    earlier = sorted((each for each in before if number_of(each.version) < number_of(new.version)),
                     key=lambda each: number_of(each.version))
    found = [*_other_prefix(before, new), *used_again(earlier, new)]
    if earlier:
        found += _lost(earlier[-1], new)
    return tuple(Problem(problem.message, problem.remedy, problem.line, path) for problem in found)


def number_of(version: str) -> tuple[int, ...]:
    """ "3.10.0" as numbers, so that it comes after 3.9."""
    return tuple(int(part) for part in version.split("."))


def numbers_after(version: str) -> dict[str, str]:
    """By kind of change, the number the next version takes."""
    major, minor, patch = (*number_of(version), 0, 0, 0)[:3]
    return {"editorial": f"{major}.{minor}.{patch + 1}", "minor": f"{major}.{minor + 1}.0", "major": f"{major + 1}.0.0"}


def _other_prefix(before: Sequence[Playbook], new: Playbook) -> Iterator[Problem]:
    if before and before[0].prefix != new.prefix:
        yield Problem(f"The prefix is {new.prefix}, and was {before[0].prefix} before",
                      "Keep it: the ids of a playbook are quoted for years.", 1)


def _lost(before: Playbook, new: Playbook) -> Iterator[Problem]:
    kept = {clause.id for clause in new.clauses} | {former for clause in new.clauses for former in clause.formerly}
    for clause in before.clauses:
        if clause.id not in kept and not clause.retired:
            yield Problem(
                f"{clause.id} of version {before.version} is gone",
                f"Keep its heading with “- Retired: {new.version}”, or name it in the Formerly of the clause that "
                "holds it now.", _line_of_the_gap(before, new, clause))


def _line_of_the_gap(before: Playbook, new: Playbook, lost: Clause) -> int:
    """The line of the clause that stood before the lost one, where the author will look for it."""
    lines = {clause.id: clause.line for clause in new.clauses}
    earlier = [clause.id for clause in before.clauses[: before.clauses.index(lost)] if clause.id in lines]
    return lines[earlier[-1]] if earlier else 1


def used_again(earlier: Sequence[Playbook], new: Playbook) -> Iterator[Problem]:
    """Ids that a version retired, and that stand for something else now."""
    spent = _spent(earlier)
    for clause in new.clauses:
        if clause.id in spent and not clause.retired:
            yield Problem(f"{clause.id} was {spent[clause.id]}",
                          "Give the clause an id of its own: ids are never used again.", clause.line)


def _spent(earlier: Sequence[Playbook]) -> dict[str, str]:
    """Each id whose meaning is over, with what became of it: retired, renamed, or simply no longer there."""
    spent: dict[str, str] = {}
    for before, after in pairwise(earlier):
        present = {clause.id for clause in after.clauses}
        renamed = {former: clause.id for clause in after.clauses for former in clause.formerly}
        for clause in before.clauses:
            if clause.id not in present:
                what = f"renamed {renamed[clause.id]}" if clause.id in renamed else "taken out"
                spent.setdefault(clause.id, f"{what} in {after.version}")
    retired = {clause.id: clause.retired for each in earlier for clause in each.clauses if clause.retired}
    return spent | {clause_id: f"retired in {version}" for clause_id, version in retired.items()}
