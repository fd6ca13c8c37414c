"""Copying criteria from another competition: choose the event, choose its criteria, choose the stage they go to."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions import copying, editing
from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import error_text, gettext
from contest.web.forms import messages
from contest.web.pages import actor_of, page, paging, redirect, url

Req = Request[Any, Any, Any]
SIZE = 20


@get("/events/{event_id:str}/rubric/copy", name="competitions.choose_copy", sync_to_thread=True)
def choose_copy(request: Req, event_id: str) -> Response[str]:
    """The events to copy from, or (with `source`) the criteria of one of them."""
    source, into = (str(request.query_params.get(name) or "") for name in ("source", "into"))
    return _choose(request, event_id, source, into)


def _choose(
    request: Req, event_id: str, source: str, into: str, error: InvalidError | None = None, picked: tuple[str, ...] = ()
) -> Response[str]:
    actor = actor_of(request)
    asked = paging(request, ("created",), size=SIZE)
    with reading() as session:
        draft = editing.draft_of(session, actor, event_id)
        chosen = editing.draft_of(session, actor, source) if source else None
        rows, total = copying.sources(
            session, actor, draft.event, search=asked.search, offset=asked.offset, limit=asked.size
        ) if chosen is None else ([], 0)  # fmt: skip
    return page(
        request, "competitions/copy.html", blocks=("sources",), status=422 if error else 200, draft=draft,
        source=chosen, into=into, rows=rows, total=total, paging=asked, picked=picked, errors=messages(error),
        problem=error_text(error) if error else "",
    )  # fmt: skip


@post("/events/{event_id:str}/rubric/copy", name="competitions.copy_parts", sync_to_thread=True)
def copy_parts(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    source, into, base = (str(form.get(name, "")) for name in ("source", "into", "base"))
    picked = tuple(str(path) for path in form.getall("pick", []))
    actor = actor_of(request)
    try:
        with transaction() as session:
            draft, other = (editing.draft_of(session, actor, name) for name in (event_id, source))
            paths = copying.copy_criteria(session, actor, draft, other, picked, into, base)
    except InvalidError as error:
        return _choose(request, event_id, source, into, error, picked)
    told = gettext("已复制 %(n)s 个评分项，请核对分值。") % {"n": len(paths)}
    return redirect(request, url("competitions.rules", event_id=event_id) + f"#{editing.anchor(paths[0])}", flash=told)


HANDLERS = (choose_copy, copy_parts)
