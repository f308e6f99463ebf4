"""Find where a clause went that left its playbook: its new home says so under `Formerly: other-playbook/ESC-09`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compliance.playbooks.document import Playbook


@dataclass(frozen=True, slots=True)
class Home:
    """Where a clause is kept now."""

    playbook: str
    clause: str
    title: str

    @property
    def sentence(self) -> str:
        return f"it is {self.clause} of {self.playbook} now"


def moved_clauses(playbooks: Iterable[Playbook]) -> Mapping[str, Home]:
    """ "escalation-handling/ESC-09" → its home in another of the playbooks; of several that took a part, the first."""
    homes: dict[str, Home] = {}
    for playbook in playbooks:
        for clause in playbook.clauses:
            for former in clause.formerly:
                if "/" in former and not clause.retired:
                    homes.setdefault(former, Home(playbook.key, clause.id, clause.title))
    return homes
