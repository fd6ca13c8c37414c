"""The organizer's pages: preview, publish, versions, downloads; who is kept out."""

from __future__ import annotations

import pytest
from litestar.testing import TestClient

from contest.actors import Role
from tests.publications.making import NAMES, Made, lock_all, make_contest, publish, published, score_all
from tests.support import make_person, sign_in, unseal


def enter(client: TestClient, made: Made, role: Role) -> str:
    account, _ = make_person(made.world, role)
    return sign_in(client, account).csrf_token


def test_an_organizer_previews_by_codes_and_publishes(client: TestClient) -> None:
    made = make_contest()
    score_all(made)
    token = enter(client, made, Role.ORGANIZER)
    path = f"/events/{made.event.id}/publications"
    assert "还不能发布" in client.get(path).text
    lock_all(made)
    preview = client.get(path).text
    assert all(code in preview for code in made.codes)
    assert not any(name in preview for name in NAMES), "sealed until two persons open the codes"
    assert f"/events/{made.event.id}/unseal" in preview
    assert client.post(path, data={"csrf_token": token, "title": "决赛成绩"}).status_code == 409, "still sealed"
    unseal(made.event)
    preview = client.get(path).text
    assert all(text in preview for text in (*made.codes, *NAMES)), "what becomes public is seen before it does"
    bad = client.post(path, data={"csrf_token": token, "title": "题" * 201})
    assert bad.status_code == 422
    assert "题" * 201 in bad.text, "what was typed stays"
    done = client.post(path, data={"csrf_token": token, "title": "决赛成绩"}, follow_redirects=True)
    assert done.status_code == 200
    assert "第 1 版成绩已发布" in done.text
    again = client.post(path, data={"csrf_token": token, "title": "决赛成绩"})
    assert again.status_code == 409


def test_bundle_and_workbook_are_downloads(client: TestClient) -> None:
    made, publication = published()
    enter(client, made, Role.SUPERVISOR)
    path = f"/events/{made.event.id}/publications/1"
    bundle = client.get(f"{path}/bundle.zip")
    assert bundle.content == publication.bundle
    assert bundle.headers["content-disposition"].startswith("attachment")
    assert client.get(f"{path}/results.xlsx").content.startswith(b"PK")
    assert client.get(f"/events/{made.event.id}/publications/2/bundle.zip").status_code == 404


@pytest.mark.parametrize("role", [Role.JUDGE, Role.CLERK, Role.UNIT_CONTACT, Role.MEMBER])
def test_others_are_kept_out(client: TestClient, role: Role) -> None:
    made = make_contest()
    score_all(made)
    lock_all(made)
    publish(made)
    enter(client, made, role)
    for path in ("publications", "publications/1/bundle.zip", "publications/1/results.xlsx", "standings"):
        assert client.get(f"/events/{made.event.id}/{path}").status_code in (403, 404), path


def test_a_stranger_finds_nothing_under_a_foreign_id(client: TestClient) -> None:
    made = make_contest()
    enter(client, made, Role.ORGANIZER)
    for path in ("publications", "standings", "standings/x", "publications/1/bundle.zip"):
        assert client.get(f"/events/0000000000000000/{path}").status_code == 404, path
