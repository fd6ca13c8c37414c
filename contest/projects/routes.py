"""The register's list, a project's page, its form, and what the register goes by."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import rules_in_force, stage_periods
from contest.db import now, reading, transaction
from contest.entries.policy import CHANGEABLE
from contest.entries.queries import entry_vetoes
from contest.errors import InvalidError
from contest.i18n import gettext
from contest.projects import finding_routes, pictures, queries, report_routes, services
from contest.projects.forms import ProjectForm, RegisterForm
from contest.projects.handing import takers
from contest.projects.measuring import INDICATORS
from contest.projects.models import LEVEL_NAMES
from contest.projects.money import wan
from contest.projects.progress import Progress
from contest.projects.reporting import count_waiting
from contest.templating import BEIJING
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, page, paging, redirect, url

Req = Request[Any, Any, Any]
NO_VALUES: Mapping[str, str] = {}
SPARE_MILESTONES = 4
_MILESTONE_BOX = re.compile(r"name\|([0-9]{1,2})")


@get("/events/{event_id:str}/projects", name="projects.index", sync_to_thread=True)
def index(request: Req, event_id: str) -> Response[str]:
    asked = paging(request, list(queries.SORTS))
    level, group = (str(request.query_params.get(key) or "") for key in ("level", "group"))
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        rows, total = queries.project_rows(
            session, found, search=asked.search, level=level, group=group, sort=asked.sort, descending=asked.descending,
            offset=asked.offset, limit=asked.size,
        )  # fmt: skip
        waiting = count_waiting(session, found.event) if found.can_manage else 0
        groups = queries.group_names(session, found.event)
    return page(
        request, "projects/index.html", blocks=("projects",), found=found, rows=rows, total=total, paging=asked,
        level=level, group=group, groups=groups, level_names=LEVEL_NAMES, wan=wan, waiting=waiting,
        can_change=found.can_manage and found.event.state in CHANGEABLE,
    )  # fmt: skip


@get("/events/{event_id:str}/projects/{entry_id:str}", name="projects.show", sync_to_thread=True)
def show(request: Req, event_id: str, entry_id: str) -> Response[str]:
    today = now().astimezone(BEIJING).date()
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        project, entry = queries.get_project(session, found, entry_id)
        progress = queries.progress_of(session, [(project, entry)])[0]
        findings = queries.findings_of(session, project.tenant_id, [project.id]).get(project.id, [])
        photos = queries.photo_ids(session, findings)
        rules = rules_in_force(session, found.event) if found.event.rule_set_id else None
        vetoes = entry_vetoes(session, entry)
    return page(
        request, "projects/show.html", found=found, project=project, entry=entry, progress=progress, findings=findings,
        photos=photos, vetoes=vetoes,
        veto_names={veto.id: veto.title or veto.id for veto in rules.vetoes} if rules else {},
        curve=pictures.investment_curve(progress), milestones=pictures.milestone_picture(progress, today), today=today,
        wan=wan, level_names=LEVEL_NAMES, words_of=pictures.words_of, is_behind=pictures.is_behind,
        can_report=found.is_contact, can_change=found.can_manage and found.event.state in CHANGEABLE,
    )  # fmt: skip


@get("/events/{event_id:str}/projects/new", name="projects.new", sync_to_thread=True)
def new(request: Req, event_id: str) -> Response[str]:
    return _form(request, event_id, None)


@get("/events/{event_id:str}/projects/{entry_id:str}/edit", name="projects.edit", sync_to_thread=True)
def edit(request: Req, event_id: str, entry_id: str) -> Response[str]:
    return _form(request, event_id, entry_id)


def _form(
    request: Req, event_id: str, entry_id: str | None, values: Mapping[str, str] = NO_VALUES,
    error: InvalidError | None = None,
) -> Response[str]:  # fmt: skip
    with reading() as session:
        found = report_routes.managed(session, request, event_id)
        progress = None
        if entry_id:
            progress = queries.progress_of(session, [queries.get_project(session, found, entry_id)])[0]
        months = queries.contest_months(found.desk, found.register)
    if progress is not None:
        months = sorted({*months, *(line.month for line in progress.months)})
        values = values or _kept(progress)
    # two ASCII digits at most: a box named name|999999999 would draw a thousand million rows
    rows = max((int(box[1]) for key in values if (box := _MILESTONE_BOX.fullmatch(key))), default=-1)
    return page(
        request, "projects/form.html", status=422 if error else 200, found=found, progress=progress, typed=values,
        errors=messages(error), months=months, milestone_rows=rows + 1 + SPARE_MILESTONES,
    )  # fmt: skip


def _kept(progress: Progress) -> dict[str, str]:
    project = progress.project
    boxes = {
        "name": progress.entry.name, "number": progress.entry.number, "owner": project.owner,
        "contractor": project.contractor, "group_name": project.group_name,
        "investment": f"{wan(project.investment):f}",
    }  # fmt: skip
    boxes |= {f"plan|{line.month}": f"{wan(line.planned):f}" for line in progress.months if line.planned}
    for index, line in enumerate(progress.milestones):
        boxes |= {f"name|{index}": line.milestone.name, f"day|{index}": line.milestone.planned_on.isoformat()}
    return boxes


@post("/events/{event_id:str}/projects", name="projects.create", sync_to_thread=True)
def create(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    return _save(request, event_id, None, form)


@post("/events/{event_id:str}/projects/{entry_id:str}", name="projects.update", sync_to_thread=True)
def update(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    return _save(request, event_id, entry_id, form)


def _save(request: Req, event_id: str, entry_id: str | None, form: FormMultiDict) -> Response[str]:
    boxes = typed(form)
    try:
        with transaction() as session:
            found = report_routes.managed(session, request, event_id)
            if entry_id:  # name and number stay those of the entry: they are changed on its own page
                _, entry = queries.get_project(session, found, entry_id)
                boxes |= {"name": entry.name, "number": entry.number}
            fields = ProjectForm.read({**form, **boxes})
            given = fields.to_input(boxes)
            project = services.register_projects(
                session, actor_of(request), found.event, [given], reason=fields.reason
            )[0]
    except InvalidError as error:
        return _form(request, event_id, entry_id, boxes, error)
    target = url("projects.show", event_id=event_id, entry_id=project.entry_id)
    return redirect(request, target, flash=gettext("已保存。"))


@get("/events/{event_id:str}/projects/settings", name="projects.settings", sync_to_thread=True)
def settings(request: Req, event_id: str) -> Response[str]:
    return _settings(request, event_id)


def _settings(
    request: Req, event_id: str, values: Mapping[str, str] = NO_VALUES, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        found = report_routes.managed(session, request, event_id)
        periods = stage_periods(session, found.event) if found.event.rule_set_id else []
        aspects = takers(rules_in_force(session, found.event)) if found.event.rule_set_id else []
    register = found.register
    kept = {
        "province_from": f"{wan(register.province_from):f}", "city_from": f"{wan(register.city_from):f}",
        "due_day": str(register.due_day),
        "finding_types": "\n".join(f"{kind} {marks}" for kind, marks in json.loads(register.finding_types)),
    }  # fmt: skip
    for key in ("due_next_month", "same_type_once", "empty_counts_full"):
        kept[key] = "1" if getattr(register, key) else ""
    kept |= {f"indicator|{key}": name for key, name in json.loads(register.indicators).items()}
    for stage, period in periods:
        span = queries.months_of_period(register, stage.key, period.key)
        kept |= {f"first|{stage.key}|{period.key}": span[0], f"last|{stage.key}|{period.key}": span[1]} if span else {}
    return page(
        request, "projects/settings.html", status=422 if error else 200, found=found, typed=values or kept,
        errors=messages(error), periods=periods, aspects=aspects, indicators=INDICATORS,
    )  # fmt: skip


@post("/events/{event_id:str}/projects/settings", name="projects.save_settings", sync_to_thread=True)
def save_settings(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    boxes = typed(form)
    try:
        fields = RegisterForm.read(form).to_input(boxes)
        with transaction() as session:
            found = report_routes.managed(session, request, event_id)
            services.save_register(session, actor_of(request), found.event, fields)
    except InvalidError as error:
        return _settings(request, event_id, boxes, error)
    return redirect(request, url("projects.index", event_id=event_id), flash=gettext("已保存。"))


router = Router(
    "/",
    route_handlers=[
        index, show, new, edit, create, update, settings, save_settings,
        *report_routes.HANDLERS, *finding_routes.HANDLERS,
    ],
)  # fmt: skip
