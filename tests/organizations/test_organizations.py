"""The tree: who grows it, how it is searched, how a sheet's words find a unit."""

import csv
import io

import pytest
from openpyxl import load_workbook

from contest import db
from contest.actors import SYSTEM, Role
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.organizations import queries, services
from contest.organizations.models import Organization, OrganizationKind
from tests.support import SHARED, make_person, sign_in


def grow(actor, parent, name, kind=OrganizationKind.ENTERPRISE, **more) -> Organization:
    with db.transaction() as session:
        return services.add_organization(session, actor, parent, kind=kind, name=name, **more)


def rename(actor, organization, name, drawn=None):
    with db.transaction() as session:
        there = session.get_one(Organization, organization.id)
        services.rename_organization(session, actor, there, name=name, kind=there.kind, drawn_name=drawn)


def test_a_child_stands_below_its_parent_in_the_same_tenant(world):
    new = grow(SYSTEM, world.county, "浙江某厂")
    assert (new.tenant_id, new.parent_id, new.path) == (world.city.id, world.county.id, f"{world.county.path}{new.id}/")


def test_a_tenant_of_its_own_is_not_seen_from_above(world):
    _, organizer = make_person(world, Role.ORGANIZER)
    own = grow(SYSTEM, world.city, "独立市", is_tenant=True)
    with db.reading() as session:
        with pytest.raises(NotFoundError):
            queries.get_organization(session, own.id, organizer)
        rows, _ = queries.organization_rows(session, organizer, parent=world.city)
    assert [row.organization.name for row in rows] == ["盐官镇总工会"]


def test_a_role_reaches_down_not_up_or_sideways(world):
    _, actor = make_person(world, Role.ORGANIZER, at="plant")
    grow(actor, world.plant, "装配二班", OrganizationKind.TEAM)
    for place in (world.works, world.county):
        with pytest.raises(ForbiddenError):
            grow(actor, place, "越界")
        with pytest.raises(ForbiddenError):
            rename(actor, place, "越界")
    with db.reading() as session:
        assert [item.name for item in queries.top_organizations(session, actor)] == ["钱江机械有限公司"]
        team = queries.get_organization(session, world.team.id, actor)
        assert [item.name for item in queries.ancestors(session, actor, team)] == ["钱江机械有限公司"]


@pytest.mark.parametrize("role", [Role.JUDGE, Role.UNIT_CONTACT, Role.SUPERVISOR, Role.MEMBER])
def test_other_roles_change_nothing(world, role):
    _, actor = make_person(world, role)
    with pytest.raises(ForbiddenError):
        grow(actor, world.city, "越界")


@pytest.mark.parametrize("name", ["钱江机械有限公司", "钱江机械　有限公司", " 钱江机械有限公司\u200b"])
def test_sisters_have_different_names(world, name):
    with pytest.raises(InvalidError) as caught:
        grow(SYSTEM, world.county, name)
    assert "name" in caught.value.fields
    assert grow(SYSTEM, world.works, name).name == name  # elsewhere in the tree it is free


def test_renaming_keeps_the_own_name_free_and_notices_somebody_faster(world):
    rename(SYSTEM, world.plant, "钱江机械 有限公司")
    rename(SYSTEM, world.plant, "钱江重工", drawn="钱江机械 有限公司")
    with pytest.raises(ConflictError):
        rename(SYSTEM, world.plant, "别的名字", drawn="钱江机械 有限公司")
    with pytest.raises(InvalidError):
        rename(SYSTEM, world.plant, "海塘建设集团")


def test_the_tree_has_an_end(world):
    parent = world.team
    while parent.path.count("/") <= services.MAX_DEPTH:
        parent = grow(SYSTEM, parent, "再下一层", OrganizationKind.TEAM)
    assert len(parent.path) <= 400
    with pytest.raises(InvalidError):
        grow(SYSTEM, parent, "太深")


def test_browsing_searching_sorting(world):
    def found(**asked):
        with db.reading() as session:
            rows, total = queries.organization_rows(session, SYSTEM, **asked)
        return [(row.organization.name, row.parent, row.children) for row in rows], total

    assert found(parent=world.county, sort="name", descending=True) == (
        [("钱江机械有限公司", "盐官镇总工会", 1), ("海塘建设集团", "盐官镇总工会", 0)], 2,
    )  # fmt: skip
    assert found(parent=world.city, search="装配")[0] == [("装配一班", "钱江机械有限公司", 0)]
    assert found(search="%") == ([], 0)
    assert found(parent=world.county, kind="team") == ([], 0)
    assert found(parent=world.county, kind="nonsense")[1] == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_two_questions(world, count):
    for n in range(count):
        grow(SYSTEM, world.team, f"小组{n}", OrganizationKind.TEAM)
    with db.reading() as session, db.counting_queries() as statements:
        rows, total = queries.organization_rows(session, SYSTEM, parent=world.team)
    assert len(rows) == total == count
    assert len(statements) == 2


def test_words_find_a_unit_only_when_they_mean_one(world):
    twin = grow(SYSTEM, world.works, "装配一班", OrganizationKind.TEAM)
    with db.reading() as session:
        index = queries.name_index(session, world.city.id)
    assert index.find("钱江机械有限公司") == world.plant.id
    assert index.find("　钱江机械 有限公司") == world.plant.id
    assert index.find("装配一班") is None
    assert index.is_ambiguous("装配一班")
    assert index.find("钱江机械有限公司/装配一班") == world.team.id
    assert index.find("海塘建设集团装配一班") == twin.id
    assert index.find("钱江机械") is None
    assert index.find("") is None


@pytest.mark.skipif(not (SHARED / "data/zh_names_orgs").exists(), reason="../shared/data is absent")
def test_every_name_of_the_collection_finds_itself(world):
    with (SHARED / "data/zh_names_orgs/organizations.csv").open(encoding="utf-8") as lines:
        names = [row["organization"] for row in csv.DictReader(lines)]
    different = {queries.normalised_name(name): name for name in names}
    with db.transaction() as session:
        for name in list(different.values())[:400]:
            services.add_organization(session, SYSTEM, world.plant, kind=OrganizationKind.ENTERPRISE, name=name)
        index = queries.name_index(session, world.city.id)
        assert all(index.find(name) for name in list(different.values())[:400])


# --- pages


@pytest.fixture
def user(world, client):
    account, _ = make_person(world, Role.ORGANIZER)
    token = sign_in(client, account).csrf_token

    def post(path, **fields):
        return client.post(path, data={"csrf_token": token} | fields, follow_redirects=False)

    client.write = post
    return client


def test_browse_add_rename_in_the_browser(world, user):
    assert user.get("/organizations", follow_redirects=False).headers["location"] == f"/organizations/{world.city.id}"
    page = user.get(f"/organizations/{world.county.id}")
    assert "<bdi>钱江机械有限公司</bdi>" in page.text
    assert "海宁市总工会" in page.text  # the way up
    there = f"/organizations/{world.county.id}"
    assert user.write(f"{there}/children", kind="enterprise", name="<b>新厂</b>").status_code == 303
    assert "&lt;b&gt;新厂&lt;/b&gt;" in user.get(there).text
    wrong = user.write(f"{there}/children", kind="enterprise", name="钱江机械有限公司", name_en="Typed")
    assert wrong.status_code == 422
    assert "Typed" in wrong.text
    assert user.write(f"{there}/children", kind="galaxy", name="银河").status_code == 422
    assert user.get(f"{there}/edit").status_code == 200
    fields = {"kind": "county", "name": "盐官街道总工会", "drawn_name": "盐官镇总工会"}
    assert user.write(there, **fields).status_code == 303
    assert user.write(there, **fields).status_code == 409
    assert user.write(there, kind="county", name="").status_code == 422


def test_searching_in_the_browser(world, user):
    assert "装配一班" in user.get("/organizations?q=装配").text
    assert "没有叫" in user.get("/organizations?q=无此").text
    assert "装配一班" in user.get(f"/organizations/{world.city.id}?q=装配&sort=-kind&page=1").text


def test_export(world, user):
    sheet = load_workbook(io.BytesIO(user.get(f"/organizations/{world.county.id}/export").content)).active
    assert [cell.value for cell in sheet[1]] == ["名称", "类别", "上级", "英文名称"]
    assert [sheet.cell(row, 1).value for row in (2, 3)] == ["盐官镇总工会", "钱江机械有限公司"]


def test_outside_the_own_subtree_nothing_is_found(world, client):
    account, _ = make_person(world, Role.ORGANIZER, login="small", at="plant")
    token = sign_in(client, account).csrf_token
    for path in (f"/organizations/{world.works.id}", f"/organizations/{world.city.id}/edit"):
        assert client.get(path).status_code == 404
    answer = client.post(
        f"/organizations/{world.works.id}/children", data={"csrf_token": token, "kind": "team", "name": "越界"}
    )
    assert answer.status_code == 404
