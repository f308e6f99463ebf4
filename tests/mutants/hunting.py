"""Which tests of access notice that a guard is gone: the command or query itself, then the forms, then the pages."""

import os
import select
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from compliance import db
from tests.access import asking, guards, matrix, moving
from tests.access.forms import forms
from tests.access.keys import Office
from tests.access.leaking import leaks
from tests.access.routes import Case, cases
from tests.access.world import World, build
from tests.mutants.planting import ASKING, Mutant, plant

WATCHERS = ("vendor_lead", "ended", "site_lead", "administrator", "regional_lead", "author")
OUTSIDE = ("vendor_lead", "ended", "regional_lead")  # who ask what lies further off, and only read it
EDGES = {"views", "api", "cli"}
WORKED, BROKEN = 0, 4


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

    def notices(self, mutant: Mutant | None) -> str:
        """The first thing a test would fail for without this guard, "" for none; with None: what they cry out about
        without reason."""
        return self._apart(lambda: next(self._hunt(mutant), ""))

    def _apart(self, work: Callable[[], str]) -> str:
        """What `work` finds in a process and a database of its own: without its guard it may change anything."""
        db.session.remove()
        db.engine().dispose()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            code = BROKEN
            try:
                with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # it logs errors
                    os.write(writing, self._on_a_copy(work).encode()[:select.PIPE_BUF])
                code = WORKED
            except Exception:  # noqa: BLE001 - said here, and told to the parent by its code
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            found = told.read().decode("utf-8", "replace")
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != WORKED:
            raise RuntimeError("The hunt itself broke; the fault is above.")
        return found

    def _on_a_copy(self, work: Callable[[], str]) -> str:
        copy = f"{db.engine().url.database}-{os.getpid()}"
        shutil.copyfile(str(db.engine().url.database), copy)
        db.connect(f"sqlite:///{copy}")
        try:
            return work()
        finally:
            Path(copy).unlink()

    def _hunt(self, mutant: Mutant | None) -> Iterator[str]:
        if mutant is None:
            yield from self._pages(self.cases, WATCHERS)
            yield from self._others(self.cases)
            return
        plant(mutant)
        near, far = self._by_distance(mutant.module)
        yield from self._command(mutant)
        if not EDGES & set(mutant.module.split(".")):  # which no query rests on
            yield from self._queries(mutant)
        yield from self._pages(near, WATCHERS)
        yield from self._others(near)
        yield from self._others(far)
        yield from self._pages([case for case in far if case.method == "GET"], OUTSIDE)

    def _by_distance(self, module: str) -> tuple[list[Case], list[Case]]:
        """The addresses a module serves, or its feature does, and those that are left: of a view those of its feature,
        which may borrow from it."""
        mine = [case for case in self.cases
                if self.app.view_functions[case.endpoint.partition(":")[0]].__module__ == module]
        feature = [case for case in self.cases if case.endpoint.split(".")[0].removesuffix("_api") in module.split(".")]
        near = mine or feature
        known = {id(case) for case in near}
        return near, [case for case in (feature if mine else self.cases) if id(case) not in known]

    def _command(self, mutant: Mutant) -> Iterator[str]:
        function = self.commands.get(f"{mutant.module}.{mutant.function}")
        if function is None or mutant.guard not in ASKING:
            return
        with self.app.app_context():
            given = guards.arguments(function, self.world, self.world.corners["own"])
            try:
                if guards.refusal_of(function, given) != "require":
                    yield "the command: refused further down"
            except AssertionError as failure:
                yield f"the command: {failure}"
            for argument, outcome in guards.mixed(function, self.world):
                if outcome != "refused" and f"{function.__module__}.{function.__name__} {argument}" not in (
                        guards.FROM_ELSEWHERE):
                    yield f"the command with another's {argument}: {outcome}"

    def _queries(self, mutant: Mutant) -> Iterator[str]:
        """What lies in the module of the guard first, then in its feature: it is mostly that."""
        feature = mutant.module.partition(".queries")[0]
        names = sorted(set(self.queries) - set(guards.OPEN))
        names.sort(key=lambda name: not name.startswith(mutant.module))
        near = [name for name in names if name.startswith(feature)]
        with self.app.app_context():
            try:
                for some in (near, [name for name in names if name not in near]):
                    yield from (f"the query {name}" for name in some if self._shown(name) != self.shown[name])
                    known = {name: self.queries[name] for name in some if name not in moving.HANDED_ON}
                    yield from (f"the query {name}, by what becomes of others" for name in moving.moved(
                        known, self.world))
            except Exception as stumbled:  # noqa: BLE001 - whatever it is, a test would fail with it
                yield f"a query stumbles: {stumbled!r}"

    def _shown(self, name: str) -> list[list[str]]:
        """To each watcher in turn."""
        return [guards.seen(self.queries[name], watcher, self.world) for watcher in self.watchers]

    def _others(self, cases: Iterable[Case]) -> Iterator[str]:
        """The forms and filters of these addresses."""
        endpoints, urls = {case.endpoint for case in cases}, {case.url for case in cases}
        for sent in forms(self.office):
            if sent.endpoint in endpoints:
                yield from self.office.tell_apart(sent)
        for page in self.office.pages():
            if page in urls:
                yield from self.office.filters_tell_apart(page)

    def _pages(self, pages: Iterable[Case], names: Iterable[str]) -> Iterator[str]:
        return (wrong for case in pages for name in names for wrong in self._wrong(case, name))

    def _wrong(self, case: Case, name: str) -> Iterator[str]:
        answer = asking.ask(self.clients[name], case)
        got, expected = asking.letter(answer), self.table[matrix.key(case)][name]
        if got != expected:
            yield f"{case.method} {case.url} by {name}: {answer.status_code} is {got}, the matrix says {expected}"
        yield from (f"{case.method} {case.url} shows {name} {leak}"
                    for leak in leaks(name, asking.words(answer), case.url))
