"""The record of a recheck as a PDF, with lines for signatures."""

from __future__ import annotations

from contest.documents.pdf import html_to_pdf
from contest.rechecks.models import CHOSEN_NAMES, ITEM_NAMES, RecheckFinding
from contest.rechecks.queries import RecheckView
from contest.templating import render


def record_pdf(view: RecheckView, findings: dict[str, list[RecheckFinding]]) -> bytes:
    """The record in the current language; `findings` by item id. Up to 20 seconds in a child process."""
    context = {"view": view, "findings": findings, "chosen_names": CHOSEN_NAMES, "item_names": ITEM_NAMES}
    return html_to_pdf(render("rechecks/record_pdf.html", context))
