"""The script a newcomer starts with: what it makes, when it does nothing, and what it says when it cannot go on."""

import importlib.util
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def script(tmp_path: Path) -> ModuleType:
    """The script as a module of this test alone, working in a folder of its own."""
    loader = SourceFileLoader("run_script", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    module.VENV = tmp_path / ".venv"
    module.PYTHON = module.VENV / "bin" / "python"
    module.CORE_LOCK, module.TEST_LOCK = tmp_path / "requirements.lock", tmp_path / "requirements-test.lock"
    module.CORE_LOCK.write_text("")
    module.TEST_LOCK.write_text("# more\n")
    return module


@pytest.mark.slow
def test_the_environment_is_made_once(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    script.prepare(script.CORE_LOCK)
    assert script.PYTHON.exists()
    assert "Preparing" in capsys.readouterr().err
    script.prepare(script.CORE_LOCK)
    assert capsys.readouterr().err == ""


def test_the_environment_of_the_tests_serves_too(script: ModuleType) -> None:
    script.PYTHON.parent.mkdir(parents=True)
    script.PYTHON.symlink_to(sys.executable)
    script.marker_of(script.TEST_LOCK).write_text(script.digest_of(script.TEST_LOCK))
    script.prepare(script.CORE_LOCK)
    assert not script.is_installed(script.CORE_LOCK)


def test_a_changed_lock_is_installed_again(script: ModuleType) -> None:
    script.PYTHON.parent.mkdir(parents=True)
    script.marker_of(script.CORE_LOCK).write_text(script.digest_of(script.CORE_LOCK))
    script.CORE_LOCK.write_text("# changed\n")
    assert not script.is_installed(script.CORE_LOCK)


def test_a_failed_step_shows_what_it_said(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(script.Failure, match="this step failed"):
        script.step([sys.executable, "-c", "print('no such mirror'); raise SystemExit(3)"])
    assert "no such mirror" in capsys.readouterr().err


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run([ROOT / "run", "--port", str(port), "--data", str(tmp_path / "data")],
                              capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_python_without_environments_says_what_to_do(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(script.Failure, match="apt install python3-venv"):
        script.install(script.CORE_LOCK)


def test_the_tests_see_nothing_of_an_installation(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///real")
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql:///spare")
    settings = script.without_installation()
    assert "DATABASE_URL" not in settings
    assert settings["TEST_DATABASE_URL"] == "postgresql:///spare"


@pytest.mark.parametrize(("arguments", "spread"), [
    ([], True), (["-m", "not slow"], True), (["-q", "--db", "sqlite"], True),
    (["tests/test_run.py"], False), (["-q", "tests/test_run.py::test_x"], False), (["-n0"], False),
])
def test_all_tests_use_every_core_and_named_ones_start_at_once(
        script: ModuleType, arguments: list[str], spread: bool) -> None:
    assert bool(script.spread(arguments)) is spread


@pytest.mark.parametrize(("given", "installed", "found"), [
    ("chosen", ("chromium",), "chosen"),
    ("", ("google-chrome", "chromium-browser"), "google-chrome"),
    ("", (), None),
])
def test_the_browser_is_the_one_named_or_the_first_on_the_path(
        script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, installed: tuple[str, ...],
        found: str | None) -> None:
    for name in installed:
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", given)
    answer = script.find_browser()
    assert (os.path.basename(answer) if answer else None) == found  # noqa: PTH119 - a name or a path


@contextmanager
def served(port: int, data: Path, *options: str) -> Iterator[str]:
    """The product, started as a newcomer would; hands over what the start said, then stops it as Ctrl-C does."""
    # Tests in the background of a shell are deaf to Ctrl-C, and would leave what they start so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    own = subprocess.Popen([ROOT / "run", "--port", str(port), "--data", str(data), *options], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, start_new_session=True)
    signal.signal(signal.SIGINT, before)
    assert own.stdout is not None
    said = ""
    try:
        while "Plumbline is at" not in said and own.poll() is None:
            said += own.stdout.readline()
        yield said
    finally:
        os.killpg(own.pid, signal.SIGINT)
        own.communicate(timeout=30)
    assert own.returncode == 0


@pytest.mark.slow
def test_a_newcomer_starts_signs_in_stops_and_starts_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with served(port, tmp_path / "data", "--empty") as said:
        assert f"Plumbline is at http://127.0.0.1:{port}" in said
        link = re.search(r"http://\S+/enter/\S+", said)
        assert link is not None
        assert link.group().startswith(f"http://127.0.0.1:{port}/")
        with urllib.request.urlopen(link.group()) as page:
            assert "First administrator" in page.read().decode()
    secret = tmp_path / "data" / "secret.key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    with served(port, tmp_path / "data") as said, urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as ready:
        assert "/enter/" not in said
        assert ready.status == 200
