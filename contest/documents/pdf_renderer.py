"""HTML to PDF inside the limited child. The fetcher knows the assets it was handed and nothing else.

WeasyPrint's own fetcher embeds ``file://`` through ``<link rel=attachment>``; ours never asks the system for
anything.
"""

import hashlib
import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from contest.documents.framing import Header
from contest.documents.problems import Trouble

ASSET = "asset:"
TYPES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"<svg": "image/svg+xml",
}
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
_fonts: list[FontConfiguration] = []


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Answers ``asset:name`` from given bytes and refuses every other address, remembering it."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        """Take the assets; the base class is given no protocol at all."""
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - WeasyPrint's signature
        """Return an asset, or raise ValueError, which WeasyPrint takes as "not there"."""
        name = url.removeprefix(ASSET)
        if name == url or name not in self.assets:
            self.refused.append(url[:200])
            raise ValueError(f"refused: {url[:200]}")
        content = self.assets[name]
        return URLFetcherResponse(url, content, {"Content-Type": content_type(content)})


def content_type(content: bytes) -> str:
    """Tell a picture's type by its first bytes; everything else is treated as a style sheet."""
    return next((kind for magic, kind in TYPES.items() if content.startswith(magic)), "text/css")


def render(header: Header, blobs: list[bytes]) -> Iterator[tuple[Header, Sequence[bytes]]]:
    """Answer with the PDF. ``header["assets"]`` names the blobs after the first, which is the HTML in UTF-8."""
    names = header["assets"]
    assert isinstance(names, list)
    fetcher = AssetFetcher(dict(zip(map(str, names), blobs[1:], strict=True)))
    document = HTML(string=blobs[0].decode("utf-8"), base_url=ASSET, url_fetcher=fetcher).render(
        font_config=_font_config()
    )
    if not document.pages:
        raise Trouble("unmade")
    _drop_attachments(document)
    buffer = io.BytesIO()
    document.write_pdf(buffer, pdf_identifier=_identifier(blobs), pdf_tags=bool(header.get("tagged", True)))
    yield {"pages": len(document.pages), "refused": fetcher.refused}, [buffer.getvalue()]


def _drop_attachments(document: Any) -> None:
    """No file travels inside our PDFs, whatever the HTML asks for."""
    document.metadata.attachments = []


def _identifier(blobs: list[bytes]) -> bytes:
    """Return an identifier of the content, so that the same certificate gives the same bytes."""
    return hashlib.sha256(b"\0".join(blobs)).digest()[:16]


def _font_config() -> FontConfiguration:
    """Keep one font configuration for the life of the process: a fifth of a certificate's time."""
    if not _fonts:
        _fonts.append(FontConfiguration())
    return _fonts[0]
