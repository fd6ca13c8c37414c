"""The roster of a competition's judges, and a judge's own declarations of conflict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.accounts.queries import get_account
from contest.competitions.queries import get_competition
from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import gettext
from contest.judging.forms import ConflictForm, PoolForm
from contest.judging.panel import roster, roster_queries
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, page, paging, redirect, url

Req = Request[Any, Any, Any]
ROSTER = "/competitions/{competition_id:str}/judges"
NONE: Mapping[str, str] = {}


@get(ROSTER, name="judging.roster", sync_to_thread=True)
def show(request: Req, competition_id: str) -> Response[str]:
    return _roster(request, competition_id)


def _roster(
    request: Req, competition_id: str, values: Mapping[str, str] = NONE, error: InvalidError | None = None
) -> Response[str]:
    turn = paging(request, list(roster_queries.SORTS))
    people = str(request.query_params.get("people") or "").strip()[:50]
    with reading() as session:
        view = roster_queries.roster(
            session, actor_of(request), competition_id, search=turn.search, people=people, sort=turn.sort,
            descending=turn.descending, offset=turn.offset, limit=turn.size,
        )  # fmt: skip
    return page(
        request, "judging/roster.html", blocks=("judges",), status=422 if error else 200, view=view, turn=turn,
        people=people, typed=values, errors=messages(error),
    )  # fmt: skip


@post(ROSTER, name="judging.add_to_pool", status_code=303, sync_to_thread=True)
def add(request: Req, competition_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        fields = PoolForm.read(form)
        with transaction() as session:
            competition = get_competition(session, competition_id, actor)
            roster.add_to_pool(session, actor, competition, get_account(session, fields.account), fields.specialities)
    except InvalidError as error:
        return _roster(request, competition_id, typed(form), error)
    return redirect(request, url("judging.roster", competition_id=competition_id), flash=gettext("裁判库已保存。"))


@post(ROSTER + "/{account_id:str}/remove", name="judging.remove_from_pool", status_code=303, sync_to_thread=True)
def remove(request: Req, competition_id: str, account_id: str) -> Response[str]:
    actor = actor_of(request)
    with transaction() as session:
        roster.remove_from_pool(session, actor, get_competition(session, competition_id, actor), account_id)
    return redirect(request, url("judging.roster", competition_id=competition_id), flash=gettext("已移出裁判库。"))


@post(ROSTER + "/conflicts", name="judging.declare_for", status_code=303, sync_to_thread=True)
def declare_for(request: Req, competition_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        fields = ConflictForm.read(form)
        with transaction() as session:
            competition = get_competition(session, competition_id, actor)
            roster.declare_conflict(session, actor, competition, fields.judge, unit=fields.unit, reason=fields.reason)
    except InvalidError as error:
        return _roster(request, competition_id, typed(form), error)
    done = gettext("利害关系已登记，相关评分表已对这位裁判回避。")
    return redirect(request, url("judging.roster", competition_id=competition_id), flash=done)


@get("/judging/conflicts", name="judging.my_conflicts", sync_to_thread=True)
def my_conflicts(request: Req) -> Response[str]:
    return _own(request)


def _own(request: Req, values: Mapping[str, str] = NONE, error: InvalidError | None = None) -> Response[str]:
    turn = paging(request, ["at"])
    with reading() as session:
        competitions = roster_queries.own_competitions(session, actor_of(request))
        lines, total = roster_queries.own_conflicts(session, actor_of(request), offset=turn.offset, limit=turn.size)
    return page(
        request, "judging/conflicts.html", status=422 if error else 200, lines=lines, total=total, turn=turn,
        competitions=[(found.id, found.title) for found in competitions], typed=values, errors=messages(error),
    )  # fmt: skip


@post("/judging/conflicts", name="judging.declare", status_code=303, sync_to_thread=True)
def declare(request: Req, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        fields = ConflictForm.read(form)
        with transaction() as session:
            competition = get_competition(session, fields.competition, actor)
            own = actor.account_id or ""
            roster.declare_conflict(session, actor, competition, own, unit=fields.unit, reason=fields.reason)
    except InvalidError as error:
        return _own(request, typed(form), error)
    return redirect(request, url("judging.my_conflicts"), flash=gettext("已申报，相关评分表不会出现在您的名单里。"))


HANDLERS = [show, add, remove, declare_for, my_conflicts, declare]
