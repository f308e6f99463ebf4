"""What is wrong with a text, gathered whole before anything is refused."""

from collections.abc import Iterable

from compliance.errors import RuleViolation
from compliance.playbooks.document import Problem


class TextProblems(RuleViolation):
    """A playbook or override text that was refused; `problems` holds every fault found, in line order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [describe(problem) for problem in self.problems]
        super().__init__("\n".join(lines), lines)


def describe(problem: Problem) -> str:
    """One line a person can act on: where, what, what to do."""
    place = f"{problem.path or 'text'}:{problem.line}" if problem.line else problem.path or "text"
    kind = "warning: " if problem.warning else ""
    return f"{place}: {kind}{problem.message.rstrip('.')}. {problem.remedy}".rstrip()


class Problems:
    """Collects problems while a text is read."""

    def __init__(self, path: str = "") -> None:
        self.path = path
        self._found: list[Problem] = []
        self.over_limit = False

    def error(self, line: int, message: str, remedy: str) -> None:
        self._found.append(Problem(message, remedy, line, self.path))

    def refuse(self, line: int, message: str, remedy: str) -> None:
        """An error that ends the reading: what follows would cost more than the text is worth."""
        self.over_limit = True
        self.error(line, message, remedy)

    def warn(self, line: int, message: str, remedy: str) -> None:
        self._found.append(Problem(message, remedy, line, self.path, warning=True))

    def all(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._found, key=lambda problem: (problem.line, problem.warning)))

    def has_errors(self) -> bool:
        return any(not problem.warning for problem in self._found)
