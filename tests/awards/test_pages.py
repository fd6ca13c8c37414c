"""The award page: what it says, and that only its POST changes anything."""

from contest import db
from contest.actors import Role
from contest.awards import queries
from tests.support import make_person, sign_in


def path(contest):
    return f"/events/{contest.event.id}/awards"


def given(contest):
    with db.reading() as session:
        return len(queries.given_awards(session, contest.event))


def test_the_list_says_who_which_rank_and_why(client, contest):
    contest.veto(6)
    sign_in(client, contest.account)
    text = client.get(path(contest)).text
    assert "王一" in text
    for words in ("总分 80，达到 80 分", "名额 3 个。最后一名有并列", "一票否决，不授奖", "安全事故：吊臂碰撞事故"):
        assert words in text, words
    assert "颁发这 6 个奖项" in text
    assert given(contest) == 0


def test_giving_by_the_page(client, contest):
    token = sign_in(client, contest.account).csrf_token
    answer = client.post(path(contest), data={"csrf_token": token, "version": "1"}, follow_redirects=False)
    assert answer.status_code == 303
    assert given(contest) == 7
    assert "这份名单已按第 1 版结果颁发" in client.get(path(contest)).text


def test_a_double_click_gives_once(client, contest):
    token = sign_in(client, contest.account).csrf_token
    for _ in range(2):
        client.post(path(contest), data={"csrf_token": token, "version": "1"}, follow_redirects=False)
    assert given(contest) == 7


def test_bad_versions_are_refused_clearly(client, contest):
    token = sign_in(client, contest.account).csrf_token
    assert client.post(path(contest), data={"csrf_token": token, "version": "x"}).status_code == 422
    stale = client.post(path(contest), data={"csrf_token": token, "version": "7"})
    assert stale.status_code == 409
    assert "刷新后核对新名单" in stale.text
    assert given(contest) == 0


def test_an_event_of_nobody_is_not_found(client, contest):
    token = sign_in(client, contest.account).csrf_token
    assert client.get("/events/0000000000000000/awards").status_code == 404
    assert client.post("/events/0000000000000000/awards", data={"csrf_token": token, "version": "1"}).status_code == 404


def test_other_roles(client, contest):
    account, _ = make_person(contest.world, Role.MEMBER)
    sign_in(client, account)
    assert client.get(path(contest)).status_code == 403
    supervisor, _ = make_person(contest.world, Role.SUPERVISOR)
    token = sign_in(client, supervisor).csrf_token
    page = client.get(path(contest))
    assert page.status_code == 200
    assert "颁发这" not in page.text
    assert client.post(path(contest), data={"csrf_token": token, "version": "1"}).status_code == 403
    assert given(contest) == 0


def test_the_number_of_queries_does_not_grow_with_the_entries(client, contest):
    sign_in(client, contest.account)
    client.get(path(contest))
    with db.counting_queries() as statements:
        client.get(path(contest))
    assert len(statements) <= 25, len(statements)
