"""Standings and slips: numbers, who may see them and when, the PDF."""

from __future__ import annotations

import io

import pytest
from litestar.testing import TestClient
from pypdf import PdfReader

from contest import db
from contest.actors import Role
from tests.publications.making import NAMES, RULES, Made, lock_all, make_contest, publish, score_all
from tests.support import make_person, sign_in


def enter(client: TestClient, made: Made, role: Role) -> None:
    account, _ = make_person(made.world, role)
    sign_in(client, account)


def slip_path(made: Made) -> str:
    """By the code, which finds the slip before and after unsealing."""
    return f"/events/{made.event.id}/standings/{made.codes[0]}"


@pytest.mark.parametrize("role", [Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.ARBITRATOR, Role.ADMINISTRATOR])
def test_after_the_lock_and_not_before(client: TestClient, role: Role) -> None:
    made = make_contest()
    score_all(made)
    enter(client, made, role)
    path = f"/events/{made.event.id}/standings"
    assert client.get(path).status_code == 403
    assert client.get(slip_path(made)).status_code == 403
    lock_all(made)
    page = client.get(path)
    assert page.status_code == 200
    assert "82.10" in page.text
    assert not any(name in page.text for name in NAMES)
    assert client.get(slip_path(made)).status_code == 200


def test_an_organizer_sees_them_early_only_with_a_live_board(client: TestClient) -> None:
    made = make_contest()
    score_all(made)
    enter(client, made, Role.ORGANIZER)
    early = client.get(f"/events/{made.event.id}/standings")
    assert early.status_code == 200
    assert "名次随时会变" in early.text
    assert client.get(slip_path(made)).status_code == 403, "single marks wait for the lock"
    dark = make_contest(RULES | {"board": {"live": False}}, world=made.world)
    score_all(dark)
    assert client.get(f"/events/{dark.event.id}/standings").status_code == 403


@pytest.mark.parametrize("role", [Role.JUDGE, Role.CLERK, Role.UNIT_CONTACT, Role.MEMBER])
def test_never_for_others(client: TestClient, role: Role) -> None:
    made = make_contest()
    score_all(made)
    lock_all(made)
    enter(client, made, role)
    for path in (f"/events/{made.event.id}/standings", slip_path(made), f"{slip_path(made)}/slip.pdf"):
        assert client.get(path).status_code in (403, 404)


def test_names_join_with_the_publication(client: TestClient) -> None:
    made = make_contest()
    score_all(made)
    lock_all(made)
    enter(client, made, Role.ORGANIZER)
    assert "CANARY" not in client.get(slip_path(made)).text
    publish(made)
    assert all(name in client.get(f"/events/{made.event.id}/standings").text for name in NAMES)
    assert NAMES[0] in client.get(slip_path(made)).text


def test_the_pdf_says_what_the_page_says(client: TestClient) -> None:
    made = make_contest()
    score_all(made)
    lock_all(made)
    enter(client, made, Role.CHIEF_JUDGE)
    answer = client.get(f"{slip_path(made)}/slip.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")
    for wanted in ("算分单", made.codes[0], "82.10", "理论考试 80 × 0.3 + 实际操作 83 × 0.7 = 82.1", "监督"):
        assert wanted in text, wanted


def test_queries_do_not_grow_with_the_entries(client: TestClient) -> None:
    counts = []
    world = None
    for names in (("甲",), ("甲", "乙", "丙")):
        made = make_contest(names=names, world=world)
        world = made.world
        lock_all(made)
        enter(client, made, Role.ORGANIZER)
        with db.counting_queries() as statements:
            assert client.get(f"/events/{made.event.id}/standings").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20
