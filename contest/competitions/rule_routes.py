"""A rule set whole: read in words, downloaded, adopted. Its editor is in part_routes, its beginning in start_routes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions import editing, queries, rendering, version_routes, versions
from contest.competitions import rule_services as services
from contest.competitions.articles import NumberedChapter, numbered
from contest.competitions.editing import Draft
from contest.competitions.field_choices import REQUIRED
from contest.competitions.models import EventState
from contest.competitions.outline import stage_method
from contest.competitions.wording import aspect_words, chapters, item_words, kind_words
from contest.db import reading, transaction
from contest.i18n import gettext
from contest.web.pages import PDF, actor_of, download, page, redirect, url

Req = Request[Any, Any, Any]
WORDS: Mapping[str, Any] = {
    "aspect_words": aspect_words,
    "kind_words": kind_words,
    "REQUIRED": REQUIRED,
    "item_words": item_words,
    "stage_method": stage_method,
}


def _base(form: FormMultiDict) -> str:
    return str(form.get("base", ""))


def _chapters(draft: Draft) -> list[NumberedChapter]:
    return numbered(chapters(draft.outline.rules)) if draft.outline.rules else []


def _asked(request: Req) -> str:
    """The number of the version that the address names; empty for the one in force (or the draft)."""
    return str(request.query_params.get("version") or "")


@get("/events/{event_id:str}/rules/words", name="competitions.read_rules", sync_to_thread=True)
def read_rules(request: Req, event_id: str) -> Response[str]:
    with reading() as session:
        draft = versions.version_of(session, actor_of(request), event_id, _asked(request))
        can_edit = editing.draft_of(session, actor_of(request), event_id).can_edit
    return page(request, "competitions/words.html", draft=draft, chapters=_chapters(draft), can_edit=can_edit, **WORDS)


@get("/events/{event_id:str}/rules/words.pdf", name="competitions.rules_pdf", sync_to_thread=True)
def rules_pdf(request: Req, event_id: str) -> Response[bytes]:
    with reading() as session:
        draft = versions.version_of(session, actor_of(request), event_id, _asked(request))
    name = f"{draft.event.title}-评分办法-第{draft.version.version if draft.version else 0}版.pdf"
    return download(rendering.rules_pdf(draft), name, PDF, inline=True)


@get("/events/{event_id:str}/rules/file", name="competitions.rules_file", sync_to_thread=True)
def rules_file(request: Req, event_id: str) -> Response[bytes]:
    with reading() as session:
        draft = versions.version_of(session, actor_of(request), event_id, _asked(request))
    document = draft.outline.rules.to_document() if draft.outline.rules else draft.document
    data = json.dumps(document, ensure_ascii=False, indent=2).encode()
    return download(data, f"{draft.event.title}-评分办法.json", "application/json")


@get("/events/{event_id:str}/rules/adopt", name="competitions.ask_adopt", sync_to_thread=True)
def ask_adopt(request: Req, event_id: str) -> Response[str]:
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    if draft.can_edit and draft.event.state is not EventState.DRAFT:  # the draft that is to follow an adopted one
        return redirect(request, url("corrections.changes", event_id=event_id))
    return page(request, "competitions/adopt.html", draft=draft, chapters=_chapters(draft), **WORDS)


@post("/events/{event_id:str}/rules/adopt", name="competitions.adopt", sync_to_thread=True)
def adopt(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    with transaction() as session:
        event = queries.get_event(session, event_id, actor_of(request))
        services.adopt_rule_set(session, actor_of(request), event, base=_base(form))
    done = gettext("评分办法已定稿，从现在起不再改动。")
    return redirect(request, url("competitions.event", event_id=event_id), flash=done)


HANDLERS = (read_rules, rules_pdf, rules_file, ask_adopt, adopt, *version_routes.HANDLERS)
