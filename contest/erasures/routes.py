"""The page of one entry's erasure."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.db import reading, transaction
from contest.erasures import services
from contest.erasures.forms import AskForm
from contest.erasures.queries import erasure_view
from contest.errors import InvalidError
from contest.i18n import gettext
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, page, redirect, url

Req = Request[Any, Any, Any]
PATH = "/events/{event_id:str}/entries/{entry_id:str}/erasure"


@get(PATH, name="erasures.show", sync_to_thread=True)
def show(request: Req, event_id: str, entry_id: str) -> Response[str]:
    return _show(request, event_id, entry_id)


def _show(
    request: Req, event_id: str, entry_id: str, values: dict[str, str] | None = None, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        view = erasure_view(session, actor_of(request), event_id, entry_id)
    status = 422 if error else 200
    return page(request, "erasures/show.html", status=status, view=view, typed=values or {}, errors=messages(error))


@post(PATH, name="erasures.ask", status_code=303, sync_to_thread=True)
def ask(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            services.ask_erasure(session, actor_of(request), event_id, entry_id, AskForm.read(form).reason)
    except InvalidError as error:
        return _show(request, event_id, entry_id, typed(form), error)
    return _back(request, event_id, entry_id, gettext("已提出，等待另一位组织者或管理员同意。"))


@post(f"{PATH}/agree", name="erasures.agree", status_code=303, sync_to_thread=True)
def agree(request: Req, event_id: str, entry_id: str) -> Response[str]:
    with transaction() as session:
        services.agree_erasure(session, actor_of(request), event_id, entry_id)
    return _back(request, event_id, entry_id, gettext("个人信息已删除。"))


@post(f"{PATH}/drop", name="erasures.drop", status_code=303, sync_to_thread=True)
def drop(request: Req, event_id: str, entry_id: str) -> Response[str]:
    with transaction() as session:
        services.drop_erasure(session, actor_of(request), event_id, entry_id)
    return _back(request, event_id, entry_id, gettext("已撤回，什么也没有删除。"))


def _back(request: Req, event_id: str, entry_id: str, told: str) -> Response[str]:
    return redirect(request, url("erasures.show", event_id=event_id, entry_id=entry_id), flash=told)


router = Router("/", route_handlers=[show, ask, agree, drop])
