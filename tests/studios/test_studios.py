"""Studios: registered, listed, with members; who may; what bad input meets."""

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.errors import ForbiddenError, InvalidError, NotFoundError
from contest.organizations import services as organizations
from contest.organizations.models import OrganizationKind
from contest.proposals import services as proposals
from contest.studios import queries, services
from contest.studios.models import StudioKind
from tests.support import make_person, sign_in

FORM = {"kind": "craftsman", "name": "梁志强工匠创新工作室", "leader": "梁志强", "founded_on": "2023-09-10"}


@pytest.fixture
def studio(world):
    return register(world)


def register(world, name=FORM["name"], actor=SYSTEM, at="plant"):
    with db.transaction() as session:
        return services.register_studio(
            session, actor, world.organization(at), kind=StudioKind.CRAFTSMAN, name=name, leader="梁志强"
        )


def test_registered_by_the_page_with_its_members(client, world):
    account, _ = make_person(world, Role.UNIT_CONTACT, at="plant")
    make_person(world, Role.MEMBER, login="turner", at="plant")
    token = sign_in(client, account).csrf_token
    sent = FORM | {"csrf_token": token, "organization_id": world.plant.id}
    done = client.post("/studios", data=sent, follow_redirects=False)
    assert done.status_code == 303
    page = done.headers["location"]
    member = {"csrf_token": token, "name": "䶮天成", "duty": "孵化培养", "login": " Turner "}
    assert client.post(f"{page}/members", data=member, follow_redirects=False).status_code == 303
    text = client.get(page).text
    for words in ("梁志强工匠创新工作室", "2023年9月10日", "䶮天成", "孵化培养", "工匠创新工作室"):
        assert words in text, words
    listed = client.get("/studios?q=梁志强").text
    assert "钱江机械有限公司" in listed
    with db.reading() as session:
        (line,), total = queries.studio_lines(session, SYSTEM)
        (kept,) = queries.studio_view(session, SYSTEM, line.studio.id).members
    assert (total, line.members, kept.account_id is not None) == (1, 1, True)
    removed = client.post(f"{page}/members/{kept.id}/remove", data={"csrf_token": token}, follow_redirects=False)
    assert removed.status_code == 303
    assert client.post(f"{page}/members/{kept.id}/remove", data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"name": ""}, "请填写这一项"), ({"kind": "evil"}, "不在可选项里"), ({"founded_on": "2月30日"}, "不是日期"),
     ({"leader": "长" * 101}, "太长")],
)  # fmt: skip
def test_bad_forms_come_back_with_everything_typed(client, world, changes, words):
    token = sign_in(client, make_person(world, Role.ORGANIZER)[0]).csrf_token
    sent = FORM | {"csrf_token": token, "organization_id": world.plant.id, "equipment": "五轴加工中心"} | changes
    answer = client.post("/studios", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "五轴加工中心" in answer.text


def test_the_same_name_twice_is_refused(client, world, studio):
    token = sign_in(client, make_person(world, Role.ORGANIZER)[0]).csrf_token
    answer = client.post("/studios", data=FORM | {"csrf_token": token, "organization_id": world.plant.id})
    assert answer.status_code == 422
    assert "已经登记过了" in answer.text


def test_an_unknown_login_is_said(client, world, studio):
    token = sign_in(client, make_person(world, Role.ORGANIZER)[0]).csrf_token
    sent = {"csrf_token": token, "name": "王五", "login": "nobody-here"}
    answer = client.post(f"/studios/{studio.id}/members", data=sent)
    assert answer.status_code == 422
    assert "没有登录名为“nobody-here”的人" in answer.text
    assert "王五" in answer.text


def test_a_foreign_organization_is_refused(client, world, studio):
    token = sign_in(client, make_person(world, Role.UNIT_CONTACT, at="works")[0]).csrf_token
    sent = FORM | {"csrf_token": token, "organization_id": world.plant.id, "name": "另一个"}
    assert client.post("/studios", data=sent).status_code == 403
    assert client.post("/studios", data=sent | {"organization_id": "0" * 16}).status_code == 404
    assert client.post(f"/studios/{studio.id}/members", data=sent).status_code == 403


def test_another_tenant_knows_nothing_of_it(client, world, studio):
    with db.transaction() as session:
        city = organizations.add_organization(session, SYSTEM, None, kind=OrganizationKind.CITY, name="外市总工会")
    world.city = city
    account, actor = make_person(world, Role.ORGANIZER, login="foreign")
    sign_in(client, account)
    assert client.get(f"/studios/{studio.id}").status_code == 404
    assert "梁志强" not in client.get("/studios").text
    with db.reading() as session, pytest.raises(NotFoundError):
        queries.get_studio(session, actor, studio.id)


def test_members_read_and_do_not_write(client, world, studio):
    account, actor = make_person(world, Role.MEMBER, at="plant")
    sign_in(client, account)
    assert "加入成员" not in client.get(f"/studios/{studio.id}").text
    assert client.get("/studios/new").status_code == 403
    with pytest.raises(ForbiddenError):
        register(world, "我的", actor)


def test_a_studio_is_chosen_on_the_phone_and_found_in_tracking(client, world, studio):
    account, actor = make_person(world, Role.MEMBER, login="worker", at="plant")
    with db.transaction() as session, pytest.raises(InvalidError):
        proposals.submit(session, actor, title="题", problem="问", idea="法", studio_id="0" * 16)
    with db.transaction() as session:
        proposals.submit(session, actor, title="工作室的", problem="问", idea="法", studio_id=studio.id)
        proposals.submit(session, actor, title="自己的", problem="问", idea="法")
    sign_in(client, account)
    text = client.get(f"/proposals?studio={studio.id}").text
    assert "工作室的" in text
    assert "自己的" not in text
    assert "梁志强工匠创新工作室" in text


def test_the_number_of_queries_does_not_grow(client, world, studio):
    sign_in(client, make_person(world, Role.ORGANIZER)[0])
    client.get("/studios")
    with db.counting_queries() as one:
        client.get("/studios")
    for number in range(2):
        register(world, f"第{number}个工作室")
    with db.counting_queries() as three:
        client.get("/studios")
    assert len(one) == len(three) <= 8
