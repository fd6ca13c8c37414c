"""Settings, typed, read once from the environment."""

from __future__ import annotations

import secrets
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting of the product; the README lists them."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore")

    data_dir: Path = Path("var")
    """Where the embedded database, the keys and the files live."""
    database_url: str = ""
    """Empty: SQLite in `data_dir`. Otherwise sqlite:///path or postgresql+psycopg://…"""
    redis_url: str = ""
    """Live messages between processes; empty: in memory."""
    public_url: str = "http://127.0.0.1:8000"
    """Builds every link and QR code."""
    enrolment_url: str = ""
    """Where tablets get the venue's certificate: enrolment codes lead there first. `serve --tls` sets it."""
    trusted_proxies: str = ""
    """Addresses or networks, with commas between, whose X-Forwarded-For is believed: the reverse proxy in front."""
    session_idle_minutes: int = 120
    session_days: int = 7

    argon2_memory_kib: int = 65536
    """Cost of a password hash; the default is the recommendation of RFC 9106 for memory-constrained servers."""

    @property
    def database(self) -> str:
        url = self.database_url or f"sqlite:///{self.data_dir / 'contest.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def is_secure(self) -> bool:
        """Served over HTTPS: cookies get the `__Host-` prefix and `Secure`."""
        return urlsplit(self.public_url).scheme == "https"

    @cached_property
    def secret(self) -> bytes:
        """The installation's secret, made at the first start, readable by its owner alone."""
        path = self.data_dir / "secret"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
        return path.read_bytes()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return Settings()
