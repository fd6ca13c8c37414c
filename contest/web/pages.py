"""Answers: a page or one of its fragments from the same template, a redirect, a download."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from litestar import Request, Response
from litestar.datastructures import Cookie

from contest.actors import ANONYMOUS, Actor
from contest.i18n import current_language
from contest.settings import get_settings
from contest.templating import render

FLASH_COOKIE = "contest_flash"
HTML = "text/html; charset=utf-8"


@dataclass
class Shell:
    """What `app.py` hands to every page: the navigation by role and the address builder."""

    navigation: Callable[[Actor, str], Sequence[tuple[str, str, bool]]] = field(default=lambda _actor, _path: ())
    address: Callable[..., str] = field(default=lambda name, **_kw: name)


shell = Shell()


def actor_of(request: Request[Any, Any, Any]) -> Actor:
    actor = request.scope.get("user")
    return actor if isinstance(actor, Actor) else ANONYMOUS


def is_fragment(request: Request[Any, Any, Any]) -> bool:
    """An htmx request for a part of a page; boosted and history requests get the whole page."""
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-boosted") != "true"
        and headers.get("hx-history-restore-request") != "true"
    )


def url(name: str, **params: object) -> str:
    """The address of the route `name` (feature.verb); parameters that the path does not take go to the query."""
    return shell.address(name, **params)


def absolute_url(path: str) -> str:
    """`path` on PUBLIC_URL: for QR codes, e-mail and documents."""
    return get_settings().public_url.rstrip("/") + path


def enrolment_address(path: str) -> str:
    """What an enrolment code holds: at a venue with its own certificate, the page that gives it, then `path`."""
    first = get_settings().enrolment_url.rstrip("/")
    return f"{first}/#{path}" if first else absolute_url(path)


def base_context(request: Request[Any, Any, Any]) -> dict[str, Any]:
    actor = actor_of(request)
    nonce = request.scope.setdefault("nonce", secrets.token_urlsafe(16))  # type: ignore[typeddict-item]
    return {
        "actor": actor,
        "csrf_token": actor.csrf_token,
        "lang": current_language(),
        "nonce": nonce,
        "nav": shell.navigation(actor, request.url.path),
        "request_path": request.url.path,
        "request_query": request.url.query,
        "flash": _read_flash(request),
        "theme": request.cookies.get("contest_theme", "auto"),
        "url": url,
    }


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    blocks: Sequence[str] = ("main",),
    layout: str = "layouts/page.html",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """`template` as a whole page, or, for an htmx request, only its `blocks` (block name = element id)."""
    fragment = is_fragment(request)
    values = base_context(request) | context
    values |= {"layout": "layouts/fragment.html" if fragment else layout, "blocks": tuple(blocks)}
    response = Response(
        render(template, values),
        status_code=status,
        media_type=HTML,
        headers={
            "Vary": "HX-Request, Cookie",
            "Cache-Control": "no-store",
            # here too: pages about addresses that no route knows never pass through the middleware
            "Content-Security-Policy": content_policy(str(values["nonce"])),
            "X-Content-Type-Options": "nosniff",
        }
        | dict(headers or {}),
    )
    if values["flash"] and not fragment:
        response.delete_cookie(FLASH_COOKIE)
    return response


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy of signed-in pages: nothing inline but with this nonce, nothing from elsewhere."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )


def own_path(path: str) -> str:
    """`path` as a header takes it; what could lead to another site becomes `/`.

    Browsers read a backslash as a slash and drop tabs and line ends, so a slash and one of these would lead away like
    two slashes: whatever is no sign of an address is percent-encoded, letters of other scripts too.
    """
    return quote(path, safe="/?&=%#:;,@!$'()*+[]~") if path.startswith("/") and not path.startswith("//") else "/"


def redirect(
    request: Request[Any, Any, Any], path: str, *, flash: str | None = None, level: str = "ok"
) -> Response[str]:
    """303 to `path` (an own path only); `flash` is shown once on the next page."""
    target = own_path(path)
    headers = {"HX-Redirect": target} if is_fragment(request) else {"Location": target}
    response = Response("", status_code=204 if is_fragment(request) else 303, media_type=HTML, headers=headers)
    if flash:
        value = quote(json.dumps([[level, flash]], ensure_ascii=False))
        response.set_cookie(
            Cookie(
                key=FLASH_COOKIE,
                value=value,
                max_age=60,
                httponly=True,
                samesite="lax",
                secure=get_settings().is_secure,
                path="/",
            )
        )
    return response


def download(data: bytes, filename: str, media_type: str, *, inline: bool = False) -> Response[bytes]:
    """A file to keep: never sniffed, never run in our origin."""
    kind = "inline" if inline else "attachment"
    return Response(
        data,
        media_type=media_type,
        headers={
            "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(filename, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Paging:
    """Page number, size and order of one list, as asked for in the query string."""

    page: int
    size: int
    sort: str
    descending: bool
    search: str

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    def pages(self, total: int) -> int:
        return max(1, -(-total // self.size))

    def query(self, **changes: object) -> str:
        """The query string of this list with `changes`, for sort links and page links."""
        sort = f"-{self.sort}" if self.descending else self.sort
        values: dict[str, object] = {"q": self.search, "sort": sort, "page": self.page} | changes
        return "?" + urlencode({k: v for k, v in values.items() if v not in ("", None)})


def paging(request: Request[Any, Any, Any], sorts: Sequence[str], *, size: int = 50) -> Paging:
    """Reads `page`, `sort` (-name = descending) and `q`; anything odd falls back to the first of `sorts`, page 1."""
    query = request.query_params
    asked = str(query.get("sort") or sorts[0])
    name = asked.removeprefix("-")
    number = str(query.get("page", "1"))
    return Paging(
        page=max(1, min(int(number[:7]), 1_000_000)) if number.isascii() and number.isdigit() else 1,
        size=size,
        sort=name if name in sorts else sorts[0],
        descending=asked.startswith("-") if name in sorts else False,
        search=str(query.get("q") or "").strip()[:100],
    )


def _read_flash(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    from urllib.parse import unquote

    try:
        items = json.loads(unquote(request.cookies.get(FLASH_COOKIE, "")) or "[]")
        return [(str(level), str(text)) for level, text in items]
    except (ValueError, TypeError):
        return []
