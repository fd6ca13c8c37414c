"""The phone form and the pages of a proposal."""

import re

import pytest
from sqlmodel import select

from contest import db
from contest.proposals.models import Proposal
from tests.proposals.scenery import WORDS
from tests.support import sign_in


def proposals():
    with db.reading() as session:
        return session.exec(select(Proposal)).all()


def hidden(text):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))


def test_one_question_a_screen_and_everything_travels_along(client, innovation):
    token = sign_in(client, innovation.accounts["worker"]).csrf_token
    page = client.get("/proposals/new")
    assert "您的建议叫什么" in page.text
    sent = {"csrf_token": token, "step": "1", "go": "next", "title": WORDS["title"]}
    for step, name in enumerate(("problem", "idea", "expected_benefit"), start=2):
        page = client.post("/proposals", data=sent)
        assert page.status_code == 200
        sent = hidden(page.text) | {"go": "next", name: WORDS[name]}
        assert sent["step"] == str(step)
        assert sent["title"] == WORDS["title"]
    page = client.post("/proposals", data=sent)
    assert WORDS["problem"] in page.text
    assert "岗位微创新征集" in page.text
    sent = hidden(page.text) | {"go": "next", "event_id": innovation.event.id}
    done = client.post("/proposals", data=sent, follow_redirects=False)
    assert done.status_code == 303
    (made,) = proposals()
    assert {name: getattr(made, name) for name in WORDS} == WORDS
    assert made.event_id == innovation.event.id
    assert "待部门审核" in client.get(done.headers["location"]).text


def test_back_keeps_what_was_typed(client, innovation):
    token = sign_in(client, innovation.accounts["worker"]).csrf_token
    sent = {"csrf_token": token, "step": "3", "go": "back", "title": "名", "problem": "<问题>", "idea": "半句"}
    page = client.post("/proposals", data=sent)
    assert page.status_code == 200
    assert "现在有什么问题" in page.text
    assert "&lt;问题&gt;" in page.text
    assert hidden(page.text)["idea"] == "半句"


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"title": ""}, "请填写这一项"), ({"title": "长" * 201}, "太长"), ({"title": "一"}, "太短")],
)
def test_a_bad_answer_stays_on_its_screen(client, innovation, changes, words):
    token = sign_in(client, innovation.accounts["worker"]).csrf_token
    sent = {"csrf_token": token, "step": "1", "go": "next", "idea": "已经写好的办法"} | changes
    page = client.post("/proposals", data=sent)
    assert page.status_code == 422
    assert words in page.text
    assert "已经写好的办法" in page.text
    assert changes["title"] in page.text


def test_a_last_screen_with_holes_leads_to_the_first_hole(client, innovation):
    token = sign_in(client, innovation.accounts["worker"]).csrf_token
    sent = {"csrf_token": token, "step": "5", "go": "next", "title": "有名", "idea": "有办法", "event_id": ""}
    page = client.post("/proposals", data=sent)
    assert page.status_code == 422
    assert "现在有什么问题" in page.text
    assert proposals() == []


@pytest.mark.parametrize("step", ["0", "99", "-1", "x", ""])
def test_odd_steps(client, innovation, step):
    token = sign_in(client, innovation.accounts["worker"]).csrf_token
    answer = client.post("/proposals", data={"csrf_token": token, "step": step, "go": "next"})
    assert answer.status_code == 422


def test_a_foreign_call_is_refused_on_the_last_screen(client, innovation):
    token = sign_in(client, innovation.accounts["worker"]).csrf_token
    sent = {"csrf_token": token, "step": "5", "go": "next", **WORDS, "event_id": "0000000000000000"}
    page = client.post("/proposals", data=sent)
    assert page.status_code == 422
    assert "没有这次征集" in page.text
    assert proposals() == []


def test_the_checker_decides_on_the_page(client, innovation):
    proposal = innovation.submit()
    token = sign_in(client, innovation.accounts["checker"]).csrf_token
    path = f"/proposals/{proposal.id}"
    assert "部门审核" in client.get(path).text
    empty = client.post(f"{path}/check", data={"csrf_token": token, "note": "忘了选"})
    assert empty.status_code == 422
    assert "忘了选" in empty.text
    unreasoned = client.post(f"{path}/check", data={"csrf_token": token, "decision": "return"})
    assert unreasoned.status_code == 422
    assert "请写明理由" in unreasoned.text
    accepted = client.post(f"{path}/check", data={"csrf_token": token, "decision": "accept"}, follow_redirects=False)
    assert accepted.status_code == 303
    again = client.post(f"{path}/check", data={"csrf_token": token, "decision": "accept"})
    assert again.status_code == 409


def test_finance_confirms_on_the_page_and_wrong_amounts_come_back(client, innovation):
    proposal = innovation.do("report_benefit", "contact", innovation.adopted(), "118600", "台账")
    token = sign_in(client, innovation.accounts["finance"]).csrf_token
    path = f"/proposals/{proposal.id}"
    assert "单位填报 118,600.00 元" in client.get(path).text
    wrong = client.post(f"{path}/confirm", data={"csrf_token": token, "decision": "confirm", "amount": "十一万"})
    assert wrong.status_code == 422
    assert "十一万" in wrong.text
    assert "不是金额" in wrong.text
    client.post(f"{path}/confirm", data={"csrf_token": token, "decision": "confirm", "amount": "118600"})
    text = client.get("/proposals").text
    assert "118,600.00" in text
    assert 'class="chart chart-bars"' in text


def test_steps_of_other_roles_are_closed(client, innovation):
    proposal = innovation.submit()
    token = sign_in(client, innovation.accounts["worker"]).csrf_token
    for step in ("check", "panel", "score", "adopt", "confirm"):
        answer = client.post(f"/proposals/{proposal.id}/{step}", data={"csrf_token": token, "decision": "accept"})
        assert answer.status_code == 403, step
    sign_in(client, innovation.accounts["other"])
    assert client.get(f"/proposals/{proposal.id}").status_code == 404


def test_the_list_survives_odd_queries(client, innovation):
    innovation.submit()
    sign_in(client, innovation.accounts["organizer"])
    for odd in ("sort=-benefit", "sort=evil", "page=7", "page=-1", "state=evil", "studio=%27", "q=%25", "mine=1"):
        assert client.get(f"/proposals?{odd}").status_code == 200, odd


def test_the_number_of_queries_does_not_grow(client, innovation):
    innovation.submit()
    sign_in(client, innovation.accounts["organizer"])
    client.get("/proposals")
    with db.counting_queries() as one:
        client.get("/proposals")
    for number in range(3):
        innovation.submit(title=f"第{number}个")
    with db.counting_queries() as four:
        client.get("/proposals")
    assert len(one) == len(four) <= 14
