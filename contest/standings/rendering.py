"""The computation slip as a PDF of one or two A4 pages."""

from __future__ import annotations

from contest.documents.pdf import html_to_pdf
from contest.standings.queries import SlipView
from contest.templating import render


def slip_pdf(view: SlipView) -> bytes:
    """The slip in the current language. Up to 20 seconds in a child process: not on the event loop."""
    return html_to_pdf(render("standings/slip_pdf.html", {"view": view}))
