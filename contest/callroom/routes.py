"""The venue's pages: the door by names, the draw and its seats by codes."""

from __future__ import annotations

from litestar import Router

from contest.callroom import door_routes, order_routes

router = Router("/", route_handlers=[*door_routes.HANDLERS, *order_routes.HANDLERS])
