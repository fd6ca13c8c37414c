"""Awards and certificates: only of a published result, only by its organizer, only one's own to fetch."""

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.awards.services import give_awards
from contest.certificates.numbers import check_letter, is_well_formed
from contest.certificates.services import issue
from tests.attacks.intruder import count, dump
from tests.awards.scenery import AWARDS
from tests.publications.making import RULES, lock_all, make_contest, publish, score_all
from tests.support import build_world, make_person, sign_in


@pytest.fixture
def given(bare):
    """A published contest with one certificate: (made, certificate id, number)."""
    made = make_contest(RULES | {"awards": AWARDS})
    score_all(made)
    lock_all(made)
    publish(made)
    with db.transaction() as session:
        award = give_awards(session, SYSTEM, made.fresh(session))[0]
        certificate = issue(session, SYSTEM, award)
        return made, certificate.id, certificate.number


def test_nothing_is_awarded_before_the_publication(bare):
    made = make_contest(RULES | {"awards": AWARDS})
    score_all(made)
    organizer, _ = make_person(made.world, Role.ORGANIZER, login="boss")
    for step in (None, lock_all):
        if step:
            step(made)
        token = sign_in(bare, organizer).csrf_token
        for path in ("awards", "certificates"):
            fields = {"csrf_token": token, "version": "1"}
            response = bare.post(f"/events/{made.event.id}/{path}", data=fields, follow_redirects=False)
            assert response.status_code == 409, path
        assert bare.get(f"/zh/results/{made.event.id}").status_code == 404
    assert count("award_given") == count("certificate") == 0


def test_nobody_fetches_or_revokes_anothers_certificate(bare, given):
    made, certificate, _ = given
    with db.transaction() as session:
        other = build_world(session)
    people = [make_person(other, Role.ORGANIZER, login="stranger")[0]]
    roles = (Role.MEMBER, Role.UNIT_CONTACT, Role.JUDGE, Role.CHIEF_JUDGE, Role.CLERK, Role.ADMINISTRATOR)
    people += [make_person(made.world, role, login=role.value, at="works")[0] for role in roles]
    before = dump()
    for account in people:
        token = sign_in(bare, account).csrf_token
        assert bare.get(f"/certificates/{certificate}/pdf").status_code in (403, 404), account.login
        response = bare.post(f"/certificates/{certificate}/revoke", data={"csrf_token": token, "reason": "假"})
        assert response.status_code in (403, 404), account.login
    assert dump() == before
    assert "CANARY" not in bare.get("/certificates/mine").text


def test_numbers_cannot_be_walked_through(bare, given):
    """A neighbour of a valid number is mistyped or unknown, and both say nothing of anybody (31^9 numbers)."""
    _, _, number = given
    assert bare.get(f"/zh/verify/{number}").status_code == 200
    body = number.replace("-", "")[:-1]
    for sign in "23456789ABCDEFGH":
        near = body[:-1] + sign
        guess = near + check_letter(near)
        if near == body:
            continue
        assert is_well_formed(guess)
        response = bare.get(f"/zh/verify/{guess}")
        assert response.status_code == 404
        assert "CANARY" not in response.text
    for odd in ("%", "_", "' OR 1=1 --", "2026%", "x" * 5000, "\u202e"):
        assert bare.get(f"/zh/verify/{odd}", follow_redirects=False).status_code in (404, 405, 303), odd
        assert "CANARY" not in bare.get("/zh/verify", params={"number": odd}).text
