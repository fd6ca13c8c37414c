"""The life of a proposal: submitted, checked, scored by the panel of its call, adopted, its benefit confirmed.

Which step may follow which is `core.workflow`'s table; every step is kept with who, when and why.
"""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import SYSTEM, Actor
from contest.audit.services import record
from contest.competitions.models import CompetitionKind, Event, EventState
from contest.competitions.queries import competition_of, get_event
from contest.core.scoring import RANKED
from contest.entries.drawing import draw_missing
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry, EntryKind
from contest.entries.services import add_entry
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.organizations.models import Organization
from contest.proposals import policy
from contest.proposals.benefits import confirm_benefit, report_benefit, return_benefit
from contest.proposals.directory import is_studio
from contest.proposals.models import Proposal, ProposalState
from contest.proposals.steps import FIX, keep, move, note_step, require
from contest.standings.services import compute

__all__ = [
    "adopt", "check", "confirm_benefit", "record_score", "reject", "report_benefit", "resubmit", "return_benefit",
    "send_to_panel", "submit",
]  # fmt: skip

S = ProposalState
DECISIONS: dict[str, ProposalState] = {"accept": S.CHECKED, "return": S.RETURNED, "reject": S.REJECTED}


def submit(
    session: Session, actor: Actor, *, title: str, problem: str, idea: str, expected_benefit: str = "",
    studio_id: str | None = None, event_id: str | None = None,
) -> Proposal:  # fmt: skip
    """A worker's proposal, from their own organization. `event_id`: the call it answers; `studio_id`: their studio.

    Raises:
        ForbiddenError: nobody's account, or no organization.
        InvalidError: the call or the studio is not one of the tenant's.
    """
    organization = session.get(Organization, actor.organization_id) if actor.organization_id else None
    if organization is None or actor.account_id is None:
        raise ForbiddenError(N_("提交提案需要有单位的个人账号。"))
    proposal = Proposal(
        tenant_id=organization.tenant_id, organization_id=organization.id, organization_path=organization.path,
        account_id=actor.account_id, author=actor.name, title=title, problem=problem, idea=idea,
        expected_benefit=expected_benefit, studio_id=studio_id or None, event_id=event_id or None,
    )  # fmt: skip
    _check_targets(session, proposal)
    session.add(proposal)
    session.flush()
    note_step(session, actor, proposal, "")
    record(session, actor, proposal.tenant_id, "create", "proposal", proposal.id, title=title)
    return proposal


def _check_targets(session: Session, proposal: Proposal) -> None:
    """Call and studio come from a form: they must be the tenant's own."""
    problems: dict[str, DomainError] = {}
    if proposal.event_id and not _is_call(session, proposal):
        problems["event_id"] = DomainError(N_("没有这次征集，请从列表中选择。"))
    if proposal.studio_id and not is_studio(session, proposal.tenant_id, proposal.studio_id):
        problems["studio_id"] = DomainError(N_("没有这个创新工作室，请从列表中选择。"))
    if problems:
        raise InvalidError(FIX, fields=problems)


def _is_call(session: Session, proposal: Proposal) -> bool:
    event = session.get(Event, (proposal.tenant_id, proposal.event_id or ""))
    return event is not None and competition_of(session, event).kind is CompetitionKind.PROPOSALS


def resubmit(
    session: Session, actor: Actor, proposal: Proposal, *, title: str, problem: str, idea: str,
    expected_benefit: str = "", studio_id: str | None = None, event_id: str | None = None,
) -> Proposal:  # fmt: skip
    """The author's second try after a return.

    Raises:
        ForbiddenError: not the author.
        ConflictError: it was not returned.
    """
    require(policy.is_author(actor, proposal))
    proposal.title, proposal.problem, proposal.idea = title, problem, idea
    proposal.expected_benefit, proposal.studio_id = expected_benefit, studio_id or None
    proposal.event_id = event_id or None
    _check_targets(session, proposal)
    move(session, actor, proposal, S.SUBMITTED, "")
    return proposal


def check(session: Session, actor: Actor, proposal: Proposal, decision: str, note: str = "") -> Proposal:
    """The department's decision: `accept`, `return` or `reject`; the last two with a reason (rules.md 5).

    An accepted proposal of a call goes to its panel at once, if the call still takes entries.

    Raises:
        ForbiddenError: not the department's checker, or their own proposal.
        InvalidError: no such decision, or no reason.
        ConflictError: it is past this step.
    """
    require(policy.can_check_proposal(actor, proposal))
    target = DECISIONS.get(decision)
    if target is None:
        raise InvalidError(FIX, fields={"decision": DomainError(N_("请选择通过、退回或不采纳。"))})
    move(session, actor, proposal, target, note)
    if target is S.CHECKED and proposal.event_id:
        with session.begin_nested():
            _try_panel(session, actor, proposal)
    return proposal


def _try_panel(session: Session, actor: Actor, proposal: Proposal) -> None:
    """A call that is closed or locked does not undo the check; somebody sends it on later."""
    try:
        send_to_panel(session, actor, proposal)
    except ConflictError:
        return


def send_to_panel(session: Session, actor: Actor, proposal: Proposal) -> Entry:
    """Makes the proposal an entry of its call, so that the panel scores it on the same score sheets. Twice is once.

    Raises:
        ForbiddenError: neither checker nor organizer.
        ConflictError: not checked, answers no call, or the call takes no more entries.
    """
    require(policy.can_send_to_panel(actor, proposal))
    if proposal.entry_id:
        return session.get_one(Entry, (proposal.tenant_id, proposal.entry_id))
    if proposal.state is not S.CHECKED or not proposal.event_id:
        raise ConflictError(N_("只有部门已审核、并且属于某次征集的提案才能送专家评审。"))
    unit = session.get_one(Organization, proposal.organization_id).name
    # the checker need not be the call's organizer: the workflow, not the entry list, gives the right to enter
    entry = add_entry(
        session, SYSTEM, get_event(session, proposal.event_id),
        EntryInput(name=proposal.title, kind=EntryKind.PROPOSAL, unit=unit, organization_id=proposal.organization_id,
                   account_id=proposal.account_id, members=(proposal.author,)),
    )  # fmt: skip
    event = session.get_one(Event, (proposal.tenant_id, proposal.event_id))
    if event.state is EventState.SCORING and entry.code is None:
        draw_missing(session, event, competition_of(session, event))  # a call that opened before its first proposal
    proposal.entry_id = entry.id
    keep(session, proposal)
    record(session, actor, proposal.tenant_id, "send_to_panel", "proposal", proposal.id, entry=entry.id)
    return entry


def record_score(session: Session, actor: Actor, proposal: Proposal) -> Proposal:
    """Takes over the panel's score and rank, once the scoring of the call is locked.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: not with the panel, scoring still open, or no complete score.
    """
    require(policy.can_adopt_proposal(actor, proposal))
    if not proposal.entry_id or not proposal.event_id:
        raise ConflictError(N_("这个提案还没有送专家评审。"))
    event = get_event(session, proposal.event_id)
    if event.state.value not in ("locked", "published", "closed"):
        raise ConflictError(N_("专家评分还没有锁定，暂时不能登记得分。"))
    result = compute(session, event).result
    entry = session.get_one(Entry, (proposal.tenant_id, proposal.entry_id))
    standing = next((row for row in result.standings if row.entry == entry.code), None)
    if standing is None or standing.status != RANKED:
        raise ConflictError(N_("专家评分不完整，没有总分，不能登记。请裁判长检查评分表。"))
    proposal.score, proposal.rank = str(standing.published), standing.rank or ""
    move(session, actor, proposal, S.SCORED, "")
    return proposal


def adopt(session: Session, actor: Actor, proposal: Proposal, note: str = "") -> Proposal:
    """The organizer decides to carry it out.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: it has no score yet.
    """
    require(policy.can_adopt_proposal(actor, proposal))
    return move(session, actor, proposal, S.ADOPTED, note)


def reject(session: Session, actor: Actor, proposal: Proposal, note: str) -> Proposal:
    """The organizer decides against a checked or scored proposal, with the reason the author reads.

    Raises:
        ForbiddenError: not the organizer.
        InvalidError: no reason.
        ConflictError: not at this step.
    """
    require(policy.can_adopt_proposal(actor, proposal))
    return move(session, actor, proposal, S.REJECTED, note)
