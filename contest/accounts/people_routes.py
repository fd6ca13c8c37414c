"""People: list, add, roles, tablet enrolment, one's own password."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.accounts import people, queries, services, signing_in
from contest.accounts.forms import AccountForm, GrantForm, PasswordForm
from contest.accounts.hands import LINKED, note_hand
from contest.accounts.models import LinkPurpose
from contest.accounts.policy import can_manage_accounts
from contest.actors import ROLE_NAMES, Actor, Role
from contest.audit.services import record
from contest.db import reading, transaction
from contest.documents.qr import qr_svg
from contest.errors import InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.organizations.queries import get_organization
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, enrolment_address, page, paging, redirect, url

Req = Request[Any, Any, Any]


def _role_options(actor: Actor) -> list[tuple[str, str]]:
    may_all = actor.is_system or Role.ADMINISTRATOR in actor.roles
    roles = [
        r for r in Role if r not in (Role.ADMINISTRATOR, Role.HALL_SCREEN) or (may_all and r is not Role.HALL_SCREEN)
    ]
    return [(role.value, gettext(ROLE_NAMES[role])) for role in roles]


@get("/people", name="accounts.index", sync_to_thread=True)
def index(request: Req) -> Response[str]:
    paged = paging(request, queries.SORTS)
    with reading() as session:
        lines, total = queries.list_accounts(
            session,
            actor_of(request),
            search=paged.search,
            sort=paged.sort,
            descending=paged.descending,
            offset=paged.offset,
            limit=paged.size,
        )
    return page(request, "accounts/index.html", lines=lines, total=total, paging=paged, role_names=ROLE_NAMES)


@get("/people/new", name="accounts.new", sync_to_thread=True)
def new(request: Req) -> Response[str]:
    return _new_form(request, {}, {})


def _new_form(request: Req, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        organizations = people.organization_options(session, actor)
    return page(
        request,
        "accounts/new.html",
        status=status,
        typed=values,
        errors=errors,
        organizations=organizations,
        roles=_role_options(actor),
    )


@post("/people", name="accounts.create", sync_to_thread=True)
def create(request: Req, form: FormMultiDict) -> Response[str]:
    try:
        fields = AccountForm.read(form)
        with transaction() as session:
            account = people.add_person(session, actor_of(request), **fields.model_dump())
    except InvalidError as error:
        return _new_form(request, typed(form), messages(error), 422)
    return redirect(request, url("accounts.show", account_id=account.id), flash=gettext("人员已增加。"))


def _managed(session: Session, actor: Actor, account_id: str) -> tuple[Any, Any]:
    account = queries.get_account(session, account_id)
    organization = get_organization(session, account.organization_id)
    if not can_manage_accounts(actor, organization):
        raise NotFoundError(N_("找不到这个人。"))
    return account, organization


@get("/people/{account_id:str}", name="accounts.show", sync_to_thread=True)
def show(request: Req, account_id: str) -> Response[str]:
    return _person(request, account_id, {})


def _person(
    request: Req, account_id: str, errors: dict[str, str], status: int = 200, enrolment: str = ""
) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        account, organization = _managed(session, actor, account_id)
        grants = people.grant_lines(session, account.id)
        devices = queries.devices_of(session, account.id)
        organizations = people.organization_options(session, actor)
    return page(
        request,
        "accounts/show.html",
        status=status,
        account=account,
        organization=organization,
        grants=grants,
        devices=devices,
        organizations=organizations,
        roles=_role_options(actor),
        role_names=ROLE_NAMES,
        errors=errors,
        enrolment=enrolment,
        qr=qr_svg(enrolment, title=gettext("平板登记码")) if enrolment else "",
    )


@post("/people/{account_id:str}/roles", name="accounts.grant", sync_to_thread=True)
def grant(request: Req, account_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = GrantForm.read(form)
        with transaction() as session:
            account, _ = _managed(session, actor_of(request), account_id)
            where = get_organization(session, fields.organization_id)
            services.grant_role(session, actor_of(request), account, fields.role, where)
    except InvalidError as error:
        return _person(request, account_id, messages(error), 422)
    return redirect(request, url("accounts.show", account_id=account_id), flash=gettext("角色已授予。"))


@post("/people/{account_id:str}/roles/{grant_id:str}/revoke", name="accounts.revoke", sync_to_thread=True)
def revoke(request: Req, account_id: str, grant_id: str) -> Response[str]:
    with transaction() as session:
        people.revoke(session, actor_of(request), account_id, grant_id)
    return redirect(request, url("accounts.show", account_id=account_id), flash=gettext("角色已收回。"))


@post("/people/{account_id:str}/enrolment", name="accounts.enrolment", sync_to_thread=True)
def enrolment(request: Req, account_id: str) -> Response[str]:
    """A new one-time enrolment code for a judge's tablet, shown once as QR code and link."""
    with transaction() as session:
        account, organization = _managed(session, actor_of(request), account_id)
        services.require_reach(session, actor_of(request), account)
        record(session, actor_of(request), organization.tenant_id, "enrol", "account", account.id)
        note_hand(session, actor_of(request), account, LINKED)
        token = signing_in.make_link(session, account, LinkPurpose.ENROL_DEVICE)
    return _person(request, account_id, {}, enrolment=enrolment_address(url("accounts.enrol", token=token)))


@post("/people/{account_id:str}/disable", name="accounts.disable", sync_to_thread=True)
def disable(request: Req, account_id: str) -> Response[str]:
    with transaction() as session:
        account, organization = _managed(session, actor_of(request), account_id)
        services.disable_account(session, actor_of(request), account, organization)
    return redirect(request, url("accounts.show", account_id=account_id), flash=gettext("账号已停用。"))


@post("/people/{account_id:str}/devices/{device_id:str}/revoke", name="accounts.revoke_device", sync_to_thread=True)
def revoke_device(request: Req, account_id: str, device_id: str) -> Response[str]:
    with transaction() as session:
        account, organization = _managed(session, actor_of(request), account_id)
        people.revoke_device(session, actor_of(request), account, device_id, organization.tenant_id)
    return redirect(request, url("accounts.show", account_id=account_id), flash=gettext("这台平板已取消登记。"))


@get("/me", name="accounts.me", sync_to_thread=True)
def me(request: Req) -> Response[str]:
    return _me(request, {})


def _me(request: Req, errors: dict[str, str], status: int = 200) -> Response[str]:
    with reading() as session:
        account = queries.get_account(session, actor_of(request).account_id or "")
        grants = people.grant_lines(session, account.id)
    return page(
        request, "accounts/me.html", status=status, account=account, grants=grants, role_names=ROLE_NAMES, errors=errors
    )


@post("/me/password", name="accounts.set_password", sync_to_thread=True)
def set_password(request: Req, form: FormMultiDict) -> Response[str]:
    """Changes the own password; every session of the account ends, this one too."""
    try:
        fields = PasswordForm.read(form)
        signing_in.change_password(actor_of(request), fields.current, fields.password)
    except InvalidError as error:
        return _me(request, messages(error), 422)
    return redirect(request, url("accounts.sign_in"), flash=gettext("密码已修改，请用新密码登录。"))


people_handlers = [index, new, create, show, grant, revoke, enrolment, disable, revoke_device, me, set_password]
