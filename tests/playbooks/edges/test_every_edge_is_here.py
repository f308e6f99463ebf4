"""No edge case is without a test that carries its number."""

import re
from pathlib import Path

CASES = range(1, 49)


def test_each_of_the_48_cases_has_a_test() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_edges_*.py"))
    found = {int(number) for number in re.findall(r"^def test_edge_([0-9]{2})_", text, re.MULTILINE)}
    assert sorted(found) == list(CASES)
