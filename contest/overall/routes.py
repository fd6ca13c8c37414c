"""Tables over several events: the desk's pages, and what the public reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.acts.models import STATE_NAMES
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_, error_text, gettext
from contest.overall import confirming, queries, services
from contest.overall.forms import PRESETS, TIES, TableForm, at_boxes, boxes_of, chosen_events, tie_value
from contest.overall.rendering import table_pdf
from contest.overall.words import RANKINGS, rule_sentences, table_words, tie_words
from contest.publications.queries import version_number
from contest.web.forms import messages, typed
from contest.web.pages import PDF, actor_of, download, page, paging, redirect, url
from contest.web.problems import STATUS
from contest.web.public import brief, path_language, public_get, public_page

Req = Request[Any, Any, Any]


@get("/competitions/{competition_id:str}/overall", name="overall.index", sync_to_thread=True)
def index(request: Req, competition_id: str) -> Response[str]:
    asked = paging(request, list(queries.SORTS))
    with reading() as session:
        desk = queries.desk_of(session, actor_of(request), competition_id)
        lines, total = queries.table_lines(
            session, desk, search=asked.search, sort=asked.sort, descending=asked.descending, offset=asked.offset,
            limit=asked.size,
        )  # fmt: skip
    return page(request, "overall/index.html", blocks=("tables",), desk=desk, lines=lines, total=total, paging=asked)


@get("/competitions/{competition_id:str}/overall/new", name="overall.new", sync_to_thread=True)
def new(request: Req, competition_id: str) -> Response[str]:
    kind = str(request.query_params.get("kind") or "team")
    return _form(request, competition_id, None, PRESETS.get(kind, PRESETS["team"]))


@post("/competitions/{competition_id:str}/overall", name="overall.create", sync_to_thread=True)
def create(request: Req, competition_id: str, form: FormMultiDict) -> Response[str]:
    document: dict[str, object] = {}
    try:
        with transaction() as session:
            desk = queries.desk_of(session, actor_of(request), competition_id)
            fields = TableForm.read(form)
            document = fields.to_document(typed(form))
            table = services.create_table(
                session, actor_of(request), desk.competition, document, title_en=fields.title_en
            )
    except InvalidError as error:
        return _form(request, competition_id, None, typed(form), chosen_events(form), at_boxes(error, document))
    return redirect(request, url("overall.show", table_id=table.id), flash=gettext("已保存为草稿，核对后定稿。"))


@get("/overall/{table_id:str}/edit", name="overall.edit", sync_to_thread=True)
def edit(request: Req, table_id: str) -> Response[str]:
    with reading() as session:
        desk, table = queries.get_table(session, actor_of(request), table_id)
        newest = queries.rule_versions(session, table)[0]
    boxes, events = boxes_of(queries.rule_of(newest.document), table.title_en)
    boxes |= {"seen": str(newest.version), "reason": "" if newest.adopted_at else newest.reason}
    return _form(request, desk.competition.id, table_id, boxes, events)


@post("/overall/{table_id:str}/edit", name="overall.update", sync_to_thread=True)
def update(request: Req, table_id: str, form: FormMultiDict) -> Response[str]:
    document: dict[str, object] = {}
    desk = None
    try:
        with transaction() as session:
            desk, table = queries.get_table(session, actor_of(request), table_id)
            fields = TableForm.read(form)
            document = fields.to_document(typed(form))
            services.save_rule(
                session, actor_of(request), table, document, title_en=fields.title_en, reason=fields.reason,
                seen=fields.seen,
            )  # fmt: skip
    except InvalidError as error:
        assert desk is not None
        told = at_boxes(error, document)
        return _form(request, desk.competition.id, table_id, typed(form), chosen_events(form), told)
    return redirect(request, url("overall.show", table_id=table_id), flash=gettext("已保存为草稿，核对后定稿。"))


def _form(
    request: Req, competition_id: str, table_id: str | None, boxes: Mapping[str, str], events: Sequence[str] = (),
    error: InvalidError | None = None,
) -> Response[str]:  # fmt: skip
    with reading() as session:
        desk = queries.desk_of(session, actor_of(request), competition_id)
        if not desk.can_manage:
            raise ForbiddenError(N_("只有本竞赛的组织者可以定团体与全能的办法、发布它的名次。"))
        choices = queries.choices_of(session, desk.competition)
    return page(
        request, "overall/form.html", status=422 if error else 200, desk=desk, table_id=table_id, typed=boxes,
        chosen=list(events), choices=choices, errors=messages(error), ties=range(TIES),
        tie_options=_tie_options(choices),
        rankings=[(name, gettext(text)) for name, text in RANKINGS.items()],
    )  # fmt: skip


def _tie_options(choices: queries.Choices) -> list[tuple[str, str]]:
    titles = {event.id: event.title for event in choices.events}
    steps = [("best", ""), ("places", "1"), ("places", "2"), ("places", "3"), *(("source", id_) for id_ in titles)]
    found = [
        (tie_value(by, ref), gettext("%(what)s，高者在前") % {"what": tie_words(by, ref, titles)}) for by, ref in steps
    ]
    for name in choices.measures:
        words = {"what": tie_words("measure", name, titles)}
        found.append((tie_value("measure", name, "asc"), gettext("%(what)s，低者在前") % words))
        found.append((tie_value("measure", name), gettext("%(what)s，高者在前") % words))
    return found


@get("/overall/{table_id:str}", name="overall.show", sync_to_thread=True)
def show(request: Req, table_id: str) -> Response[str]:
    return _show(request, table_id)


def _show(request: Req, table_id: str, error: DomainError | None = None, reason: str = "") -> Response[str]:
    with reading() as session:
        view = queries.table_view(session, actor_of(request), table_id)
        changing = confirming.changing(session, actor_of(request), view)
        choices = queries.choices_of(session, view.desk.competition) if view.draft else None
    drafted = [] if view.draft is None or choices is None else _drafted(view.draft.document, choices)
    return page(
        request, "overall/show.html", status=STATUS.get(type(error), 422) if error else 200, view=view,
        words=None if view.preview is None else table_words(view.preview), drafted=drafted,
        trouble=error_text(view.trouble) if view.trouble else "",
        told=error_text(error) if isinstance(error, ConflictError) else "", changing=changing, reason=reason,
        state_names=STATE_NAMES, errors=messages(error if isinstance(error, InvalidError) else None),
    )  # fmt: skip


def _drafted(document: str, choices: queries.Choices) -> list[str]:
    titles = {event.id: event.title for event in choices.events}
    return list(rule_sentences(queries.rule_of(document), titles, choices.awards))


@post("/overall/{table_id:str}/adopt", name="overall.adopt", sync_to_thread=True)
def adopt(request: Req, table_id: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            _, table = queries.get_table(session, actor_of(request), table_id)
            version = services.adopt_rule(session, actor_of(request), table, typed(form).get("seen", ""))
    except ConflictError as error:
        return _show(request, table_id, error)
    done = gettext("第 %(n)s 版办法已定稿，并记入记分流水。") % {"n": version.version}
    return redirect(request, url("overall.show", table_id=table_id), flash=done)


@post("/overall/{table_id:str}/publish", name="overall.publish", sync_to_thread=True)
def publish(request: Req, table_id: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            _, table = queries.get_table(session, actor_of(request), table_id)
            publication = services.publish_table(session, actor_of(request), table, typed(form).get("seen", ""))
    except ConflictError as error:
        return _show(request, table_id, error)
    done = gettext("第 %(n)s 版已发布。") % {"n": publication.version}
    return redirect(request, url("overall.show", table_id=table_id), flash=done)


@post("/overall/{table_id:str}/acts", name="overall.propose", sync_to_thread=True)
def propose(request: Req, table_id: str, form: FormMultiDict) -> Response[str]:
    boxes = typed(form)
    reason = boxes.get("reason", "")
    try:
        with transaction() as session:
            _, table = queries.get_table(session, actor_of(request), table_id)
            confirming.propose_version(session, actor_of(request), table, seen=boxes.get("seen", ""), reason=reason)
    except (ConflictError, InvalidError) as error:
        return _show(request, table_id, error, reason)
    done = gettext("已提出，等第二人确认；确认以前公开页不变。")
    return redirect(request, url("overall.show", table_id=table_id), flash=done)


@post("/overall/{table_id:str}/acts/{act_id:str}/confirm", name="overall.confirm", sync_to_thread=True)
def confirm(request: Req, table_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    seen = typed(form).get("seen", "")
    try:
        with transaction() as session:
            _, table = queries.get_table(session, actor_of(request), table_id)
            publication = confirming.confirm_version(session, actor_of(request), table, act_id, seen=seen)
    except ConflictError as error:
        return _show(request, table_id, error)
    done = gettext("第 %(n)s 版已发布。") % {"n": publication.version}
    return redirect(request, url("overall.show", table_id=table_id), flash=done)


@post("/overall/{table_id:str}/acts/{act_id:str}/refuse", name="overall.refuse", sync_to_thread=True)
def refuse(request: Req, table_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    reason = typed(form).get("reason", "")
    try:
        with transaction() as session:
            _, table = queries.get_table(session, actor_of(request), table_id)
            confirming.refuse_version(session, actor_of(request), table, act_id, reason)
    except (ConflictError, InvalidError) as error:
        return _show(request, table_id, error, reason)
    return redirect(request, url("overall.show", table_id=table_id), flash=gettext("没有发布，公开页不变。"))


@get("/overall/{table_id:str}/{version:str}/pdf", name="overall.pdf", sync_to_thread=True)
def pdf(request: Req, table_id: str, version: str) -> Response[bytes]:
    number = version_number(version.removeprefix("v"))
    with reading() as session:
        _, table = queries.get_table(session, actor_of(request), table_id)
        view = queries.public_table(session, table.id, number)
    return download(table_pdf(view), f"{table.title}-v{number}.pdf", PDF, inline=True)


@public_get("/overall/{table_id:str}", name="overall.results")
def results(request: Req, table_id: str) -> Response[str]:
    with reading() as session:
        view = queries.public_table(session, table_id)
    return _results(request, view)


@public_get("/overall/{table_id:str}/{version:str}", name="overall.version")
def version(request: Req, table_id: str, version: str) -> Response[str]:
    number = version_number(version.removeprefix("v"))
    with reading() as session:
        view = queries.public_table(session, table_id, number)
    return _results(request, view)


def _results(request: Req, view: queries.PublicTable) -> Response[str]:
    path_language(request)  # the words below follow the address
    words = table_words(view.document)
    return public_page(request, "overall/results.html", cache=brief(10), view=view, words=words)


router = Router(
    "/",
    route_handlers=[
        index,
        new,
        create,
        show,
        edit,
        update,
        adopt,
        publish,
        propose,
        confirm,
        refuse,
        pdf,
        results,
        version,
    ],
)
