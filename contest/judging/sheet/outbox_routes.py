"""What the tablets' outbox talks to: the endpoint that takes marks, whose session this is, what a tablet holds."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import structlog
from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.actors import Actor
from contest.db import reading, transaction
from contest.errors import DomainError, InvalidError, TooLargeError
from contest.i18n import N_, current_language, error_text, gettext
from contest.judging.live import room_version
from contest.judging.marks.proposed import MAX_BATCH, MAX_BODY, Proposed, from_outside, read_batch
from contest.judging.marks.reasons import REASON_TEXTS
from contest.judging.marks.work import Answer
from contest.judging.marks.writer import announce, stored
from contest.judging.room.desk_queries import watched_event
from contest.judging.room.tablets import note_contact
from contest.judging.sheet.rescue import Carried, carry_outbox, seal_key
from contest.judging.sheet.texts import outbox_texts
from contest.templating import STATIC
from contest.web.forms import messages, uploaded
from contest.web.pages import actor_of, page, url
from contest.web.problems import STATUS

log = structlog.get_logger()
Req = Request[Any, Any, Any]
Json = Response[dict[str, Any]]
WRITE_SECONDS = 20
CONFLICT, BUSY = 409, 503
AT_ONCE = 4
"""Batches of one account under way: a tablet sends one after the other, whatever tabs are open; who sends hundreds at
once would have all other judges wait behind them.
"""
_under_way: Counter[str] = Counter()
SCRIPTS = "js/judging"


def outbox_data(request: Req) -> dict[str, Any]:
    """What the outbox of a judge's page has to know. The account is an id, no name: it may stay on the tablet."""
    actor = actor_of(request)
    return {
        "account": actor.account_id,
        "csrf": actor.csrf_token,
        "seal": seal_key(actor.account_id or ""),
        "addresses": {name: url(f"judging.{name}") for name in ("operations", "session", "device", "worker")},
        "texts": outbox_texts(),
    }


def whose(request: Req) -> dict[str, str]:
    """The headers by which the service worker knows whose page it may keep, and in which language it is."""
    return {"X-Contest-Account": actor_of(request).account_id or "", "Content-Language": current_language()}


@post("/api/operations", name="judging.operations", status_code=200)
async def operations(request: Req) -> Json:
    """Store first: whatever can be kept is answered one by one; only noise gets a 4xx, with a sentence."""
    actor = actor_of(request)
    try:
        raw = await request.body()
        if len(raw) > MAX_BATCH * MAX_BODY:
            raise TooLargeError(N_("送来的内容太大，没有保存。请分批送。"))
        sent = _json(raw)
        if _is_anothers(request, sent):
            return _of_another_judge()
        batch = from_outside(read_batch(sent))
    except DomainError as error:
        return _answer({"error": error_text(error)}, STATUS[type(error)])
    try:
        answers = await _in_turn(actor, batch)
    except TimeoutError:
        return _answer({"error": gettext("服务器正忙，还没有保存。评分留在本机，稍后会自动再送。")}, BUSY)
    for answer in answers:
        answer["message"] = gettext(REASON_TEXTS.get(answer["reason"], ""))
    await _note(request, sent)
    return _answer({"answers": answers, "room": room_version(batch[0].event)})


async def _in_turn(actor: Actor, batch: Sequence[Proposed]) -> list[Answer]:
    """Stores a batch behind the account's own others (TimeoutError: too slow, or too many of them)."""
    account = actor.account_id or ""
    if _under_way[account] >= AT_ONCE:
        raise TimeoutError
    _under_way[account] += 1
    try:
        async with asyncio.timeout(WRITE_SECONDS):
            return await stored(actor, batch)
    finally:
        _under_way[account] -= 1
        if not _under_way[account]:
            del _under_way[account]


@get("/api/session", name="judging.session", sync_to_thread=False)
def session(request: Req) -> Json:
    """Whose session this is: an outbox goes on by itself after its own judge has signed in again, and only then."""
    actor = actor_of(request)
    return _answer({"account": actor.account_id, "csrf": actor.csrf_token})


@post("/api/device", name="judging.device", status_code=200)
async def device(request: Req) -> Json:
    """A tablet's own count of what it still holds."""
    try:
        sent = _json((await request.body())[:MAX_BODY])
    except DomainError as error:
        return _answer({"error": error_text(error)}, STATUS[type(error)])
    if _is_anothers(request, sent):
        return _of_another_judge()
    await _note(request, sent)
    return _answer({"noted": True})


def _is_anothers(request: Req, sent: object) -> bool:
    """Operations that say whose they are never go in under another account."""
    account = sent.get("account") if isinstance(sent, dict) else None
    return account is not None and account != actor_of(request).account_id


def _of_another_judge() -> Json:
    return _answer({"error": gettext("这些评分是另一位裁判的，没有保存。请由本人登录后再送。")}, CONFLICT)


async def _note(request: Req, sent: object) -> None:
    """Never in the way of marks: they are stored, and their answer must reach the tablet."""
    if isinstance(sent, dict) and "device" in sent:
        try:
            await to_thread.run_sync(note_contact, actor_of(request), sent["device"], sent.get("unsent"))
        except Exception:
            log.exception("a tablet's contact could not be noted")


def _answer(content: dict[str, Any], status: int = 200) -> Json:
    return Response(content, status_code=status, headers={"Cache-Control": "no-store"})


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidError(N_("送来的不是评分数据，没有保存。请刷新页面后再试。")) from None


@get("/worker.js", name="judging.worker", sync_to_thread=True)
def worker() -> Response[str]:
    """The service worker, at the root because it serves pages and static files; a new version for new files."""
    head = f"const VERSION = {json.dumps(_version())};\nconst MODULES = {json.dumps(_modules())};\n"
    return Response(head + (STATIC / SCRIPTS / "worker.js").read_text(), media_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _version() -> str:
    """The digest of all static files: new files, new worker, and the old ones are forgotten."""
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest()[:16]


def _modules() -> list[str]:
    """What the sheet's scripts import: addresses that no page names."""
    return [f"/static/{SCRIPTS}/{path.name}" for path in sorted((STATIC / SCRIPTS).glob("*.js"))]


@get("/events/{event_id:str}/import-outbox", name="judging.import_outbox", sync_to_thread=True)
def import_outbox(request: Req, event_id: str) -> Response[str]:
    return show_import_outbox(request, event_id)


def show_import_outbox(
    request: Req, event_id: str, *, text: str = "", error: DomainError | None = None, carried: Carried | None = None
) -> Response[str]:
    with reading() as session:
        event, competition = watched_event(session, actor_of(request), event_id)
        return page(
            request,
            "judging/import_outbox.html",
            status=422 if error else 200,
            event=event,
            competition=competition,
            text=text,
            carried=carried,
            errors=messages(error if isinstance(error, InvalidError) else None),
        )


@post("/events/{event_id:str}/import-outbox", name="judging.do_import_outbox", status_code=200, sync_to_thread=True)
def do_import_outbox(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    text = str(form.get("outbox", ""))
    try:
        if not text.strip():
            text = uploaded(form, "file")[1].decode("utf-8", "replace")
        with transaction() as session:
            carried = carry_outbox(session, actor_of(request), event_id, text)
    except InvalidError as error:
        return show_import_outbox(request, event_id, text=str(form.get("outbox", "")), error=error)
    announce(event_id)
    return show_import_outbox(request, event_id, carried=carried)


HANDLERS = [operations, session, device, worker, import_outbox, do_import_outbox]
