"""The rule set as a PDF to sign: A4, its chapters and articles, its rubric, version, digest, lines for signatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contest.competitions.articles import numbered
from contest.competitions.editing import Draft
from contest.competitions.wording import aspect_words, chapters, kind_words
from contest.documents.pdf import html_to_pdf
from contest.errors import ConflictError
from contest.i18n import N_, current_language
from contest.templating import render

SIGNERS = (N_("组委会负责人"), N_("裁判长"), N_("监督"), N_("组织者"))
WORDS: Mapping[str, Any] = {"aspect_words": aspect_words, "kind_words": kind_words}


def rules_pdf(draft: Draft) -> bytes:
    """The rule set of `draft` in the current language. Up to 20 seconds in a child process.

    Raises:
        ConflictError: it has faults and can't be read whole.
    """
    rules = draft.outline.rules
    if rules is None:
        raise ConflictError(N_("评分办法还有要改的地方，改好后才能生成 PDF。"))
    context = {"draft": draft, "rules": rules, "chapters": numbered(chapters(rules)), "signers": SIGNERS}
    context["lang"] = current_language()
    return html_to_pdf(render("competitions/words_pdf.html", context | dict(WORDS)))
