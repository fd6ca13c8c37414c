"""Pages of this feature."""

from __future__ import annotations

from litestar import Router

from contest.judging import clerk_routes, desk_routes, outbox_routes, panel_routes, paper_routes, sheet_routes

PAGES = (sheet_routes, outbox_routes, panel_routes, desk_routes, clerk_routes, paper_routes)
router = Router("/", route_handlers=[handler for pages in PAGES for handler in pages.HANDLERS])
