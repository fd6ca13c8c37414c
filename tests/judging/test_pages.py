"""The pages over HTTP: who gets them, what they show and hide, what bad input becomes."""

import json

import pytest
from litestar.testing import TestClient
from sqlmodel import select

from contest import db
from contest.competitions.models import Event, Period, PeriodState, RuleSetVersion
from contest.judging import services
from contest.judging.models import Operation
from contest.judging.room.tablets import tablets_of
from contest.judging.sheet.queries import sheet_view
from tests.judging.scenery import build_contest
from tests.support import says, sign_in


@pytest.fixture
def site(app, sqlite):
    """(client, contest) on SQLite; `go(who)` signs in."""
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        client.headers["accept-language"] = "zh-CN"
        yield client, build_contest()


def post(client, contest, who, path, **fields):
    actor = sign_in(client, contest.accounts[who])
    return client.post(path, data={"csrf_token": actor.csrf_token} | fields, follow_redirects=False)


def get(client, contest, who, path):
    sign_in(client, contest.accounts[who])
    return client.get(path)


def send(client, contest, who, payload, **headers):
    actor = sign_in(client, contest.accounts[who])
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return client.post(
        "/api/operations",
        content=body,
        headers={"x-csrf-token": actor.csrf_token, "content-type": "application/json"} | headers,
    )


def fresh_period(session, contest):
    return session.get_one(Period, (contest.period.tenant_id, contest.period.id))


def paths(contest):
    event, period, code = contest.event.id, contest.period.id, contest.codes[0]
    return {
        "home": "/judging",
        "period": f"/judging/periods/{period}",
        "sheet": f"/judging/sheets/{period}/{code}",
        "review": f"/judging/sheets/{period}/{code}/review",
        "panel": f"/events/{event}/panel",
        "desk": f"/events/{event}/desk",
        "marks": f"/judging/marks/{period}/{code}",
        "lock": f"/judging/periods/{period}/lock",
        "clerk": f"/events/{event}/clerk",
        "import": f"/events/{event}/import-marks",
        "template": f"/events/{event}/import-marks/template",
    }


@pytest.mark.parametrize(
    ("who", "opens"),
    [
        ("anna", {"home", "period", "sheet", "review"}),
        ("chief", {"home", "period", "panel", "desk", "marks", "lock", "clerk", "import", "template"}),
        ("clerk", {"home", "clerk", "import", "template"}),
        ("organizer", {"home", "panel", "desk", "lock", "clerk", "import", "template"}),
        ("supervisor", {"panel", "desk", "marks"}),
    ],
)
def test_who_opens_which_page(site, who, opens):
    client, contest = site
    status = {name: get(client, contest, who, path).status_code for name, path in paths(contest).items()}
    assert {name for name, code in status.items() if code == 200} == opens
    assert set(status.values()) <= {200, 403, 404}


def test_no_page_of_a_judge_shows_a_name_while_the_event_is_blind(site):
    client, contest = site
    contest.fill("anna")
    for who in ("anna", "chief", "clerk", "supervisor"):
        for name, path in paths(contest).items():
            if name != "template":
                text = get(client, contest, who, path).text
                assert not any(secret in text for secret in ("王一", "李二", "张三")), (who, name)


def test_the_organizer_who_knows_names_sees_no_codes_on_the_desk(site):
    """bo is recused from 张三: a recused cell beside a code would tell the organizer whose code it is."""
    client, contest = site
    contest.send("bo", contest.op(31, entry=2))
    text = get(client, contest, "organizer", paths(contest)["desk"]).text
    assert not any(says(text, code) for code in contest.codes)
    assert contest.codes[2] in get(client, contest, "chief", paths(contest)["desk"]).text


def test_an_operation_over_http_is_answered_one_by_one(site):
    client, contest = site
    answer = send(client, contest, "anna", {"operations": [contest.op(31), contest.op(99)]})
    assert answer.status_code == 200
    assert [(a["result"], a["message"]) for a in answer.json()["answers"]] == [
        ("accepted", ""),
        ("quarantined", "高于上限"),
    ]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"operations": [3]}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_operation_gets_a_sentence(site, body):
    client, contest = site
    answer = send(client, contest, "anna", body)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_operations_need_the_page_s_own_token_and_a_panel_role(site):
    client, contest = site
    op = {"operations": [contest.op(31)]}
    assert send(client, contest, "anna", op, **{"x-csrf-token": "x"}).status_code == 403
    assert send(client, contest, "supervisor", op).status_code == 403
    client.cookies.clear()
    assert client.post("/api/operations", json=op).status_code == 401


def test_signing_works_without_script_and_a_stale_page_is_told(site):
    client, contest = site
    contest.fill("anna")
    mine = paths(contest)["period"]
    assert "待签名" in get(client, contest, "anna", mine).text
    with db.transaction() as session:
        fresh_period(session, contest).state = PeriodState.LOCKED
    assert "待签名" not in get(client, contest, "anna", mine).text, "nobody signs at a tablet once it is locked"
    with db.transaction() as session:
        fresh_period(session, contest).state = PeriodState.OPEN
    path = paths(contest)["review"]
    digest = get(client, contest, "anna", path).text.split('name="digest" value="')[1].split('"')[0]
    sign = path.replace("/review", "/sign")
    stale = post(client, contest, "anna", sign, digest="0" * 64)
    assert stale.status_code == 409
    assert "不一致" in stale.text
    assert post(client, contest, "anna", sign, digest=digest).status_code == 303
    assert "已签名" in get(client, contest, "anna", path).text


def test_rules_adopted_under_an_earlier_program_can_still_be_scored(site):
    """A program with more fields works out another digest; the tablet names the one that was adopted."""
    client, contest = site
    with db.transaction() as session:
        event = session.exec(select(Event).where(Event.id == contest.event.id)).one()
        session.get_one(RuleSetVersion, (event.tenant_id, event.rule_set_id)).digest = "e" * 64
    page = get(client, contest, "anna", paths(contest)["sheet"]).text
    data = json.loads(page.split('id="sheet-data">')[1].split("</script>")[0])
    answer = send(client, contest, "anna", {"operations": [contest.op(31, rules=data["sheet"]["rules"])]})
    assert answer.json()["answers"][0]["result"] == "accepted"


def test_a_lock_with_gaps_comes_back_with_the_names(site):
    client, contest = site
    refused = post(client, contest, "chief", paths(contest)["lock"])
    assert refused.status_code == 409
    assert "测试anna（3 份未评完）" in refused.text
    assert post(client, contest, "chief", paths(contest)["lock"], reason="台风").status_code == 303
    unlock = paths(contest)["lock"].replace("/lock", "/unlock")
    assert "请写明为什么解锁" in post(client, contest, "chief", unlock).text
    assert post(client, contest, "chief", unlock, reason="补评").status_code == 303


def test_a_late_mark_is_on_the_desk_and_the_chief_takes_it_after_unlocking(site):
    client, contest = site
    with db.transaction() as session:
        services.lock_period(
            session,
            contest.actors["chief"],
            session.get_one(Period, (contest.period.tenant_id, contest.period.id)),
            "测试",
        )
    late = contest.op(31)
    contest.send("anna", late)
    waiting = f"/events/{contest.event.id}/open-operations"
    assert "1 条等决定" in get(client, contest, "chief", paths(contest)["desk"]).text
    assert "这一分送到时已晚" in get(client, contest, "chief", waiting).text
    settle = f"/events/{contest.event.id}/settle"
    refused = post(client, contest, "chief", settle, operation=late["op_id"], take="1", reason="核对纸质表")
    assert refused.status_code == 409
    with db.transaction() as session:
        services.unlock_period(
            session,
            contest.actors["chief"],
            session.get_one(Period, (contest.period.tenant_id, contest.period.id)),
            "补录",
        )
    taken = post(client, contest, "chief", settle, operation=late["op_id"], take="1", reason="核对纸质表")
    assert taken.status_code == 303
    assert "这一分送到时已晚" not in get(client, contest, "chief", waiting).text
    settled = get(client, contest, "chief", waiting + "?state=settled").text
    assert "这一分送到时已晚" in settled
    assert "核对纸质表" in settled  # nothing vanishes, and why it was decided so is shown
    assert ">31<" in get(client, contest, "chief", paths(contest)["marks"]).text


def test_the_chief_keeps_what_stands_in_a_conflict(site):
    client, contest = site
    contest.send("anna", contest.op(31))
    other = contest.op(33)
    contest.send("anna", other)
    settle = f"/events/{contest.event.id}/settle"
    assert post(client, contest, "chief", settle, operation=other["op_id"], reason="").status_code == 422
    assert post(client, contest, "chief", settle, operation=other["op_id"], reason="平板误触").status_code == 303
    assert post(client, contest, "chief", settle, operation=other["op_id"], reason="再来").status_code == 409
    assert post(client, contest, "chief", settle, operation="nothing-here", reason="x").status_code == 404


def test_the_panel_page_appoints_creates_recuses_and_removes(site):
    client, contest = site
    panel, stage = paths(contest)["panel"], contest.stage.id
    spare = contest.accounts["supervisor"].id
    assert (
        post(client, contest, "organizer", panel + "/appoint", stage=stage, account=spare, role="judge").status_code
        == 303
    )
    assert (
        post(client, contest, "organizer", panel + "/appoint", stage=stage, account=spare, role="judge").status_code
        == 409
    )
    made = post(client, contest, "organizer", panel + "/judges", stage=stage, name="周五", role="judge")
    assert made.status_code == 303
    wrong = post(client, contest, "organizer", panel + "/judges", stage=stage, name="", role="judge")
    assert (wrong.status_code, "请填写这一项" in wrong.text) == (422, True)
    member = contest.members["anna"].id
    lost = post(client, contest, "organizer", panel + "/recusals", member=member, entry="不存在", reason="师徒")
    assert (lost.status_code, 'value="不存在"' in lost.text) == (422, True)
    asked = {"member": member, "entry": "王一", "reason": "师徒"}
    by_name = post(client, contest, "organizer", panel + "/recusals", **asked)
    assert by_name.status_code == 409, "scoring has begun: by name it takes two"
    assert post(client, contest, "organizer", panel + "/recusals/propose", **asked).status_code == 303
    assert "师徒" in get(client, contest, "organizer", panel).text
    enrol = post(client, contest, "organizer", f"{panel}/{member}/enrol")
    assert (enrol.status_code, "<svg" in enrol.text) == (200, True)
    assert post(client, contest, "organizer", f"{panel}/{member}/remove").status_code == 303
    assert post(client, contest, "anna", panel + "/appoint", stage=stage, account=spare).status_code == 403


def test_the_clerk_page_keeps_what_was_typed(site):
    client, contest = site
    path, name = paths(contest)["clerk"], f"v|{contest.codes[0]}|T1|1"
    where = {"period": contest.period.id, "judge": ""}
    wrong = post(client, contest, "clerk", path, **where, **{name: "151"})
    assert wrong.status_code == 422
    assert 'value="151"' in wrong.text
    assert "应在 0–10 之间，您输入了 151" in wrong.text
    assert (
        post(client, contest, "clerk", path, **{"period": contest.period.id, "judge": "", name: "9.5"}).status_code
        == 303
    )
    assert 'value="9.5"' in get(client, contest, "clerk", path).text


def test_an_upload_leads_to_its_progress_page(site):
    client, contest = site
    actor = sign_in(client, contest.accounts["clerk"])
    path = paths(contest)["import"]
    empty = client.post(path, data={"csrf_token": actor.csrf_token}, follow_redirects=False)
    assert (empty.status_code, "请选择一个文件" in empty.text) == (422, True)
    file = {"file": ("marks.csv", f"entry,aspect,value\n{contest.codes[0]},T1,9.5\n".encode(), "text/csv")}
    sent = client.post(path, data={"csrf_token": actor.csrf_token}, files=file, follow_redirects=False)
    assert sent.status_code == 303
    assert client.get(sent.headers["location"]).status_code == 200


@pytest.mark.parametrize("name", ["period", "panel", "desk"])
def test_the_statements_of_a_page_do_not_grow_with_the_entries(site, name):
    from contest.actors import SYSTEM
    from contest.entries.inputs import EntryInput
    from contest.entries.services import add_entries

    client, contest = site
    who = "anna" if name == "period" else "chief"
    counts = []
    for extra in (0, 2):
        with db.transaction() as session:
            add_entries(session, SYSTEM, contest.event, [EntryInput(name=f"新{extra}{n}") for n in range(extra)])
        sign_in(client, contest.accounts[who])
        with db.counting_queries() as statements:
            assert client.get(paths(contest)[name]).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_an_outbox_is_never_taken_under_another_account(site):
    """The operations say whose they are; under another session nothing is stored, and the outbox keeps them."""
    client, contest = site
    anna, bo = (contest.accounts[who].id for who in ("anna", "bo"))
    payload = {"operations": [contest.op(30)], "account": anna}
    refused = send(client, contest, "bo", payload)
    assert refused.status_code == 409
    assert refused.json()["error"] == "这些评分是另一位裁判的，没有保存。请由本人登录后再送。"
    assert client.get("/api/session").json()["account"] == bo
    with db.reading() as session:
        assert not session.exec(select(Operation)).all()
    assert send(client, contest, "anna", payload).json()["answers"][0]["result"] == "accepted"
    client.cookies.clear()
    assert client.get("/api/session").json() == {"account": None, "csrf": ""}


def test_the_desk_shows_what_each_tablet_still_holds(site):
    client, contest = site
    actor = sign_in(client, contest.accounts["anna"])
    headers = {"x-csrf-token": actor.csrf_token}
    for device, unsent in (("tablet-one", 12), ("tablet-two", 0), ("tablet-two", -1), ("x", 3), ("tablet-six", "9")):
        sent = {"account": contest.accounts["anna"].id, "device": device, "unsent": unsent}
        assert client.post("/api/device", json=sent, headers=headers).status_code == 200
    assert client.post("/api/device", content=b"{", headers=headers).status_code == 422
    send(client, contest, "bo", {"operations": [contest.op(30)], "device": "tablet-bos", "unsent": 4})
    with db.reading() as session:
        lines = tablets_of(session, contest.stage)
    assert [(line.judge, line.device, line.unsent) for line in lines] == [
        ("J1", "tablet", 12),
        ("J2", "tablet", 4),
        ("J1", "tablet", 0),
    ]
    assert "平板" in get(client, contest, "chief", paths(contest)["desk"]).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"unsent": "2"}, "本机还有 2 项没有传到服务器"),
        ({"own_digest": "0" * 64}, "平板上的分与服务器上的不一致"),
        ({"own_count": "2"}, "平板上的分与服务器上的不一致"),
        ({"own_count": "3", "unsent": "0"}, ""),
    ],
)
def test_a_signature_needs_an_empty_outbox_and_equal_counts_and_digests(site, fields, told):
    client, contest = site
    contest.fill("anna")
    with db.reading() as session:
        view = sheet_view(session, contest.actors["anna"], contest.period.id, contest.codes[0])
    path = f"/judging/sheets/{contest.period.id}/{contest.codes[0]}/sign"
    response = post(client, contest, "anna", path, **({"digest": view.digest} | fields))
    assert response.status_code == (409 if told else 303)
    assert told in response.text
