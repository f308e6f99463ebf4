"""WebKit, as near as a computer comes to a tablet's Safari: WebKitGTK on a screen nobody sees."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import WebKitGTK, WebKitGTKOptions
from selenium.webdriver.webkitgtk.service import Service

DRIVER, SCREEN, BUS = "WebKitWebDriver", "Xvfb", "dbus-run-session"
BROWSERS = "webkit2gtk-4.*/MiniBrowser"


def why_missing() -> str:
    """What there is to install, or nothing."""
    missing = [name for name in (DRIVER, SCREEN, BUS) if not shutil.which(name)]
    if missing or not minibrowser():
        return f"no WebKitGTK here ({', '.join(missing) or 'MiniBrowser'}): install webkit2gtk-driver, xvfb and dbus"
    return ""


def minibrowser() -> Path | None:
    return next((path for folder in (Path("/usr/lib"), *Path("/usr/lib").glob("*-linux-gnu*"))
                 for path in folder.glob(BROWSERS)), None)


@contextmanager
def a_screen() -> Iterator[str]:
    """A display of its own; the server says its number once it is ready."""
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        [SCREEN, "-displayfd", str(writing), "-screen", "0", "1100x1400x24", "-nolisten", "tcp"],
        pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        screen.terminate()
        screen.wait(timeout=20)


@contextmanager
def a_webkit(folder: Path) -> Iterator[WebKitGTK]:
    """A browser that a test drives; what it keeps lies in the folder."""
    options = WebKitGTKOptions()
    options.binary_location = str(minibrowser())
    options.add_argument("--automation")
    with a_screen() as display:
        here = {**os.environ, "DISPLAY": display, "XDG_DATA_HOME": str(folder / "data"),
                "XDG_CACHE_HOME": str(folder / "cache"), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        launcher = folder / "driver.sh"
        launcher.write_text(f'#!/bin/sh\nexec {BUS} -- {DRIVER} "$@"\n', encoding="utf-8")
        launcher.chmod(0o755)
        driver = WebKitGTK(options=options, service=Service(str(launcher), env=here))
        driver.set_script_timeout(60)
        driver.set_page_load_timeout(60)
        try:
            yield driver
        finally:
            driver.quit()


def awaited(driver: WebKitGTK, body: str, *given: object) -> Any:
    """What an async function with this body comes to; its arguments are `given`."""
    told = driver.execute_async_script(
        f"const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1); "
        f"(async () => {{ {body} }})()"
        ".then((value) => done({ value }), (error) => done({ error: String(error) }));",
        *given)
    assert "error" not in told, told
    return told.get("value")
