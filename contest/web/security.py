"""Default deny: who calls (session), whether the call is ours (CSRF), whether the route is for that role, headers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.handlers.base import BaseRouteHandler

from contest.actors import ANONYMOUS, PUBLIC, Actor
from contest.errors import ForbiddenError, NotFoundError, NotSignedInError
from contest.i18n import N_, pick_language, use_language
from contest.settings import get_settings
from contest.web.forms import sent_form
from contest.web.pages import content_policy

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LANGUAGE_COOKIE = "contest_language"
SIGNED_IN = "signed_in"
"""The access of a route for everybody who is signed in, whatever the role."""

access: dict[str, frozenset[str]] = {}
"""The matrix: route name -> roles (or PUBLIC / SIGNED_IN). `app.py` fills it from the features' policies."""


async def _nobody(_cookie: str) -> Actor:
    return ANONYMOUS


session_loader: Callable[[str], Awaitable[Actor]] = _nobody


def register(rows: Mapping[str, frozenset[str]], loader: Callable[[str], Awaitable[Actor]] | None = None) -> None:
    """Adds policy rows and, once, the function that turns a session cookie into its actor."""
    global session_loader
    access.update(rows)
    if loader is not None:
        session_loader = loader


def session_cookie_name() -> str:
    return "__Host-contest" if get_settings().is_secure else "contest_session"


async def default_deny(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every route: no row in the matrix, no entry."""
    if "\x00" in connection.scope["path"]:  # no address of ours holds one, and PostgreSQL can't be asked for it
        raise NotFoundError(N_("找不到这一页"))
    actor = connection.scope.get("user") or ANONYMOUS
    if is_open_to(actor, handler.name or ""):
        return
    if not actor.is_signed_in:
        raise NotSignedInError(N_("请先登录。"))
    raise ForbiddenError(N_("您的角色不能打开这一页。如果这是您的工作，请联系组织者授权。"))


def is_open_to(actor: Actor, route: str) -> bool:
    """Whether the matrix lets `actor` through the coarse gate of `route`: pages offer no link that would be refused."""
    allowed = access.get(route, frozenset())
    return PUBLIC in allowed or (actor.is_signed_in and (SIGNED_IN in allowed or bool(actor.roles & allowed)))


class SecurityMiddleware:
    """Loads the actor, sets the language, refuses foreign writes, adds the headers. Runs on every routed request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        scope["query_string"] = scope["query_string"].replace(b"%00", b"")  # PostgreSQL can't be asked for that sign
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        cookie = connection.cookies.get(session_cookie_name())
        scope["user"] = await session_loader(cookie) if cookie else ANONYMOUS
        use_language(pick_language(connection.cookies.get(LANGUAGE_COOKIE), connection.headers.get("accept-language")))
        nonce = scope.setdefault("nonce", secrets.token_urlsafe(16))  # type: ignore[typeddict-item]
        began = time.perf_counter()
        await self.app(scope, receive, _with_headers(send, str(nonce)))
        _note(scope, began)


def _note(scope: Scope, began: float) -> None:
    """One line per request: route, not path (paths hold one-time tokens), and no names."""
    actor = scope.get("user") or ANONYMOUS
    handler = scope.get("route_handler")
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    log.info("request", route=getattr(handler, "name", None), account=actor.account_id, ms=milliseconds)


def _with_headers(send: Send, nonce: str) -> Send:
    policy = content_policy(nonce)

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            headers.setdefault("Content-Security-Policy", policy)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Cache-Control", "no-store")
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
            if get_settings().is_secure:
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await send(message)

    return wrapped


def is_same_origin(headers: Mapping[str, str], host: str) -> bool:
    """What the browser itself says of where a write comes from; a client that says nothing is no browser."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


async def check_csrf(connection: Any) -> None:
    """Before every handler: a write must come from our own page, and from this very session.

    Raises:
        ForbiddenError: the page is another's, or older than the sign-in.
    """
    if connection.method in SAFE_METHODS:
        return
    if not is_same_origin(connection.headers, connection.headers.get("host", "")):
        raise ForbiddenError(N_("这个操作不是从本平台的页面发出的，没有执行。"))
    actor: Actor = connection.scope.get("user") or ANONYMOUS
    if not actor.session_id:
        return  # nothing to ride on: without a session the origin check stands alone
    sent = connection.headers.get("x-csrf-token")
    if sent is None:
        form = await sent_form(connection)
        sent = str(form.get("csrf_token", ""))
    if not secrets.compare_digest(sent.encode(), actor.csrf_token.encode()):
        raise ForbiddenError(N_("这一页已经过期，没有保存。请返回、刷新页面后再提交，已填写的内容不会丢失。"))
