"""Site findings with their photographs, vetoes from them, and the visits between groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile

from contest.competitions.queries import rules_in_force
from contest.db import now, reading, transaction
from contest.errors import ForbiddenError, InvalidError
from contest.i18n import N_, gettext
from contest.projects import queries, services
from contest.projects.forms import FindingForm, VetoForm, WithdrawForm
from contest.projects.inspecting import FindingInput, draw_photos
from contest.projects.registering import finding_types
from contest.projects.visiting import visitors_of
from contest.templating import BEIJING
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, download, page, redirect, url

Req = Request[Any, Any, Any]
NO_VALUES: Mapping[str, str] = {}
BASE = "/events/{event_id:str}/projects/{entry_id:str}/findings"


@get(BASE + "/new", name="projects.new_finding", sync_to_thread=True)
def new_finding(request: Req, event_id: str, entry_id: str) -> Response[str]:
    return _new(request, event_id, entry_id)


def _new(
    request: Req, event_id: str, entry_id: str, values: Mapping[str, str] = NO_VALUES, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        project, entry = queries.get_project(session, found, entry_id)
    if not found.can_manage:
        raise ForbiddenError(N_("只有本竞赛的组织者可以登记检查问题。"))
    today = now().astimezone(BEIJING).date().isoformat()
    return page(
        request, "projects/new_finding.html", status=422 if error else 200, found=found, project=project, entry=entry,
        typed=values or {"found_on": today}, errors=messages(error), types=finding_types(found.register),
    )  # fmt: skip


@post(BASE, name="projects.add_finding", sync_to_thread=True)
def add_finding(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    uploads = [item for item in form.getall("photos", []) if isinstance(item, UploadFile) and item.filename]
    try:
        fields = FindingForm.read(form)
        with reading() as session:  # before the slow part: nobody else's pictures are drawn
            found = queries.register_desk(session, actor_of(request), event_id)
            queries.get_project(session, found, entry_id)
        if not found.can_manage:
            raise ForbiddenError(N_("只有本竞赛的组织者可以登记检查问题。"))
        pictures = draw_photos([item.file.read() for item in uploads])
        with transaction() as session:
            project, _ = queries.get_project(session, found, entry_id)
            services.add_finding(session, actor_of(request), project, FindingInput(**fields.model_dump()), pictures)
    except InvalidError as error:
        return _new(request, event_id, entry_id, typed(form), error)
    target = url("projects.show", event_id=event_id, entry_id=entry_id)
    return redirect(request, target, flash=gettext("已登记检查问题。"))


@get(BASE + "/{finding_id:str}", name="projects.finding", sync_to_thread=True)
def finding(request: Req, event_id: str, entry_id: str, finding_id: str) -> Response[str]:
    return _finding(request, event_id, entry_id, finding_id)


def _finding(
    request: Req, event_id: str, entry_id: str, finding_id: str, values: Mapping[str, str] = NO_VALUES,
    error: InvalidError | None = None,
) -> Response[str]:  # fmt: skip
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        project, entry = queries.get_project(session, found, entry_id)
        row = queries.get_finding(session, project, finding_id)
        photos = queries.photo_ids(session, [row]).get(row.id, [])
        rules = rules_in_force(session, found.event) if found.event.rule_set_id else None
    return page(
        request, "projects/finding.html", status=422 if error else 200, found=found, project=project, entry=entry,
        row=row, photos=photos, typed=values, errors=messages(error),
        veto_names={veto.id: veto.title or veto.id for veto in rules.vetoes} if rules else {},
    )  # fmt: skip


@post(BASE + "/{finding_id:str}/withdraw", name="projects.withdraw_finding", sync_to_thread=True)
def withdraw_finding(request: Req, event_id: str, entry_id: str, finding_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = WithdrawForm.read(form)
        with transaction() as session:
            found = queries.register_desk(session, actor_of(request), event_id)
            project, _ = queries.get_project(session, found, entry_id)
            row = queries.get_finding(session, project, finding_id)
            services.withdraw_finding(session, actor_of(request), project, row, fields.withdrawn_reason)
    except InvalidError as error:
        return _finding(request, event_id, entry_id, finding_id, typed(form), error)
    target = url("projects.show", event_id=event_id, entry_id=entry_id)
    return redirect(request, target, flash=gettext("已撤回，扣分不再计算。"))


@post(BASE + "/{finding_id:str}/veto", name="projects.give_veto", sync_to_thread=True)
def give_veto(request: Req, event_id: str, entry_id: str, finding_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = VetoForm.read(form)
        with transaction() as session:
            found = queries.register_desk(session, actor_of(request), event_id)
            project, entry = queries.get_project(session, found, entry_id)
            row = queries.get_finding(session, project, finding_id)
            services.veto_for(session, actor_of(request), project, entry, row, **fields.model_dump())
    except InvalidError as error:
        return _finding(request, event_id, entry_id, finding_id, typed(form), error)
    done = gettext("已登记一票否决：得分保留，不能获奖。")
    return redirect(request, url("projects.show", event_id=event_id, entry_id=entry_id), flash=done)


@get(BASE + "/{finding_id:str}/photos/{photo_id:str}/file", name="projects.photo", sync_to_thread=True)
def photo(request: Req, event_id: str, entry_id: str, finding_id: str, photo_id: str) -> Response[bytes]:
    """A photograph, for those who may see its project; never sniffed, never run in our origin."""
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        project, _ = queries.get_project(session, found, entry_id)
        row = queries.get_photo(session, queries.get_finding(session, project, finding_id), photo_id)
    return download(row.data, f"{row.id}.jpg", "image/jpeg", inline=True)


@get("/events/{event_id:str}/projects/visits", name="projects.visits", sync_to_thread=True)
def visits(request: Req, event_id: str) -> Response[str]:
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        visitors = visitors_of(session, found)
        groups = queries.group_names(session, found.event)
    return page(request, "projects/visits.html", found=found, visitors=visitors, groups=groups)


@post("/events/{event_id:str}/projects/visits", name="projects.save_visits", sync_to_thread=True)
def save_visits(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    wanted = {key[6:]: text for key, text in typed(form).items() if key.startswith("group|")}
    with transaction() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        new = services.set_visitors(session, actor_of(request), found, wanted)
    done = gettext("已保存，新增 %(n)s 条回避。") % {"n": new}
    return redirect(request, url("projects.visits", event_id=event_id), flash=done)


HANDLERS = [new_finding, add_finding, finding, withdraw_finding, give_veto, photo, visits, save_visits]
