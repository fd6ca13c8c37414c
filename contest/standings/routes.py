"""Pages of this feature."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get

from contest.db import reading
from contest.standings import queries, rendering
from contest.web.pages import PDF, actor_of, download, page


@get("/events/{event_id:str}/standings", name="standings.show", sync_to_thread=True)
def show(request: Request[Any, Any, Any], event_id: str) -> Response[str]:
    with reading() as session:
        view = queries.standings_view(session, actor_of(request), event_id)
    return page(request, "standings/show.html", view=view)


@get("/events/{event_id:str}/standings/{entry_id:str}", name="standings.slip", sync_to_thread=True)
def slip(request: Request[Any, Any, Any], event_id: str, entry_id: str) -> Response[str]:
    with reading() as session:
        view = queries.slip_view(session, actor_of(request), event_id, entry_id)
    return page(request, "standings/slip.html", view=view)


@get("/events/{event_id:str}/standings/{entry_id:str}/slip.pdf", name="standings.slip_pdf", sync_to_thread=True)
def slip_pdf(request: Request[Any, Any, Any], event_id: str, entry_id: str) -> Response[bytes]:
    with reading() as session:
        view = queries.slip_view(session, actor_of(request), event_id, entry_id)
    name = f"算分单-{view.code or view.entry_id}.pdf"
    return download(rendering.slip_pdf(view), name, PDF, inline=True)


router = Router("/", route_handlers=[show, slip, slip_pdf])
