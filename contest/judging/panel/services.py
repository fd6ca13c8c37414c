"""Appointing a panel: judges, chief judges and clerks of a stage; own units found; one-time enrolment links."""

from __future__ import annotations

from sqlmodel import Session, select

from contest.accounts.hands import GRANTED, LINKED, note_hand
from contest.accounts.models import Account, LinkPurpose, RoleGrant
from contest.accounts.policy import can_manage_accounts
from contest.accounts.services import create_account, grant_role, require_reach
from contest.accounts.signing_in import make_link
from contest.actors import SYSTEM, Actor, Role
from contest.audit.services import record
from contest.competitions.formalities import has_begun, signers_of
from contest.competitions.models import Competition, Event, Stage
from contest.competitions.queries import competition_of, events_of
from contest.db import new_id, now
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import MarkRow, PanelMember, PanelRole
from contest.judging.panel import recusals
from contest.judging.panel.marked import hold_marks
from contest.judging.policy import can_manage_panel
from contest.judging.queries import members_of
from contest.organizations.models import Organization
from contest.organizations.queries import get_organization

ROLE_OF: dict[PanelRole, Role] = {
    PanelRole.JUDGE: Role.JUDGE,
    PanelRole.CHIEF: Role.CHIEF_JUDGE,
    PanelRole.CLERK: Role.CLERK,
    PanelRole.RESERVE: Role.JUDGE,
}
_LETTER = {PanelRole.JUDGE: "J", PanelRole.CHIEF: "C", PanelRole.CLERK: "K", PanelRole.RESERVE: "R"}
_NEVER_SCORE = (PanelRole.CLERK, PanelRole.RESERVE)
_CODE_LENGTH = 10
NOT_YOURS = N_("只有本竞赛的组织者可以任命裁判。")
LAST_CHIEF = N_(
    "评分已经开始，评分表要裁判长签名，不能移出唯一的裁判长。请先任命另一位裁判长；不能到场的，由两个人办理免签。"
)
NEED_FIX = N_("有几项需要改正，已标在下面。")


def _allow(session: Session, actor: Actor, stage: Stage) -> tuple[Event, Competition]:
    event = session.get_one(Event, (stage.tenant_id, stage.event_id))
    competition = competition_of(session, event)
    if not can_manage_panel(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    return event, competition


def appoint(
    session: Session,
    actor: Actor,
    stage: Stage,
    account: Account,
    role: PanelRole = PanelRole.JUDGE,
    *,
    scores: bool | None = None,
) -> PanelMember:
    """Puts a person on the panel of a stage, gives the role for this competition, and finds their own unit.

    `scores`: whether the panel waits for their marks; by default judges do, chief judges and clerks don't.

    Raises:
        ForbiddenError: not the organizer of this competition, or themselves (organizing never includes scoring).
        ConflictError: already on this panel; or the stage is locked, and the result would wait for their marks.
    """
    event, competition = _allow(session, actor, stage)
    if account.id == actor.account_id:
        raise ForbiddenError(N_("不能给自己授予角色。请由另一位管理员或组织者办理。"))
    member = _former(session, stage, account)
    if member and member.removed_at is None:
        raise ConflictError(N_("%(name)s 已经在这个阶段的裁判组里。"), name=account.name)
    member = member or PanelMember(tenant_id=stage.tenant_id, stage_id=stage.id, account_id=account.id, code="")
    _seat(session, member, stage, role, scores=scores)
    owner = get_organization(session, competition.organization_id)
    # an organizer of this very competition may appoint, even where they manage no accounts of the owner
    grant_role(session, SYSTEM, account, ROLE_OF[role], owner, competition.id)
    note_hand(session, actor, account, GRANTED)
    record(session, actor, stage.tenant_id, "appoint", "panel", member.id, role=role, code=member.code)
    recusals.refresh(session, event, [member])
    return member


def appoint_external(
    session: Session,
    actor: Actor,
    stage: Stage,
    name: str,
    *,
    code: str | None = None,
    organization: Organization | None = None,
) -> PanelMember:
    """A judge without sign-in, whose paper sheets a clerk types (J1 … of an imported marks file).

    `organization`: their unit, where it is known, so that their own unit is found like everybody's.

    Raises:
        ForbiddenError: not the organizer of this competition.
        NotFoundError: a unit of another tenant.
        InvalidError: the panel code is taken or no code.
        ConflictError: the stage is locked.
    """
    event, _ = _allow(session, actor, stage)
    if organization is not None and organization.tenant_id != stage.tenant_id:
        raise NotFoundError(N_("找不到这个组织。"))
    home = organization.id if organization else None
    member = PanelMember(tenant_id=stage.tenant_id, stage_id=stage.id, name=name, organization_id=home, code="")
    _seat(session, member, stage, PanelRole.JUDGE, scores=True, code=code)
    record(session, actor, stage.tenant_id, "appoint", "panel", member.id, role="external", code=member.code)
    recusals.refresh(session, event, [member])
    return member


def _former(session: Session, stage: Stage, account: Account) -> PanelMember | None:
    query = select(PanelMember).where(
        PanelMember.tenant_id == stage.tenant_id,
        PanelMember.stage_id == stage.id,
        PanelMember.account_id == account.id,
    )
    return session.exec(query).first()


def _seat(
    session: Session,
    member: PanelMember,
    stage: Stage,
    role: PanelRole,
    *,
    scores: bool | None,
    code: str | None = None,
) -> None:
    query = select(PanelMember).where(PanelMember.tenant_id == stage.tenant_id, PanelMember.stage_id == stage.id)
    others = [other for other in session.exec(query) if other.id != member.id]
    codes = {other.code for other in others}
    if code is not None and (code in codes or not code.isalnum() or len(code) > _CODE_LENGTH):
        taken = DomainError(N_("代号“%(code)s”已有人使用，或不是 1 到 10 个字母、数字。"), code=code)
        raise InvalidError(NEED_FIX, fields={"code": taken})
    numbers = (f"{_LETTER[role]}{n}" for n in range(1, len(others) + 2))
    keeps = member.code.startswith(_LETTER[role]) if member.code else False
    member.role = role
    member.scores = role is PanelRole.JUDGE if scores is None else scores and role not in _NEVER_SCORE
    member.code = code or (member.code if keeps else next(number for number in numbers if number not in codes))
    member.position = member.position or max((other.position for other in others), default=0) + 1
    member.removed_at = None
    hold_marks(session, session.get_one(Event, (stage.tenant_id, stage.event_id)))
    _refuse_other_panel(session, member)
    session.add(member)
    session.flush()


def _refuse_other_panel(session: Session, member: PanelMember) -> None:
    """Whoever scores and comes or goes once all of the stage is locked would make another result of the same marks."""
    if member.scores and not session.exec(select(recusals.is_unlocked(member))).one():
        raise ConflictError(N_("这个阶段已经锁定，评分的裁判不能再增减。请先解锁并写明理由。"))


def create_judge(
    session: Session,
    actor: Actor,
    stage: Stage,
    *,
    name: str,
    organization: Organization,
    login: str = "",
    phone: str = "",
    role: PanelRole = PanelRole.JUDGE,
) -> PanelMember:
    """A new account and its appointment in one step; without a login name one is made up (they use PIN and tablet).

    Raises:
        ForbiddenError: not the organizer, or the organization is beyond what they manage.
        InvalidError: the login is taken.
    """
    _allow(session, actor, stage)
    if not can_manage_accounts(actor, organization):
        raise ForbiddenError(N_("您只能在自己管理的组织里增加裁判。"))
    made = login or f"judge-{new_id()[-8:]}"
    account = create_account(session, actor, login=made, name=name, organization=organization, phone=phone)
    return appoint(session, actor, stage, account, role)


def make_enrolment(session: Session, actor: Actor, member: PanelMember) -> str:
    """The token of a one-time link with which the judge makes a tablet theirs; good for ten minutes.

    Raises:
        ForbiddenError: not the organizer, or the judge also has roles beyond the organizer.
        ConflictError: an external judge has no tablet.
    """
    stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
    _allow(session, actor, stage)
    account = session.get(Account, member.account_id) if member.account_id else None
    if account is None:
        raise ConflictError(N_("外请评委没有账号，由录分员录入，不需要登记平板。"))
    require_reach(session, actor, account)
    record(session, actor, stage.tenant_id, "enrol", "panel", member.id, code=member.code)
    note_hand(session, actor, account, LINKED)
    return make_link(session, account, LinkPurpose.ENROL_DEVICE)


def remove_member(session: Session, actor: Actor, member: PanelMember) -> None:
    """Takes somebody off a panel before they have marked anything; afterwards only a recusal is possible.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: they have marks, which stay part of the result; the stage is locked as it waits for theirs; or
            the only chief judge, whose signature would be asked for no longer, once scoring has begun.
    """
    stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
    event, competition = _allow(session, actor, stage)
    hold_marks(session, event)
    _refuse_other_panel(session, member)
    _refuse_last_chief(session, event, member)
    marks = select(MarkRow).where(
        MarkRow.tenant_id == event.tenant_id,
        MarkRow.event_id == event.id,
        MarkRow.stage_key == stage.key,
        MarkRow.judge_code == member.code,
    )
    if session.exec(marks.limit(1)).first():
        raise ConflictError(
            N_("%(code)s 已经评过分，不能移出裁判组。如需避开某些参赛者，请登记回避。"), code=member.code
        )
    member.removed_at = now()
    session.add(member)
    session.flush()
    _revoke_if_last(session, competition, member)
    record(session, actor, stage.tenant_id, "remove", "panel", member.id, code=member.code)


def _refuse_last_chief(session: Session, event: Event, member: PanelMember) -> None:
    """A stage without a chief judge waits for none: one person alone would drop a signature that must be given."""
    if member.role is not PanelRole.CHIEF or "chief" not in signers_of(event) or not has_begun(session, event):
        return
    panel = (line.member for line in members_of(session, event) if line.stage.id == member.stage_id)
    if not any(other.role is PanelRole.CHIEF and other.id != member.id for other in panel):
        raise ConflictError(LAST_CHIEF)


def _revoke_if_last(session: Session, competition: Competition, member: PanelMember) -> None:
    """The role for the competition ends with the last panel it was given for."""
    still = [
        line.member
        for event in events_of(session, competition)
        for line in members_of(session, event)
        if line.member.account_id == member.account_id and ROLE_OF[line.member.role] is ROLE_OF[member.role]
    ]
    if still or member.account_id is None:
        return
    grants = select(RoleGrant).where(
        RoleGrant.tenant_id == competition.tenant_id,
        RoleGrant.account_id == member.account_id,
        RoleGrant.role == ROLE_OF[member.role],
        RoleGrant.competition_id == competition.id,
    )
    for grant in session.exec(grants):
        session.delete(grant)


def refresh_recusals(session: Session, actor: Actor, event: Event) -> int:
    """Registers own units found since (entries added, units matched, codes drawn); how many pairs are new."""
    found = recusals.refresh(session, event, [line.member for line in members_of(session, event)])
    if found:
        record(session, actor, event.tenant_id, "recuse", "panel", event.id, found=found)
    return found
