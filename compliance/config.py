"""Settings from the environment, and the secrets a first run makes."""

import fcntl
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MIN_SECRET = 32
KNOWN_SECRETS = frozenset({"changeme", "secret", "dev", "development", "please-change-me"})


@dataclass(frozen=True, slots=True)
class Config:
    """What one running installation needs to know."""

    data: Path
    database_url: str
    secret_key: str
    base_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    secure_cookies: bool = False
    testing: bool = False


def load(given: Mapping[str, object] | None = None) -> Config:
    """The configuration from `given` (tests) over the environment."""
    values: dict[str, str] = {**os.environ, **{k: str(v) for k, v in (given or {}).items()}}
    data = Path(values.get("DATA") or values.get("PLUMBLINE_DATA") or "data").resolve()
    data.mkdir(parents=True, exist_ok=True)
    base_url = values.get("BASE_URL", "")
    return Config(
        data=data,
        database_url=values.get("DATABASE_URL") or f"sqlite:///{data / 'plumbline.sqlite3'}",
        secret_key=checked_secret(values.get("SECRET_KEY") or secret_from(data / "secret.key")),
        base_url=base_url,
        trusted_hosts=tuple(filter(None, values.get("TRUSTED_HOSTS", "").split(","))),
        proxies=int(values.get("PROXIES", "0")),
        secure_cookies=base_url.startswith("https://"),
        testing=values.get("TESTING", "").lower() in {"1", "true"},
    )


def secret_from(path: Path) -> str:
    """The installation's secret, made on the first run; locked, so that two starts at once agree on one."""
    with suppress(FileNotFoundError):
        if known := path.read_text().strip():
            return known
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        secret = file.read().strip() or secrets.token_urlsafe(48)
        file.seek(0)
        file.write(secret)
    return secret


def checked_secret(secret: str) -> str:
    if len(secret) < MIN_SECRET or secret.lower() in KNOWN_SECRETS:
        raise RuntimeError(f"SECRET_KEY must be at least {MIN_SECRET} characters that nobody else knows.")
    return secret
