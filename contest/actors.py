"""Who acts, and with which roles: no HTTP, no database.

Policies of every feature judge an `Actor`; the web layer makes one from the session, the command line and the
seeds make one for the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """The one list of roles (glossary)."""

    ADMINISTRATOR = "administrator"
    ORGANIZER = "organizer"
    CHIEF_JUDGE = "chief_judge"
    JUDGE = "judge"
    ENCRYPTION_OFFICER = "encryption_officer"
    CHECK_IN_CLERK = "check_in_clerk"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ARBITRATOR = "arbitrator"
    UNIT_CONTACT = "unit_contact"
    DEPARTMENT_CHECKER = "department_checker"
    FINANCE_CONFIRMER = "finance_confirmer"
    MEMBER = "member"
    HALL_SCREEN = "hall_screen"


PUBLIC = "public"
"""The access of a route that anybody may call."""

ROLE_NAMES: dict[Role, str] = {
    Role.ADMINISTRATOR: "管理员",
    Role.ORGANIZER: "组织者",
    Role.CHIEF_JUDGE: "裁判长",
    Role.JUDGE: "裁判",
    Role.ENCRYPTION_OFFICER: "加密裁判",
    Role.CHECK_IN_CLERK: "检录员",
    Role.CLERK: "录分员",
    Role.SUPERVISOR: "监督",
    Role.ARBITRATOR: "仲裁",
    Role.UNIT_CONTACT: "单位联系人",
    Role.DEPARTMENT_CHECKER: "部门审核",
    Role.FINANCE_CONFIRMER: "财务确认",
    Role.MEMBER: "会员",
    Role.HALL_SCREEN: "大厅屏幕",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over a subtree (`path`) of one tenant, or over one competition only."""

    role: Role
    tenant_id: str
    path: str
    competition_id: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody (or the system itself) who asks for something."""

    account_id: str | None = None
    name: str = ""
    organization_id: str | None = None
    grants: tuple[Grant, ...] = ()
    session_id: str | None = None
    device_id: str | None = None
    csrf_token: str = ""
    is_system: bool = False
    moved_at: datetime | None = None
    """Since when another tablet of the same judge does the work of this session (None: it does its own)."""

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None or self.is_system

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def holds(self, role: Role, *, tenant_id: str, path: str, competition_id: str | None = None) -> bool:
        """True when a grant of `role` covers the organization at `path`, or the very competition."""
        return self.is_system or any(
            grant.role is role
            and grant.tenant_id == tenant_id
            and (
                grant.competition_id == competition_id
                if grant.competition_id is not None
                else path.startswith(grant.path)
            )
            for grant in self.grants
        )

    def holds_any(self, *roles: Role, tenant_id: str, path: str, competition_id: str | None = None) -> bool:
        return any(self.holds(role, tenant_id=tenant_id, path=path, competition_id=competition_id) for role in roles)


ANONYMOUS = Actor()
SYSTEM = Actor(name="系统", is_system=True)
