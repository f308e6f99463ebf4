"""What makes a change more than editorial: each kind of difference, one at a time."""

import pytest

from compliance.playbooks.comparison import compare
from compliance.playbooks.governing.life import ChangeClass
from compliance.playbooks.governing.weight import least_class
from compliance.playbooks.parsing import parse_playbook
from tests.builders.playbooks import a_text

OLD = a_text()
CASES = [
    ("nothing", "", "", ""),
    ("a reflow", "Somebody listens. Each", "Somebody\nlistens. Each", ""),
    ("a word for a word", "Somebody listens", "Somebody hears", ""),
    ("a title", "Keep the door shut", "Keep every door shut", ""),
    ("another number", "The door stays shut.", "The door stays shut for 5 minutes.", "TIN-02"),
    ("a negation", "The door stays shut.", "The door does not stay open.", "TIN-02"),
    ("a duty", "What happened is written down.", "What happened must be written down.", "TIN-03"),
    ("a stricter value", "| 30 | minutes", "| 20 | minutes", "TIN-01 is stricter"),
    ("a looser value", "| 30 | minutes", "| 40 | minutes", "TIN-01 is looser"),
    ("a severity", "- Severity: minor", "- Severity: major", "TIN-03 is stricter"),
    ("a weight", "- Weight: 5", "- Weight: 4", "TIN-02 weighs differently"),
    ("more evidence", "- Evidence: Notebook", "- Evidence: Notebook\n- Evidence: Pen", "TIN-03 is stricter"),
    ("a retired clause", "- Severity: minor\n- Weight: 1", "- Severity: minor\n- Weight: 1\n- Retired: 1.0.1",
     "TIN-03 is no longer asked"),
    ("a new clause", "What happened is written down.\n", ("What happened is written down.\n\n### TIN-04 Read it\n\n"
     "- Severity: minor\n- Weight: 1\n- Evidence: Eyes\n\nIt is read.\n"), "TIN-04 is new"),
    ("a lock", "- Locked: floor", "- Locked: fixed", "TIN-02 asks for something else"),
]


@pytest.mark.parametrize(("old", "new", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_more_than_editorial(old: str, new: str, said: str) -> None:
    assert old in OLD
    changed = OLD.replace(old, new, 1) if old else OLD
    least, why = least_class(compare(parse_playbook(OLD), parse_playbook(changed)))
    assert (least is ChangeClass.MINOR, bool(why)) == (bool(said), bool(said)), why
    assert not said or any(said in each for each in why), why
