"""Pages of this feature."""

from __future__ import annotations

from litestar import Router

from contest.judging import (
    calibration_routes,
    clerk_routes,
    clock_routes,
    desk_routes,
    history_routes,
    message_routes,
    open_routes,
    outbox_routes,
    panel_routes,
    paper_routes,
    reserve_routes,
    room_routes,
    roster_routes,
    sheet_routes,
)

PAGES = (
    sheet_routes, outbox_routes, panel_routes, desk_routes, clerk_routes, paper_routes, roster_routes,
    calibration_routes, room_routes, open_routes, message_routes, clock_routes, reserve_routes,
    history_routes,
)  # fmt: skip
router = Router("/", route_handlers=[handler for pages in PAGES for handler in pages.HANDLERS])
