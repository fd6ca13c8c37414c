"""The venue's pages."""

from __future__ import annotations

from litestar import Router

router = Router("/", route_handlers=[])
