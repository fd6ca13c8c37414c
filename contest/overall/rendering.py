"""A published table as A4 pages."""

from __future__ import annotations

from contest.documents.pdf import html_to_pdf
from contest.overall.queries import PublicTable
from contest.overall.words import table_words
from contest.templating import render


def table_pdf(view: PublicTable) -> bytes:
    """The table in the current language. Up to 20 seconds in a child process: not on the event loop."""
    return html_to_pdf(render("overall/pdf.html", {"view": view, "words": table_words(view.document)}))
