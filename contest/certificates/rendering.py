"""One certificate as an A4 page, and many as one file for the print shop or a zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import pikepdf

from contest.certificates.models import Certificate
from contest.certificates.wording import Words, printed_text, size_class, words_of
from contest.documents.fonts import css_stack
from contest.documents.pdf import html_to_pdf, require_glyphs
from contest.documents.qr import qr_png
from contest.settings import get_settings
from contest.templating import render

ADDRESS_STEPS = (15, 24, 48, 110, 230)
BODY_STEPS = (60, 130, 260)
AWARD_STEPS = (12, 24, 60)
SMALL_STEPS = (40, 100, 240, 700)
"""Widths in full-width characters from which a part is set in the next smaller size (see certificate.html)."""
CROWD_STEPS = (420, 800)
"""Widths of all texts together from which every part is set one size smaller."""
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_FORBIDDEN = frozenset('/\\:*?"<>|')


def verification_address(number: str) -> str:
    """What the QR code says: the public page of this number, on PUBLIC_URL."""
    return f"{get_settings().public_url.rstrip('/')}/zh/verify/{number}"


def check_printable(certificate: Certificate) -> None:
    """Refuses a certificate that no installed font can print (rules of rare names, trust.md section 5).

    Raises:
        PdfFailed: names each character, e.g. 䶮（U+4DAE）.
    """
    require_glyphs(printed_text(words_of(certificate)), ("kai",))


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate as a PDF of one A4 page (landscape), made in the limited child process."""
    words = words_of(certificate)
    html = render("certificates/certificate.html", _context(certificate, words))
    return html_to_pdf(html, {"qr": qr_png(verification_address(certificate.number), scale=6, border=2)})


def _context(certificate: Certificate, words: Words) -> dict[str, object]:
    small = (words.members, words.english, words.issuer)
    crowd = size_class(words.lead + words.name + words.body + words.award + words.english, CROWD_STEPS)
    crowd = max(crowd, 1) if words.english or words.members else crowd
    return {
        "words": words,
        "certificate": certificate,
        "address_size": _size(words.lead + words.name, ADDRESS_STEPS, crowd),
        "body_size": _size(words.body, BODY_STEPS, crowd),
        "award_size": _size(words.award, AWARD_STEPS, crowd),
        "small_sizes": [_size(text, SMALL_STEPS, max(crowd - 1, 0)) for text in small],
        "verify": verification_address(certificate.number),
        "kai": css_stack("kai"),
        "serif": css_stack("serif"),
    }


def _size(text: str, steps: tuple[float, ...], crowd: int) -> int:
    """The size by the text's own length, smaller still when the whole page is crowded."""
    return min(size_class(text, steps) + crowd, len(steps))


def merged_pdf(documents: Iterable[bytes]) -> bytes:
    """All pages as one file for the print shop; each keeps its own small fonts."""
    target = io.BytesIO()
    with pikepdf.new() as book:
        for content in documents:
            with pikepdf.open(io.BytesIO(content)) as one:
                book.pages.extend(one.pages)
        book.save(target)
    return target.getvalue()


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """PDFs (compressed already) in a zip whose bytes depend on nothing but them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, ZIP_DAY), content)
    return target.getvalue()


def file_name(certificate: Certificate) -> str:
    """A name that tells people what it is and every file system takes: number, recipient (60 signs), award."""
    text = f"{certificate.number} {certificate.recipient[:60]} {certificate.award_title[:30]}"
    return "".join("_" if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in text).strip() + ".pdf"
