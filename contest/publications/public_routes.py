"""Public pages: index, results, live board, hall screen. Literal /zh/ and /en/ paths, no cookie, cacheable bytes."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from contest.db import reading
from contest.errors import NotFoundError
from contest.publications import queries
from contest.publications.board import topic_of
from contest.publications.words import board_table, board_words, row_view
from contest.standings.scales import scale_note
from contest.templating import BEIJING
from contest.web.public import FOR_EVER, brief, path_language, public_get, public_page

Req = Request[Any, Any, Any]
HALL_ROWS = 12
"""As many as can be read from the last row of a hall, without anything that scrolls."""
LATEST = brief(2)
"""Of what the next version makes old: two seconds are the most that a viewer without script waits longer."""


@public_get("/", name="publications.home")
def home(request: Req) -> Response[str]:
    with reading() as session:
        lines = queries.public_lines(session)
    return public_page(request, "publications/home.html", cache=brief(10), lines=lines)


@public_get("/results/{event_id:str}", name="publications.results")
def results(request: Req, event_id: str) -> Response[str]:
    with reading() as session:
        view = queries.public_result(session, event_id)
    return _results(request, view, LATEST)


@public_get("/results/{event_id:str}/{version:str}", name="publications.version")
def version(request: Req, event_id: str, version: str) -> Response[str]:
    number = queries.version_number(version.removeprefix("v"))
    with reading() as session:
        view = queries.public_result(session, event_id, number)
    # what it says never changes, but an old version also says that a newer one is there: not kept for ever
    return _results(request, view, brief(60))


def _results(request: Req, view: queries.PublicResult, cache: str) -> Response[str]:
    path_language(request)
    rows = [row_view(row) for row in view.document["rows"]]
    scales = view.document.get("scales", [])
    notes = [scale_note(scale["title"], decides_medals=scale["decides_medals"]) for scale in scales]
    return public_page(
        request, "publications/results.html", cache=cache, topic=topic_of(view.event_id), view=view, rows=rows,
        scales=scales, scale_notes=notes,
    )  # fmt: skip


@public_get("/board/{event_id:str}", name="publications.board")
def board(request: Req, event_id: str) -> Response[str]:
    return _board(request, event_id, "board/board.html", "layouts/public.html")


@public_get("/board/{event_id:str}/rows", name="publications.board_rows")
def board_rows(request: Req, event_id: str) -> Response[str]:
    return _board(request, event_id, "board/board.html", "layouts/public.html", blocks=("board",))


@public_get("/board/{event_id:str}/rows/{version:int}", name="publications.board_version")
def board_version(request: Req, event_id: str, version: int) -> Response[str]:
    return _board(request, event_id, "board/board.html", "layouts/public.html", blocks=("board",), asked=version)


@public_get("/hall/{event_id:str}", name="publications.hall")
def hall(request: Req, event_id: str) -> Response[str]:
    return _board(request, event_id, "board/hall.html", "layouts/hall.html")


@public_get("/hall/{event_id:str}/rows", name="publications.hall_rows")
def hall_rows(request: Req, event_id: str) -> Response[str]:
    return _board(request, event_id, "board/hall.html", "layouts/hall.html", blocks=("board",))


@public_get("/hall/{event_id:str}/rows/{version:int}", name="publications.hall_version")
def hall_version(request: Req, event_id: str, version: int) -> Response[str]:
    return _board(request, event_id, "board/hall.html", "layouts/hall.html", blocks=("board",), asked=version)


def _board(
    request: Req,
    event_id: str,
    template: str,
    layout: str,
    *,
    blocks: tuple[str, ...] = (),
    asked: int | None = None,
) -> Response[str]:
    """The board; under the address of its very version it may be kept for ever, under any other only briefly.

    Of an event that never had one: its results, once they are out.
    """
    with reading() as session:
        try:
            view = queries.public_board(session, event_id)
        except NotFoundError:
            if blocks or not queries.is_published(session, event_id):
                raise
            return Response("", status_code=303, headers={"Location": f"/{path_language(request)}/results/{event_id}"})
    path_language(request)
    clock = f"{view.made_at.astimezone(BEIJING):%H:%M:%S}"
    rows = view.document["rows"][: HALL_ROWS if "hall" in layout else None]
    return public_page(
        request,
        template,
        layout=layout,
        blocks=blocks,
        cache=FOR_EVER if asked is not None and asked == view.version else LATEST,
        topic=topic_of(event_id),
        view=view,
        clock=clock,
        table=board_table([row_view(row) for row in rows]),
        words=board_words(view.document, shown=len(rows), clock=clock),
    )


HANDLERS = [
    home, results, version, board, board_rows, board_version, hall, hall_rows, hall_version,
]  # fmt: skip
