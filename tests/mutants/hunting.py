"""Which tests of access notice that a guard is gone: the command itself, then the pages of its feature, then all."""

import os
import sys
from collections.abc import Callable, Iterable

from flask import Flask
from flask.testing import FlaskClient

from compliance import db
from tests.access import asking, guards, matrix
from tests.access.routes import Case, cases
from tests.access.test_matrix import leaks
from tests.access.world import World, build
from tests.mutants.planting import ASKING, Mutant, plant

WATCHERS = ("vendor_lead", "ended", "site_lead", "administrator", "regional_lead")
FOUND, SURVIVED, BROKEN = 0, 3, 4


class Hunt:
    """A world in which one guard after the other is taken away, each in a child process of its own."""

    def __init__(self, app: Flask) -> None:
        asking.rehearse(app)
        self.app = app
        self.table = matrix.read()
        with app.app_context():
            self.world: World = build()
            self.clients: dict[str, FlaskClient] = asking.clients(app, self.world)
            self.cases = [case for case in cases(app, self.world) if matrix.key(case) in self.table]
        self.functions = guards.commands()

    def notices(self, mutant: Mutant) -> bool:
        """Whether any test would fail without this guard."""
        return self._apart(lambda: self._hunt(mutant)) == FOUND

    def _apart(self, work: Callable[[], int]) -> int:
        db.session.remove()
        db.engine().dispose()
        child = os.fork()
        if child == 0:
            code = BROKEN
            try:
                code = work()
            finally:
                sys.stdout.flush()
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _hunt(self, mutant: Mutant) -> int:
        plant(mutant)
        if mutant.guard in ASKING and self._command_notices(mutant):
            return FOUND
        feature = mutant.module.split(".")[1]
        near = [case for case in self.cases if case.endpoint.split(".")[0].removesuffix("_api") == feature]
        far = [case for case in self.cases if case not in near]
        return FOUND if self._pages_notice(near) or self._pages_notice(far) else SURVIVED

    def _command_notices(self, mutant: Mutant) -> bool:
        function = self.functions.get(f"{mutant.module}.{mutant.function}")
        if function is None:
            return False
        with self.app.app_context():
            given = guards.arguments(function, self.world, self.world.corners["own"])
            try:
                return guards.refusal_of(function, given) != "require"
            except AssertionError:
                return True

    def _pages_notice(self, pages: Iterable[Case]) -> bool:
        return any(self._wrong(case, name) for case in pages for name in WATCHERS)

    def _wrong(self, case: Case, name: str) -> bool:
        with asking.without_commits():
            answer = asking.ask(self.clients[name], case)
        expected = self.table[matrix.key(case)][name]
        return asking.letter(answer) != expected or any(leaks(name, asking.words(answer), case.url))
