"""Default deny, generated from the route table: every route has a row, and the row is what happens."""

from collections.abc import Iterator

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient

from contest import app as application
from contest import db
from contest.actors import PUBLIC, Role
from contest.web.security import access
from tests.support import build_world, make_person, sign_in

FOREIGN_ID = "0000000000000000"


def routes() -> list[tuple[str, str, str]]:
    """(name, method, path with foreign ids) of every handler of every feature."""
    found = []
    for router in application.feature_routers():
        for route in router.routes:
            for handler in route.route_handlers:
                if isinstance(handler, HTTPRouteHandler):
                    path = "/".join(_segment(part) for part in route.path.split("/"))
                    found += [(handler.name or "", m, path) for m in handler.http_methods if m in ("GET", "POST")]
    return sorted(set(found))


def _segment(part: str) -> str:
    if not part.startswith("{"):
        return part
    name, kind = part.strip("{}").split(":")
    if name == "lang":
        return "zh"
    return "1" if kind == "int" else FOREIGN_ID


@pytest.fixture
def sqlite_client(app, sqlite) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


def test_every_route_has_a_name_of_its_own_feature_and_a_row_in_the_matrix():
    rows = application.access_rows()
    names = {name for name, _, _ in routes()}
    assert names - set(rows) == set(), "routes that nobody may call"
    assert set(rows) - names - {"static"} == set(), "rows without a route"
    assert all(name.split(".")[0] in application.FEATURES for name in names)


def test_a_route_without_a_row_is_refused(sqlite_client, monkeypatch):
    with db.transaction() as session:
        world = build_world(session)
    account, _ = make_person(world, Role.ADMINISTRATOR)
    sign_in(sqlite_client, account)
    assert sqlite_client.get("/me").status_code == 200
    monkeypatch.delitem(access, "accounts.me")
    assert sqlite_client.get("/me").status_code == 403


def call(client: TestClient, method: str, path: str, token: str = "") -> int:
    if method == "GET":
        return client.get(path, follow_redirects=False).status_code
    return client.post(path, data={"csrf_token": token}, follow_redirects=False).status_code


def test_nobody_enters_without_signing_in(sqlite_client):
    for name, method, path in routes():
        status = call(sqlite_client, method, path)
        if PUBLIC in access[name]:
            assert status < 500, (name, status)
        else:
            assert status == (303 if method == "GET" else 401), (name, status)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_enters_only_what_its_row_says_and_a_foreign_id_is_never_served(sqlite_client, role):
    with db.transaction() as session:
        world = build_world(session)
    account, _ = make_person(world, role)
    token = ""
    for name, method, path in routes():
        if name == "accounts.sign_out":
            continue
        token = token or sign_in(sqlite_client, account).csrf_token
        status = call(sqlite_client, method, path, token)
        token = token if method == "GET" else ""  # what was sent may have ended the session
        allowed = access[name]
        assert status < 500, (name, method, path, status)
        if not allowed & {PUBLIC, "signed_in", role.value}:
            assert status == 403, (name, method, path, status)
        elif FOREIGN_ID in path:
            assert status in (400, 403, 404, 409, 410, 422), (name, method, path, status)
