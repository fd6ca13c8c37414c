"""A hundred ways to make a PDF engine fetch something. None fetches, none embeds, none crashes."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pypdf import PdfReader

from contest.documents.pdf import Renderer, render_pdf
from contest.documents.pdf_renderer import render

SECRET = b"SECRET-7c1d-OF-THE-SERVER"
SNIPPETS = """
<img src="{u}">|<img srcset="{u} 2x">|<link rel=stylesheet href="{u}">|<link rel=attachment href="{u}">
<a rel=attachment href="{u}">x</a>|<link rel=icon href="{u}">|<object data="{u}"></object>|<embed src="{u}">
<iframe src="{u}"></iframe>|<video src="{u}" poster="{u}"></video>|<audio src="{u}"></audio>
<input type=image src="{u}">
<style>@import "{u}";</style>|<style>@import url({u});</style>|<style>body{{background:url({u})}}</style>
<style>@font-face{{font-family:x;src:url({u})}}p{{font-family:x}}</style><p>x</p>
<style>li{{list-style:url({u})}}</style><li>x
<style>p::before{{content:url({u})}}</style><p>x|<style>p{{border-image:url({u}) 1}}</style><p>x
<style>@page{{background:url({u})}}</style>|<style>p{{mask:url({u})}}</style><p>x|<p style="background:url({u})">x
<svg><image href="{u}" width=9 height=9 /></svg>|<svg><image xlink:href="{u}" width=9 height=9 /></svg>
<svg><use href="{u}#a"/></svg>|<svg><style>@import url({u});</style><rect width=9 height=9 /></svg>
<svg><foreignObject><img src="{u}"></foreignObject></svg>|<base href="{u}"><img src="x.png">
<meta http-equiv=refresh content="0;url={u}">|<script src="{u}"></script>|<table background="{u}"><tr><td>x</table>
"""
SCHEMES = (
    "{http}/x.png",
    "file://{file}",
    "{file}",
    "FILE:{file}",
    "file://localhost{file}",
    "ftp://127.0.0.1:{port}/x",
)
ASSET_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<image href="%(u)s" width="9" height="9"/><use xlink:href="%(u)s#a"/><style>@import url(%(u)s);</style></svg>"""


class Visits(HTTPServer):
    """A server that counts who comes."""

    seen: list[str]


class _Counter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Visits)
        self.server.seen.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(SECRET)


@pytest.fixture(scope="module")
def visits() -> Iterator[Visits]:
    server = Visits(("127.0.0.1", 0), _Counter)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def secret_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "secret.css"
    path.write_bytes(SECRET)
    return path


def snippets() -> list[str]:
    return [snippet for line in SNIPPETS.strip().splitlines() for snippet in line.split("|")]


def addresses(visits: Visits, file: Path) -> list[str]:
    port = visits.server_address[1]
    return [scheme.format(http=f"http://127.0.0.1:{port}", file=file, port=port) for scheme in SCHEMES]


def assert_clean(content: bytes, visits: Visits) -> None:
    reader = PdfReader(io.BytesIO(content))
    assert not reader.attachments
    whole = content + b"".join(
        stream.get_data()
        for number in range(1, len(reader.xref[0]) + 1)
        if hasattr(stream := reader.get_object(number), "get_data")
    )
    assert SECRET not in whole
    assert visits.seen == []


def test_the_corpus_has_a_hundred_pages(visits: Visits, secret_file: Path) -> None:
    assert len(snippets()) * len(addresses(visits, secret_file)) >= 100


@pytest.mark.parametrize("snippet", snippets())
def test_nothing_is_fetched_and_nothing_embedded(snippet: str, visits: Visits, secret_file: Path) -> None:
    for address in addresses(visits, secret_file):
        pdf = render_pdf(f"<html><body>{snippet.format(u=address)}</body></html>")
        assert_clean(pdf.content, visits)


def test_the_fetcher_alone_fetches_nothing_where_the_network_is_open(visits: Visits, secret_file: Path) -> None:
    """In this process, which has a network: the child's isolation must not be all there is."""
    refused: list[object] = []
    for snippet in snippets():
        html = f"<html><body>{snippet.format(u=addresses(visits, secret_file)[0])}</body></html>"
        ((header, (content,)),) = list(render({"assets": []}, [html.encode()]))
        assert isinstance(header["refused"], list)
        refused += header["refused"]
        assert_clean(content, visits)
    assert len(refused) > 12, "the corpus does tempt the engine"


def test_a_picture_given_as_an_asset_fetches_nothing_either(visits: Visits, secret_file: Path) -> None:
    for address in addresses(visits, secret_file):
        assets = {"a.svg": ASSET_SVG % {b"u": address.encode()}, "a.css": f'@import "{address}";'.encode()}
        html = '<html><head><link rel=stylesheet href="asset:a.css"></head><body><img src="asset:a.svg"></body></html>'
        assert_clean(render_pdf(html, assets).content, visits)


def test_a_data_address_is_refused_too() -> None:
    assert render_pdf('<img src="data:image/png;base64,iVBORw0KGgo=">').refused


def test_many_threads_share_one_worker() -> None:
    pool, pages = Renderer(), []
    threads = [threading.Thread(target=lambda: pages.append(pool.render("<p>x</p>").pages)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    assert pages == [1] * 6
