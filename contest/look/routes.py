"""The style page and one sample of each layout."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get

from contest.errors import NotFoundError
from contest.i18n import N_
from contest.web.pages import page

LAYOUTS = {"public": "public", "tablet": "tablet", "levels": "tablet", "hall": "hall", "phone": "phone"}
CONTEXT: dict[str, dict[str, Any]] = {
    "public": {"alternates": [("zh-CN", "中文", "/style/public"), ("en", "English", "/style/public")]},
    "phone": {"step": 2, "steps": 4, "back_url": "/style"},
}


@get("/style", name="look.index", sync_to_thread=True)
def index(request: Request[Any, Any, Any]) -> Response[str]:
    return page(request, "style/index.html")


@get("/style/{name:str}", name="look.sample", sync_to_thread=True)
def sample(request: Request[Any, Any, Any], name: str) -> Response[str]:
    if name not in LAYOUTS:
        raise NotFoundError(N_("没有这个样例。"))
    context = CONTEXT.get(name, {})
    return page(request, f"style/{name}.html", layout=f"layouts/{LAYOUTS[name]}.html", **context)


router = Router("/", route_handlers=[index, sample])
