"""The judge's pages: home, list of sheets, one sheet, review and signature."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import digest_in_force
from contest.db import reading, transaction
from contest.errors import DomainError
from contest.i18n import error_text
from contest.judging import rendering
from contest.judging.locking import sign_sheet
from contest.judging.outbox_routes import outbox_data, whose
from contest.judging.queries import absent_codes, locate, member_for
from contest.judging.sheet_queries import my_periods, sheet_lines, sheet_view
from contest.judging.sheet_texts import sheet_texts
from contest.judging.writer import announce
from contest.ledger.queries import latest_checkpoint
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import STATUS

TABLET = "layouts/tablet.html"


@get("/judging", name="judging.home", sync_to_thread=True)
def home(request: Request[Any, Any, Any]) -> Response[str]:
    with reading() as session:
        periods = my_periods(session, actor_of(request))
        outbox = outbox_data(request)
        return page(request, "judging/home.html", headers=whose(request), periods=periods, outbox=outbox)


@get("/judging/periods/{period_id:str}", name="judging.period", sync_to_thread=True)
def period(request: Request[Any, Any, Any], period_id: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        where = locate(session, period_id, actor)
        member = member_for(session, actor, where.stage)
        lines = sheet_lines(session, where, member) if member and member.scores else []
        return page(
            request, "judging/period.html", headers=whose(request), where=where, member=member, lines=lines,
            absent=absent_codes(session, where), outbox=outbox_data(request),
        )  # fmt: skip


@get("/judging/sheets/{period_id:str}/{code:str}", name="judging.sheet", sync_to_thread=True)
def sheet(request: Request[Any, Any, Any], period_id: str, code: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        view = sheet_view(session, actor, period_id, code)
        lines = sheet_lines(session, view.place, view.member)
        codes = [line.code for line in lines]
        data = rendering.sheet_data(view, rules=digest_in_force(session, view.place.event))
        return page(
            request,
            "judging/sheet.html",
            layout=TABLET,
            headers=whose(request),
            view=view,
            data=data,
            outbox=outbox_data(request) | {"sheet": data, "texts": sheet_texts()},
            name="" if view.place.rules.blind else view.entry.name,
            before=_neighbour(codes, code, -1),
            after=_neighbour(codes, code, 1),
            number=codes.index(code) + 1,
            count=len(codes),
        )


def _neighbour(codes: list[str], code: str, step: int) -> str | None:
    position = codes.index(code) + step
    return codes[position] if 0 <= position < len(codes) else None


@get("/judging/sheets/{period_id:str}/{code:str}/review", name="judging.review", sync_to_thread=True)
def review(request: Request[Any, Any, Any], period_id: str, code: str) -> Response[str]:
    return show_review(request, period_id, code)


def show_review(
    request: Request[Any, Any, Any], period_id: str, code: str, error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        view = sheet_view(session, actor_of(request), period_id, code)
        boxes = [(rendering.box(item, mark), mark) for item in view.items for mark in [view.marks.get(item.place)]]
        lines = sheet_lines(session, view.place, view.member)
        data = rendering.sheet_data(view, rules=digest_in_force(session, view.place.event))
        following = next((line.code for line in lines if not line.is_signed and line.code != code), None)
        return page(
            request,
            "judging/review.html",
            layout=TABLET,
            status=409 if error else 200,
            view=view,
            boxes=boxes,
            outbox=outbox_data(request) | {"sheet": data, "digest": view.digest},
            following=following,
            name="" if view.place.rules.blind else view.entry.name,
            error=error_text(error) if error else "",
            checkpoint=latest_checkpoint(session, view.place.competition),
        )


@post("/judging/sheets/{period_id:str}/{code:str}/sign", name="judging.sign", status_code=303, sync_to_thread=True)
def sign(request: Request[Any, Any, Any], period_id: str, code: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            sign_sheet(session, actor_of(request), period_id, code, **_signed_fields(form))
            event_id = locate(session, period_id).event.id
    except DomainError as error:
        if STATUS.get(type(error)) != 409:  # noqa: PLR2004 (Conflict: the review page says why)
            raise
        return show_review(request, period_id, code, error)
    announce(event_id)
    return redirect(request, url("judging.review", period_id=period_id, code=code))


def _signed_fields(form: FormMultiDict) -> dict[str, str]:
    """The digest that the page was drawn from, and what the tablet itself says it holds (empty without its script)."""
    return {key: str(form.get(key, ""))[:64] for key in ("digest", "own_digest", "own_count", "unsent")}


HANDLERS = [home, period, sheet, review, sign]
