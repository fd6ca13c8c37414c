"""The first run: whoever reads the console's token makes the first organization and its administrator, once."""

from __future__ import annotations

from sqlmodel import Session, select

from contest.accounts.models import Account, LinkPurpose
from contest.accounts.services import create_account, grant_role
from contest.accounts.signing_in import make_link, start_session, take_link
from contest.actors import SYSTEM, Role
from contest.errors import ConflictError, DomainError, ExpiredError, InvalidError
from contest.i18n import N_
from contest.organizations.models import OrganizationKind
from contest.organizations.services import add_organization


def is_empty(session: Session) -> bool:
    return session.exec(select(Account.id).limit(1)).first() is None


def require_empty(session: Session) -> None:
    """Refuses once anybody exists.

    Raises:
        ConflictError: the platform is set up.
    """
    if not is_empty(session):
        raise ConflictError(N_("平台已经建好，不能再次初始化。请用自己的账号登录。"))


def first_run_token(session: Session) -> str | None:
    """A token for the console, while the platform is empty."""
    return make_link(session, None, LinkPurpose.FIRST_RUN) if is_empty(session) else None


def set_up(session: Session, *, token: str, organization: str, name: str, login: str, password: str) -> str:
    """Makes the root organization and its administrator and organizer; returns the session cookie.

    Raises:
        ConflictError: already set up.
        InvalidError: the token is not the console's, or the password too short.
    """
    require_empty(session)
    try:
        take_link(session, token, LinkPurpose.FIRST_RUN)
    except ExpiredError:
        wrong = DomainError(N_("初始化口令不对或已过期。请看运行平台的窗口里最新的一行口令。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"token": wrong}) from None
    require_empty(session)  # once more, holding the link: of two at one moment the second waited for the first
    root = add_organization(session, SYSTEM, None, kind=OrganizationKind.CITY, name=organization)
    account = create_account(session, SYSTEM, login=login, name=name, organization=root, password=password)
    for role in (Role.ADMINISTRATOR, Role.ORGANIZER):
        grant_role(session, SYSTEM, account, role, root)
    return start_session(session, account)
