"""A bulletin as A4 pages."""

from __future__ import annotations

from contest.bulletins.queries import BulletinView
from contest.documents.pdf import html_to_pdf
from contest.templating import render


def bulletin_pdf(view: BulletinView) -> bytes:
    """The bulletin in the current language. Up to 20 seconds in a child process: not on the event loop."""
    return html_to_pdf(render("bulletins/pdf.html", {"view": view}))
