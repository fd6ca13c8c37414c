"""HTTPS at a venue: an authority that can vouch for nothing public, and a code that brings a tablet to the sheets."""

import http.client
import os
import ssl
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from playwright.sync_api import expect

from contest import db
from contest.accounts.models import LinkPurpose
from contest.accounts.signing_in import make_link
from contest.db import now
from contest.errors import InvalidError
from contest.settings import PROJECT_ROOT, get_settings
from contest.venue.certificates import prepare_venue
from contest.web.pages import enrolment_address
from tests.browsing import TABLET, _free_port, assert_accessible
from tests.judging.scenery import build_contest

NAMES = ["192.168.31.7", "venue.local"]


def verify(venue, subject, certificate=None):
    authority = x509.load_pem_x509_certificate(venue.authority.read_bytes())
    leaf = certificate or x509.load_pem_x509_certificate(venue.certificate.read_bytes())
    return PolicyBuilder().store(Store([authority])).build_server_verifier(subject).verify(leaf, [])


def test_the_certificate_is_good_for_this_machine_and_keys_are_the_owners_alone(tmp_path):
    from ipaddress import ip_address

    venue = prepare_venue(tmp_path / "tls", NAMES)
    verify(venue, x509.IPAddress(ip_address("192.168.31.7")))
    verify(venue, x509.DNSName("venue.local"))
    with pytest.raises(VerificationError):
        verify(venue, x509.DNSName("other.local"))
    for name in ("venue-ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) == 0o600


def test_the_authority_cant_imitate_a_public_site(tmp_path):
    """Whoever steals its key can sign, but no tablet believes it (RFC 5280 4.2.1.10)."""
    venue = prepare_venue(tmp_path / "tls", NAMES)
    signer = serialization.load_pem_private_key((tmp_path / "tls" / "venue-ca.key").read_bytes(), None)
    authority = x509.load_pem_x509_certificate(venue.authority.read_bytes())
    template = x509.load_pem_x509_certificate(venue.certificate.read_bytes())

    def forged(*names):
        builder = x509.CertificateBuilder(
            issuer_name=authority.subject, subject_name=template.subject, public_key=template.public_key(),
            serial_number=7, not_valid_before=now() - timedelta(1), not_valid_after=now() + timedelta(1),
        )  # fmt: skip
        for extension in template.extensions:
            if not isinstance(extension.value, x509.SubjectAlternativeName):
                builder = builder.add_extension(extension.value, extension.critical)
        return builder.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(signer, hashes.SHA256())

    local, public = x509.DNSName("door.local"), x509.DNSName("bank.example")
    verify(venue, local, forged(local))
    with pytest.raises(VerificationError):
        verify(venue, public, forged(public))


def test_the_authority_stays_and_the_certificate_follows_the_names(tmp_path):
    venue = prepare_venue(tmp_path, NAMES)
    authority, certificate = venue.authority.read_bytes(), venue.certificate.read_bytes()
    prepare_venue(tmp_path, NAMES)
    assert venue.certificate.read_bytes() == certificate
    prepare_venue(tmp_path, [*NAMES, "10.1.2.3"])
    assert venue.certificate.read_bytes() != certificate
    assert venue.authority.read_bytes() == authority
    with pytest.raises(InvalidError):
        prepare_venue(tmp_path, [*NAMES, "contest.example"])


def test_an_enrolment_code_leads_to_the_certificate_first_and_hides_its_token_behind_the_hash(monkeypatch):
    monkeypatch.setenv("ENROLMENT_URL", "http://192.168.31.7:8444")
    get_settings.cache_clear()
    try:
        assert enrolment_address("/enrol/x") == "http://192.168.31.7:8444/#/enrol/x"
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert enrolment_address("/enrol/x") == get_settings().public_url + "/enrol/x"


@pytest.fixture
def venue_server(tmp_path):
    """`contest serve --tls` as people start it: (port, port of the enrolment page, folder)."""
    port, plain = _free_port(), _free_port()
    url = f"sqlite:///{tmp_path / 'contest.db'}"
    public = f"https://127.0.0.1:{port}"
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": url, "PUBLIC_URL": public}
    command = [sys.executable, "-m", "contest", "serve", "--tls", "--port", str(port), "--enrolment-port", str(plain)]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=PROJECT_ROOT, stdout=log, stderr=log)
    try:
        yield port, plain, tmp_path, process
    finally:
        process.terminate()
        process.wait(60)


def wait_for(port, folder, process):
    """The sign-in page over HTTPS, checked against the venue's authority as a tablet checks it."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            context = ssl.create_default_context(cafile=folder / "tls" / "venue-ca.pem")
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=30)
            connection.request("GET", "/sign-in")
            return connection.getresponse()
        except (OSError, http.client.HTTPException):
            assert process.poll() is None, (folder / "server.log").read_text()
            time.sleep(0.05)
    return pytest.fail((folder / "server.log").read_text())


@pytest.mark.browser
def test_one_code_brings_a_tablet_from_its_box_to_the_sheet(chromium, venue_server):
    port, plain, folder, process = venue_server
    assert wait_for(port, folder, process).status == 200
    page_url = f"http://127.0.0.1:{plain}"
    asked = urllib.request.Request(page_url + "/", headers={"Accept-Language": "en"})
    english = urllib.request.urlopen(asked).read().decode()
    authority = x509.load_pem_x509_certificate((folder / "tls" / "venue-ca.pem").read_bytes())
    fingerprint = authority.fingerprint(hashes.SHA256()).hex(":").upper()
    assert "Certificate Trust Settings" in english
    assert fingerprint in english
    assert fingerprint in (folder / "server.log").read_text()
    given = urllib.request.urlopen(page_url + "/venue-ca.crt")
    assert given.headers["content-type"] == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(given.read()) == authority
    for path in ("/tls/venue-ca.key", "/static/../../tls/server.key", "/sign-in", "/static/js/theme.js"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(page_url + path)
        assert refused.value.code == 404
    db.configure(f"sqlite:///{folder / 'contest.db'}")
    contest = build_contest()
    with db.transaction() as session:
        token = make_link(session, contest.accounts["anna"], LinkPurpose.ENROL_DEVICE)
    stranger = chromium.new_context(viewport=TABLET, locale="zh-CN").new_page()
    stranger.goto(f"{page_url}/#/enrol/{token}")
    expect(stranger.get_by_role("link", name="进入评分")).to_have_attribute(
        "href", f"https://127.0.0.1:{port}/enrol/{token}"
    )
    assert_accessible(stranger)
    stranger.wait_for_timeout(300)
    assert stranger.url.startswith(page_url)  # it does not trust the certificate, and is not sent into a warning
    stranger.context.close()
    trusting = chromium.new_context(viewport=TABLET, locale="zh-CN", ignore_https_errors=True).new_page()
    trusting.goto(f"{page_url}/#/enrol/{token}")
    trusting.wait_for_url(f"https://127.0.0.1:{port}/enrol/{token}")
    trusting.get_by_label("PIN").fill("271828")
    trusting.get_by_role("button").last.click()
    trusting.goto(f"https://127.0.0.1:{port}/judging/sheets/{contest.period.id}/{contest.codes[0]}")
    trusting.locator("#pad-value").fill("15")
    trusting.keyboard.press("Enter")
    expect(trusting.locator('[id="aspect-P1.1"] [data-state-of]')).to_have_text("已存服务器")
    expect(trusting.locator("#store-note")).to_be_hidden()
    trusting.context.close()
    db.engine().dispose()
