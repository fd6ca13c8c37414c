"""The calibration round: same sheet, one sample, before the contest; its marks never enter a result."""

from decimal import Decimal

import pytest
from sqlmodel import func, select

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Period, PeriodState
from contest.competitions.queries import get_stage
from contest.competitions.services import open_period
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging.calibration import services as calibrating
from contest.judging.calibration.queries import calibration_view
from contest.judging.models import MarkRow
from contest.judging.panel.roster_models import CalibrationMark
from contest.judging.queries import marks_of
from contest.ledger.models import LedgerRow
from contest.standings.services import compute
from tests.judging.scenery import Contest, build_contest
from tests.support import sign_in


@pytest.fixture
def waiting(contest: Contest) -> Contest:
    return before_the_contest(contest)


def before_the_contest(contest: Contest) -> Contest:
    """The small contest with its period not open yet."""
    with db.transaction() as session:
        period = session.get_one(Period, (contest.period.tenant_id, contest.period.id))
        period.state = PeriodState.WAITING
        session.add(period)
    return contest


def do(contest, work, who, *arguments, **named):
    with db.transaction() as session:
        return work(session, contest.actors[who], get_stage(session, contest.stage.id), *arguments, **named)


def set_up(contest, who="chief", **changes):
    return do(contest, calibrating.set_calibration, who, **({"title": "样件 A"} | changes))


def mark(contest, who, **marks):
    return do(contest, calibrating.save_calibration, who, marks)


def view(contest, who):
    with db.reading() as session:
        return calibration_view(session, contest.actors[who], contest.event.id)


def test_spread_and_distance_to_the_reference_or_the_median(waiting):
    set_up(waiting, reference={"P1": "12"})
    mark(waiting, "anna", P1="13.5", P2="30")
    mark(waiting, "anna", P1="13", P2="３１")  # full-width digits; the last word counts
    mark(waiting, "bo", P1="10.5", P2="36")
    rows = {row.key: row for row in view(waiting, "chief").rows}
    one, two = rows["P1"], rows["P2"]
    assert (one.reference, one.centre, one.spread) == (Decimal(12), Decimal(12), Decimal("2.5"))
    assert (one.distance("J1"), one.distance("J2")) == ("+1.0", "-1.5")
    assert (two.reference, two.centre, two.spread) == (None, Decimal("33.5"), Decimal(5))
    assert (two.distance("J1"), two.distance("J2")) == ("-2.5", "+2.5")
    assert "T1" not in rows, "measured by the clerk, on no judge's sheet"


def test_a_judge_sees_the_others_marks_and_the_reference_only_when_it_is_over(waiting):
    set_up(waiting, reference={"P1": "12"})
    mark(waiting, "anna", P1="13")
    mark(waiting, "bo", P1="10.5")
    seen = view(waiting, "bo")
    assert (seen.judges, seen.done, seen.expected) == (["J2"], 2, 2)
    row = next(row for row in seen.rows if row.key == "P1")
    assert (row.mine, row.reference, row.spread, row.centre) == ("10.5", None, None, None)
    do(waiting, calibrating.end_calibration, "chief")
    assert view(waiting, "bo").judges == ["J1", "J2"]
    with pytest.raises(ConflictError):
        mark(waiting, "bo", P1="12")


def test_its_marks_enter_no_result_and_no_ledger(waiting):
    set_up(waiting)
    with db.reading() as session:
        rows = session.exec(select(func.count()).select_from(LedgerRow)).one()
    mark(waiting, "anna", P1="13", P2="30", P3="2")
    mark(waiting, "bo", P1="13", P2="30", P3="2")
    with db.transaction() as session:
        assert session.exec(select(func.count()).select_from(CalibrationMark)).one() == 6
        assert session.exec(select(MarkRow)).all() == []
        assert marks_of(session, waiting.event) == []
        assert session.exec(select(func.count()).select_from(LedgerRow)).one() == rows
        assert all(standing.total is None for standing in compute(session, waiting.event).result.standings)


def test_wrong_marks_are_told_and_nothing_is_kept(waiting):
    set_up(waiting)
    mark(waiting, "anna", P1="13")
    with pytest.raises(InvalidError) as caught:
        mark(waiting, "anna", P1="151", P2="x", P3="1")
    assert set(caught.value.fields) == {"P1", "P2"}
    assert next(row.mine for row in view(waiting, "anna").rows if row.key == "P1") == "13.0"
    for wrong, field in (({"title": " "}, "title"), ({"reference": {"P1": "99"}}, "reference|P1")):
        with pytest.raises(InvalidError) as caught:
            set_up(waiting, **wrong)
        assert set(caught.value.fields) == {field}


def test_who_and_when(waiting):
    with pytest.raises(ConflictError):
        mark(waiting, "anna", P1="13")
    for who in ("anna", "clerk", "supervisor"):
        with pytest.raises(ForbiddenError):
            set_up(waiting, who)
    set_up(waiting, "organizer")
    for who in ("chief", "clerk", "organizer"):  # the chief of this panel awards no marks
        with pytest.raises(ForbiddenError):
            mark(waiting, who, P1="13")
    with pytest.raises(InvalidError):
        do(waiting, calibrating.end_calibration, "chief", skip=" ")
    do(waiting, calibrating.end_calibration, "chief", skip="裁判都评过去年的比赛")
    with pytest.raises(ConflictError):
        mark(waiting, "anna", P1="13")
    set_up(waiting)
    with db.transaction() as session:
        open_period(session, SYSTEM, session.get_one(Period, (waiting.period.tenant_id, waiting.period.id)))
    with pytest.raises(ConflictError):
        mark(waiting, "anna", P1="13")
    with pytest.raises(ConflictError):
        set_up(waiting)
    with db.reading() as session, pytest.raises(NotFoundError):
        calibration_view(session, SYSTEM, "nowhere")


def test_the_page_keeps_what_was_typed_and_names_no_entry(client):
    contest = before_the_contest(build_contest())
    set_up(contest)
    place = f"/events/{contest.event.id}/calibration"
    csrf = sign_in(client, contest.accounts["anna"]).csrf_token
    wrong = client.post(place + "/marks", data={"csrf_token": csrf, "stage": "practice", "P1": "151", "P2": "30"})
    assert "接线工艺：应在" in wrong.text, "the summary says which aspect is meant"
    assert 'href="/judging"' in wrong.text
    assert wrong.status_code == 422
    assert "应在 0–15 之间，您输入了 151" in wrong.text
    assert 'value="151"' in wrong.text
    right = {"csrf_token": csrf, "stage": "practice", "P1": "15", "P2": "30"}
    assert client.post(place + "/marks", data=right, follow_redirects=False).status_code == 303
    assert client.post(place, data=right | {"title": "别的"}).status_code == 403
    csrf = sign_in(client, contest.accounts["chief"]).csrf_token
    page = client.get(place).text
    assert "(+0.0)" in page
    for text in (page, wrong.text):
        assert not any(word in text for word in (*contest.codes, "王一", "李二", "张三"))
    assert client.post(place + "/end", data={"csrf_token": csrf, "skip": ""}).status_code == 422
