"""Public pages: the language in the path, no cookie, no nonce, nothing inline: the same bytes for everybody.

`contest.web.snapshots` keeps what `public_page` answers, so a page is made once per version and not once per viewer.
Their routes are literal `/zh/…` and `/en/…` paths (`public_paths`): a path parameter there would catch other pages.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from anyio import to_thread
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from contest.i18n import URL_LANGUAGES, Language, current_language, use_language
from contest.templating import render
from contest.web.pages import HTML, url

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
FOR_EVER = "public, max-age=31536000, immutable"
"""Of an answer whose address names one version that can't change."""


def brief(seconds: int) -> str:
    """Cache-Control of an answer that a new version makes old: browsers ask again, with its ETag."""
    return f"public, max-age={seconds}"


def public_paths(path: str) -> list[str]:
    """The paths of one public handler, one per language: `/results/{event_id:str}` -> `/zh/…`, `/en/…`."""
    return [f"/{language}{path}" for language in URL_LANGUAGES]


def public_get(path: str, *, name: str) -> Callable[[Callable[..., Response[str]]], HTTPRouteHandler]:
    """The GET handler of a public page under every language's path, run in a thread.

    Not `sync_to_thread=True`: Litestar 2.25 wraps a handler once per path, and with two paths answers a coroutine.
    """

    def decorate(function: Callable[..., Response[str]]) -> HTTPRouteHandler:
        @wraps(function)
        async def threaded(**arguments: Any) -> Response[str]:
            return await to_thread.run_sync(partial(function, **arguments))

        return get(public_paths(path), name=name)(threaded)

    return decorate


def path_language(request: Request[Any, Any, Any]) -> str:
    """`zh` or `en`, as the address says; the page's texts follow it, whatever the person's setting is."""
    name = request.url.path.split("/")[1]
    use_language(URL_LANGUAGES.get(name, "zh-CN"))
    return name if name in URL_LANGUAGES else "zh"


def alternates(request: Request[Any, Any, Any]) -> list[tuple[Language, str, str]]:
    """The same page in every language, as `layouts/public.html` wants it."""
    rest = "/".join(request.url.path.split("/")[2:])
    return [("zh-CN", "中文", f"/zh/{rest}"), ("en", "English", f"/en/{rest}")]


def public_page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    layout: str = "layouts/public.html",
    blocks: tuple[str, ...] = (),
    cache: str = "no-store",
    topic: str = "",
    status: int = 200,
    **context: Any,
) -> Response[str]:
    """`template` in the language of the path; with `blocks` only those (a live fragment has its own address).

    `cache` is its Cache-Control (`brief`, FOR_EVER); `topic` names the live topic whose next version makes it old.
    """
    language = path_language(request)
    values = {
        "lang": current_language(),
        "path_language": language,
        "alternates": alternates(request),
        "home_url": f"/{language}/",
        "request_path": request.url.path,
        "url": url,
        "layout": "layouts/fragment.html" if blocks else layout,
        "blocks": blocks,
    }
    headers = {"Cache-Control": cache, "Content-Security-Policy": POLICY}
    if topic:
        headers["X-Live-Topic"] = topic
    return Response(render(template, values | context), status_code=status, media_type=HTML, headers=headers)
