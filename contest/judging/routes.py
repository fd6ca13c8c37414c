"""Pages of this feature."""

from __future__ import annotations

from litestar import Router

from contest.judging import (
    calibration_routes,
    clerk_routes,
    clock_routes,
    desk_routes,
    history_routes,
    lifting_routes,
    message_routes,
    open_routes,
    outbox_routes,
    panel_routes,
    paper_routes,
    reserve_routes,
    room_routes,
    roster_routes,
    sheet_routes,
    signature_routes,
)

PAGES = (
    calibration_routes, clerk_routes, clock_routes, desk_routes, history_routes, message_routes, open_routes,
    outbox_routes, panel_routes, paper_routes, reserve_routes, room_routes, roster_routes, sheet_routes,
    lifting_routes, signature_routes,
)  # fmt: skip
router = Router("/", route_handlers=[handler for pages in PAGES for handler in pages.HANDLERS])
