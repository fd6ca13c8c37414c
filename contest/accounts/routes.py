"""Signing in and out, language, theme; the first run; tablets."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie, FormMultiDict

from contest.accounts import first_run as first_runs
from contest.accounts import signing_in
from contest.accounts.forms import EnrolForm, FirstRunForm, PinForm, SignInForm
from contest.accounts.models import LinkPurpose
from contest.accounts.people_routes import people_handlers
from contest.accounts.queries import get_account
from contest.actors import Role
from contest.db import reading, transaction
from contest.errors import InvalidError, TooManyError
from contest.i18n import LANGUAGES, error_text, gettext
from contest.settings import get_settings
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, page, redirect, url
from contest.web.security import LANGUAGE_COOKIE, session_cookie_name

DEVICE_COOKIE = "contest_device"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
YEAR = 365 * 24 * 3600

Req = Request[Any, Any, Any]


def _cookie(name: str, value: str, *, max_age: int, samesite: Any = "lax", httponly: bool = True) -> Cookie:
    secure = get_settings().is_secure
    return Cookie(key=name, value=value, max_age=max_age, path="/", httponly=httponly, secure=secure, samesite=samesite)


def _signed_in(request: Req, cookie: str, target: str) -> Response[str]:
    response = redirect(request, target)
    age = get_settings().session_days * 24 * 3600
    response.set_cookie(_cookie(session_cookie_name(), cookie, max_age=age))
    return response


def _client(request: Req) -> str:
    """For the throttle: the enrolled device if there is one, else the address (a forwarded one only from a proxy in
    TRUSTED_PROXIES). Loopback is a proxy that nobody named: one address for everybody tells nothing.
    """
    if secret := request.cookies.get(DEVICE_COOKIE):
        with reading() as session:
            if found := signing_in.device_of(session, secret):
                return f"device:{found[0].id}"
    host = request.client.host if request.client else ""
    return f"address:{host}" if host and host not in LOOPBACK else ""


@get("/", name="accounts.home", sync_to_thread=True)
def home(request: Req) -> Response[str]:
    """Everybody's own start: judges go to their sheets, the clerk at the door to the check-in, members to their
    proposals, the public to the results; who only confirms what others ask for, to what waits for them.
    """
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(request, "/zh/")
    judges = {Role.JUDGE, Role.CHIEF_JUDGE, Role.CLERK}
    desk = {Role.ADMINISTRATOR, Role.ORGANIZER, Role.SUPERVISOR, Role.UNIT_CONTACT}
    seconds = {Role.SUPERVISOR, Role.ARBITRATOR, Role.ENCRYPTION_OFFICER}
    innovation = {Role.MEMBER, Role.DEPARTMENT_CHECKER, Role.FINANCE_CONFIRMER}
    if actor.roles and actor.roles <= seconds:
        return redirect(request, url("waiting.index"))
    starts = (
        (desk, "competitions.index"), (judges, "judging.home"), ({Role.CHECK_IN_CLERK}, "callroom.home"),
        (innovation, "proposals.index"),
    )  # fmt: skip
    for roles, target in starts:
        if actor.roles & roles:
            return redirect(request, url(target))
    return redirect(request, url("accounts.me"))


@get("/sign-in", name="accounts.sign_in", sync_to_thread=True)
def sign_in_page(request: Req) -> Response[str]:
    if actor_of(request).is_signed_in:
        return redirect(request, "/")
    return _sign_in_form(request, {"next": request.query_params.get("next", "/")}, {})


def _sign_in_form(request: Req, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response[str]:
    return page(request, "accounts/sign_in.html", typed=values, errors=errors, status=status)


@post("/sign-in", name="accounts.do_sign_in", sync_to_thread=True)
def do_sign_in(request: Req, form: FormMultiDict) -> Response[str]:
    try:
        fields = SignInForm.read(form)
        cookie = signing_in.sign_in(fields.login, fields.password, client=_client(request))
    except InvalidError as error:
        return _sign_in_form(request, typed(form), messages(error), 422)
    except TooManyError as error:
        return _sign_in_form(request, typed(form), {"": error_text(error)}, 429)
    return _signed_in(request, cookie, fields.next)


@post("/sign-out", name="accounts.sign_out", sync_to_thread=True)
def sign_out(request: Req) -> Response[str]:
    session_id = actor_of(request).session_id
    if session_id:
        with transaction() as session:
            signing_in.end_session(session, session_id)
    response = redirect(request, url("accounts.sign_in"), flash=gettext("您已退出登录。"))
    response.delete_cookie(session_cookie_name(), path="/")
    return response


@post("/language", name="accounts.language", sync_to_thread=True)
def set_language(request: Req, form: FormMultiDict) -> Response[str]:
    lang = str(form.get("lang", ""))
    response = redirect(request, str(form.get("next", "/")))
    if lang in LANGUAGES:
        response.set_cookie(_cookie(LANGUAGE_COOKIE, lang, max_age=YEAR))
    return response


@post("/theme", name="accounts.theme", sync_to_thread=True)
def set_theme(request: Req, form: FormMultiDict) -> Response[str]:
    theme = str(form.get("theme", ""))
    response = redirect(request, str(form.get("next", "/")))
    if theme in ("auto", "light", "dark"):
        response.set_cookie(_cookie("contest_theme", theme, max_age=YEAR, httponly=False))
    return response


@get("/link/{token:str}", name="accounts.link", sync_to_thread=True)
def link_page(request: Req, token: str) -> Response[str]:
    """Looking does not use the link up (mail scanners and previews look); the button does."""
    with reading() as session:
        link = signing_in.check_link(session, token, LinkPurpose.SIGN_IN)
        account = get_account(session, link.account_id or "")
    return page(request, "accounts/link.html", layout="layouts/phone.html", token=token, account=account)


@post("/link/{token:str}", name="accounts.use_link", sync_to_thread=True)
def use_link(request: Req, token: str) -> Response[str]:
    with transaction() as session:
        cookie = signing_in.use_link(session, token)
    return _signed_in(request, cookie, "/")


@get("/enrol/{token:str}", name="accounts.enrol", sync_to_thread=True)
def enrol_page(request: Req, token: str) -> Response[str]:
    return _enrol_form(request, token, {}, {})


def _enrol_form(
    request: Req, token: str, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response[str]:
    with reading() as session:
        link = signing_in.check_link(session, token, LinkPurpose.ENROL_DEVICE)
        account = get_account(session, link.account_id or "")
    context: dict[str, Any] = {"token": token, "account": account, "typed": values, "errors": errors}
    return page(request, "accounts/enrol.html", layout="layouts/phone.html", status=status, **context)


@post("/enrol/{token:str}", name="accounts.do_enrol", sync_to_thread=True)
def do_enrol(request: Req, token: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = EnrolForm.read(form)
        with transaction() as session:
            secret, cookie = signing_in.enrol_device(session, token, pin=fields.pin, label=fields.label)
    except InvalidError as error:
        return _enrol_form(request, token, {"label": str(form.get("label", ""))}, messages(error), 422)
    response = _signed_in(request, cookie, "/")
    response.set_cookie(_cookie(DEVICE_COOKIE, secret, max_age=YEAR, samesite="strict"))
    return response


@get("/pin", name="accounts.pin", sync_to_thread=True)
def pin_page(request: Req) -> Response[str]:
    return _pin_form(request, {})


def _pin_form(request: Req, errors: dict[str, str], status: int = 200) -> Response[str]:
    with reading() as session:
        found = signing_in.device_of(session, request.cookies.get(DEVICE_COOKIE, ""))
    account = found[1] if found else None
    return page(
        request, "accounts/pin.html", layout="layouts/phone.html", status=status, account=account, errors=errors
    )


@post("/pin", name="accounts.do_pin", sync_to_thread=True)
def do_pin(request: Req, form: FormMultiDict) -> Response[str]:
    try:
        fields = PinForm.read(form)
        cookie = signing_in.sign_in_with_pin(request.cookies.get(DEVICE_COOKIE, ""), fields.pin)
    except InvalidError as error:
        return _pin_form(request, messages(error), 422)
    except TooManyError as error:
        return _pin_form(request, {"pin": error_text(error)}, 429)
    return _signed_in(request, cookie, "/")


@get("/first-run", name="accounts.first_run", sync_to_thread=True)
def first_run_page(request: Req) -> Response[str]:
    return _first_run_form(request, {"token": request.query_params.get("token", "")}, {})


def _first_run_form(request: Req, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response[str]:
    with reading() as session:
        first_runs.require_empty(session)
    return page(request, "accounts/first_run.html", typed=values, errors=errors, status=status)


@post("/first-run", name="accounts.do_first_run", sync_to_thread=True)
def do_first_run(request: Req, form: FormMultiDict) -> Response[str]:
    try:
        fields = FirstRunForm.read(form)
        with transaction() as session:
            cookie = first_runs.set_up(session, **fields.model_dump())
    except InvalidError as error:
        return _first_run_form(request, typed(form), messages(error), 422)
    return _signed_in(request, cookie, "/")


router = Router(
    "/",
    route_handlers=[
        home,
        sign_in_page,
        do_sign_in,
        sign_out,
        set_language,
        set_theme,
        link_page,
        use_link,
        enrol_page,
        do_enrol,
        pin_page,
        do_pin,
        first_run_page,
        do_first_run,
        *people_handlers,
    ],
)
