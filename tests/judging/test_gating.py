"""Where an event asks for it, nothing opens before the calibration round; two see a typed sheet before a lock."""

import pytest
from sqlmodel import select

from contest import db, event_facts
from contest.actors import SYSTEM
from contest.audit.models import AuditRecord
from contest.competitions.formalities import set_formalities
from contest.competitions.models import Event, EventState, Period, PeriodState
from contest.competitions.services import open_period, pause_period
from contest.errors import ConflictError, ForbiddenError
from contest.judging import services
from contest.judging.calibration import services as calibrating
from contest.judging.marks.proposed import from_outside, read_batch
from contest.judging.models import MarkRow
from contest.judging.panel.services import appoint_external
from contest.judging.paper.clerking import save_typed
from contest.judging.paper.services import check_paper, paper_view
from contest.judging.paper.unchecked import unchecked_sheets
from contest.judging.queries import locate
from contest.ledger import queries as ledger
from tests.judging.scenery import RULES, build_contest
from tests.judging.test_calibration import do, mark, set_up
from tests.judging.test_locking import fresh_period, lock
from tests.support import sign_in

WHOLE = {"P1": "10", "P2": "30", "P3": "2"}


@pytest.fixture
def asked(small):
    """Never opened, and the event asks for a calibration round."""
    event_facts.register()
    with db.transaction() as session:
        period = session.get_one(Period, (small.period.tenant_id, small.period.id))
        period.state, period.opened_at = PeriodState.WAITING, None
        event = session.get_one(Event, (small.event.tenant_id, small.event.id))
        event.state = EventState.ADOPTED
        set_formalities(
            session, SYSTEM, event, signers=(), rechecks=False, publishes_in_pairs=False, calibrates=True
        )  # fmt: skip
    return small


def open_it(contest, who="organizer"):
    with db.transaction() as session:
        return open_period(session, contest.actors[who], fresh_period(session, contest))


def refused(contest):
    with pytest.raises(ConflictError) as caught:
        open_it(contest)
    return str(caught.value.params["what"])


def test_every_judge_takes_part_and_the_chief_closes_before_anything_opens(asked):
    assert refused(asked) == "试评还没有安排。"
    set_up(asked)
    assert "J1、J2" in refused(asked)
    mark(asked, "anna", **WHOLE)
    mark(asked, "bo", P1="10")
    told = refused(asked)
    assert "1 位裁判没有给样品打完分：J2" in told, "half a sheet is not taking part"
    assert "结束" in told
    do(asked, calibrating.end_calibration, "chief")
    assert "J2" in refused(asked), "closing it does not make up for who was not there"
    set_up(asked)
    mark(asked, "bo", **WHOLE)
    assert refused(asked) == "试评还没有由裁判长结束。"
    do(asked, calibrating.end_calibration, "chief")
    assert open_it(asked).state is PeriodState.OPEN


def test_the_chief_overrides_with_a_reason_that_the_trail_keeps(asked):
    with pytest.raises(ForbiddenError):
        do(asked, calibrating.end_calibration, "anna", skip="来不及")
    do(asked, calibrating.end_calibration, "chief", skip="全体裁判上周已试评")
    open_it(asked)
    with db.reading() as session:
        rows = session.exec(select(AuditRecord).where(AuditRecord.action == "end calibration")).all()
    assert [(row.account_id, "全体裁判上周已试评" in row.detail) for row in rows] == [
        (asked.accounts["chief"].id, True)
    ]


def test_who_is_not_asked_and_what_was_open_once(asked):
    """External judges have no account to calibrate with; after a pause there is nothing left to practise for."""
    with db.transaction() as session:
        appoint_external(session, SYSTEM, asked.stage, "外请评委")
    set_up(asked)
    for who in ("anna", "bo"):
        mark(asked, who, **WHOLE)
    do(asked, calibrating.end_calibration, "chief")
    open_it(asked)
    with db.transaction() as session:
        pause_period(session, asked.actors["organizer"], fresh_period(session, asked))
        services.remove_member(session, SYSTEM, asked.members["bo"])
    assert open_it(asked).state is PeriodState.OPEN


def test_without_the_setting_nothing_waits(small):
    event_facts.register()
    with db.transaction() as session:
        period = session.get_one(Period, (small.period.tenant_id, small.period.id))
        period.state, period.opened_at = PeriodState.WAITING, None
    assert open_it(small).state is PeriodState.OPEN


def test_desk_event_and_calibration_page_list_what_is_to_do(client, asked):
    link = f"/events/{asked.event.id}/calibration?stage=practice"
    token = sign_in(client, asked.accounts["chief"]).csrf_token
    assert link in client.get(f"/events/{asked.event.id}/desk").text
    shown = client.get(f"/events/{asked.event.id}").text
    assert link in shown
    assert f"/periods/{asked.period.id}/open" not in shown
    sent = client.post(f"/periods/{asked.period.id}/open", data={"csrf_token": token})
    assert sent.status_code == 409
    assert "试评还没有安排" in sent.text
    assert "试评还没有安排" in client.get(link).text
    set_up(asked)
    assert "现在结束，他们就不能再打" in client.get(link).text, "closing now would leave them no way to mark"
    for who in ("anna", "bo"):
        mark(asked, who, **WHOLE)
    do(asked, calibrating.end_calibration, "chief")
    shown = client.get(link).text
    assert "保存并重新开放试评" in shown
    assert f'href="/events/{asked.event.id}"' in shown.partition("可以开放评分了")[2], "the way to the opening"


def test_the_setting_is_part_of_the_formalities(client, small):
    path = f"/events/{small.event.id}/formalities"
    token = sign_in(client, small.accounts["organizer"]).csrf_token
    seen = client.get(path).text.split('name="seen" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "seen": seen, "signers": ["chief"], "calibrates": "1"}
    assert client.post(path, data=sent, follow_redirects=False).status_code == 303
    assert client.post(path, data=sent).status_code == 409, "changed since that page was drawn"
    with db.reading() as session:
        assert session.get_one(Event, (small.event.tenant_id, small.event.id)).calibrates


NO_CLERK = {**RULES, "stages": [{**RULES["stages"][0], "rubric": RULES["stages"][0]["rubric"][:1]}]}


@pytest.fixture
def typed(database):
    """All judges have marked and signed nothing but what is on paper: one external judge's sheet, typed."""
    contest = build_contest(NO_CLERK)
    with db.transaction() as session:
        appoint_external(session, SYSTEM, contest.stage, "外请评委")
        for who in ("anna", "bo"):
            services.remove_member(session, SYSTEM, contest.members[who])
    form = {f"v|{code}|{key}|1": value for code in contest.codes for key, value in WHOLE.items()}
    with db.transaction() as session:
        save_typed(session, contest.actors["clerk"], contest.event.id, contest.period.id, "J3", form, "")
    return contest


def confirm(contest, code, confirms=True, reason=""):
    with db.transaction() as session:
        actor, place = contest.actors["chief"], (contest.period.id, "J3", code)
        seen = paper_view(session, actor, *place).digest
        check_paper(session, actor, *place, digest=seen, confirms=confirms, reason=reason)


def waiting(contest):
    with db.reading() as session:
        return {code for _, code in unchecked_sheets(session, locate(session, contest.period.id))}


def test_what_one_clerk_typed_keeps_the_lock_away_until_a_second_has_seen_it(typed):
    assert waiting(typed) == set(typed.codes)
    with pytest.raises(ConflictError, match="还不能锁定"):
        lock(typed)
    confirm(typed, typed.codes[0])
    confirm(typed, typed.codes[1])
    confirm(typed, typed.codes[2], confirms=False, reason="P2 看不清")
    assert waiting(typed) == {typed.codes[2]}, "a rejected sheet is not confirmed"
    confirm(typed, typed.codes[2])
    assert waiting(typed) == set()
    lock(typed)


def test_a_changed_mark_waits_again_and_a_reason_overrides(typed):
    for code in typed.codes:
        confirm(typed, code)
    with db.reading() as session:
        view = paper_view(session, typed.actors["chief"], typed.period.id, "J3", typed.codes[0])
        assert view.check
    with db.reading() as session:
        row = session.exec(select(MarkRow).where(MarkRow.entry_code == typed.codes[0], MarkRow.aspect == "P2")).one()
        base = row.revision
    place = f"{typed.codes[0]}|P2|1"
    with db.transaction() as session:
        form = {f"v|{place}": "31", f"r|{place}": str(base)}
        save_typed(session, typed.actors["clerk"], typed.event.id, typed.period.id, "J3", form, "看错")
    assert waiting(typed) == {typed.codes[0]}
    lock(typed, reason="第二位录分员未到场，赛后补核")
    with db.reading() as session:
        (row,) = list(ledger.data_of(ledger.rows(session, typed.competition), "lock"))
    assert (row["reason"], row["missing"]) == ("第二位录分员未到场，赛后补核", 1)


def test_lock_page_and_desk_lead_to_the_list_of_typed_sheets(client, typed):
    sign_in(client, typed.accounts["chief"])
    link = f"/judging/periods/{typed.period.id}/paper"
    for page in (f"/judging/periods/{typed.period.id}/lock", f"/events/{typed.event.id}/desk"):
        shown = client.get(page).text
        assert "3 份录入的没有第二人核对" in shown
        assert f'href="{link}"' in shown


def test_no_tablet_calls_itself_the_platform():
    """A clerk who sends what is typed past the form would need no second person otherwise."""
    batch = read_batch(
        [{"op_id": "abcdefgh12", "device": name, "value": 1} for name in ("seed", "projects", "import", "tab-1")]
    )
    assert [op.device for op in from_outside(batch)] == ["", "", "", "tab-1"]
