"""Signatures after the judge's own: the list for chief judge and supervisor, paper sheets, the printed sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.accounts.proving import proof_of, prove_person
from contest.actors import Actor
from contest.competitions.models import SIGNERS, Competition, Event, Period, PeriodState, Stage
from contest.competitions.queries import competition_of, get_event, stage_periods
from contest.db import reading, transaction
from contest.documents.images import clean_picture
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, TooManyError
from contest.i18n import N_, gettext
from contest.judging.marks.writer import announce
from contest.judging.models import PanelRole, SignatureMethod
from contest.judging.paper.signing import sheet_on_paper, sign_on_paper
from contest.judging.policy import can_know_names, can_see_desk
from contest.judging.queries import Where, locate, member_for
from contest.judging.sheet.rendering import box
from contest.judging.signatures.listing import AT_ONCE, SheetLine, seen_digest, sheet_signatures, sign_waiting
from contest.judging.signatures.services import AFTERWARDS, CHIEF, JUDGE, due_roles, may_sign_as
from contest.judging.signatures.sheet_pdf import printed_sheet, sheet_pdf
from contest.judging.signatures.waiver_queries import WaitingWaiver, by_signature, roles_to_ask, waiting_waivers
from contest.web.forms import uploaded
from contest.web.pages import PDF, actor_of, download, page, paging, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Signing:
    """The list of one period; `role` as whom the actor signs here (empty: only looks).

    `offers`: (member id, code, role) of the signatures whose waiver the actor may ask for; `pending`: what waits.
    """

    event: Event
    competition: Competition
    periods: Sequence[tuple[Stage, Period]]
    where: Where | None
    due: Sequence[str]
    lines: Sequence[SheetLine]
    role: str
    waiting: Sequence[SheetLine]
    seen: str
    proof: str
    pending: Sequence[WaitingWaiver] = ()
    offers: frozenset[tuple[str, str, str]] = frozenset()


def signing_view(session: Session, actor: Actor, event_id: str, period_id: str) -> Signing:
    """The sheets and their signatures. Whoever knows names sees no codes here: only how many there are.

    Raises:
        NotFoundError, ForbiddenError
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not can_see_desk(actor, competition):
        raise ForbiddenError(N_("签字的名单只给裁判长、监督、仲裁和组织者看。"))
    periods = stage_periods(session, event) if event.rule_set_id else []
    chosen = next((period for _, period in periods if period.id == period_id), None)
    chosen = chosen or next((p for _, p in periods if p.state is not PeriodState.WAITING), None)
    if chosen is None:
        return Signing(event, competition, periods, None, (), (), "", (), "", "")
    where = locate(session, chosen.id, actor)
    due, lines = due_roles(session, where), sheet_signatures(session, where)
    role = next((key for key in AFTERWARDS if key in due and may_sign_as(session, actor, where, key)), "")
    waiting = [line for line in lines if line.waits_for(role, due, where.period)][:AT_ONCE] if role else []
    pending = [item for item in waiting_waivers(session, event) if item.period_id == where.period.id]
    return Signing(
        event, competition, periods, where, due, lines, role, waiting, seen_digest(waiting), proof_of(session, actor),
        pending=pending, offers=_offers(session, actor, where, due, lines, pending),
    )  # fmt: skip


def _offers(
    session: Session, actor: Actor, where: Where, due: Sequence[str], lines: Sequence[SheetLine],
    pending: Sequence[WaitingWaiver],
) -> frozenset[tuple[str, str, str]]:  # fmt: skip
    """Whose turn it is under each sheet, where the actor may ask for a waiver; never of their own signature."""
    waits = {(item.judge, item.code, item.role) for item in pending}
    own = member_for(session, actor, where.stage)
    asks = roles_to_ask(session, actor, where) - ({CHIEF} if own and own.role is PanelRole.CHIEF else set())
    return frozenset(
        (line.member.id, line.entry, role)
        for line in lines
        for role in asks
        if line.waits_for(role, due, where.period)
        and (line.member.code, line.entry, role) not in waits
        and not (role == JUDGE and own is not None and own.id == line.member.id)
    )


@get("/events/{event_id:str}/signatures", name="judging.signatures", sync_to_thread=True)
def signatures(request: Req, event_id: str) -> Response[str]:
    return _list(request, event_id, str(request.query_params.get("period") or ""))


def _list(request: Req, event_id: str, period_id: str, error: DomainError | None = None) -> Response[str]:
    asked, actor = paging(request, ("entry",), size=SHOWN), actor_of(request)
    with reading() as session:
        view = signing_view(session, actor, event_id, period_id)
    return page(
        request, "judging/signatures.html", view=view,
        shows_codes=_shows_codes(actor, view),
        mine={(line.member.id, line.entry) for line in view.waiting},
        together=_together(view), by_signature=by_signature,
        lines=view.lines[asked.offset : asked.offset + SHOWN], paging=asked,
        pages=asked.pages(len(view.lines)), page_href=partial(_page_href, event_id, period_id), signers=SIGNERS,
        **told(error),
    )  # fmt: skip


def _together(view: Signing) -> list[tuple[str, str, int]]:
    """(judge, role, sheets) where the actor may ask for more than one waiver at once, by judge."""
    judges = {line.member.id: line.member.code for line in view.lines}
    counted = Counter((judges[member], role) for member, _, role in view.offers)
    order = {code: position for position, code in enumerate(judges.values())}
    found = [(judge, role, n) for (judge, role), n in counted.items() if n > 1]
    return sorted(found, key=lambda item: (order[item[0]], item[1]))


def _shows_codes(actor: Actor, view: Signing) -> bool:
    """Whoever sees names elsewhere must not learn here which codes there are, before they are unsealed."""
    is_open = view.event.is_unsealed or view.where is None or not view.where.rules.blind
    return bool(view.role) or is_open or not can_know_names(actor, view.competition)


def _page_href(event_id: str, period_id: str, number: int) -> str:
    return url("judging.signatures", event_id=event_id, period=period_id or None, page=number)


@post("/events/{event_id:str}/signatures", name="judging.sign_waiting", status_code=303, sync_to_thread=True)
def sign_list(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    actor, period_id = actor_of(request), str(form.get("period", ""))
    try:
        method = SignatureMethod(prove_person(actor, str(form.get("secret", ""))))
        with transaction() as session:
            signed = sign_waiting(
                session, actor, period_id, role=str(form.get("role", "")), seen=str(form.get("seen", "")),
                drawing=str(form.get("drawing", "")), method=method,
            )  # fmt: skip
    except (ConflictError, InvalidError, TooManyError) as error:
        return _list(request, event_id, period_id, error)
    announce(event_id)
    done = gettext("已签 %(n)s 份评分表。") % {"n": signed}
    return redirect(request, url("judging.signatures", event_id=event_id, period=period_id), flash=done)


@get("/judging/printed/{period_id:str}/{judge:str}/{code:str}/sheet.pdf", name="judging.sheet_pdf", sync_to_thread=True)
def printed(request: Req, period_id: str, judge: str, code: str) -> Response[bytes]:
    with reading() as session:
        view = printed_sheet(session, actor_of(request), period_id, judge, code)
    return download(sheet_pdf(view), f"{code}-{judge}.pdf", PDF, inline=True)


@get(
    "/judging/paper-signature/{period_id:str}/{judge:str}/{code:str}",
    name="judging.paper_signature",
    sync_to_thread=True,
)
def paper(request: Req, period_id: str, judge: str, code: str) -> Response[str]:
    return _paper(request, period_id, judge, code)


def _paper(request: Req, period_id: str, judge: str, code: str, error: DomainError | None = None) -> Response[str]:
    with reading() as session:
        view = sheet_on_paper(session, actor_of(request), period_id, judge, code)
    return page(
        request, "judging/paper_signature.html", view=view,
        boxes=[box(item, view.marks.get(item.place)) for item in view.items],
        **told(error),
    )  # fmt: skip


@post(
    "/judging/paper-signature/{period_id:str}/{judge:str}/{code:str}", name="judging.sign_on_paper", status_code=303,
    sync_to_thread=True,
)  # fmt: skip
def take_paper(request: Req, period_id: str, judge: str, code: str, form: FormMultiDict) -> Response[str]:
    try:
        picture = clean_picture(uploaded(form, "scan")[1]).data
        with transaction() as session:
            sign_on_paper(
                session, actor_of(request), period_id, judge, code, digest=str(form.get("digest", "")), picture=picture
            )
            event_id = locate(session, period_id).event.id
    except (InvalidError, ConflictError) as error:
        return _paper(request, period_id, judge, code, error)
    announce(event_id)
    return redirect(request, url("judging.clerk", event_id=event_id, period=period_id), flash=gettext("纸质签字已存。"))


HANDLERS = [signatures, sign_list, printed, paper, take_paper]
