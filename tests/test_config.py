"""Settings: what a first run makes, what is refused, and where the environment is heard."""

import stat
import threading
from pathlib import Path

import pytest

from compliance import config


def test_the_secret_of_a_first_run_is_the_owners_alone(tmp_path: Path) -> None:
    first = config.load({"DATA": tmp_path})
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert len(first.secret_key) >= 48
    assert config.load({"DATA": tmp_path}).secret_key == first.secret_key


def test_two_first_runs_at_once_agree_on_one(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(config.secret_from(tmp_path / "secret.key")))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found[0]) >= 48


@pytest.mark.parametrize("secret", ["changeme", "dev", "x" * 31, "please-change-me"])
def test_a_secret_others_could_know_is_refused(tmp_path: Path, secret: str) -> None:
    with pytest.raises(RuntimeError, match="nobody else knows"):
        config.load({"DATA": tmp_path, "SECRET_KEY": secret})


@pytest.mark.parametrize(("base", "secure"), [
    ("https://plumbline.example", True), ("http://localhost", False), ("", False)])
def test_cookies_are_secure_where_the_address_is(tmp_path: Path, base: str, secure: bool) -> None:
    assert config.load({"DATA": tmp_path, "BASE_URL": base, "SECRET_KEY": "k" * 40}).secure_cookies is secure


def test_without_a_database_it_is_a_file_beside_the_rest(tmp_path: Path) -> None:
    loaded = config.load({"DATA": tmp_path, "SECRET_KEY": "k" * 40, "DATABASE_URL": ""})
    assert loaded.database_url == f"sqlite:///{tmp_path / 'plumbline.sqlite3'}"
