"""The pool of judges (裁判库) of a competition, and the conflicts they or the organizer declare before the contest."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from contest.accounts.models import Account
from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Competition, Event
from contest.competitions.queries import events_of
from contest.entries.models import Entry
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember
from contest.judging.panel import recusals
from contest.judging.panel.declared import declared_pairs
from contest.judging.panel.marked import hold_marks, marks_given
from contest.judging.panel.roster_models import DeclaredConflict, PoolJudge
from contest.judging.policy import can_manage_panel
from contest.judging.queries import members_of
from contest.organizations.models import Organization
from contest.organizations.queries import name_index

MARKED_UNIT = N_(
    "%(judge)s 已经给这个单位的参赛者评过分，代为申报会使这些分不再计入。"
    "请裁判本人申报，或在裁判组页逐个登记回避，由两个人办理。"
)
NEED_FIX = N_("有几项需要改正，已标在下面。")


def pool_judge(session: Session, competition: Competition, account_id: str) -> PoolJudge | None:
    query = select(PoolJudge).where(
        PoolJudge.tenant_id == competition.tenant_id,
        PoolJudge.competition_id == competition.id,
        PoolJudge.account_id == account_id,
    )
    return session.exec(query).first()


def add_to_pool(
    session: Session, actor: Actor, competition: Competition, account: Account, specialities: str = ""
) -> PoolJudge:
    """Puts a person into the pool, or changes what they can judge.

    Raises:
        ForbiddenError: not the organizer.
        NotFoundError: a person of another tenant.
    """
    _require_organizer(actor, competition)
    home = session.get(Organization, account.organization_id)
    if home is None or home.tenant_id != competition.tenant_id:
        raise NotFoundError(N_("找不到这个人。"))
    judge = pool_judge(session, competition, account.id) or PoolJudge(
        tenant_id=competition.tenant_id, competition_id=competition.id, account_id=account.id
    )
    judge.specialities = specialities.strip()[:300]
    session.add(judge)
    session.flush()
    record(session, actor, competition.tenant_id, "pool", "account", account.id, specialities=judge.specialities)
    return judge


def remove_from_pool(session: Session, actor: Actor, competition: Competition, account_id: str) -> None:
    """Takes a person out of the pool; panels and declared conflicts stay as they are.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: they are not in it (a second click).
    """
    _require_organizer(actor, competition)
    judge = pool_judge(session, competition, account_id)
    if judge is None:
        raise ConflictError(N_("这个人已经不在裁判库里。"))
    session.delete(judge)
    record(session, actor, competition.tenant_id, "leave pool", "account", account_id)


def _require_organizer(actor: Actor, competition: Competition) -> None:
    if not can_manage_panel(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以管理裁判库。"))


def declare_conflict(
    session: Session, actor: Actor, competition: Competition, account_id: str, *, unit: str, reason: str
) -> DeclaredConflict:
    """Keeps a judge from everything of the unit called `unit` in this competition, now and for what is still to come.

    The judge declares for themselves, the organizer for any of theirs. The ledger gets recusals in fixed words; the
    reason stays outside, for it may speak of people.

    Raises:
        ForbiddenError: neither organizer nor this judge.
        NotFoundError: nobody who judges here.
        InvalidError: no such unit, no reason; or by another than the judge, who has marked an entry of the unit.
        ConflictError: declared already.
    """
    if account_id != actor.account_id and not can_manage_panel(actor, competition):
        raise ForbiddenError(N_("只能为自己申报；组织者可以代裁判登记。"))
    if account_id not in judges_of(session, competition):
        raise NotFoundError(N_("裁判库和裁判组里都没有这个人。"))
    organization_id = _unit(session, competition, unit, reason)
    made = DeclaredConflict(
        tenant_id=competition.tenant_id, competition_id=competition.id, account_id=account_id,
        organization_id=organization_id, reason=reason.strip()[:300], declared_by=actor.name[:100],
    )  # fmt: skip
    if _is_declared(session, made):
        raise ConflictError(N_("与这个单位的利害关系已经申报过。"))
    session.add(made)
    session.flush()
    for event in events_of(session, competition):
        members = [line.member for line in members_of(session, event) if line.member.account_id == account_id]
        if account_id != actor.account_id:
            _refuse_marked(session, event, members)
        if members:
            recusals.refresh(session, event, members)
    record(session, actor, competition.tenant_id, "declare conflict", "account", account_id, unit=organization_id)
    return made


def _refuse_marked(session: Session, event: Event, members: Sequence[PanelMember]) -> None:
    """The organizer's word alone takes no marks out: two persons do, or the judge declares it."""
    hold_marks(session, event)
    by_id = {member.id: member for member in members}
    for member_id, entry_id in declared_pairs(session.connection(), event.tenant_id, [event.id]):
        entry = session.get_one(Entry, (event.tenant_id, entry_id))
        member = by_id.get(member_id)
        if member and not recusals.standing(session, member, entry) and marks_given(session, member, entry):
            raise InvalidError(NEED_FIX, fields={"unit": DomainError(MARKED_UNIT, judge=member.code)})


def _is_declared(session: Session, found: DeclaredConflict) -> bool:
    query = select(DeclaredConflict.id).where(
        DeclaredConflict.tenant_id == found.tenant_id,
        DeclaredConflict.competition_id == found.competition_id,
        DeclaredConflict.account_id == found.account_id,
        DeclaredConflict.organization_id == found.organization_id,
        DeclaredConflict.withdrawal == "",
    )
    return session.exec(query).first() is not None


def _unit(session: Session, competition: Competition, unit: str, reason: str) -> str:
    found = name_index(session, competition.tenant_id).find(unit.strip())
    problems = {}
    if found is None:
        problems["unit"] = DomainError(
            N_("没有叫“%(name)s”的单位，或者有几个。请填写单位在组织里的全称。"), name=unit[:60]
        )
    if not reason.strip():
        problems["reason"] = DomainError(N_("请写明关系，例如：曾在该单位工作。"))
    if problems or found is None:
        raise InvalidError(NEED_FIX, fields=problems)
    return found


def judges_of(session: Session, competition: Competition) -> set[str]:
    """The accounts in the pool or on a panel of the competition."""
    pool = select(PoolJudge.account_id).where(
        PoolJudge.tenant_id == competition.tenant_id, PoolJudge.competition_id == competition.id
    )
    seated = {
        line.member.account_id
        for event in events_of(session, competition)
        for line in members_of(session, event)
        if line.member.account_id
    }
    return set(session.exec(pool.where(col(PoolJudge.account_id).is_not(None)))) | seated
