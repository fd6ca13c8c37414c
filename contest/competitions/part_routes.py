"""The rule-set editor: every part in a form of its own, moved and removed. All of it works without script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions import editing, queries, removals
from contest.competitions import rule_services as services
from contest.competitions.editing import Draft
from contest.competitions.models import RemovedPart
from contest.competitions.moving import ways
from contest.competitions.part_forms import Changed, PartForm, apply_part, part_form, put_in
from contest.competitions.parts import RULES
from contest.competitions.rule_routes import WORDS
from contest.competitions.sheet_preview import SheetPreview, sheet_preview
from contest.competitions.wording import chapters
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError, NotFoundError
from contest.i18n import error_text, gettext
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, page, redirect, url

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/rules", name="competitions.rules", sync_to_thread=True)
def rules(request: Req, event_id: str) -> Response[str]:
    """The editor; `at` names the part whose form stands in the side panel, `sheet` the stage whose sheet does."""
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
        removed = removals.restorable(session, draft)
    if draft.version is None:
        return redirect(request, url("competitions.start_rules", event_id=event_id))
    at, wanted, sheet = (str(request.query_params.get(name) or "") for name in ("at", "kind", "sheet"))
    part = part_form(draft, at, wanted) if at else None
    return _editor(request, draft, part, removed=removed, preview=sheet_preview(draft, at or sheet))


def _editor(
    request: Req, draft: Draft, part: PartForm | None, error: DomainError | None = None,
    *, removed: Sequence[RemovedPart] = (), preview: SheetPreview | None = None,
) -> Response[str]:  # fmt: skip
    status = 200 if error is None else 409 if isinstance(error, ConflictError) else 422
    general = chapters(draft.outline.rules)[0].sentences if draft.outline.rules else ()
    return page(
        request, "competitions/rules.html", general=general, blocks=("main", "aside"), status=status, draft=draft,
        outline=draft.outline, part=part, problem=error_text(error) if error else "", removed=removed,
        errors=messages(error if isinstance(error, InvalidError) else None), RULES=RULES, preview=preview,
        stored=part.stored if part and status == 409 else {}, ways=ways, **WORDS,  # noqa: PLR2004 (Conflict)
    )  # fmt: skip


@post("/events/{event_id:str}/rules/preview", name="competitions.preview_part", sync_to_thread=True)
def preview_part(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    """The totals and the judge's sheet as they would be with what is typed; nothing is saved."""
    values = typed(form)
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    try:
        changed = put_in(draft, part_form(draft, values.get("at", ""), values.get("kind", ""), values))
    except NotFoundError:  # somebody has removed it meanwhile: saving says so
        changed = Changed(draft.document, "")
    tried = replace(draft, document=changed.document)
    return page(
        request, "competitions/rules.html", blocks=("beside",), layout="layouts/fragment.html", draft=tried,
        preview=sheet_preview(tried, changed.path), tried=True,
    )  # fmt: skip


@post("/events/{event_id:str}/rules/part", name="competitions.save_part", sync_to_thread=True)
def save_part(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    values = typed(form)
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    part = part_form(draft, values.get("at", ""), values.get("kind", ""), values)
    try:
        changed = apply_part(draft, part)
        with transaction() as session:
            event = queries.get_event(session, event_id, actor_of(request))
            services.save_rule_set(session, actor_of(request), event, changed.document, base=str(form.get("base", "")))
    except (InvalidError, ConflictError) as error:
        return _editor(request, draft, part, error, preview=sheet_preview(draft, part.path))
    if values.get("then") == "another":
        target = url("competitions.rules", event_id=event_id, at=part.list_path, kind=part.kind)
    else:
        target = url("competitions.rules", event_id=event_id)
    return redirect(request, f"{target}#{editing.anchor(changed.path)}", flash=gettext("已保存。"))


@post("/events/{event_id:str}/rules/move", name="competitions.move_part", sync_to_thread=True)
def move_part(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    at, way, into, index = (str(form.get(name, "")) for name in ("at", "by", "to", "index"))
    with transaction() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
        path = editing.moved(draft, at, way, into, index)
        services.save_rule_set(session, actor_of(request), draft.event, draft.document, base=str(form.get("base", "")))
    return redirect(request, url("competitions.rules", event_id=event_id) + f"#{editing.anchor(path)}")


@get("/events/{event_id:str}/rules/remove", name="competitions.ask_remove_part", sync_to_thread=True)
def ask_remove_part(request: Req, event_id: str) -> Response[str]:
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    removal = editing.removal(draft, str(request.query_params.get("at") or ""))
    return page(request, "competitions/remove.html", blocks=("confirm",), draft=draft, removal=removal)


@post("/events/{event_id:str}/rules/remove", name="competitions.remove_part", sync_to_thread=True)
def remove_part(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    with transaction() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
        at, base = str(form.get("at", "")), str(form.get("base", ""))
        kept = removals.remove_part(session, actor_of(request), draft, at, base)
        done = gettext("已删除 %(words)s，可以在“最近删除”里恢复。") % {"words": kept.words}
    return redirect(request, url("competitions.rules", event_id=event_id) + "#removed", flash=done[:900])


@post("/events/{event_id:str}/rules/restore", name="competitions.restore_part", sync_to_thread=True)
def restore_part(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    """Takes a removal back."""
    with transaction() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
        removed, base = str(form.get("removed", "")), str(form.get("base", ""))
        path = removals.restore_part(session, actor_of(request), draft, removed, base)
    place = url("competitions.rules", event_id=event_id) + f"#{editing.anchor(path)}"
    return redirect(request, place, flash=gettext("已恢复。"))


HANDLERS = (rules, preview_part, save_part, move_part, ask_remove_part, remove_part, restore_part)
