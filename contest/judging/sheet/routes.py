"""The judge's pages: home, list of sheets, one sheet, review and signature."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.accounts.proving import proof_of, prove_person
from contest.competitions.models import SIGNERS
from contest.competitions.queries import digest_in_force
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError, TooManyError
from contest.i18n import error_text
from contest.judging.locking import sign_sheet
from contest.judging.marks.writer import announce
from contest.judging.models import GROUND_NAMES, SignatureMethod
from contest.judging.queries import absent_codes, locate, member_for
from contest.judging.room.messaging import unread_messages
from contest.judging.room.notices import room_of
from contest.judging.room.routes import show_elsewhere
from contest.judging.room.spare import require_here, working_elsewhere
from contest.judging.sheet import rendering
from contest.judging.sheet.outbox_routes import outbox_data, whose
from contest.judging.sheet.queries import my_periods, sheet_lines, sheet_view
from contest.judging.sheet.texts import sheet_texts
from contest.judging.signatures.services import CONTESTANT, JUDGE, due_roles, live, signatures_of
from contest.ledger.queries import latest_checkpoint
from contest.web.forms import messages
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import STATUS

TABLET = "layouts/tablet.html"


@get("/judging", name="judging.home", sync_to_thread=True)
def home(request: Request[Any, Any, Any]) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        periods = my_periods(session, actor)
        seats = [(item.place, item.member) for item in periods]
        rooms = [room_of(session, actor, where, member) for where, member in seats if where.period.state == "open"]
        return page(
            request, "judging/home.html", headers=whose(request), periods=periods, rooms=rooms,
            messages=unread_messages(session, actor), elsewhere=working_elsewhere(session, actor),
            outbox=outbox_data(request),
        )  # fmt: skip


@get("/judging/periods/{period_id:str}", name="judging.period", sync_to_thread=True)
def period(request: Request[Any, Any, Any], period_id: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        where = locate(session, period_id, actor)
        member = member_for(session, actor, where.stage)
        lines = sheet_lines(session, where, member) if member and member.scores else []
        room = room_of(session, actor, where, member) if member else None
        return page(
            request, "judging/period.html", headers=whose(request), where=where, member=member, lines=lines, room=room,
            absent=absent_codes(session, where), outbox=outbox_data(request),
        )  # fmt: skip


@get("/judging/sheets/{period_id:str}/{code:str}", name="judging.sheet", sync_to_thread=True)
def sheet(request: Request[Any, Any, Any], period_id: str, code: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        if working_elsewhere(session, actor):
            return show_elsewhere(request, session, f"/judging/sheets/{period_id}/{code}")
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
            room=room_of(session, actor, view.place, view.member, code),
            waivers=[item for item in live(signatures_of(session, view.sheet)) if item.is_waiver],
            signers=SIGNERS,
            ground_names=GROUND_NAMES,
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
        if working_elsewhere(session, actor_of(request)):
            return show_elsewhere(request, session, f"/judging/sheets/{period_id}/{code}/review")
        view = sheet_view(session, actor_of(request), period_id, code)
        boxes = [(rendering.box(item, mark), mark) for item in view.items for mark in [view.marks.get(item.place)]]
        lines = sheet_lines(session, view.place, view.member)
        data = rendering.sheet_data(view, rules=digest_in_force(session, view.place.event))
        following = next((line.code for line in lines if not line.is_settled and line.code != code), None)
        return page(
            request,
            "judging/review.html",
            layout=TABLET,
            status=STATUS.get(type(error), 422) if error else 200,
            view=view,
            boxes=boxes,
            outbox=outbox_data(request) | {"sheet": data, "digest": view.digest},
            following=following,
            name="" if view.place.rules.blind else view.entry.name,
            error=error_text(error) if error and not isinstance(error, InvalidError) else "",
            errors=messages(error if isinstance(error, InvalidError) else None),
            signatures=signatures_of(session, view.sheet),
            due=due_roles(session, view.place),
            signers=SIGNERS,
            ground_names=GROUND_NAMES,
            proof=proof_of(session, actor_of(request)),
            checkpoint=latest_checkpoint(session, view.place.competition),
        )


@post("/judging/sheets/{period_id:str}/{code:str}/sign", name="judging.sign", status_code=303, sync_to_thread=True)
def sign(request: Request[Any, Any, Any], period_id: str, code: str, form: FormMultiDict) -> Response[str]:
    actor, drawing = actor_of(request), str(form.get("drawing", ""))
    role = CONTESTANT if form.get("role") == CONTESTANT else JUDGE
    try:
        method = SignatureMethod(prove_person(actor, str(form.get("secret", ""))))
        with transaction() as session:
            require_here(session, actor)
            sign_sheet(
                session, actor, period_id, code, **_signed_fields(form), role=role, drawing=drawing, method=method
            )
            event_id = locate(session, period_id).event.id
    except (ConflictError, InvalidError, TooManyError) as error:  # the review page says why
        return show_review(request, period_id, code, error)
    announce(event_id)
    return redirect(request, url("judging.review", period_id=period_id, code=code))


def _signed_fields(form: FormMultiDict) -> dict[str, str]:
    """The digest that the page was drawn from, and what the tablet itself says it holds (empty without its script)."""
    return {key: str(form.get(key, ""))[:64] for key in ("digest", "own_digest", "own_count", "unsent")}


HANDLERS = [home, period, sheet, review, sign]
