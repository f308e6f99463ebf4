"""Which tests go first when all of them are spread over the cores."""

import pytest

# The longest first: begun last, they would keep one core busy while the others have nothing left.
FIRST = ("tests/demo/", "tests/journeys/", "tests/access/", "tests/mutants/", "tests/test_naughty_forms.py",
         "tests/test_naughty_queries.py", "tests/playbooks/governing/test_racing.py", "tests/test_run.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((at for at, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST)))
