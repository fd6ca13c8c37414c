"""Where a rule set starts: from a template, or from a file of one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions import editing, queries
from contest.competitions import rule_services as services
from contest.competitions.articles import numbered
from contest.competitions.editing import Draft
from contest.competitions.outline import outline
from contest.competitions.rule_routes import WORDS
from contest.competitions.starting_points import FAMILIES, STARTING_POINTS, starting_document, starting_point
from contest.competitions.wording import chapters
from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import N_, error_text, gettext
from contest.web.forms import messages, uploaded
from contest.web.pages import actor_of, page, redirect, url

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/rules/start", name="competitions.start_rules", sync_to_thread=True)
def start_rules(request: Req, event_id: str) -> Response[str]:
    """The templates; with `point` one of them in plain sentences, with the sources of its numbers."""
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    return _start(request, draft)


def _start(request: Req, draft: Draft, status: int = 200, **more: Any) -> Response[str]:
    point = starting_point(str(request.query_params.get("point") or ""))
    shown = outline(starting_document(point.key, draft.event.title) or {}) if point else None
    found = numbered(chapters(shown.rules)) if shown and shown.rules else []
    return page(
        request, "competitions/start.html", status=status, draft=draft, points=STARTING_POINTS, families=FAMILIES,
        point=point, shown=shown, chapters=found, **WORDS, **more,
    )  # fmt: skip


@post("/events/{event_id:str}/rules/start", name="competitions.choose_start", sync_to_thread=True)
def choose_start(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    with transaction() as session:
        event = queries.get_event(session, event_id, actor_of(request))
        document = starting_document(str(form.get("point", "")), event.title)
        if document is None:
            raise InvalidError(N_("没有这个起点。请从列表中选择。"))
        services.save_rule_set(
            session, actor_of(request), event, document, base=str(form.get("base", "")), as_new=True,
            note=gettext("来自起点"),
        )  # fmt: skip
    done = gettext("已按所选起点写好评分办法，请逐项检查。")
    return redirect(request, url("competitions.rules", event_id=event_id), flash=done)


@post("/events/{event_id:str}/rules/file", name="competitions.upload_rules", sync_to_thread=True)
def upload_rules(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    try:
        name, data = uploaded(form, "file")
        document = editing.document_from(name, data)
        note = gettext("读入文件“%(name)s”") % {"name": name[:80]}
        with transaction() as session:
            event = queries.get_event(session, event_id, actor_of(request))
            services.save_rule_set(
                session, actor_of(request), event, document, base=str(form.get("base", "")), as_new=True, note=note
            )
    except InvalidError as error:
        return _start_again(request, draft, error)
    return redirect(request, url("competitions.rules", event_id=event_id), flash=gettext("评分办法已从文件读入。"))


def _start_again(request: Req, draft: Draft, error: InvalidError) -> Response[str]:
    return _start(request, draft, 422, problem=error_text(error), faults=messages(error))


HANDLERS = (start_rules, choose_start, upload_rules)
