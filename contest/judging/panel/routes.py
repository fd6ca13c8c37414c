"""The panel page: who judges which stage, enrolment codes for their tablets, recusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.accounts.queries import get_account
from contest.actors import Actor
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of, get_event, get_stage, usable_organizations
from contest.db import reading, transaction
from contest.documents.qr import qr_svg
from contest.errors import InvalidError, NotFoundError
from contest.i18n import N_, error_text, gettext
from contest.judging.forms import AppointForm, JudgeForm, RecusalForm
from contest.judging.models import ROLE_NAMES, PanelRole
from contest.judging.panel import services as panels
from contest.judging.panel.marked import MarkedError
from contest.judging.panel.queries import find_entry, own_seat, panel_view
from contest.judging.panel.recusing import recuse as recuse_by_hand
from contest.judging.panel.recusing_routes import show_asking
from contest.judging.policy import can_manage_panel
from contest.judging.queries import get_member, members_of
from contest.organizations.queries import get_organization
from contest.web.forms import typed
from contest.web.pages import actor_of, enrolment_address, page, redirect, url

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/panel", name="judging.panel", sync_to_thread=True)
def panel(request: Req, event_id: str) -> Response[str]:
    return show_panel(request, event_id)


def show_panel(
    request: Req, event_id: str, *, values: dict[str, str] | None = None, error: InvalidError | None = None
) -> Response[str]:
    actor = actor_of(request)
    search = str(request.query_params.get("q") or "").strip()[:50]
    with reading() as session:
        view = panel_view(session, actor, event_id, search)
        units = usable_organizations(session, actor) if view.can_manage else ()
    return page(
        request,
        "judging/panel.html",
        status=422 if error else 200,
        view=view,
        roles=[(role.value, gettext(text)) for role, text in ROLE_NAMES.items()],
        role_names=ROLE_NAMES,
        units=[(unit.id, unit.name) for unit in units],
        typed=values or {},
        errors={key: error_text(found) for key, found in error.fields.items()} if error else {},
    )


def _change(
    request: Req, event_id: str, form: FormMultiDict, work: Callable[[Session, Actor, Event], str]
) -> Response[str]:
    """Runs one change of the panel; what can't be taken comes back on the same page, nothing typed is lost."""
    actor = actor_of(request)
    try:
        with transaction() as session:
            text = work(session, actor, get_event(session, event_id, actor))
    except InvalidError as error:
        return show_panel(request, event_id, values=typed(form), error=error)
    return redirect(request, url("judging.panel", event_id=event_id), flash=text)


def _stage(session: Session, event: Event, stage_id: str) -> Stage:
    stage = get_stage(session, stage_id)
    if stage.event_id != event.id:
        raise NotFoundError(N_("找不到这个阶段。"))
    return stage


@post("/events/{event_id:str}/panel/appoint", name="judging.appoint", status_code=303, sync_to_thread=True)
def appoint(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    def work(session: Session, actor: Actor, event: Event) -> str:
        fields = AppointForm.read(form)
        stage, account = _stage(session, event, fields.stage), get_account(session, fields.account)
        if get_organization(session, account.organization_id).tenant_id != event.tenant_id:
            raise NotFoundError(N_("找不到这个人。"))
        scores = True if fields.scores and fields.role is PanelRole.CHIEF else None
        member = panels.appoint(session, actor, stage, account, fields.role, scores=scores)
        return gettext("%(name)s 已任命，代号 %(code)s。") % {"name": account.name, "code": member.code}

    return _change(request, event_id, form, work)


@post("/events/{event_id:str}/panel/judges", name="judging.create_judge", status_code=303, sync_to_thread=True)
def create_judge(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    def work(session: Session, actor: Actor, event: Event) -> str:
        fields = JudgeForm.read(form)
        stage = _stage(session, event, fields.stage)
        chosen = get_organization(session, fields.organization) if fields.organization else None
        if fields.external:
            member = panels.appoint_external(session, actor, stage, fields.name, organization=chosen)
        else:
            unit = chosen or get_organization(session, competition_of(session, event).organization_id)
            member = panels.create_judge(
                session, actor, stage, name=fields.name, organization=unit, phone=fields.phone, role=fields.role
            )
        return gettext("%(name)s 已任命，代号 %(code)s。") % {"name": fields.name, "code": member.code}

    return _change(request, event_id, form, work)


@post("/events/{event_id:str}/panel/{member_id:str}/enrol", name="judging.enrol", status_code=200, sync_to_thread=True)
def enrol(request: Req, event_id: str, member_id: str) -> Response[str]:
    """The one-time code is shown once, right here; the page behind the link belongs to accounts."""
    actor = actor_of(request)
    with transaction() as session:
        event = get_event(session, event_id, actor)
        member = get_member(session, event, member_id)
        token = panels.make_enrolment(session, actor, member)
        name = next(line.name for line in members_of(session, event) if line.member.id == member.id)
    link = enrolment_address(url("accounts.enrol", token=token))
    code = qr_svg(link, title=gettext("平板登记码"))
    return page(request, "judging/enrol.html", event=event, member=member, name=name, link=link, qr=code)


@get("/events/{event_id:str}/panel/{member_id:str}/remove", name="judging.ask_remove", sync_to_thread=True)
def ask_remove(request: Req, event_id: str, member_id: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        event = get_event(session, event_id, actor)
        member = get_member(session, event, member_id)
        if not can_manage_panel(actor, competition_of(session, event)):
            raise NotFoundError(N_("裁判组里找不到这个人。"))
        name = next(line.name for line in members_of(session, event) if line.member.id == member.id)
    return page(request, "judging/remove.html", blocks=("confirm",), event=event, member=member, name=name)


@post("/events/{event_id:str}/panel/{member_id:str}/remove", name="judging.remove", status_code=303,
      sync_to_thread=True)  # fmt: skip
def remove(request: Req, event_id: str, member_id: str, form: FormMultiDict) -> Response[str]:
    def work(session: Session, actor: Actor, event: Event) -> str:
        member = get_member(session, event, member_id)
        panels.remove_member(session, actor, member)
        return gettext("%(code)s 已移出裁判组。") % {"code": member.code}

    return _change(request, event_id, form, work)


@post("/events/{event_id:str}/panel/recusals", name="judging.recuse", status_code=303, sync_to_thread=True)
def recuse(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    def work(session: Session, actor: Actor, event: Event) -> str:
        fields = RecusalForm.read(form)
        member = get_member(session, event, fields.member)
        by_name = can_manage_panel(actor, competition_of(session, event))
        entry = find_entry(session, event, fields.entry, by_name=by_name)
        recuse_by_hand(session, actor, member, entry, fields.reason, own_seat(session, actor, member))
        return gettext("回避已登记。")

    try:
        return _change(request, event_id, form, work)
    except MarkedError:
        return show_asking(request, event_id, typed(form))


@post("/events/{event_id:str}/panel/recusals/find", name="judging.find_recusals", status_code=303,
      sync_to_thread=True)  # fmt: skip
def find_recusals(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    def work(session: Session, actor: Actor, event: Event) -> str:
        found = panels.refresh_recusals(session, actor, event)
        return gettext("查找完毕，新登记本单位回避 %(n)s 对。") % {"n": found}

    return _change(request, event_id, form, work)


HANDLERS = [panel, appoint, create_judge, enrol, ask_remove, remove, recuse, find_recusals]
