"""What anybody may see: no cookie, nothing inline, no name before it is unsealed, the language in the path."""

from __future__ import annotations

import json
import re

import pytest
from litestar.testing import TestClient

from contest import db
from contest.actors import Role
from contest.publications import services
from tests.publications.making import NAMES, RULES, correct, lock_all, make_contest, publish, score_all
from tests.support import make_person, sign_in

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def refresh(made) -> int:
    with db.transaction() as session:
        snapshot = services.refresh_board(session, made.fresh(session))
        return snapshot.version if snapshot else 0


def paths(made) -> list[str]:
    event = made.event.id
    found = [
        "",
        f"board/{event}",
        f"board/{event}/rows",
        f"board/{event}/rows/1",
        f"hall/{event}",
        f"hall/{event}/rows",
    ]
    return [f"/{language}/{path}" for language in ("zh", "en") for path in found]


def test_names_never_show_on_the_board_of_a_blind_event(client: TestClient) -> None:
    made = make_contest()
    for step in (lambda: None, lambda: score_all(made), lambda: lock_all(made)):
        step()
        refresh(made)
        for path in paths(made):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "CANARY" not in answer.text, path
    text = client.get(f"/zh/board/{made.event.id}").text
    assert all(code in text for code in made.codes)
    assert client.get(f"/zh/results/{made.event.id}").status_code == 404


def test_public_pages_are_the_same_for_everybody(client: TestClient) -> None:
    made = make_contest()
    score_all(made)
    lock_all(made)
    publish(made)
    pages = [*paths(made), *(f"/{x}/results/{made.event.id}{y}" for x in ("zh", "en") for y in ("", "/v1"))]
    strangers = {path: client.get(path) for path in pages}
    account, _ = make_person(made.world, Role.ORGANIZER)
    sign_in(client, account)
    for path, answer in strangers.items():
        assert answer.status_code == 200, path
        assert "set-cookie" not in answer.headers, path
        assert not INLINE.search(answer.text), path
        assert "nonce" not in answer.text + answer.headers["content-security-policy"], path
        assert "unsafe" not in answer.headers["content-security-policy"], path
        assert answer.headers["cache-control"].startswith("public"), path
        # a person's own session, language and role change nothing (the clock of an unkept board may)
        assert client.get(path, headers={"accept-language": "en"}).text == answer.text, path


def test_results_say_names_ranks_and_proof(client: TestClient) -> None:
    made = make_contest()
    score_all(made)
    lock_all(made)
    publication = publish(made, "决赛<成绩>")
    text = client.get(f"/zh/results/{made.event.id}").text
    for wanted in (*NAMES, *made.codes, "82.10", "72.55", "并列", "决赛&lt;成绩&gt;", publication.digest):
        assert wanted in text
    assert "Rank" in client.get(f"/en/results/{made.event.id}").text
    board = client.get(f"/zh/board/{made.event.id}").text
    assert f"/zh/results/{made.event.id}" in board
    assert "CANARY" not in board


def test_without_a_live_board_in_the_rules_there_is_none(client: TestClient) -> None:
    made = make_contest(RULES | {"board": {"live": False}})
    score_all(made)
    assert refresh(made) == 0
    for path in (f"/zh/board/{made.event.id}", f"/zh/hall/{made.event.id}", "/zh/board/0000000000000000"):
        assert client.get(path).status_code == 404
    assert made.event.id not in client.get("/zh/").text
    lock_all(made)
    publish(made)
    for path, results in (("zh/board", "zh"), ("en/hall", "en")):  # whoever kept the address finds the results
        answer = client.get(f"/{path}/{made.event.id}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{results}/results/{made.event.id}")
    assert client.get(f"/zh/board/{made.event.id}/rows").status_code == 404


def test_hidden_marks_leave_stage_totals_out(client: TestClient) -> None:
    made = make_contest(RULES | {"board": {"live": True, "hide_marks": True}})
    score_all(made)
    with db.transaction() as session:
        board = services.refresh_board(session, made.fresh(session))
        assert board is not None
        document = json.loads(board.snapshot)
    assert document["stages"] == []
    assert all(row["stages"] == {} for row in document["rows"])


def test_the_board_moves_and_says_how_far_the_judges_are(client: TestClient) -> None:
    made = make_contest()
    score_all(made)
    assert refresh(made) == 1
    assert refresh(made) == 1, "nothing new, no new version"
    with db.reading() as session:
        first = services_document(session, made)
    # 张 gets 60 + 40 by every judge: practice 100, total 29.85 + 70 = 99.85, from third to first
    third = made.codes[2]
    for aspect, units in (("P1", 600), ("P2", 400)):
        for judge in (1, 2, 3):
            correct(made.event.id, ("practice", "1", aspect), third, f"J{judge}", units)
    assert refresh(made) == 2
    with db.reading() as session:
        second = services_document(session, made)
    assert [row["key"] for row in first["rows"]] == [*sorted(made.codes[:2]), third], "tied ones by code"
    assert second["rows"][0] | {"stages": None} == {
        "key": third, "name": third, "unit": "", "rank": "1", "tied": False, "total": "99.85", "stages": None,
        "status": "ranked", "sheets": [3, 3], "move": 2,
    }  # fmt: skip
    assert [row["move"] for row in second["rows"]] == [2, -1, -1]
    assert second["sheets"] == [9, 9]


def services_document(session, made) -> dict:
    from contest.publications.queries import public_board

    return public_board(session, made.event.id).document


@pytest.mark.parametrize("path", ["/zh/results/x", "/en/results/x/v1", "/zh/results/x/v٣", "/zh/results/x/nonsense"])
def test_unknown_addresses_are_plain_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
