"""The facts of an event's entries (登记事项): the list, one entry's form, the sheet and its upload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.competitions.queries import rules_in_force
from contest.core.ruleset import RuleSet
from contest.db import reading, transaction
from contest.entries import fact_import, queries
from contest.entries.detail import read_detail, value_at
from contest.entries.entry_page import show_entry
from contest.entries.fact_fields import KIND_HINTS, KIND_WORDS, FactField, by_kind, fact_fields
from contest.entries.facts import BEGUN, OPEN, FactInput, set_facts
from contest.entries.guards import SEALED
from contest.entries.import_routes import refuse_no_workbook
from contest.entries.models import Entry
from contest.entries.queries import EventDesk
from contest.entries.spreadsheets import facts_template
from contest.errors import ForbiddenError, InvalidError
from contest.i18n import N_, current_language, gettext
from contest.web.forms import messages, typed, uploaded
from contest.web.pages import XLSX, actor_of, download, page, paging, redirect, url

Req = Request[Any, Any, Any]
NOTHING: Mapping[str, str] = {}


def _desk(session: Session, request: Req, event_id: str) -> EventDesk:
    desk = queries.event_desk(session, actor_of(request), event_id)
    if not desk.can_set_factors:
        raise ForbiddenError(N_("只有本竞赛的组织者可以登记随参赛给出的事项。"))
    return desk


@get("/events/{event_id:str}/facts", name="entries.facts", sync_to_thread=True)
def fact_list(request: Req, event_id: str) -> Response[str]:
    return _fact_list(request, event_id)


def _fact_list(
    request: Req, event_id: str, values: Mapping[str, str] = NOTHING, error: InvalidError | None = None
) -> Response[str]:
    """What the rule set reads, and a page of entries with what is registered for each."""
    asked = paging(request, ["number", "name", "unit"])
    only = str(request.query_params.get("only") or "")
    only = only if only in {"told", "untold"} else "registered"
    with reading() as session:
        desk = _desk(session, request, event_id)
        groups = by_kind(fact_fields(rules_in_force(session, desk.event)))
        figures = queries.counts(session, desk)
        entries, total = queries.entries_page(
            session, desk, search=asked.search, only=only, sort=asked.sort, descending=asked.descending,
            offset=asked.offset, limit=asked.size,
        )  # fmt: skip
        lines = [(entry, list(_given(groups, entry))) for entry in entries]
    return page(
        request, "entries/facts.html", blocks=("facts",), status=422 if error else 200, desk=desk, groups=groups,
        figures=figures, lines=lines, total=total, paging=asked, only=only, kind_words=KIND_WORDS,
        kind_hints=KIND_HINTS, is_open=desk.event.state in OPEN, needs_reason=desk.event.state in BEGUN, typed=values,
        errors=messages(error), sealed=desk.event.state in SEALED,
    )  # fmt: skip


def _given(groups: list[tuple[str, list[FactField]]], entry: Entry) -> Iterator[tuple[str, str, str]]:
    """(kind, the rule set's word, value in words) of what is registered for one entry."""
    detail = read_detail(entry.detail)
    for kind, fields in groups:
        for item in fields:
            if value := value_at(detail, kind, item.place):
                yield kind, item.title, "" if item.is_yes_no else item.shown(value)


@get("/events/{event_id:str}/facts/template", name="entries.fact_template", sync_to_thread=True)
def fact_template(request: Req, event_id: str) -> Response[bytes]:
    with reading() as session:
        desk = _desk(session, request, event_id)
        rules = rules_in_force(session, desk.event)
        book = facts_template(rules, _records(session, desk, rules), current_language())
    return download(book, f"{desk.event.title}-登记事项.xlsx", XLSX)


def _records(session: Session, desk: EventDesk, rules: RuleSet) -> Iterator[dict[str, object]]:
    """One record per entry, with what is registered; what is not said of an entry stays blank."""
    fields = fact_fields(rules)
    for entry in queries.entries_of(session, desk.event):
        detail = read_detail(entry.detail)
        values = {item.key: _cell(item, value_at(detail, item.kind, item.place)) for item in fields}
        yield {"number": entry.number, "name": entry.name, **values}


def _cell(item: FactField, value: str) -> object:
    if not value or item.choices or item.is_yes_no or item.kind == "wild_card":
        return value or None
    return Decimal(value) if item.kind == "measure" else int(value)


@post("/events/{event_id:str}/facts", name="entries.upload_facts", sync_to_thread=True)
def upload_facts(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        filename, data = uploaded(form, "file")
        if not filename.lower().endswith((".csv", ".txt", ".tsv")):
            refuse_no_workbook(data)
        here = url("entries.facts", event_id=event_id)
        with transaction() as session:
            desk = _desk(session, request, event_id)
            job = fact_import.start_facts(
                session, actor_of(request), desk.event, data, filename, typed(form).get("fact_reason", "").strip(),
                next_url=here, back_url=here, language=current_language(),
            )  # fmt: skip
    except InvalidError as error:
        return _fact_list(request, event_id, typed(form), error)
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


@post("/events/{event_id:str}/entries/{entry_id:str}/facts", name="entries.save_facts", sync_to_thread=True)
def save_facts(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    values = typed(form)  # of a box sent twice the last: a hidden empty one stands before every tick box
    try:
        with transaction() as session:
            desk = _desk(session, request, event_id)
            entry = queries.get_entry(session, desk, entry_id)
            inputs = [FactInput(entry.id, key, value) for key, value in values.items() if key.startswith("fact|")]
            changed = set_facts(
                session, actor_of(request), desk.event, inputs,
                reason=values.get("fact_reason", ""), seen=values.get("seen", ""),
            )  # fmt: skip
    except InvalidError as error:
        return show_entry(request, event_id, entry_id, values, error)
    done = gettext("已保存 %(n)s 项。") % {"n": changed}
    return redirect(request, url("entries.show", event_id=event_id, entry_id=entry_id), flash=done)


HANDLERS = [fact_list, fact_template, upload_facts, save_facts]
