"""Pages of this feature."""

from __future__ import annotations

from litestar import Router

from contest.judging.calibration import routes as calibration_routes
from contest.judging.marks import history_routes, open_routes
from contest.judging.panel import lifting_routes, recusing_routes, reserve_routes, roster_routes, withdrawal_routes
from contest.judging.panel import routes as panel_routes
from contest.judging.paper import clerk_routes
from contest.judging.paper import routes as paper_routes
from contest.judging.room import clock_routes, desk_routes, message_routes, unlock_routes
from contest.judging.room import routes as room_routes
from contest.judging.sheet import outbox_routes
from contest.judging.sheet import routes as sheet_routes
from contest.judging.signatures import routes as signature_routes
from contest.judging.signatures import waiver_list_routes, waiver_routes

PAGES = (
    calibration_routes, clerk_routes, clock_routes, desk_routes, history_routes, message_routes, open_routes,
    outbox_routes, panel_routes, paper_routes, reserve_routes, room_routes, roster_routes, sheet_routes,
    lifting_routes, recusing_routes, signature_routes, unlock_routes, waiver_list_routes, waiver_routes,
    withdrawal_routes,
)  # fmt: skip
router = Router("/", route_handlers=[handler for pages in PAGES for handler in pages.HANDLERS])
