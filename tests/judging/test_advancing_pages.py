"""What the pages say of a stage to which entries advance: to judges, chief, organizer and the draw; no name leaks."""

import json

import pytest
from litestar.testing import TestClient

from contest import db
from contest.app import create_app
from contest.callroom import seating, services
from contest.competitions.services import open_period, pause_period
from contest.entries.queries import entries_of
from contest.errors import ConflictError
from contest.judging.unlocking import unlock_period
from tests.judging.knock_out import NAMES, build_rounds
from tests.support import sign_in

WANG, LI, ZHANG, ZHAO = range(4)


@pytest.fixture
def site(tmp_path, sqlite_template):
    path = tmp_path / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    app = create_app(database_url=f"sqlite:///{path}", background=False)
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        client.headers["accept-language"] = "zh-CN"
        yield client, build_rounds()
    db.engine().dispose()


def get(site, who, path):
    client, rounds = site
    sign_in(client, rounds.accounts[who])
    return client.get(path)


def post(site, who, path, **fields):
    client, rounds = site
    actor = sign_in(client, rounds.accounts[who])
    return client.post(path, data={"csrf_token": actor.csrf_token} | fields, follow_redirects=False)


def codes_in(rounds, text):
    return {number for number, code in enumerate(rounds.codes) if code in text}


def test_a_judge_is_told_what_the_final_waits_for_and_then_sees_the_two(site):
    _, rounds = site
    final = f"/judging/periods/{rounds.periods['final'].id}"
    told = "谁进入这个阶段由“初赛”决定，锁定以后才列在这里。"
    for path in ("/judging", final, f"/events/{rounds.event.id}/desk?period={rounds.periods['final'].id}"):
        text = get(site, "chief" if "desk" in path else "anna", path).text
        assert told in text, path
        assert not codes_in(rounds, text), path
    assert f'href="{final}"' not in get(site, "anna", "/judging").text, "no button to an empty list"
    early = get(site, "anna", f"/judging/sheets/{rounds.periods['final'].id}/{rounds.codes[LI]}")
    assert early.status_code == 404
    assert "还不知道谁进入“决赛”" in early.text
    assert "没有晋级" not in early.text, "nobody has failed to advance yet"
    rounds.heats()
    rounds.do(open_period, "final")
    assert codes_in(rounds, get(site, "anna", final).text) == {WANG, LI}
    sheet = get(site, "anna", f"/judging/sheets/{rounds.periods['final'].id}/{rounds.codes[LI]}")
    assert codes_in(rounds, sheet.text) <= {WANG, LI}  # what the tablet keeps for the time without network
    refused = get(site, "anna", f"/judging/sheets/{rounds.periods['final'].id}/{rounds.codes[ZHANG]}")
    assert refused.status_code == 404
    assert "没有晋级到“决赛”" in refused.text
    desk = get(site, "chief", f"/events/{rounds.event.id}/desk?period={rounds.periods['final'].id}").text
    assert codes_in(rounds, desk) == {WANG, LI}
    paper = get(site, "chief", f"{final}/paper/print").text
    assert codes_in(rounds, paper) == {WANG, LI}


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", "这一号没有晋级到这个阶段，不用评"), ("en", "this code did not advance to the stage")],
)
def test_a_tablet_is_answered_in_the_judge_s_language(site, language, words):
    client, rounds = site
    rounds.heats()
    rounds.do(open_period, "final")
    actor = sign_in(client, rounds.accounts["anna"])
    answer = client.post(
        "/api/operations",
        content=json.dumps({"operations": [rounds.op("final", ZHANG, 99)]}).encode(),
        headers={"x-csrf-token": actor.csrf_token, "content-type": "application/json", "accept-language": language},
    )
    (told,) = answer.json()["answers"]
    assert told["result"] == "quarantined"
    assert words in told["message"]


def test_the_organizer_opens_the_final_only_once_it_can_be(site):
    _, rounds = site
    page, opens = f"/events/{rounds.event.id}", f"/periods/{rounds.periods['final'].id}/open"
    text = get(site, "organizer", page).text
    assert "先锁定“初赛”，晋级的才能开始" in text
    assert opens not in text
    refused = post(site, "organizer", opens)
    assert refused.status_code == 409
    assert "还不能开放“决赛”的评分：先锁定“初赛”" in refused.text
    rounds.heats()
    assert opens in get(site, "organizer", page).text
    assert post(site, "organizer", opens).status_code == 303
    assert "先锁定" not in get(site, "organizer", page).text


def test_the_page_of_unlocking_says_what_comes_first(site):
    _, rounds = site
    rounds.heats()
    rounds.do(open_period, "final")
    path = f"/judging/periods/{rounds.periods['heats'].id}/unlock"
    text = get(site, "chief", path).text
    assert "现在不能解锁“初赛”" in text
    assert 'name="reason"' not in text
    assert f"desk?period={rounds.periods['final'].id}" in text, "the way to what is to be paused first"
    assert post(site, "chief", path, reason="申诉").status_code == 409
    rounds.do(pause_period, "final")
    assert 'name="reason"' in get(site, "chief", path).text
    assert post(site, "chief", path, reason="申诉").status_code == 303


def test_the_draw_of_the_final_is_of_those_who_advanced(site):
    _, rounds = site

    def commit():
        with db.transaction() as session:
            return services.commit_draw(session, rounds.actors["organizer"], rounds.stages["final"])

    page = f"/events/{rounds.event.id}/order?stage=final"
    assert "由“初赛”决定，锁定以后才能抽签" in get(site, "organizer", page).text
    with pytest.raises(ConflictError, match="former"):
        commit()
    rounds.heats()
    assert sorted(commit().listed.split("\n")) == sorted((rounds.codes[WANG], rounds.codes[LI]))
    with db.reading() as session:
        assert seating.order_view(session, rounds.actors["organizer"], rounds.event.id, "final").waiting == 0
        assert seating.order_view(session, rounds.actors["organizer"], rounds.event.id, "heats").waiting == 4


def test_no_page_of_the_final_shows_a_name_while_the_event_is_blind(site):
    _, rounds = site
    rounds.heats()
    rounds.do(open_period, "final")
    rounds.score("final", {WANG: 75})
    final, event = rounds.periods["final"].id, rounds.event.id
    paths = ["/judging", f"/judging/periods/{final}", f"/events/{event}/desk?period={final}",
             f"/judging/periods/{rounds.periods['heats'].id}/unlock", f"/events/{event}/order?stage=final",
             f"/events/{event}/clerk?period={final}", f"/judging/periods/{final}/lock",
             f"/events/{event}/open-operations", f"/judging/periods/{final}/paper/print",
             *(f"/judging/sheets/{final}/{code}" for code in rounds.codes),
             *(f"/judging/marks/{final}/{code}" for code in rounds.codes)]  # fmt: skip
    for who in ("anna", "chief", "supervisor"):
        for path in paths:
            text = get(site, who, path).text
            assert not any(name in text for name in NAMES), (who, path)
    # the organizer knows names: no list of theirs may join one to who advanced
    for path in (f"/events/{event}/entries", f"/events/{event}", f"/events/{event}/desk?period={final}"):
        assert not codes_in(rounds, get(site, "organizer", path).text), path
    with db.reading() as session:
        assert rounds.fresh(session).unsealed_at is None


def test_the_refusal_to_withdraw_is_the_same_text_for_everybody(site):
    _, rounds = site
    rounds.heats()
    rounds.do(open_period, "final")
    with db.reading() as session:
        ids = [entry.id for entry in entries_of(session, rounds.fresh(session))]
    answers = [post(site, "organizer", f"/events/{rounds.event.id}/entries/{i}/withdraw", reason="病") for i in ids]
    assert {answer.status_code for answer in answers} == {409}
    assert all("晋级名单不能再变" in answer.text for answer in answers)


def test_a_lock_is_needed_again_after_the_heats_were_opened(site):
    _, rounds = site
    rounds.heats()
    rounds.do(unlock_period, "heats", "申诉")
    assert post(site, "organizer", f"/periods/{rounds.periods['final'].id}/open").status_code == 409
