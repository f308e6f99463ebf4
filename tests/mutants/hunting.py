"""Which tests of access notice that a guard is gone: the command or query itself, then the forms, then the pages."""

import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from compliance import db
from tests.access import asking, guards, matrix
from tests.access.keys import Office, forms
from tests.access.leaking import leaks
from tests.access.routes import Case, cases
from tests.access.world import World, build
from tests.mutants.planting import ASKING, Mutant, plant

WATCHERS = ("vendor_lead", "ended", "site_lead", "administrator", "regional_lead", "author")
FOUND, SURVIVED, BROKEN = 0, 3, 4


class Hunt:
    """A world in which one guard after the other is taken away, each in a child process of its own."""

    def __init__(self, app: Flask) -> None:
        asking.rehearse(app)
        self.app = app
        self.table = matrix.read()
        with app.app_context():
            self.world: World = build()
            self.cases = [case for case in cases(app, self.world) if matrix.key(case) in self.table]
            self.clients: dict[str, FlaskClient] = asking.clients(app, self.world)
        self.office = Office(app, self.world, self.clients)
        self.commands, self.queries = guards.commands(), guards.queries()
        with app.app_context():
            self.watchers = guards.watchers(self.world)
            self.shown = {name: self._shown(name) for name in self.queries}

    def notices(self, mutant: Mutant | None) -> bool:
        """Whether any test would fail without this guard; with None: whether they cry without reason."""
        return self._apart(lambda: self._hunt(mutant)) == FOUND

    def _apart(self, work: Callable[[], int]) -> int:
        """What `work` finds in a process and a database of its own: without its guard it may change anything."""
        db.session.remove()
        db.engine().dispose()
        child = os.fork()
        if child == 0:
            code = BROKEN
            try:
                with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # it logs errors
                    code = self._on_a_copy(work)
            except Exception:  # noqa: BLE001 - said here, and told to the parent by its code
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code not in (FOUND, SURVIVED):
            raise RuntimeError("The hunt itself broke; the fault is above.")
        return code

    def _on_a_copy(self, work: Callable[[], int]) -> int:
        copy = f"{db.engine().url.database}-{os.getpid()}"
        shutil.copyfile(str(db.engine().url.database), copy)
        db.connect(f"sqlite:///{copy}")
        for client in self.clients.values():  # notes that they are still there, which no case after this has to
            client.get("/account")
        try:
            return work()
        finally:
            Path(copy).unlink()

    def _hunt(self, mutant: Mutant | None) -> int:
        if mutant is None:
            return FOUND if self._pages_notice(self.cases) or self._others_notice(self.cases) else SURVIVED
        plant(mutant)
        near, far = self._by_distance(mutant.module)
        watchers: tuple[Callable[[], bool], ...] = (
            lambda: self._command_notices(mutant), lambda: self._queries_notice(mutant),
            lambda: self._pages_notice(near), lambda: self._others_notice([*near, *far]),
            lambda: self._pages_notice(far))
        return FOUND if any(watch() for watch in watchers) else SURVIVED

    def _by_distance(self, module: str) -> tuple[list[Case], list[Case]]:
        """The addresses a module serves, or its feature does, and those that are left. A view serves its own alone."""
        views = [case for case in self.cases
                 if self.app.view_functions[case.endpoint.partition(":")[0]].__module__ == module]
        feature = module.split(".")[1]
        near = views or [case for case in self.cases if case.endpoint.split(".")[0].removesuffix("_api") == feature]
        return near, [] if views else [case for case in self.cases if case not in near]

    def _command_notices(self, mutant: Mutant) -> bool:
        function = self.commands.get(f"{mutant.module}.{mutant.function}")
        if function is None or mutant.guard not in ASKING:
            return False
        with self.app.app_context():
            given = guards.arguments(function, self.world, self.world.corners["own"])
            try:
                return guards.refusal_of(function, given) != "require"
            except AssertionError:
                return True

    def _queries_notice(self, mutant: Mutant) -> bool:
        """What lies in the module of the guard first: it is mostly that."""
        names = sorted(self.queries, key=lambda name: not name.startswith(mutant.module))
        with self.app.app_context():
            return any(self._shown(name) != self.shown[name] for name in names)

    def _shown(self, name: str) -> list[list[str]]:
        """To each watcher in turn."""
        return [guards.seen(self.queries[name], watcher, self.world) for watcher in self.watchers]

    def _others_notice(self, cases: Iterable[Case]) -> bool:
        """The forms and filters of these addresses."""
        endpoints, urls = {case.endpoint for case in cases}, {case.url for case in cases}
        sent = [form for form in forms(self.office) if form.endpoint in endpoints]
        pages = [page for page in self.office.pages() if page in urls]
        return any(any(self.office.tell_apart(form)) for form in sent) or any(
            any(self.office.filters_tell_apart(page)) for page in pages)

    def _pages_notice(self, pages: Iterable[Case]) -> bool:
        return any(self._wrong(case, name) for case in pages for name in WATCHERS)

    def _wrong(self, case: Case, name: str) -> bool:
        answer = asking.ask(self.clients[name], case)
        expected = self.table[matrix.key(case)][name]
        return asking.letter(answer) != expected or any(leaks(name, asking.words(answer), case.url))
