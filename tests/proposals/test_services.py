"""The way of a proposal: every step, who may take it, and what a step out of turn meets."""

import pytest

from contest import db
from contest.actors import Role
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.proposals import queries, services
from contest.proposals.models import ProposalState as S
from contest.proposals.pictures import pictures
from tests.support import make_person


def view(innovation, proposal, who):
    with db.reading() as session:
        return queries.proposal_view(session, innovation.actors[who], proposal.id)


def tracked(innovation, who, **asked):
    order = {"sort": "created", "descending": True, "offset": 0, "limit": 50}
    with db.reading() as session:
        lines, total = queries.proposal_lines(session, innovation.actors[who], queries.Filter(**asked), **order)
    assert total == len(lines)
    return [line.title for line in lines]


def test_from_idea_to_proven_benefit(innovation):
    proposal = innovation.adopted()
    assert (proposal.state, proposal.score, proposal.rank) == (S.ADOPTED, "88.5", "1")
    entry = innovation.entry(proposal)
    assert (entry.name, entry.unit, entry.kind.value) == ("光缆割接免中断工装", "钱江机械有限公司", "proposal")
    assert entry.code
    proposal = innovation.do("report_benefit", "contact", proposal, "11.86万", "割接补偿台账")
    assert (proposal.state, proposal.reported_fen, proposal.benefit_fen) == (S.BENEFIT_REPORTED, 11860000, None)
    proposal = innovation.do("confirm_benefit", "finance", proposal, "118600", "")
    assert (proposal.state, proposal.benefit_fen) == (S.BENEFIT_CONFIRMED, 11860000)
    assert proposal.benefit_confirmed_by == "测试finance"
    steps = view(innovation, proposal, "worker").steps
    assert [(step.state.value, step.actor_name.removeprefix("测试")) for step in steps] == [
        ("submitted", "worker"), ("checked", "checker"), ("scored", "organizer"), ("adopted", "organizer"),
        ("benefit_reported", "contact"), ("benefit_confirmed", "finance"),
    ]  # fmt: skip


def test_a_return_comes_with_a_reason_and_a_second_try(innovation):
    proposal = innovation.submit()
    with pytest.raises(InvalidError):
        innovation.do("check", "checker", proposal, "return", " ")
    proposal = innovation.do("check", "checker", proposal, "return", "请补充费用")
    assert proposal.state is S.RETURNED
    assert "edit" in view(innovation, proposal, "worker").may
    with db.transaction() as session:
        again = queries.get_proposal(session, innovation.actors["worker"], proposal.id)
        services.resubmit(session, innovation.actors["worker"], again, title="新名", problem="问题", idea="办法")
    assert (innovation.fresh(proposal).state, innovation.fresh(proposal).title) == (S.SUBMITTED, "新名")


def test_a_rejection_is_final_and_has_its_reason(innovation):
    proposal = innovation.do("check", "checker", innovation.submit(), "reject", "已列入今年计划")
    with pytest.raises(ConflictError, match="未采纳"):
        innovation.do("check", "checker", proposal, "accept")
    assert view(innovation, proposal, "worker").steps[-1].note == "已列入今年计划"


@pytest.mark.parametrize("decision", ["", "maybe", "?"])
def test_only_the_three_decisions(innovation, decision):
    with pytest.raises(InvalidError):
        innovation.do("check", "checker", innovation.submit(), decision)


@pytest.mark.parametrize("who", ["worker", "other", "stranger", "finance", "contact", "organizer"])
def test_only_the_own_department_checks(innovation, who):
    proposal = innovation.submit()
    with pytest.raises(ForbiddenError):
        innovation.do("check", who, proposal, "accept")
    assert innovation.fresh(proposal).state is S.SUBMITTED


def test_nobody_checks_the_own_idea(innovation):
    with pytest.raises(ForbiddenError):
        innovation.do("check", "checker", innovation.submit("checker"), "accept")


def test_a_double_click_checks_once(innovation):
    proposal = innovation.do("check", "checker", innovation.submit(), "accept")
    with pytest.raises(ConflictError, match="部门已审核"):
        innovation.do("check", "checker", proposal, "accept")
    entry = innovation.entry(proposal)
    innovation.do("send_to_panel", "checker", proposal)
    assert innovation.entry(proposal).id == entry.id


def test_a_proposal_without_a_call_goes_to_no_panel(innovation):
    proposal = innovation.do("check", "checker", innovation.submit(event_id=None), "accept")
    assert (proposal.state, proposal.entry_id) == (S.CHECKED, None)
    with pytest.raises(ConflictError):
        innovation.do("send_to_panel", "checker", proposal)


def test_a_call_that_is_locked_does_not_undo_the_check(innovation):
    first = innovation.do("check", "checker", innovation.submit(), "accept")
    innovation.score({first.id: 900})
    late = innovation.do("check", "checker", innovation.submit(title="迟到的提案"), "accept")
    assert (late.state, late.entry_id) == (S.CHECKED, None)


def test_no_score_before_the_lock_and_none_without_marks(innovation):
    proposal = innovation.do("check", "checker", innovation.submit(), "accept")
    with pytest.raises(ConflictError, match="还没有锁定"):
        innovation.do("record_score", "organizer", proposal)
    unscored = innovation.do("check", "checker", innovation.submit(title="没人评"), "accept")
    innovation.score({proposal.id: 700})
    with pytest.raises(ConflictError, match="不完整"):
        innovation.do("record_score", "organizer", unscored)


def test_nothing_is_adopted_without_a_score(innovation):
    proposal = innovation.do("check", "checker", innovation.submit(), "accept")
    with pytest.raises(ConflictError):
        innovation.do("adopt", "organizer", proposal, "")
    with pytest.raises(ForbiddenError):
        innovation.do("adopt", "checker", proposal, "")


def test_who_reports_does_not_confirm(innovation):
    proposal = innovation.adopted()
    _, innovation.actors["finance"] = make_person(innovation.world, Role.UNIT_CONTACT, login="finance", at="plant")
    innovation.do("report_benefit", "finance", proposal, "100", "节约材料")
    for who in ("finance", "worker"):
        with pytest.raises(ForbiddenError):
            innovation.do("confirm_benefit", who, proposal, "100", "")
    with pytest.raises(ForbiddenError):
        innovation.do("confirm_benefit", "organizer", proposal, "100", "")


def test_another_amount_needs_a_reason(innovation):
    proposal = innovation.do("report_benefit", "worker", innovation.adopted(), "100", "节约材料")
    with pytest.raises(InvalidError):
        innovation.do("confirm_benefit", "finance", proposal, "99.99", "")
    proposal = innovation.do("confirm_benefit", "finance", proposal, "99.99", "扣除运费")
    assert (proposal.benefit_fen, proposal.benefit_note) == (9999, "扣除运费")


def test_finance_sends_a_report_back(innovation):
    proposal = innovation.do("report_benefit", "worker", innovation.adopted(), "100", "节约材料")
    with pytest.raises(InvalidError):
        innovation.do("return_benefit", "finance", proposal, "")
    assert innovation.do("return_benefit", "finance", proposal, "附上台账").state is S.ADOPTED


def test_a_benefit_needs_its_computation(innovation):
    with pytest.raises(InvalidError):
        innovation.do("report_benefit", "worker", innovation.adopted(), "100", "")


def test_bad_targets_are_refused(innovation):
    with pytest.raises(InvalidError) as caught:
        innovation.submit(event_id="0000000000000000")
    assert "event_id" in caught.value.fields


def test_who_sees_what(innovation):
    innovation.submit(title="甲的")
    innovation.submit("other", title="乙的")
    expected = {"worker": ["甲的"], "other": ["乙的"], "checker": ["甲的"], "stranger": ["乙的"], "clerk": [],
                "organizer": ["乙的", "甲的"], "finance": ["甲的"]}  # fmt: skip
    assert {who: tracked(innovation, who) for who in expected} == expected


def test_a_foreign_proposal_is_not_found(innovation):
    proposal = innovation.submit()
    with pytest.raises(NotFoundError):
        view(innovation, proposal, "other")


def test_filters(innovation):
    proposal = innovation.submit(title="百分之100%_好", problem="电费\\高")
    innovation.submit(title="另一个")
    assert tracked(innovation, "organizer", search="100%_") == ["百分之100%_好"]
    assert tracked(innovation, "organizer", search="\\") == ["百分之100%_好"]
    assert tracked(innovation, "organizer", state="checked") == []
    innovation.do("check", "checker", proposal, "accept")
    assert tracked(innovation, "organizer", state="checked") == ["百分之100%_好"]
    assert tracked(innovation, "organizer", only_mine=True) == []
    assert len(tracked(innovation, "organizer", unit=proposal.organization_id)) == 2


def test_the_pictures_count_what_got_how_far(innovation):
    proposal = innovation.do("report_benefit", "contact", innovation.adopted(), "118600", "台账")
    innovation.do("confirm_benefit", "finance", proposal, "118600", "")
    innovation.do("check", "checker", innovation.submit(title="退"), "return", "补")
    with db.reading() as session:
        drawn = pictures(session, innovation.actors["organizer"], queries.Filter())
    assert (drawn.proposals, drawn.adopted, str(drawn.benefit)) == (2, 1, "118600.00")
    assert "118,600.00" in drawn.by_unit
    assert "钱江机械有限公司" in drawn.by_unit
    assert "style=" not in drawn.funnel + drawn.by_unit
