"""The versions of a rule set: listed, compared with each other and with those of other events, copied."""

from __future__ import annotations

import json
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.actors import Actor
from contest.competitions import editing, queries, versions
from contest.competitions import rule_services as services
from contest.competitions.comparing import compared
from contest.competitions.models import Event, RuleSetVersion
from contest.db import reading, transaction
from contest.i18n import gettext
from contest.web.pages import actor_of, page, paging, redirect, url

Req = Request[Any, Any, Any]
OFFERED = 50
"""Versions in the two lists of the comparison."""


@get("/events/{event_id:str}/rules/versions", name="competitions.rule_versions", sync_to_thread=True)
def rule_versions(request: Req, event_id: str) -> Response[str]:
    asked = paging(request, ("version",), size=30)
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
        rows, total = versions.version_rows(session, draft.event, offset=asked.offset, limit=asked.size)
        newest = queries.newest_version(session, draft.event)
    return page(
        request, "competitions/versions.html", draft=draft, rows=rows, total=total, paging=asked, newest=newest,
        may_copy=services.may_write(draft.competition, actor_of(request), draft.event),
    )  # fmt: skip


@get("/events/{event_id:str}/rules/others", name="competitions.other_rules", sync_to_thread=True)
def other_rules(request: Req, event_id: str) -> Response[str]:
    """The rule sets of other events that the actor may see."""
    asked = paging(request, tuple(versions.SORTS), size=30)
    descending = asked.descending if request.query_params.get("sort") else True
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
        newest = queries.newest_version(session, draft.event)
        rows, total = versions.other_rule_sets(
            session, actor_of(request), draft.event, search=asked.search, sort=asked.sort, descending=descending,
            offset=asked.offset, limit=asked.size,
        )  # fmt: skip
    return page(
        request, "competitions/others.html", blocks=("others",), draft=draft, rows=rows, total=total, paging=asked,
        descending=descending, newest=newest,
        may_copy=services.may_write(draft.competition, actor_of(request), draft.event),
    )  # fmt: skip


@get("/events/{event_id:str}/rules/compare", name="competitions.compare_rules", sync_to_thread=True)
def compare_rules(request: Req, event_id: str) -> Response[str]:
    """Two versions, `old` and `new` (ids, of this or another event): by default what the newest changes."""
    actor = actor_of(request)
    with reading() as session:
        draft = editing.draft_of(session, actor, event_id)
        rows, _ = versions.version_rows(session, draft.event, limit=OFFERED)
        sides = [
            _side(session, actor, str(request.query_params.get(name) or default))
            for name, default in zip(("old", "new"), _defaults(draft.event, [row.id for row in rows]), strict=True)
        ]
    documents = [json.loads(side[1].document) if side else {} for side in sides]
    parts = compared(*documents) if all(sides) else []
    return page(request, "competitions/compare.html", draft=draft, rows=rows, old=sides[0], new=sides[1], parts=parts)


def _side(session: Session, actor: Actor, version_id: str) -> tuple[Event, RuleSetVersion] | None:
    return versions.version_by_id(session, actor, version_id) if version_id else None


def _defaults(event: Event, ids: list[str]) -> tuple[str, str]:
    """The version in force (or the one before the newest), and the newest."""
    if not ids:
        return "", ""
    before = event.rule_set_id if event.rule_set_id and event.rule_set_id != ids[0] else (ids[1:] or ids)[0]
    return before, ids[0]


@post("/events/{event_id:str}/rules/copy", name="competitions.copy_rules", sync_to_thread=True)
def copy_rules(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    """A version of this or another event becomes the new draft."""
    actor = actor_of(request)
    with transaction() as session:
        event = queries.get_event(session, event_id, actor)
        origin, source = versions.version_by_id(session, actor, str(form.get("version", "")))
        names = {"event": origin.title[:120], "n": source.version}
        note = gettext("复制自“%(event)s”第 %(n)s 版") % names
        services.copy_version(session, actor, event, source, base=str(form.get("base", "")), note=note)
    done = gettext("已复制为新的草稿，请逐项检查。")
    return redirect(request, url("competitions.rules", event_id=event_id), flash=done)


@post("/events/{event_id:str}/rules/set-aside", name="competitions.set_aside_rules", sync_to_thread=True)
def set_aside_rules(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    with transaction() as session:
        event = queries.get_event(session, event_id, actor_of(request))
        services.set_aside(session, actor_of(request), event, base=str(form.get("base", "")))
    done = gettext("修改稿已放弃，现行办法不变。")
    return redirect(request, url("competitions.rule_versions", event_id=event_id), flash=done)


HANDLERS = (rule_versions, other_rules, compare_rules, copy_rules, set_aside_rules)
