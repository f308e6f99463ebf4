"""Look at a text while it is written: what cannot be read, what does not fit its place, and what would be refused."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from compliance.playbooks import document
from compliance.playbooks.canonical import canonical_source
from compliance.playbooks.card import read_card
from compliance.playbooks.document import Problem
from compliance.playbooks.drafting.reconciling import unmerged_line
from compliance.playbooks.drafting.sizing import over_limits
from compliance.playbooks.effective import Effective, ScopeKind
from compliance.playbooks.parsing import VERSION, read_override, read_playbook
from compliance.playbooks.problems import Problems
from compliance.playbooks.succession import number_of, succession_problems
from compliance.playbooks.weighing import weigh

REMEMBERED = 64
Text = document.Playbook | document.Override


@dataclass(frozen=True, slots=True)
class Checked:
    """A text with everything said about it; `document` is None when it cannot be read.

    `strange` is what its card says of another draft than the one it stands in.
    """

    document: Text | None
    problems: tuple[Problem, ...]
    strange: tuple[Problem, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.warning]


@dataclass(frozen=True, slots=True)
class Above:
    """What an override is written below: the text that holds there, for its place and from its day on."""

    parent: Effective | None
    kind: ScopeKind
    on: date


def check_playbook(source: str, expected: Sequence[tuple[str, str]], earlier: Iterable[str]) -> Checked:
    """A playbook. `expected` are the (key, value) pairs its card has to say, `earlier` the texts with other numbers."""
    if refused := _refused(source):
        return refused
    text, problems = read_text(source)
    found = [*problems]
    if text is not None:
        before = [read for each in earlier if isinstance(read := read_text(each)[0], document.Playbook)]
        assert isinstance(text, document.Playbook), "an override is read by check_override"
        found += succession_problems(before, text)
    return _checked(text, found, list(_other_card(source, expected)))


def check_override(source: str, expected: Sequence[tuple[str, str]], playbook: document.Playbook | None,
                   above: Above) -> Checked:
    """An override, against the newest global text and what stands above it."""
    if refused := _refused(source):
        return refused
    text, problems = read_override(source, "", playbook)
    found = [*problems]
    if text is not None and above.parent is not None and text.playbook == above.parent.key:
        found += _refusals(text, above, above.parent)
    return _checked(text, found, list(_other_card(source, expected)))


def free_number(source: str, taken: Collection[str], published: Iterable[str]) -> str:
    """The number a card asks for when no other version has it and every published one is lower; "" otherwise.

    What a change turns out to be is often known only once it is written: the draft then goes on under another number.
    """
    said = read_card(canonical_source(source).split("\n"), Problems()).text("version")
    if not said or not VERSION.fullmatch(said) or said in taken:
        return ""
    return said if all(number_of(said) > number_of(each) for each in published) else ""


@lru_cache(maxsize=REMEMBERED)
def read_text(source: str) -> tuple[document.Playbook | None, tuple[Problem, ...]]:
    """A playbook as it was read before, when its bytes are the same: the earlier versions hardly ever change."""
    return read_playbook(source)


def _refused(source: str) -> Checked | None:
    if found := over_limits(source):
        return Checked(None, tuple(found))
    if line := unmerged_line(source):
        return Checked(None, (unmerged(line),))
    return None


def unmerged(line: int) -> Problem:
    remedy = "Keep the lines that are right, and take the other ones and the marks out."
    return Problem("Two texts meet here, and nobody has settled which holds", remedy, line)


def _checked(text: Text | None, found: Iterable[Problem], strange: Sequence[Problem]) -> Checked:
    once = {(each.line, each.message): each for each in (*found, *strange)}
    return Checked(text, tuple(sorted(once.values(), key=lambda each: (each.line, each.warning))), tuple(strange))


def _other_card(source: str, expected: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    """What the card says otherwise than the draft it stands in: the two would part for ever."""
    card = read_card(canonical_source(source).split("\n"), Problems())
    for key, value in expected:
        said = card.text(key)
        if said and said != value:
            message = f"The card says {key} {said}, and this is the draft of {value}"
            other = ("Or a number above all that were published, and that no version has."
                     if key == "version" and card.text("playbook") else f"Another {key} is another draft.")
            yield Problem(message, f"Write “{key}: {value}”. {other}", card.line(key))


def _refusals(text: document.Override, above: Above, parent: Effective) -> Iterator[Problem]:
    for each in weigh(parent, above.kind, text, above.on):
        if each.refused:
            _, _, why = each.refused.partition("): ")
            message, _, remedy = why.partition(". ")
            yield Problem(f"{each.heading}: {message}", remedy or "The text above holds until it is mended.",
                          each.operation.line)
