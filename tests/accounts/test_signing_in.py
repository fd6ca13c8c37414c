"""Signing in: throttled, one-time, device-bound, never fixed, never resurrected (trust.md, stack findings)."""

from datetime import timedelta

import pytest
from sqlmodel import select

from contest import db
from contest.accounts import services, signing_in, visits
from contest.accounts.models import LinkPurpose, OneTimeLink, SignInSession
from contest.accounts.passwords import digest
from contest.actors import SYSTEM, Role
from contest.errors import ExpiredError, InvalidError, TooManyError
from contest.web.security import session_cookie_name
from tests.support import make_person, sign_in

PASSWORD = "correct horse battery"


@pytest.fixture
def organizer(world):
    account, _ = make_person(world, Role.ORGANIZER)
    with db.transaction() as session:
        services.set_password(session, account, PASSWORD)
    return account


def post_sign_in(client, login, password, **more):
    return client.post(
        "/sign-in", data={"login": login, "password": password} | more, follow_redirects=False,
        headers={"sec-fetch-site": "same-origin"},
    )  # fmt: skip


def test_a_right_password_starts_a_new_session_and_a_client_chosen_id_is_never_kept(client, organizer):
    client.cookies.set(session_cookie_name(), "chosen-by-the-attacker")
    answer = post_sign_in(client, " ＯRGANIZER ", PASSWORD)
    assert answer.status_code == 303
    assert session_cookie_name() in answer.headers["set-cookie"]
    assert "chosen-by-the-attacker" not in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_a_wrong_password_says_the_same_as_an_unknown_login_and_keeps_what_was_typed(client, organizer):
    wrong = post_sign_in(client, "organizer", "wrong")
    unknown = post_sign_in(client, "nobody-here", "wrong")
    assert wrong.status_code == unknown.status_code == 422
    assert "登录名或密码不对" in wrong.text
    assert 'value="organizer"' in wrong.text
    assert "登录名或密码不对" in unknown.text


def test_six_failures_block_the_account_for_a_while_even_for_the_right_password(organizer):
    for _ in range(6):
        with pytest.raises(InvalidError):
            signing_in.sign_in("organizer", "wrong", client="address:192.0.2.4")
    with pytest.raises(TooManyError):
        signing_in.sign_in("organizer", PASSWORD, client="address:192.0.2.8")


def test_a_factory_behind_one_address_is_not_blocked_by_a_few_but_a_guessing_machine_is(organizer):
    for number in range(51):
        with pytest.raises(InvalidError):
            signing_in.sign_in(f"nobody{number}", "wrong", client="address:192.0.2.4")
        if number == 20:
            assert signing_in.sign_in("organizer", PASSWORD, client="address:192.0.2.4")
    with pytest.raises(TooManyError):
        signing_in.sign_in("organizer", PASSWORD, client="address:192.0.2.4")


def test_signing_out_is_effective_at_once_and_a_late_visit_does_not_resurrect_the_session(
    client, organizer, monkeypatch
):
    monkeypatch.setattr(visits, "_touched_at", 0.0)
    actor = sign_in(client, organizer)
    assert client.get("/me").status_code == 200
    client.post("/sign-out", data={"csrf_token": actor.csrf_token}, follow_redirects=False)
    client.cookies.set(session_cookie_name(), "x")
    visits._touch(actor.session_id)
    with db.reading() as session:
        assert session.get(SignInSession, actor.session_id).revoked_at is not None


def test_visits_of_one_moment_are_written_together(client, organizer, monkeypatch):
    """A thousand tablets that come back are not a thousand writes: the first is noted at once, the rest later."""
    monkeypatch.setattr(visits, "_touched_at", 0.0)
    actor = sign_in(client, organizer)
    with db.transaction() as session:
        session.get_one(SignInSession, actor.session_id).seen_at = db.now() - timedelta(hours=1)
    with db.counting_queries() as statements:
        for name in (actor.session_id, "other-1", "other-2"):
            visits._touch(name)
    assert len(statements) == 1
    with db.reading() as session:
        assert db.now() - session.get_one(SignInSession, actor.session_id).seen_at < timedelta(minutes=1)


def test_a_write_without_the_sessions_own_token_is_refused(client, organizer):
    sign_in(client, organizer)
    answer = client.post("/me/password", data={"password": "another long one"})
    assert answer.status_code == 403
    assert "已经过期" in answer.text


def test_a_write_from_a_foreign_site_is_refused_even_before_sign_in(client, organizer):
    answer = client.post(
        "/sign-in", data={"login": "organizer", "password": PASSWORD}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


def test_an_open_redirect_is_not_followed(client, organizer):
    answer = post_sign_in(client, "organizer", PASSWORD, next="//evil.example")
    assert answer.headers["location"] == "/"


def test_a_one_time_link_works_once(client, organizer):
    with db.transaction() as session:
        token = signing_in.make_link(session, organizer, LinkPurpose.SIGN_IN)
    assert client.get(f"/link/{token}").status_code == 200
    assert client.post(f"/link/{token}", follow_redirects=False).status_code == 303
    client.cookies.clear()
    again = client.get(f"/link/{token}")
    assert again.status_code == 410
    assert "已经用过" in again.text


def test_an_old_link_is_refused(organizer):
    with db.transaction() as session:
        token = signing_in.make_link(session, organizer, LinkPurpose.SIGN_IN)
        link = session.exec(select(OneTimeLink).where(OneTimeLink.token_hash == digest(token))).one()
        link.expires_at = db.now() - timedelta(seconds=1)
        session.add(link)
    with db.transaction() as session, pytest.raises(ExpiredError):
        signing_in.use_link(session, token)


def test_a_pin_works_only_on_its_own_tablet(client, world):
    judge, _ = make_person(world, Role.JUDGE)
    with db.transaction() as session:
        token = signing_in.make_link(session, judge, LinkPurpose.ENROL_DEVICE)
        secret, _cookie = signing_in.enrol_device(session, token, pin="482915", label="3 号")
    assert visits.load_actor(signing_in.sign_in_with_pin(secret, "482915")).account_id == judge.id
    with pytest.raises(ExpiredError):
        signing_in.sign_in_with_pin("another tablet", "482915")
    with db.transaction() as session, pytest.raises(ExpiredError):
        signing_in.enrol_device(session, token, pin="482915", label="again")


@pytest.mark.parametrize("pin", ["123456", "111111", "12345", "abcdef", "１２３９４５"])
def test_a_simple_pin_is_refused_with_the_reason(world, pin):
    judge, _ = make_person(world, Role.JUDGE)
    with db.transaction() as session:
        token = signing_in.make_link(session, judge, LinkPurpose.ENROL_DEVICE)
        with pytest.raises(InvalidError) as refused:
            signing_in.enrol_device(session, token, pin=pin, label="")
    assert "pin" in refused.value.fields


def test_a_disabled_account_is_out_at_once(client, organizer, world):
    sign_in(client, organizer)
    with db.transaction() as session:
        services.disable_account(session, SYSTEM, organizer, world.city)
    assert client.get("/me", follow_redirects=False).status_code == 303


def test_the_first_run_needs_the_consoles_token_and_works_once(client):
    from contest.accounts.first_run import first_run_token

    with db.transaction() as session:
        token = first_run_token(session)
    boxes = {"token": "guess", "organization": "海宁市总工会", "name": "王组织", "login": "wang", "password": PASSWORD}
    refused = client.post("/first-run", data=boxes)
    assert refused.status_code == 422
    assert "初始化口令不对" in refused.text
    assert client.post("/first-run", data=boxes | {"token": token}, follow_redirects=False).status_code == 303
    assert client.get("/first-run").status_code == 409


def test_the_page_of_a_person_says_how_they_sign_in(client, organizer, world):
    sign_in(client, organizer)
    with db.transaction() as session:
        bare = services.create_account(session, SYSTEM, login="wu", name="吴监督", organization=world.city)
        kept = services.create_account(
            session, SYSTEM, login="feng", name="冯监督", organization=world.city, password=PASSWORD
        )
    text = client.get(f"/people/{bare.id}").text
    assert "登录名：wu" in text
    assert "没有密码，只能用登记过的平板或手机登录" in text
    assert "没有密码" not in client.get(f"/people/{kept.id}").text


def test_whoever_adds_people_is_told_before_that_they_can_not_confirm(client, organizer):
    sign_in(client, organizer)
    assert "您增加的人不能作为第二个人确认您提出的事" in client.get("/people/new").text
