"""The page where a tablet gets the venue's certificate: plain HTTP on a port of its own, nothing else is there.

An enrolment code leads here first. What it is for stands behind the `#`, which no browser sends: the one-time token
never crosses the network in the clear. When the tablet already trusts the certificate the page goes on by itself.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from contest.i18n import pick_language, use_language
from contest.templating import STATIC, render
from contest.venue.certificates import Venue

FILES = {
    "css/layers.css": "text/css", "css/tokens.css": "text/css", "css/reset.css": "text/css", "css/base.css": "text/css",
    "css/components/buttons.css": "text/css", "css/features/venue.css": "text/css", "js/venue.js": "text/javascript",
    "img/seal.svg": "image/svg+xml",
}  # fmt: skip
CERTIFICATE = "/venue-ca.crt"
HTML = "text/html; charset=utf-8"


def serve_enrolment(venue: Venue, host: str, port: int, public_url: str) -> ThreadingHTTPServer:
    """Starts the page in a thread that ends with the process; returns the server (tests close it)."""
    certificate, fingerprint = venue.authority_der, venue.fingerprint
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none';"
        f" connect-src {public_url}; form-action 'none'; frame-ancestors 'none'"
    )

    class Handler(BaseHTTPRequestHandler):
        timeout = 20

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            name = address.path.removeprefix("/static/")
            if address.path == "/":
                asked = parse_qs(address.query).get("lang", [None])[0]
                self._answer(HTML, _page(asked or self.headers.get("accept-language"), fingerprint, public_url))
            elif address.path == CERTIFICATE:
                self._answer("application/x-x509-ca-cert", certificate)
            elif address.path.startswith("/static/") and name in FILES:
                self._answer(f"{FILES[name]}; charset=utf-8", (STATIC / name).read_bytes())
            else:
                self._answer("text/plain", b"not found", 404)

        def _answer(self, kind: str, body: bytes, status: int = 200) -> None:
            self.send_response(status)
            headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Content-Security-Policy": policy}
            headers |= {
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            }
            for key, value in headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """No log: who enrols is written where they sign in."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="venue-enrolment", daemon=True).start()
    return server


def _page(language: str | None, fingerprint: str, public_url: str) -> bytes:
    lang = pick_language(None, language)
    use_language(lang)
    context = {"lang": lang, "fingerprint": fingerprint, "certificate": CERTIFICATE, "public_url": public_url}
    return render("venue/enrolment.html", context).encode()
