"""The app in WebKit: it starts without a server, keeps what is answered, and sends it once the server is back."""

from pathlib import Path

import pytest

from tests.audits.field.proof import records, webkit
from tests.audits.field.proof.proxy import Proxy
from tests.audits.field.proof.stage import Staging
from tests.audits.field.proof.webkit import a_webkit, awaited

pytestmark = [pytest.mark.slow, pytest.mark.browser,
              # Selenium's own driver for WebKitGTK is built on what Selenium itself gives up.
              pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),
              pytest.mark.skipif(bool(webkit.why_missing()), reason=webkit.why_missing())]
OPEN = """
for (let round = 0; round < 600; round += 1) {
  if (window.plumbline?.field) return true;
  document.querySelector("[data-key^='person ']")?.click();
  await new Promise((done) => setTimeout(done, 50));
}
return document.body.innerText;
"""
READY = "await navigator.serviceWorker.ready; return (await window.plumbline.field.download(given[0])).ok;"
SAVE = "await window.plumbline.field.save(...given); return true;"
VALUE = "return (await window.plumbline.field.open(given[0])).answers[given[1]]?.note?.value;"
DRAIN = """
for (let round = 0; round < 100; round += 1) {
  await window.plumbline.field.syncNow();
  if (!window.plumbline.field.status().answers) return true;
  await new Promise((done) => setTimeout(done, 200));
}
return window.plumbline.field.status();
"""


def test_an_offline_start_keeps_answers_and_sends_them_later(stage_scene: Staging, tmp_path: Path) -> None:
    with stage_scene() as scene, a_webkit(tmp_path) as driver:
        clause = scene.world.clauses[3]
        proxy = Proxy(scene.server.port)
        try:
            driver.get(f"{proxy.url}/healthz")
            driver.add_cookie({"name": "plumbline", "value": scene.world.cookie_of(scene.world.lead), "path": "/"})
            driver.get(f"{proxy.url}/field/")
            assert awaited(driver, OPEN) is True
            assert awaited(driver, READY, scene.reference) is True
            assert awaited(driver, "return Boolean((await navigator.serviceWorker.ready).active)")
            assert awaited(driver, SAVE, scene.reference, clause, "note", "Before the lights went out.")
            scene.server.kill()
            driver.refresh()
            assert awaited(driver, OPEN) is True
            assert awaited(driver, VALUE, scene.reference, clause) == "Before the lights went out."
            assert awaited(driver, SAVE, scene.reference, clause, "note", "In the dark.")
            driver.refresh()
            assert awaited(driver, OPEN) is True
            assert awaited(driver, VALUE, scene.reference, clause) == "In the dark."
            scene.server.start()
            assert awaited(driver, DRAIN) is True
        finally:
            proxy.close()
        assert records.answers(scene.server, scene.reference)[clause, "note"] == "In the dark."
