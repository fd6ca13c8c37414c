"""What errors, logs, headers and caches give away: nothing of people, secrets or the machine (trust.md 4)."""

import contextlib
import io
import json
import re
import zipfile

import pytest
import sqlalchemy as sa
import structlog
from litestar.testing import TestClient

from contest import db
from contest.accounts.models import Account, LinkPurpose
from contest.accounts.passwords import hash_secret
from contest.accounts.signing_in import make_link
from contest.settings import get_settings
from contest.web import live
from tests.publications.making import published

PAGES = ("/", "/results/{event}", "/board/{event}", "/hall/{event}", "/verify")
PUBLIC = (*(f"/zh{page}" for page in PAGES), "/en/results/{event}/v1")


@pytest.fixture
def logged():
    """What is written to the log during a test."""
    heard = io.StringIO()
    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(heard), cache_logger_on_first_use=False)
    yield heard
    structlog.configure(**before)


def test_a_failed_statement_names_nobody(database):
    """SQLAlchemy writes a failed statement's values into its message, and the message goes to the log."""
    insert = sa.text("INSERT INTO account (id, login, name) VALUES (:id, :login, :name)")
    with pytest.raises(sa.exc.IntegrityError) as failed, db.transaction() as session:
        session.execute(insert, {"id": "1", "login": "13800005678", "name": "王秀珍"})
    assert "王秀珍" not in str(failed.value)
    assert "13800005678" not in str(failed.value)


def test_a_defect_shows_a_number_and_nothing_else(site):
    """A table gone: the page says a reference, no statement, no path, no library."""
    with db.engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE competition RENAME TO elsewhere")
    for who, path in (("organizer", "/competitions"), (None, "/zh/")):
        answer = site.get(who, path)
        assert answer.status_code == 500
        assert not re.search(r"sqlite|SELECT|Traceback|\.py|sqlalchemy|no such table", answer.text, re.IGNORECASE), path
        assert "编号" in answer.text


def test_no_log_line_holds_a_link_a_password_or_a_name(site, logged, capsys):
    with db.transaction() as session:
        account = session.get_one(Account, site.account("anna").id)
        link, enrolment = (
            make_link(session, account, kind) for kind in (LinkPurpose.SIGN_IN, LinkPurpose.ENROL_DEVICE)
        )
    site.client.cookies.clear()
    site.client.get(f"/link/{link}")
    site.client.post(f"/link/{link}", follow_redirects=False)
    site.client.cookies.clear()
    site.client.post(f"/enrol/{enrolment}", data={"pin": "482913", "label": "平板"}, follow_redirects=False)
    site.client.cookies.clear()
    site.client.post("/sign-in", data={"login": "organizer", "password": "hunter2-hunter2"})
    site.get("organizer", f"/events/{site.contest.event.id}/entries?q=王一")
    with contextlib.suppress(Exception):
        site.get("organizer", "/static/%00")
    told = logged.getvalue() + "".join(capsys.readouterr())
    for secret in (link, enrolment, "482913", "hunter2", "王一", "organizer"):
        assert secret not in told, secret


def test_public_pages_are_poisoned_by_no_header(bare):
    """What one visitor claims of host, scheme, language, session or fragment reaches no other visitor."""
    made, _ = published()
    evil = {
        "host": "elsewhere.example", "x-forwarded-host": "elsewhere.example", "x-forwarded-proto": "gopher",
        "forwarded": "host=elsewhere.example", "x-original-url": "/people", "x-rewrite-url": "/people",
        "hx-request": "true", "hx-target": "main", "accept-language": "xx",
        "cookie": "contest_theme=evil; contest_flash=evil",
        "x-http-method-override": "DELETE", "range": "bytes=0-1",
    }  # fmt: skip
    with TestClient(live.front(bare.app), base_url="http://127.0.0.1:8000") as fronted:
        for path in PUBLIC:
            address = path.format(event=made.event.id)
            first = fronted.get(address, headers=evil)
            second = fronted.get(address)
            assert first.status_code == second.status_code == 200, address
            assert first.text == second.text, address
            assert "elsewhere.example" not in second.text
            assert "set-cookie" not in second.headers


def test_a_page_of_somebody_is_kept_by_no_cache(site):
    for path in ("/competitions", "/people", f"/events/{site.contest.event.id}/entries", "/me", "/sign-in"):
        answer = site.get("organizer", path)
        assert answer.headers["cache-control"] == "no-store", path
    export = site.get("organizer", f"/events/{site.contest.event.id}/entries/export")
    assert export.headers["cache-control"] == "no-store"
    assert export.headers["content-disposition"].startswith("attachment")


def test_a_bundle_and_the_public_pages_hold_no_more_than_name_and_unit(bare):
    """PIPL: phone, worker number, account and login leave the platform nowhere."""
    made, publication = published()
    with db.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE entry SET phone = '13800005678', worker_number = 'W-4711'")
    told = b"".join(
        zipfile.ZipFile(io.BytesIO(publication.bundle)).read(name) for name in ("entries.json", "snapshot.json")
    )
    rows = json.loads(zipfile.ZipFile(io.BytesIO(publication.bundle)).read("entries.json"))
    assert {key for row in rows for key in row} == {"code", "id", "salt", "number", "name", "unit"}
    texts = [told.decode(), *(bare.get(path.format(event=made.event.id)).text for path in PUBLIC)]
    for text in texts:
        assert "13800005678" not in text
        assert "W-4711" not in text


def test_cookies_are_marked_for_https(site, monkeypatch):
    """Behind HTTPS the session has the `__Host-` prefix: no sister domain can plant one."""
    with db.transaction() as session:
        session.get_one(Account, site.account("organizer").id).password_hash = hash_secret("correct-horse-battery")
    monkeypatch.setattr(get_settings(), "public_url", "https://contest.example")
    site.client.cookies.clear()
    fields = {"login": "organizer", "password": "correct-horse-battery"}
    answer = site.client.post("/sign-in", data=fields, follow_redirects=False)
    assert answer.status_code == 303
    cookies = [value for key, value in answer.headers.multi_items() if key == "set-cookie" and "contest" in value]
    session_cookie = next(value for value in cookies if value.startswith("__Host-"))
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert flag.lower() in session_cookie.lower(), flag
    assert "Domain" not in session_cookie
    assert "max-age" in answer.headers["strict-transport-security"]
