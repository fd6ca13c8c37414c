"""Pages of this feature."""

from __future__ import annotations

from litestar import Router

from contest.judging import (
    clerk_routes,
    desk_routes,
    lifting_routes,
    outbox_routes,
    panel_routes,
    paper_routes,
    sheet_routes,
    signature_routes,
)

PAGES = (
    sheet_routes, outbox_routes, panel_routes, desk_routes, clerk_routes, paper_routes, signature_routes,
    lifting_routes,
)  # fmt: skip
router = Router("/", route_handlers=[handler for pages in PAGES for handler in pages.HANDLERS])
