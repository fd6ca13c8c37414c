"""Facts about entries: factors (difficulty) by form and by Excel, vetoes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.competitions.queries import rules_in_force
from contest.core.ruleset import RuleSet
from contest.db import reading, transaction
from contest.entries import factor_import, factors, queries, vetoes
from contest.entries.entry_page import show_entry
from contest.entries.forms import VetoForm, WithdrawVetoForm
from contest.entries.guards import SEALED
from contest.entries.import_routes import refuse_no_workbook
from contest.entries.models import Veto
from contest.entries.queries import EventDesk
from contest.entries.spreadsheets import factor_sheet, factors_workbook
from contest.errors import ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_, current_language, gettext
from contest.web.forms import messages, typed, uploaded
from contest.web.pages import XLSX, actor_of, download, page, redirect, url

Req = Request[Any, Any, Any]


def _desk(session: Session, request: Req, event_id: str) -> EventDesk:
    desk = queries.event_desk(session, actor_of(request), event_id)
    if not desk.can_set_factors:
        raise ForbiddenError(N_("只有本竞赛的组织者可以登记难度系数和一票否决。"))
    return desk


@get("/events/{event_id:str}/factors", name="entries.factors", sync_to_thread=True)
def factor_page(request: Req, event_id: str) -> Response[str]:
    return _factor_page(request, event_id)


def _factor_page(request: Req, event_id: str, error: InvalidError | None = None) -> Response[str]:
    with reading() as session:
        desk = _desk(session, request, event_id)
        rules = rules_in_force(session, desk.event)
        figures = queries.counts(session, desk)
        known = len(queries.factors_of(session, desk.event))
    return page(
        request, "entries/factors.html", status=422 if error else 200, desk=desk, places=factors.factor_places(rules),
        known=known, figures=figures, is_open=desk.event.state in factors.OPEN, errors=messages(error),
        sealed=desk.event.state in SEALED,
    )  # fmt: skip


@get("/events/{event_id:str}/factors/template", name="entries.factor_template", sync_to_thread=True)
def factor_template(request: Req, event_id: str) -> Response[bytes]:
    with reading() as session:
        desk = _desk(session, request, event_id)
        rules = rules_in_force(session, desk.event)
        book = factors_workbook(rules, _known_factors(session, desk, rules), current_language())
    return download(book, f"{desk.event.title}-难度系数.xlsx", XLSX)


def _known_factors(session: Session, desk: EventDesk, rules: RuleSet) -> Iterator[dict[str, object]]:
    """One record per entry and repetition, with the factors that are known."""
    known = {
        (entry.id, factor.repetition, f"{factor.stage_key}|{factor.aspect}"): factor.value
        for entry, factor in queries.factors_of(session, desk.event)
    }
    rounds = max((place.repetition for place in factors.factor_places(rules)), default=1)
    columns = [column.key for column in factor_sheet(rules).columns if "|" in column.key]
    for entry in queries.entries_of(session, desk.event):
        for repetition in range(1, rounds + 1):
            values = {key: known.get((entry.id, repetition, key)) for key in columns}
            yield {"number": entry.number, "name": entry.name, "repetition": repetition, **values}


@post("/events/{event_id:str}/factors", name="entries.upload_factors", sync_to_thread=True)
def upload_factors(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        filename, data = uploaded(form, "file")
        if not filename.lower().endswith((".csv", ".txt", ".tsv")):
            refuse_no_workbook(data)
        here = url("entries.factors", event_id=event_id)
        with transaction() as session:
            desk = _desk(session, request, event_id)
            job = factor_import.start_factors(
                session, actor_of(request), desk.event, data, filename, next_url=here, back_url=here,
                language=current_language(),
            )  # fmt: skip
    except InvalidError as error:
        return _factor_page(request, event_id, error)
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


@post("/events/{event_id:str}/entries/{entry_id:str}/factors", name="entries.save_factors", sync_to_thread=True)
def save_factors(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            desk = _desk(session, request, event_id)
            entry = queries.get_entry(session, desk, entry_id)
            changed = factors.set_factors(session, actor_of(request), desk.event, list(_typed_factors(entry.id, form)))
    except InvalidError as error:
        return _refused(request, event_id, entry_id, form, error)
    done = gettext("已保存 %(n)s 个系数。") % {"n": changed}
    return redirect(request, url("entries.show", event_id=event_id, entry_id=entry_id), flash=done)


def _typed_factors(entry_id: str, form: FormMultiDict) -> Iterator[factors.FactorInput]:
    for key, value in typed(form).items():
        parts = key.split("|")
        if parts[0] == "factor" and len(parts) == 4 and parts[3].isascii() and parts[3].isdigit():  # noqa: PLR2004
            yield factors.FactorInput(entry_id, parts[1], parts[2], int(parts[3]), value)


def _refused(request: Req, event_id: str, entry_id: str, form: FormMultiDict, error: InvalidError) -> Response[str]:
    """The entry's page again, with what was typed and what is wrong."""
    return show_entry(request, event_id, entry_id, typed(form), error)


@post("/events/{event_id:str}/entries/{entry_id:str}/vetoes", name="entries.give_veto", sync_to_thread=True)
def give_veto(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = VetoForm.read(form)
        with transaction() as session:
            desk = _desk(session, request, event_id)
            entry = queries.get_entry(session, desk, entry_id)
            vetoes.give_veto(session, actor_of(request), entry, **fields.model_dump())
    except InvalidError as error:
        return _refused(request, event_id, entry_id, form, error)
    done = gettext("已登记一票否决：得分保留，不能获奖。")
    return redirect(request, url("entries.show", event_id=event_id, entry_id=entry_id), flash=done)


@post(
    "/events/{event_id:str}/entries/{entry_id:str}/vetoes/{veto_id:str}",
    name="entries.withdraw_veto",
    sync_to_thread=True,
)
def withdraw_veto(request: Req, event_id: str, entry_id: str, veto_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = WithdrawVetoForm.read(form)
        with transaction() as session:
            desk = _desk(session, request, event_id)
            entry = queries.get_entry(session, desk, entry_id)
            veto = session.get(Veto, (entry.tenant_id, veto_id))
            if veto is None or veto.entry_id != entry.id:
                raise NotFoundError(N_("找不到这项一票否决。"))
            vetoes.withdraw_veto(session, actor_of(request), entry, veto, reason=fields.withdraw_reason)
    except InvalidError as error:
        return _refused(request, event_id, entry_id, form, error)
    done = gettext("已撤回一票否决。")
    return redirect(request, url("entries.show", event_id=event_id, entry_id=entry_id), flash=done)


HANDLERS = [factor_page, factor_template, upload_factors, save_factors, give_veto, withdraw_veto]
