"""A whole scene: a server, its records, a line and a tablet for each auditor; closed as one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import Playwright

from tests.audits.field.proof.proxy import Proxy
from tests.audits.field.proof.serving import Served
from tests.audits.field.proof.tablet import Tablet
from tests.audits.field.proof.world import Shape, World, a_world
from tests.support.database import SqliteSource
from tests.support.scratch import scratch_folder


@dataclass
class Scene:
    playwright: Playwright
    server: Served
    world: World
    folder: Path
    tablets: list[Tablet] = field(default_factory=list)

    @property
    def reference(self) -> str:
        return self.world.reference

    def tablet(self, person: UUID, name: str = "", *, downloaded: bool = True) -> Tablet:
        """A tablet somebody is signed in on, with the audit ready offline unless said otherwise."""
        proxy = Proxy(self.server.port)
        made = Tablet(self.playwright, self.folder / (name or f"tablet{len(self.tablets)}"), proxy, person,
                      self.world.cookie_of)
        self.tablets.append(made)
        made.switch_on()
        made.sign_in()
        made.open()
        if downloaded:
            made.download(self.reference)
        return made

    def close(self) -> None:
        for each in self.tablets:
            each.switch_off()
            each.proxy.close()
        self.server.close()
        shutil.rmtree(self.folder, ignore_errors=True)


Staging = Callable[..., AbstractContextManager[Scene]]


@contextmanager
def a_scene(playwright: Playwright, source: SqliteSource, control: str = "", folder: Path | None = None,
            **shape: Any) -> Iterator[Scene]:
    """A server on a database of its own with an audit of that `Shape`; everything goes with the block.

    Tablets lie in a `folder` of memory where there is room, unless another is given.
    """
    database = source.migrated()
    folder = folder or scratch_folder("floor-")
    server = Served(database, folder, control)
    scene: Scene | None = None
    try:
        world = a_world(Shape(**shape))
        scene = Scene(playwright, server, world, folder)
        server.start()
        yield scene
    finally:
        if scene is not None:
            scene.close()
        else:
            server.close()
            shutil.rmtree(folder, ignore_errors=True)
        source.drop(database)
