"""The report as a PDF."""

from __future__ import annotations

from contest.documents.pdf import html_to_pdf
from contest.fairness import wording
from contest.fairness.pictures import pictures
from contest.fairness.queries import ReportView
from contest.templating import render


def report_pdf(view: ReportView) -> bytes:
    """The report in the current language. Up to 20 seconds in a child process: not on the event loop."""
    context = {"view": view, "pictures": pictures(view.body), "wording": wording}
    return html_to_pdf(render("fairness/report_pdf.html", context))
