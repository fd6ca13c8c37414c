from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from litestar.testing import TestClient

from contest import db
from contest.accounts.models import Account
from contest.accounts.passwords import hash_secret
from contest.actors import Role
from tests.databases import use_sqlite
from tests.publications.making import Made, lock_all, make_contest, score_all
from tests.support import make_person, sign_in

PASSWORD = "correct-horse-battery"


@dataclass
class Site:
    """A locked contest with its people; `client` is on its own SQLite."""

    client: TestClient
    made: Made
    people: dict[str, Account] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/competitions/{self.made.competition.id}/checkpoints"

    def person(self, name: str, role: Role, *, password: bool = True) -> Account:
        account, _ = make_person(self.made.world, role, login=name)
        if password:
            with db.transaction() as session:
                session.get_one(Account, account.id).password_hash = hash_secret(PASSWORD)
        self.people[name] = account
        return account

    def get(self, who: str, path: str) -> Any:
        self.client.cookies.clear()
        sign_in(self.client, self.people[who])
        return self.client.get(path, follow_redirects=False)

    def post(self, who: str, path: str, files: Any = None, **fields: str) -> Any:
        self.client.cookies.clear()
        token = sign_in(self.client, self.people[who]).csrf_token
        return self.client.post(path, data={"csrf_token": token} | fields, files=files, follow_redirects=False)


@pytest.fixture(scope="session")
def locked(tmp_path_factory, sqlite_template) -> tuple[Made, bytes]:
    """A locked contest and the bytes of its database, made once."""
    path = tmp_path_factory.mktemp("locked") / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = db.configure(f"sqlite:///{path}")
    made = make_contest()
    score_all(made)
    lock_all(made)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return made, path.read_bytes()


@pytest.fixture
def site(app, sqlite_path, locked) -> Iterator[Site]:
    use_sqlite(sqlite_path, locked[1])
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        client.headers["accept-language"] = "zh-CN"
        found = Site(client, locked[0])
        found.person("supervisor", Role.SUPERVISOR)
        found.person("organizer", Role.ORGANIZER)
        yield found
    db.engine().dispose()
