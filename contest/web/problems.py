"""The one table from domain errors to HTTP, and the pages that say what went wrong."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotFoundException

from contest import errors
from contest.i18n import N_, error_text, gettext
from contest.web.forms import messages
from contest.web.pages import is_fragment, page, url

log = structlog.get_logger()

STATUS: dict[type[errors.DomainError], int] = {
    errors.NotFoundError: 404,
    errors.ForbiddenError: 403,
    errors.InvalidError: 422,
    errors.ConflictError: 409,
    errors.ExpiredError: 410,
    errors.TooManyError: 429,
    errors.TooLargeError: 413,
    errors.NotSignedInError: 401,
}
INTERNAL_ERROR = 500
TITLES: dict[int, str] = {
    400: N_("请求不完整"),
    401: N_("请先登录"),
    403: N_("没有权限"),
    404: N_("找不到这一页"),
    405: N_("不能这样操作"),
    409: N_("现在不能这样做"),
    410: N_("链接已失效"),
    413: N_("文件太大"),
    422: N_("需要改正"),
    429: N_("操作太频繁"),
    500: N_("服务器出错了"),
}
HTTP_TEXTS: dict[int, str] = {
    400: N_("送来的内容不完整或读不懂，没有执行。请返回上一页再试。"),
    404: N_("地址可能输错了，或者这一页已经移走。请从首页重新进入。"),
    405: N_("这个地址不接受这种操作。请从页面上的按钮进行。"),
    413: N_("送来的内容太大（文件最多 20 MB），没有接收。请拆分后再送。"),
}
INTERNAL = N_("不是您的错，操作没有完成，已记录下来。请稍后再试；如果仍然这样，请把下面的编号告诉管理员。")


def status_of(error: errors.DomainError) -> int:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def told(error: errors.DomainError | None) -> dict[str, Any]:
    """For a page shown again after a refusal: `status`, `errors` beside their fields, else the `problem` above all."""
    invalid = error if isinstance(error, errors.InvalidError) else None
    return {
        "status": status_of(error) if error else 200,
        "errors": messages(invalid),
        "problem": error_text(error) if error and not invalid else "",
    }


def domain_problem(request: Request[Any, Any, Any], error: errors.DomainError) -> Response[str]:
    """A domain error as a page (or a short text for a script), with its own status."""
    status = status_of(error)
    if isinstance(error, errors.NotSignedInError) and request.method == "GET" and not is_fragment(request):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return Response("", status_code=303, headers={"Location": f"{url('accounts.sign_in')}?next={quote(target)}"})
    return problem(request, status, error_text(error))


def http_problem(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    """The framework's own refusals (no such route, wrong method, unreadable body), in the person's language."""
    status = 404 if isinstance(error, NotFoundException) else error.status_code
    if status in (401, 403):
        return problem(request, status, gettext(TITLES[status]))
    known = status if status in HTTP_TEXTS else 400
    if status >= INTERNAL_ERROR:
        return internal_problem(request, error)
    return problem(request, known, gettext(HTTP_TEXTS[known]))


def internal_problem(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """A defect of ours: logged with its trace, shown without it."""
    from contest.db import new_id

    if "\x00" in request.scope["path"]:  # the static files' look-up chokes on it; no address of ours holds one
        return problem(request, 404, gettext(HTTP_TEXTS[404]))
    reference = new_id()
    handler = request.scope.get("route_handler")
    log.error("internal error", reference=reference, route=getattr(handler, "name", None), exc_info=error)
    return problem(request, 500, gettext(INTERNAL), reference=reference)


def problem(request: Request[Any, Any, Any], status: int, text: str, reference: str = "") -> Response[str]:
    title = gettext(TITLES.get(status, TITLES[400]))
    return page(
        request,
        "layouts/error.html",
        blocks=("problem",),
        status=status,
        title=title,
        text=text,
        status_code=status,
        reference=reference,
    )


HANDLERS: dict[int | type[Exception], Any] = {
    errors.DomainError: domain_problem,
    HTTPException: http_problem,
    Exception: internal_problem,
}
