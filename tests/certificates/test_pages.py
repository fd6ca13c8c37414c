"""The organizer's desk, the winner's own, and the public verification."""

import io

import pypdf
import pytest

from contest import db
from contest.actors import Role
from contest.awards import queries as award_queries
from contest.certificates import services
from contest.certificates.models import Certificate
from contest.entries.models import Entry
from contest.jobs import worker
from tests.support import make_person, says, sign_in


@pytest.fixture
def certificate(contest) -> Certificate:
    with db.transaction() as session:
        return services.issue(session, contest.organizer, award_queries.given_awards(session, contest.event)[0])


def desk(contest):
    return f"/events/{contest.event.id}/certificates"


def test_from_the_desk_to_the_file(client, contest):
    token = sign_in(client, contest.account).csrf_token
    text = client.get(desk(contest)).text
    assert "制作全部证书" in text
    assert text.count("待制作") >= 7
    answer = client.post(desk(contest), data={"csrf_token": token, "output": "book"}, follow_redirects=False)
    assert answer.status_code == 303
    worker.run_pending()
    progress = client.get(answer.headers["location"])
    assert "7 / 7" in progress.text
    book = client.get(answer.headers["location"] + "/output")
    assert len(pypdf.PdfReader(io.BytesIO(book.content)).pages) == 7
    assert "有效" in client.get(desk(contest)).text


def test_one_by_one(client, contest):
    token = sign_in(client, contest.account).csrf_token
    with db.reading() as session:
        award = award_queries.given_awards(session, contest.event)[0]
    answer = client.post(f"{desk(contest)}/{award.id}", data={"csrf_token": token}, follow_redirects=False)
    assert answer.status_code == 303
    worker.run_pending()
    page = client.get(answer.headers["location"], headers={"HX-Request": "true"})
    assert page.headers["hx-redirect"] == desk(contest)


def test_an_unprintable_name_is_refused_with_the_character(client, contest):
    with db.transaction() as session:
        session.get_one(Entry, (contest.event.tenant_id, contest.entries[0].id)).name = "王\ue000"
        award = award_queries.given_awards(session, contest.event)[0]
    token = sign_in(client, contest.account).csrf_token
    answer = client.post(f"{desk(contest)}/{award.id}", data={"csrf_token": token})
    assert answer.status_code == 422
    assert "U+E000" in answer.text
    assert "无法印制" in client.get(desk(contest)).text


def test_search_sort_and_filters(client, contest, certificate):
    sign_in(client, contest.account)
    assert "郑八" not in client.get(desk(contest)).text
    assert "李二" not in client.get(desk(contest) + "?q=王一").text
    found = client.get(desk(contest) + "?q=" + certificate.number).text
    assert "王一" in found
    assert "李二" not in found
    assert "王一" not in client.get(desk(contest) + "?only=missing").text
    assert "没有符合条件的证书" in client.get(desk(contest) + "?only=void").text
    for odd in ("?sort=-name", "?sort=evil", "?page=99", "?page=x", "?only=evil", "?q=%25_%5C"):
        assert client.get(desk(contest) + odd).status_code == 200


def test_the_number_of_queries_does_not_grow(client, contest, certificate):
    sign_in(client, contest.account)
    client.get(desk(contest))
    with db.counting_queries() as one:
        client.get(desk(contest) + "?q=王一")
    with db.counting_queries() as many:
        client.get(desk(contest))
    assert len(one) == len(many) <= 15


def test_the_winner_downloads_the_own_one_and_no_other(client, contest, certificate):
    winner, _ = make_person(contest.world, Role.MEMBER, login="winner")
    with db.transaction() as session:
        session.get_one(Entry, (contest.event.tenant_id, contest.entries[0].id)).account_id = winner.id
    sign_in(client, winner)
    assert certificate.number in client.get("/certificates/mine").text
    file = client.get(f"/certificates/{certificate.id}/pdf")
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"].startswith("attachment")
    assert len(pypdf.PdfReader(io.BytesIO(file.content)).pages) == 1
    other, _ = make_person(contest.world, Role.MEMBER, login="other")
    sign_in(client, other)
    assert client.get(f"/certificates/{certificate.id}/pdf").status_code == 404
    assert "还没有证书" in client.get("/certificates/mine").text


def test_a_member_has_no_desk(client, contest, certificate):
    token = sign_in(client, make_person(contest.world, Role.MEMBER)[0]).csrf_token
    assert client.get(desk(contest)).status_code == 403
    assert client.post(desk(contest), data={"csrf_token": token, "output": "zip"}).status_code == 403
    answer = client.post(f"/certificates/{certificate.id}/revoke", data={"csrf_token": token, "reason": "x"})
    assert answer.status_code == 403


def test_revoking_by_the_page(client, contest, certificate):
    token = sign_in(client, contest.account).csrf_token
    path = f"/certificates/{certificate.id}/revoke"
    assert "不能恢复" in client.get(path).text
    assert client.post(path, data={"csrf_token": token, "reason": " "}).status_code == 422
    long = client.post(path, data={"csrf_token": token, "reason": "长" * 501})
    assert long.status_code == 422
    assert "长" * 501 in long.text  # nothing typed is lost
    done = client.post(path, data={"csrf_token": token, "reason": "材料不实"}, follow_redirects=False)
    assert done.status_code == 303
    assert client.post(path, data={"csrf_token": token, "reason": "再来一次"}).status_code == 409
    assert client.get(f"/certificates/{certificate.id}/pdf").status_code == 404
    public = client.get(f"/zh/verify/{certificate.number}").text
    assert "已撤销" in public
    assert "材料不实" in public


@pytest.mark.parametrize(("language", "word"), [("zh", "有效"), ("en", "Valid")])
def test_anybody_verifies_without_cookie_script_or_nonce(client, contest, certificate, language, word):
    answer = client.get(f"/{language}/verify/{certificate.number.lower()}")
    assert answer.status_code == 200
    for shown in (word, "王一", "钱江机械有限公司", "一等奖", "港口职工技能竞赛", "海宁市总工会"):
        assert shown in answer.text, shown
    assert "set-cookie" not in answer.headers
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert "nonce" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "public, max-age=30"


def test_the_public_page_tells_no_phone_and_no_code(client, contest, certificate):
    with db.transaction() as session:
        entry = session.get_one(Entry, (contest.event.tenant_id, contest.entries[0].id))
        entry.phone, entry.worker_number = "13800138000", "G-4711"
    text = client.get(f"/zh/verify/{certificate.number}").text
    assert "13800138000" not in text
    assert not says(text.replace("127.0.0.1:8000", ""), "8000")
    assert "G-4711" not in text
    assert not says(text, entry.code)


def test_a_newer_result_is_said_on_the_page(client, contest, certificate):
    assert "更新到第" not in client.get(f"/zh/verify/{certificate.number}").text
    contest.correct(7, 650)
    assert "成绩后来更新到第 2 版" in client.get(f"/zh/verify/{certificate.number}").text


@pytest.mark.parametrize(
    ("number", "words"),
    [("2026-22222-2222A", "查无此证"), ("2026-22222-2222B", "编号不对"), ("%3Cb%3E", "编号不对"), ("张", "编号不对")],
)
def test_unknown_numbers(client, contest, number, words):
    answer = client.get(f"/zh/verify/{number}")
    assert answer.status_code == 404
    assert words in answer.text
    assert "<script" not in answer.text


def test_typing_a_number(client, contest, certificate):
    assert 'name="number"' in client.get("/zh/verify").text
    typed = f" {certificate.number.lower().replace('-', ' ')} "
    answer = client.get("/zh/verify", params={"number": typed}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/zh/verify/{certificate.number}"
    assert client.get("/en/verify", params={"number": "！！！"}).status_code == 200
