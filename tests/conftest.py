"""What every test may ask for; the pieces are in `tests/support/`."""

from hypothesis import settings as hypothesis_settings

pytest_plugins = [
    "tests.support.database",  # before those that import from it: pytest rewrites a module's asserts as it loads it
    "tests.support.application",
    "tests.support.browser",
    "tests.support.moving_clock",
    "tests.support.queries",
    "tests.support.spreading",
    "tests.support.story",
]

# The same examples every time: a failure in the gate must be one everybody sees. Explore with
# `--hypothesis-profile=explore`.
hypothesis_settings.register_profile("plumbline", deadline=None, derandomize=True)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("plumbline")
