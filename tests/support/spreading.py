"""Which tests go to one process together, and which go first, when all of them are spread over the cores."""

import pytest

# The longest first: begun last, they would keep one core busy while the others have nothing left.
FIRST = ("tests/demo/", "tests/journeys/", "tests/access/", "tests/mutants/", "tests/test_naughty_forms.py",
         "tests/test_naughty_queries.py", "tests/playbooks/governing/test_racing.py", "tests/test_run.py")
# Whoever needs the story waits for one telling of it.
TOGETHER = {"tests/demo/test_demo.py": "story", "tests/journeys/": "story"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays in one process, and those that share the story in the same."""
    items.sort(key=lambda item: next((at for at, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST)))
    for item in items:
        file = item.nodeid.partition("::")[0]
        group = next((name for path, name in TOGETHER.items() if file.startswith(path)), file)
        item.add_marker(pytest.mark.xdist_group(group))
