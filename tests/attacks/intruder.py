"""What the attacks share: a small blind contest on its own SQLite, its people, and what the database holds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from litestar.testing import TestClient

from contest import db
from contest.accounts.models import Account
from contest.actors import Role
from tests.judging.scenery import Contest
from tests.support import make_person, sign_in

PASSING = frozenset({"sign_in_session", "attempt", "alembic_version"})
"""Tables that change by merely looking or trying."""


@dataclass
class Site:
    """The app with a small contest (blind, open for scoring; entries 王一 李二 张三)."""

    client: TestClient
    contest: Contest
    people: dict[str, Account] = field(default_factory=dict)

    def account(self, who: str) -> Account:
        return self.contest.accounts.get(who) or self.people[who]

    def person(self, name: str, role: Role | None, at: str = "city", competition_id: str | None = None) -> Account:
        self.people[name], _ = make_person(self.contest.world, role, login=name, at=at, competition_id=competition_id)
        return self.people[name]

    def get(self, who: str | None, path: str, **options: Any) -> Any:
        self.client.cookies.clear()
        if who is not None:
            sign_in(self.client, self.account(who))
        return self.client.get(path, follow_redirects=False, **options)

    def post(self, who: str | None, path: str, **fields: Any) -> Any:
        self.client.cookies.clear()
        token = sign_in(self.client, self.account(who)).csrf_token if who is not None else ""
        return self.client.post(path, data={"csrf_token": token} | fields, follow_redirects=False)

    def upload(self, who: str, path: str, name: str, content: bytes, **fields: Any) -> Any:
        self.client.cookies.clear()
        token = sign_in(self.client, self.account(who)).csrf_token
        files = {"file": (name, content, "application/octet-stream")}
        return self.client.post(path, data={"csrf_token": token} | fields, files=files, follow_redirects=False)

    def send(self, who: str, payload: object, **headers: str) -> Any:
        """Marks as a tablet sends them; `payload` bytes go as they are."""
        self.client.cookies.clear()
        token = sign_in(self.client, self.account(who)).csrf_token
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent = {"x-csrf-token": token, "content-type": "application/json"} | headers
        return self.client.post("/api/operations", content=body, headers=sent)

    def answer(self, who: str, **changes: Any) -> dict[str, Any]:
        """The answer to one operation for P2 of the first entry."""
        op = self.contest.op(changes.pop("value", 30), **changes)
        return self.send(who, {"operations": [op]}).json()["answers"][0]


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that an intruder could have changed."""
    with db.engine().connect() as connection:
        tables = [t for t in sa.inspect(connection).get_table_names() if t not in PASSING]
        return {t: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {t}")), key=repr) for t in tables}


def count(table: str, where: str = "1=1") -> int:
    with db.engine().connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {where}").scalar_one())


_LINK = re.compile(r'(?:href|action|src|hx-get|hx-post)="([^"]+)"')


def links(html: str) -> set[str]:
    """Every own address a page leads to."""
    return {found.replace("&amp;", "&") for found in _LINK.findall(html) if found.startswith(("/", "?"))}
