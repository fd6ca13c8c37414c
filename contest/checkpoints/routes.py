"""The page of a competition's checkpoints, their files, the hall's page."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict, UploadFile

from contest.accounts.signing_in import confirm_person
from contest.checkpoints import queries, services
from contest.checkpoints.forms import CheckForm, CountersignForm
from contest.db import reading, transaction
from contest.documents.qr import qr_svg
from contest.errors import ConflictError, DomainError, InvalidError, TooManyError
from contest.i18n import error_text, gettext
from contest.ledger import holding
from contest.publications.checking import faults_of
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, download, page, paging, redirect, url
from contest.web.public import brief, public_get, public_page

Req = Request[Any, Any, Any]


@get("/competitions/{competition_id:str}/checkpoints", name="checkpoints.index", sync_to_thread=True)
def index(request: Req, competition_id: str) -> Response[str]:
    return _index(request, competition_id)


def _index(request: Req, competition_id: str, status: int = 200, **more: Any) -> Response[str]:
    asked = paging(request, ("at",))
    with reading() as session:
        view = queries.checkpoints_view(
            session, actor_of(request), competition_id, search=asked.search, offset=asked.offset, limit=asked.size
        )
    shown = {"errors": {}, "typed": {}, "problem": "", "checked": None, "faults": (), "picked": ""} | more
    latest = view.latest
    return page(
        request, "checkpoints/index.html", status=status, view=view, paging=asked, reasons=queries.REASONS,
        qr=qr_svg(view.text, title=gettext("存证")) if latest else "",
        words=(holding.groups(latest.root), holding.spoken(latest.root)) if latest else ("", ""), **shown,
    )  # fmt: skip


@get(
    "/competitions/{competition_id:str}/checkpoints/{checkpoint_id:str}/note.json", name="checkpoints.note",
    sync_to_thread=True,
)  # fmt: skip
def note(request: Req, competition_id: str, checkpoint_id: str) -> Response[bytes]:
    with reading() as session:
        competition = queries.competition_for_desk(session, actor_of(request), competition_id)
        found = queries.get_checkpoint(session, competition, checkpoint_id)
        content = queries.json_of(session, found)
    return download(content, f"存证-{competition_id}-{found.size}.json", "application/json")


@post("/competitions/{competition_id:str}/checkpoints/countersign", name="checkpoints.countersign", status_code=303,
      sync_to_thread=True)  # fmt: skip
def countersign(request: Req, competition_id: str, form: FormMultiDict) -> Response[str]:
    actor, fields = actor_of(request), CountersignForm.read(form)
    try:
        confirm_person(actor, fields.secret)
        with transaction() as session:
            signed = services.countersign(session, actor, competition_id, fields.checkpoint)
    except (InvalidError, ConflictError, TooManyError) as error:
        told = messages(error).get("current", "") if isinstance(error, InvalidError) else ""
        return _index(
            request, competition_id, _status(error), errors={"secret": told} if told else {},
            problem="" if told else error_text(error), picked=fields.checkpoint,
        )  # fmt: skip
    done = gettext("已签认，写入记分流水第 %(seq)s 条。") % {"seq": signed.ledger_seq}
    return redirect(request, url("checkpoints.index", competition_id=competition_id), flash=done)


def _status(error: DomainError) -> int:
    return {InvalidError: 422, ConflictError: 409, TooManyError: 429}.get(type(error), 422)


@post("/competitions/{competition_id:str}/checkpoints/check", name="checkpoints.check", sync_to_thread=True,
      status_code=200)  # fmt: skip
def check(request: Req, competition_id: str, form: FormMultiDict) -> Response[str]:
    """Holds the chain, its tables and its checkpoints against each other, and against one that was kept outside."""
    try:
        held = _held(form)
        with reading() as session:
            competition = queries.competition_for_desk(session, actor_of(request), competition_id)
            faults = [error_text(fault) for fault in faults_of(session, competition, held)]
    except InvalidError as error:
        return _index(request, competition_id, 422, errors=messages(error), typed=typed(form))
    return _index(request, competition_id, checked=held, faults=faults, typed=typed(form))


def _held(form: FormMultiDict) -> list[holding.Held]:
    """The kept checkpoint: a file, or a text; none of both asks for the chain alone."""
    file = form.get("file")
    text = CheckForm.read({"text": form.get("text")}).text
    content = file.file.read(holding.MAX_HELD) if isinstance(file, UploadFile) and file.filename else text.encode()
    try:
        return [holding.read_held(content)] if content.strip() else []
    except InvalidError as error:
        raise InvalidError(error.message, fields={"text": DomainError(error.message)}) from None


@public_get("/checkpoints/{competition_id:str}", name="checkpoints.hall")
def hall(request: Req, competition_id: str) -> Response[str]:
    """For the hall's screen: whoever photographs it keeps a checkpoint."""
    with reading() as session:
        view = queries.hall_view(session, competition_id)
    return public_page(
        request, "checkpoints/hall.html", layout="layouts/hall.html", cache=brief(10), view=view,
        qr=qr_svg(view.text, title="QR"), groups=holding.groups(view.latest.root),
        spoken=holding.spoken(view.latest.root),
    )  # fmt: skip


router = Router("/", route_handlers=[index, note, countersign, check, hall])
