"""The pages of the room while it scores: who opens them, what bad input becomes, how many queries they need."""

import pytest
from sqlmodel import select

from contest import db
from contest.accounts.signing_in import enrol_device
from contest.accounts.visits import load_actor
from contest.judging.room.messaging import send_message
from contest.judging.room.models import JudgeMessage, StationClock
from contest.web.security import session_cookie_name
from tests.judging.room_steps import apart, with_reserve
from tests.judging.test_pages import get, post, site
from tests.support import make_person

__all__ = ["site"]


def paths(contest):
    event, period, code = contest.event.id, contest.period.id, contest.codes[0]
    return {
        "room": f"/judging/room/{period}?code={code}",
        "open": f"/events/{event}/open-operations",
        "messages": f"/events/{event}/messages",
        "clocks": f"/judging/periods/{period}/clocks",
        "hall": f"/events/{event}/hall-clocks",
        "reserve": f"/events/{event}/reserve",
        "swap": f"/events/{event}/panel/{contest.members['anna'].id}/spare",
        "history": f"/judging/history/{period}/{code}?aspect=P2&judge=J1",
        "scans": f"/judging/periods/{period}/scans",
    }


@pytest.mark.parametrize(
    ("who", "opens"),
    [
        ("anna", {"room", "clocks", "hall", "history"}),
        ("bo", {"room", "clocks", "hall"}),
        ("chief", {"room", "open", "messages", "clocks", "hall", "reserve", "history", "scans"}),
        ("clerk", {"room", "clocks", "hall", "scans"}),
        ("organizer", {"open", "messages", "clocks", "hall", "reserve", "swap", "scans"}),
        ("supervisor", {"open", "messages", "clocks", "hall", "history"}),
    ],
)
def test_who_opens_which_page(site, who, opens):
    client, contest = site
    contest.send("anna", contest.op(31))
    status = {name: get(client, contest, who, path).status_code for name, path in paths(contest).items()}
    assert {name for name, code in status.items() if code == 200} == opens
    assert set(status.values()) <= {200, 403, 404}


def test_another_tenant_finds_nothing(site):
    """The same roles in another union: every page and every step of this room is not found or refused."""
    client, contest = site
    with db.transaction() as session:
        from contest.actors import SYSTEM
        from contest.organizations.models import OrganizationKind
        from contest.organizations.services import add_organization

        other = add_organization(session, SYSTEM, None, kind=OrganizationKind.CITY, name="别市总工会")
    contest.world.other = other
    from contest.actors import Role

    for role in (Role.ORGANIZER, Role.SUPERVISOR, Role.CHIEF_JUDGE, Role.JUDGE, Role.CLERK):
        contest.accounts["stranger"], _ = make_person(contest.world, role, login="stranger", at="other")
    with db.transaction() as session:
        message = send_message(session, contest.actors["chief"], contest.event, contest.stage, "休息")
        clock = StationClock(tenant_id=contest.period.tenant_id, period_id=contest.period.id, label="1", seconds=60)
        session.add(clock)
    for name, path in paths(contest).items():
        assert get(client, contest, "stranger", path).status_code in (403, 404), name
    event, period, code = contest.event.id, contest.period.id, contest.codes[0]
    steps = {
        f"/judging/messages/{message.id}/read": {},
        f"/judging/sheets/{period}/{code}/explain": {"aspect": "P3", "text": "x"},
        f"/events/{event}/messages": {"to": f"stage:{contest.stage.id}", "text": "x"},
        f"/judging/periods/{period}/clocks": {"label": "x", "minutes": "5"},
        f"/judging/clocks/{clock.id}": {"step": "start"},
        f"/events/{event}/reserve": {"reserve": contest.members["bo"].id, "reason": "x"},
        f"/events/{event}/panel/{contest.members['anna'].id}/spare": {},
        f"/judging/periods/{period}/scans": {"entry": code},
    }
    for path, fields in steps.items():
        assert post(client, contest, "stranger", path, **fields).status_code in (403, 404), path


def test_bad_input_keeps_what_was_typed_and_says_what_would_be_right(site):
    client, contest = site
    event, period, code = contest.event.id, contest.period.id, contest.codes[0]
    apart(contest)
    reserve = with_reserve(contest)
    tries = [
        (
            "anna",
            f"/judging/sheets/{period}/{code}/explain",
            {"aspect": "P3", "text": " "},
            422,
            "请写明您这样评的理由",
        ),
        ("anna", f"/judging/sheets/{period}/{code}/explain", {"aspect": "P1", "text": "为什么"}, 409, "为什么"),
        ("chief", f"/events/{event}/messages", {"to": "everybody", "text": "开会"}, 422, "开会"),
        ("chief", f"/judging/periods/{period}/clocks", {"label": "三号", "minutes": "二十"}, 422, "三号"),
        ("chief", f"/events/{event}/reserve", {"reserve": reserve.id, "entry": "99", "reason": "急"}, 422, "没有“99”"),
        ("chief", f"/events/{event}/reserve", {"reserve": reserve.id, "entry": code}, 422, "请写明理由"),
        ("clerk", f"/judging/periods/{period}/scans", {"entry": code, "judge": "J1"}, 422, "请选择一个文件"),
        ("chief", f"/events/{event}/settle", {"operation": "x" * 70, "reason": "y"}, 422, "太长"),
    ]
    for who, path, fields, status, text in tries:
        answer = post(client, contest, who, path, **fields)
        assert (answer.status_code, text in answer.text) == (status, True), (path, fields, answer.text[-3000:])


def test_a_clock_is_set_and_turned_on_the_page(site):
    client, contest = site
    base = paths(contest)["clocks"]
    assert post(client, contest, "clerk", base, label="3 号赛位", minutes="90").status_code == 303
    with db.reading() as session:
        clock = session.exec(select(StationClock)).one()
    step = f"/judging/clocks/{clock.id}"
    assert post(client, contest, "clerk", step, step="start").status_code == 303
    twice = post(client, contest, "clerk", step, step="start")
    assert (twice.status_code, "已经变了" in twice.text) == (409, True)
    for who, path in (("anna", paths(contest)["room"]), ("supervisor", paths(contest)["hall"]), ("chief", base)):
        text = get(client, contest, who, path).text
        assert "3 号赛位" in text
        assert 'data-clock="running"' in text
    assert "3 号赛位" in get(client, contest, "chief", f"/events/{contest.event.id}/desk").text


def test_messages_alarms_and_their_history_without_script(site):
    """No JavaScript: the message and the alarm stand on home, list and sheet as the page loads."""
    client, contest = site
    apart(contest)
    post(client, contest, "chief", paths(contest)["messages"], to=f"stage:{contest.stage.id}", text="请到评议室")
    code, period = contest.codes[0], contest.period.id
    for path in ("/judging", f"/judging/periods/{period}", f"/judging/sheets/{period}/{code}"):
        text = get(client, contest, "bo", path).text
        assert "请到评议室" in text
        assert "分差" in text
    with db.reading() as session:
        message = session.exec(select(JudgeMessage)).one()
    read = post(client, contest, "bo", f"/judging/messages/{message.id}/read", next="//evil.example/")
    assert read.headers["location"] == "/"
    assert "请到评议室" not in get(client, contest, "bo", "/judging").text
    said = post(client, contest, "bo", f"/judging/sheets/{period}/{code}/explain", aspect="P3", text="线头外露")
    assert said.status_code == 303
    assert "线头外露" in get(client, contest, "chief", f"/events/{contest.event.id}/desk").text
    assert "线头外露" not in get(client, contest, "anna", f"/judging/sheets/{period}/{code}").text


def test_the_second_tablet_asks_and_the_first_opens_no_sheet_any_more(site):
    client, contest = site
    sheet = f"/judging/sheets/{contest.period.id}/{contest.codes[0]}"
    cookies = []
    for label in ("一号", "二号"):
        enrol = post(
            client, contest, "organizer", f"/events/{contest.event.id}/panel/{contest.members['anna'].id}/enrol"
        )
        token = enrol.text.split("/enrol/")[1].split('"')[0].split("<")[0]
        with db.transaction() as session:
            cookies.append(enrol_device(session, token, pin="271828", label=label)[1])

    def use(number):
        client.cookies.set(session_cookie_name(), cookies[number])
        return load_actor(cookies[number])

    def move(number):
        return client.post("/judging/move-here", data={"csrf_token": use(number).csrf_token, "next": sheet},
                           follow_redirects=False)  # fmt: skip

    use(1)
    asked = client.get(sheet)
    assert (asked.status_code, "移到这台平板" in asked.text) == (409, True)
    assert move(1).headers["location"] == sheet
    assert client.get(sheet).status_code == 200
    first = use(0)
    assert client.get(sheet).status_code == 409
    late = contest.op(31, client_time=1_700_000_000_000)
    sent = client.post("/api/operations", json={"operations": [late]}, headers={"x-csrf-token": first.csrf_token})
    assert sent.json()["answers"][0]["result"] == "accepted"  # what it held is not lost
    sign = client.post(f"{sheet}/sign", data={"csrf_token": first.csrf_token, "digest": "x"}, follow_redirects=False)
    assert sign.status_code == 409


@pytest.mark.parametrize("name", ["open", "messages", "clocks", "scans", "history"])
def test_a_list_needs_as_many_queries_for_three_rows_as_for_one(site, name):
    client, contest = site

    def fill(number):
        contest.send("anna", contest.op(99), contest.op(30 + number, reason="改", client_time=10**12 * 2))
        with db.transaction() as session:
            send_message(session, contest.actors["chief"], contest.event, contest.stage, f"第 {number} 条")
            key = {"tenant_id": contest.period.tenant_id, "period_id": contest.period.id}
            session.add(StationClock(**key, label=f"{number} 号", seconds=60))

    def count():
        with db.counting_queries() as statements:
            assert get(client, contest, "chief", paths(contest)[name]).status_code == 200
        return len(statements)

    fill(1)
    count()  # warm
    one = count()
    fill(2)
    fill(3)
    assert count() == one


def test_the_desk_needs_as_many_queries_for_three_alarms_as_for_one(site):
    client, contest = site

    def count():
        with db.counting_queries() as statements:
            text = get(client, contest, "chief", f"/events/{contest.event.id}/desk").text
        return len(statements), text.count("marks-apart")

    apart(contest)
    count()
    one = count()
    apart(contest, 1)
    assert (one[1], count()) == (1, (one[0], 2))
