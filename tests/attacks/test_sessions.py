"""Sessions, links, tablets, tokens, redirects (design, Safety; trust.md 3: our own session table and why)."""

from litestar.testing import TestClient
from sqlmodel import select

from contest import db
from contest.accounts.models import Account, LinkPurpose
from contest.accounts.passwords import hash_secret
from contest.accounts.signing_in import enrol_device, make_link
from contest.accounts.visits import load_actor
from contest.web.security import session_cookie_name
from tests.attacks.intruder import count
from tests.support import sign_in

COOKIE = session_cookie_name()
PASSWORD = "correct-horse-battery"


def with_password(site, who="organizer"):
    with db.transaction() as session:
        account = session.get_one(Account, site.account(who).id)
        account.password_hash = hash_secret(PASSWORD)
        session.add(account)
    site.client.cookies.clear()
    return account


def log_in(client: TestClient, login: str, password: str, **headers: str):
    return client.post("/sign-in", data={"login": login, "password": password}, headers=headers, follow_redirects=False)


def test_a_session_is_never_the_one_a_client_brought(site):
    account = with_password(site)
    site.client.cookies.set(COOKIE, "chosen-by-the-attacker")
    response = log_in(site.client, account.login, PASSWORD)
    assert response.status_code == 303
    assert response.cookies[COOKIE] != "chosen-by-the-attacker"
    assert "HttpOnly" in response.headers["set-cookie"]
    site.client.cookies.clear()
    site.client.cookies.set(COOKIE, "chosen-by-the-attacker")
    assert site.client.get("/me", follow_redirects=False).status_code == 303


def test_a_stolen_cookie_is_dead_after_signing_out_a_new_password_or_a_closed_account(site):
    def stolen() -> str:
        return sign_in(site.client, site.account("organizer")) and site.client.cookies[COOKIE]

    def works(cookie: str) -> bool:
        site.client.cookies.clear()
        site.client.cookies.set(COOKIE, cookie)
        return site.client.get("/me", follow_redirects=False).status_code == 200

    cookie = stolen()
    token = sign_in(site.client, site.account("organizer")).csrf_token
    own = site.client.cookies[COOKIE]
    assert works(cookie)
    site.client.cookies.clear()
    site.client.cookies.set(COOKIE, own)
    assert site.client.post("/sign-out", data={"csrf_token": token}, follow_redirects=False).status_code == 303
    assert not works(own), "resurrection"
    assert site.post("organizer", "/me/password", password="another-long-secret").status_code == 303
    assert not works(cookie)
    cookie = sign_in(site.client, site.account("anna")) and site.client.cookies[COOKIE]
    anna = site.account("anna").id
    assert site.post("organizer", f"/people/{anna}/disable").status_code == 303
    assert not works(cookie)


def test_a_write_without_the_sessions_token_or_from_elsewhere_is_refused(site):
    path, fields = "/people", {"login": "x1", "name": "x", "organization_id": site.contest.world.city.id}
    token = sign_in(site.client, site.account("organizer")).csrf_token
    other = sign_in(site.client, site.account("supervisor")).csrf_token
    sign_in(site.client, site.account("organizer"))
    for sent in ({}, {"csrf_token": ""}, {"csrf_token": other}, {"csrf_token": "é"}, {"csrf_token": token}):
        assert site.client.post(path, data=fields | sent, follow_redirects=False).status_code == 403, sent
    token = sign_in(site.client, site.account("organizer")).csrf_token
    for headers in (
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:8000.elsewhere.example"},
    ):
        response = site.client.post(path, data=fields | {"csrf_token": token}, headers=headers, follow_redirects=False)
        assert response.status_code == 403, headers
    response = site.client.post(
        "/sign-in", data={"login": "a", "password": "b"}, headers={"origin": "https://x.example"}
    )
    assert response.status_code == 403, "signing somebody in from elsewhere"
    assert count("account", "login = 'x1'") == 0


def test_a_next_address_never_leads_away(site):
    account = with_password(site)
    for target in (
        "//elsewhere.example",
        "https://elsewhere.example",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "\\\\elsewhere.example",
        "/\r\nLocation: https://elsewhere.example",
        "javascript:alert(1)",
        " //elsewhere.example",
        "/\n/elsewhere.example",
        "/中文?q=á",
    ):
        answers = [
            site.client.post("/language", data={"lang": "zh-CN", "next": target}, follow_redirects=False),
            site.client.post("/theme", data={"theme": "dark", "next": target}, follow_redirects=False),
            site.client.post(
                "/sign-in", data={"login": account.login, "password": PASSWORD, "next": target}, follow_redirects=False
            ),
        ]
        site.client.cookies.clear()
        for answer in answers:
            assert answer.status_code == 303, (target, answer.status_code)
            where = answer.headers["location"]
            assert where.startswith("/"), target
            assert not where.startswith(("//", "/\\", "/\t", "/\n")), target
            assert where.isascii()
            assert where.isprintable()


def test_a_link_works_once_and_only_for_what_it_is(site):
    with db.transaction() as session:
        account = session.exec(select(Account).where(Account.login == "anna")).one()
        link = make_link(session, account, LinkPurpose.SIGN_IN)
        enrolment = make_link(session, account, LinkPurpose.ENROL_DEVICE)
    site.client.cookies.clear()
    post = site.client.post
    assert site.client.get(f"/link/{link}").status_code == 200, "looking (a preview) does not use it up"
    assert post(f"/link/{enrolment}", follow_redirects=False).status_code == 410
    assert post(f"/enrol/{link}", data={"pin": "482913"}, follow_redirects=False).status_code == 410
    assert post(f"/link/{link}", follow_redirects=False).status_code == 303
    site.client.cookies.clear()
    assert post(f"/enrol/{enrolment}", data={"pin": "111111"}, follow_redirects=False).status_code == 422
    site.client.cookies.clear()
    assert post(f"/link/{link}", follow_redirects=False).status_code == 410
    assert post(f"/enrol/{enrolment}", data={"pin": "482913"}, follow_redirects=False).status_code == 303
    site.client.cookies.clear()
    assert post(f"/enrol/{enrolment}", data={"pin": "482913"}, follow_redirects=False).status_code == 410
    assert (
        post(
            "/first-run",
            data={"token": link, "organization": "假", "name": "假", "login": "a", "password": "x" * 12},
            follow_redirects=False,
        ).status_code
        == 409
    )


def test_a_pin_is_worth_nothing_off_its_tablet_and_cannot_be_guessed_on_it(site):
    with db.transaction() as session:
        account = session.exec(select(Account).where(Account.login == "anna")).one()
        enrolment = make_link(session, account, LinkPurpose.ENROL_DEVICE)
    site.client.cookies.clear()
    site.client.post(f"/enrol/{enrolment}", data={"pin": "482913"}, follow_redirects=False)
    secret = site.client.cookies["contest_device"]
    site.client.cookies.clear()
    assert site.client.post("/pin", data={"pin": "482913"}, follow_redirects=False).status_code == 410
    site.client.cookies.set("contest_device", secret)
    found = [site.client.post("/pin", data={"pin": f"{n:06d}"}, follow_redirects=False).status_code for n in range(8)]
    assert found[-1] == 429
    assert site.client.post("/pin", data={"pin": "482913"}, follow_redirects=False).status_code == 429


def enrolled(site, who="anna", pin="482913"):
    with db.transaction() as session:
        account = session.exec(select(Account).where(Account.login == who)).one()
        secret, cookie = enrol_device(
            session, make_link(session, account, LinkPurpose.ENROL_DEVICE), pin=pin, label="平板"
        )
    site.client.cookies.clear()
    site.client.cookies.set(COOKIE, cookie)
    return secret, load_actor(cookie).csrf_token


def test_an_open_tablet_makes_no_password_that_outlives_it(site):
    """Whoever holds a signed-in tablet for a minute: without its PIN they can't make themselves another way in."""
    _, token = enrolled(site)
    page = site.client.get("/me").text
    assert 'name="current"' in page
    fields = {"csrf_token": token, "password": "attackers-own-secret"}
    for current in ("", "000000", "123456"):
        answer = site.client.post("/me/password", data=fields | {"current": current}, follow_redirects=False)
        assert answer.status_code == 422, current
    assert count("account", "login = 'anna' AND password_hash <> ''") == 0
    answer = site.client.post("/me/password", data=fields | {"current": "482913"}, follow_redirects=False)
    assert answer.status_code == 303, "its owner can"


def test_the_present_password_is_not_guessed_through_a_stolen_session(site):
    account = with_password(site)
    token = sign_in(site.client, account).csrf_token
    fields = {"csrf_token": token, "password": "attackers-own-secret"}
    statuses = [
        site.client.post("/me/password", data=fields | {"current": f"guess{n}"}, follow_redirects=False).status_code
        for n in range(7)
    ]
    assert statuses == [422] * 6 + [429]


def test_a_new_password_ends_the_links_that_are_still_out(site):
    account = with_password(site)
    with db.transaction() as session:
        link = make_link(session, account, LinkPurpose.SIGN_IN)
        enrolment = make_link(session, account, LinkPurpose.ENROL_DEVICE)
    assert site.post("organizer", "/me/password", current=PASSWORD, password="another-long-secret").status_code == 303
    site.client.cookies.clear()
    assert site.client.post(f"/link/{link}", follow_redirects=False).status_code == 410
    assert site.client.post(f"/enrol/{enrolment}", data={"pin": "482913"}, follow_redirects=False).status_code == 410


def test_a_revoked_tablet_is_out_at_once_cookie_pin_and_all(site):
    secret, _ = enrolled(site)
    cookie = site.client.cookies[COOKIE]
    with db.engine().connect() as connection:
        device = connection.exec_driver_sql("SELECT id FROM device").scalar_one()
    anna = site.account("anna").id
    assert site.post("organizer", f"/people/{anna}/devices/{device}/revoke").status_code == 303
    site.client.cookies.clear()
    site.client.cookies.set(COOKIE, cookie)
    assert site.client.get("/me", follow_redirects=False).status_code == 303
    site.client.cookies.clear()
    site.client.cookies.set("contest_device", secret)
    assert site.client.post("/pin", data={"pin": "482913"}, follow_redirects=False).status_code == 410


def test_guessing_is_slowed_whatever_address_or_spelling_is_claimed(site):
    account = with_password(site)
    statuses = []
    for n in range(9):
        spelling = (account.login, f" {account.login.upper()} ", "ｏrganizer", "organ\u200bizer")[n % 4]
        headers = {"x-forwarded-for": f"10.0.0.{n}", "forwarded": f"for=10.0.0.{n}", "x-real-ip": f"10.0.0.{n}"}
        site.client.cookies.clear()
        site.client.cookies.set("contest_device", f"made-up-{n}")
        statuses.append(log_in(site.client, spelling, "wrong", **headers).status_code)
    assert statuses[-1] == 429, statuses
    assert log_in(site.client, account.login, PASSWORD).status_code == 429


def test_nobody_can_look_like_another_login(site):
    city = site.contest.world.city.id
    for login in (
        "organizer",
        "ORGANIZER",
        " organizer",
        "ｏrganizer",
        "organ\u200bizer",
        "organizer\u2060",
        "org anizer",
    ):
        response = site.post("organizer", "/people", login=login, name="假", organization_id=city)
        assert response.status_code == 422, repr(login)


def test_the_host_header_names_no_address(site):
    """Links and codes are built from PUBLIC_URL alone (design, Score entry)."""
    token = sign_in(site.client, site.account("organizer")).csrf_token
    member = site.contest.members["anna"].id
    host = {"host": "elsewhere.example", "x-forwarded-host": "elsewhere.example"}
    path = f"/events/{site.contest.event.id}/panel/{member}/enrol"
    response = site.client.post(path, data={"csrf_token": token}, headers=host)
    assert response.status_code == 200
    assert "elsewhere.example" not in response.text
    assert "/enrol/" in response.text


def test_looking_changes_nothing(site):
    """Every page of the organizer by GET: no row of any table differs afterwards."""
    from tests.attacks.intruder import dump, links

    before, seen, waiting = dump(), set(), ["/competitions"]
    while waiting and len(seen) < 60:
        path = waiting.pop(0)
        seen.add(path)
        response = site.get("organizer", path)
        assert response.status_code < 500, path
        if "text/html" in response.headers.get("content-type", ""):
            waiting += sorted(
                x
                for x in links(response.text)
                if x.startswith("/") and x not in seen | {*waiting} and not x.startswith("/static")
            )
    after = dump()
    assert {name for name in after if after[name] != before[name]} == set()


ODD_COOKIES = [
    "", " ", ";", "=", "a=b", '"', '"\\000"', '"\\377\\777"', "%00", "%ff%fe", "%ed%a0%80", "%F0%9F%98%80",
    "x" * 60_000,
    "' OR 1=1 --", "\xff\xfe", "\x7f", "None", "null", "é", "../../etc/passwd",
]  # fmt: skip


def test_no_cookie_crashes_or_opens_anything(site):
    site.client.cookies.clear()
    for value in ODD_COOKIES:
        header = f"{COOKIE}={value}".encode("latin-1")
        response = site.client.get("/me", headers={b"cookie": header}, follow_redirects=False)
        assert response.status_code in {303, 400, 401, 431}, (value[:20], response.status_code)
    both = f"{COOKIE}=nobody; {COOKIE}=nothing".encode()
    assert site.client.get("/me", headers={b"cookie": both}, follow_redirects=False).status_code == 303


def test_the_clock_set_back_keeps_no_session_alive_beyond_its_end(site):
    """`seen_at` in the future: neither an error nor a life of its own; the end and the revocation hold."""
    from datetime import timedelta

    from contest.accounts.models import SignInSession
    from contest.accounts.passwords import digest

    sign_in(site.client, site.account("organizer"))
    cookie = site.client.cookies[COOKIE]
    for changes, is_alive in (
        ({"seen_at": db.now() + timedelta(days=30)}, True),
        ({"expires_at": db.now() - timedelta(seconds=1)}, False),
        ({"expires_at": db.now() + timedelta(days=30), "revoked_at": db.now() + timedelta(days=1)}, False),
    ):
        with db.transaction() as session:
            found = session.get_one(SignInSession, digest(cookie))
            for name, value in changes.items():
                setattr(found, name, value)
            session.add(found)
        assert load_actor(cookie).is_signed_in == is_alive, changes


def test_a_role_taken_away_is_gone_with_the_next_request(site):
    from contest.accounts.models import RoleGrant

    account = site.account("organizer")
    sign_in(site.client, account)
    page = f"/events/{site.contest.event.id}/panel"
    assert site.client.get(page, follow_redirects=False).status_code == 200
    with db.transaction() as session:
        for grant in session.exec(select(RoleGrant).where(RoleGrant.account_id == account.id)):
            session.delete(grant)
    assert site.client.get(page, follow_redirects=False).status_code in {403, 404}
