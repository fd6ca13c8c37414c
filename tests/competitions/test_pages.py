"""The set-up pages through HTTP: what people of each role see, and what bad input meets."""

import json
from urllib.parse import quote

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions import queries, services
from contest.competitions.models import Competition, Event, EventState
from tests.competitions.helpers import new_event, one_entry, post, upload
from tests.support import make_person, sign_in


@pytest.fixture
def organizer(client, world):
    account, _ = make_person(world, Role.ORGANIZER)
    return sign_in(client, account)


def draft_of(event):
    with db.reading() as session:
        return queries.newest_version(session, session.get(Event, (event.tenant_id, event.id)))


def document_of(event):
    return json.loads(draft_of(event).document)


FOUNDING = {"kind": "skills", "title": "第十届职工职业技能大赛", "starts_on": "2026-11-01", "ends_on": "2026-11-30"}


def test_a_competition_is_founded_and_stands_in_the_list(client, world, organizer):
    answer = post(client, organizer, "/competitions", organization_id=world.county.id, **FOUNDING)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "第十届职工职业技能大赛" in page
    assert "盐官镇总工会" in page
    assert "2026年11月1日 – 2026年11月30日" in page
    assert "第十届职工职业技能大赛" in client.get("/competitions").text


def test_an_event_s_pages_lie_under_the_competitions(client, world, organizer):
    _, event = new_event(world)
    for path in (f"/events/{event.id}", f"/events/{event.id}/rules"):
        assert '<a href="/competitions" aria-current="page">' in client.get(path).text


def test_founding_with_errors_says_which_and_keeps_what_was_typed(client, world, organizer):
    boxes = FOUNDING | {"title": "", "ends_on": "2026-02-30", "host": "市总工会"}
    answer = post(client, organizer, "/competitions", organization_id=world.city.id, **boxes)
    assert answer.status_code == 422
    assert "请填写这一项。" in answer.text
    assert "“2026-02-30”不是日期" in answer.text
    assert 'value="市总工会"' in answer.text
    with db.reading() as session:
        assert session.exec(select(Competition)).all() == []


def test_a_competition_does_not_end_before_it_starts(client, world, organizer):
    boxes = FOUNDING | {"ends_on": "2026-10-01"}
    answer = post(client, organizer, "/competitions", organization_id=world.city.id, **boxes)
    assert answer.status_code == 422
    assert "结束日期 2026-10-01 早于开始日期 2026-11-01。" in answer.text


def test_an_organizer_founds_for_the_own_subtree_only(client, world):
    account, _ = make_person(world, Role.ORGANIZER, at="plant")
    actor = sign_in(client, account)
    page = client.get("/competitions/new").text
    assert "钱江机械有限公司" in page
    assert "海宁市总工会</option>" not in page
    answer = post(client, actor, "/competitions", organization_id=world.city.id, **FOUNDING)
    assert answer.status_code == 403
    assert "您不能以这个单位的名义举办竞赛" in answer.text


def test_a_foreign_competition_is_not_found(client, world):
    competition, event = new_event(world, at="works")
    account, _ = make_person(world, Role.ORGANIZER, at="plant")
    actor = sign_in(client, account)
    for path in (f"/competitions/{competition.id}", f"/events/{event.id}", f"/events/{event.id}/rules/file"):
        assert client.get(path).status_code == 404
    assert post(client, actor, f"/competitions/{competition.id}", **FOUNDING).status_code == 404
    assert post(client, actor, f"/events/{event.id}/rules/start", point="skills").status_code == 404
    assert "职工技能大赛" not in client.get("/competitions").text


def test_a_unit_contact_sees_the_competitions_above_and_changes_nothing(client, world):
    competition, event = new_event(world)
    account, _ = make_person(world, Role.UNIT_CONTACT, at="plant")
    actor = sign_in(client, account)
    assert "职工技能大赛" in client.get("/competitions").text
    assert client.get(f"/events/{event.id}").status_code == 200
    assert post(client, actor, f"/competitions/{competition.id}", **FOUNDING).status_code == 403
    assert "修改竞赛" not in client.get(f"/competitions/{competition.id}").text


def test_a_stale_edit_is_refused_and_keeps_what_was_typed(client, world, organizer):
    competition, _ = new_event(world)
    with db.reading() as session:
        seen = services.fingerprint(queries.get_competition(session, competition.id))
    path = f"/competitions/{competition.id}"
    assert post(client, organizer, path, **FOUNDING, seen=seen).status_code == 303
    late = post(client, organizer, path, **(FOUNDING | {"title": "另一个名称"}), seen=seen)
    assert late.status_code == 409
    assert "内容已被别人改过" in late.text
    assert 'value="另一个名称"' in late.text
    with db.reading() as session:
        assert queries.get_competition(session, competition.id).title == FOUNDING["title"]


def test_the_list_searches_filters_and_pages_in_sql(client, world, organizer):
    with db.transaction() as session:
        for number in range(31):
            services.create_competition(
                session, SYSTEM, organization=world.city, kind="merit", title=f"立功竞赛{number:02}"
            )
        services.create_competition(session, SYSTEM, organization=world.city, kind="skills", title="100%技能_赛")
    first = client.get("/competitions?kind=merit&sort=title").text
    assert "立功竞赛00" in first
    assert "立功竞赛30" not in first
    assert "立功竞赛30" in client.get("/competitions?kind=merit&sort=title&page=2").text
    assert "技能_赛" in client.get("/competitions?q=" + quote("0%技能_")).text
    assert "没有符合条件的竞赛" in client.get("/competitions?q=" + quote("%功_")).text
    assert client.get("/competitions?sort=nonsense&page=-1&kind=x").status_code == 200


@pytest.mark.parametrize("path", ["/competitions", "/competitions/{competition}", "/events/{event}"])
def test_as_many_queries_for_three_rows_as_for_one(client, world, organizer, path):
    competition, event = new_event(world, point="merit", adopt=True)
    place = path.format(competition=competition.id, event=event.id)
    client.get(place)
    with db.counting_queries() as one:
        client.get(place)
    for _ in range(2):
        new_event(world, title="焊工")
    with db.transaction() as session:
        for title in ("钳工", "焊工"):
            services.create_event(session, SYSTEM, competition, title=title)
    with db.counting_queries() as three:
        client.get(place)
    assert len(three) == len(one) <= 14


def test_the_desk_of_a_new_event_asks_for_its_rules(client, world, organizer):
    _, event = new_event(world)
    page = client.get(f"/events/{event.id}").text
    assert "先写评分办法" in page
    assert client.get(f"/events/{event.id}/rules", follow_redirects=False).headers["location"].endswith("/rules/start")


def test_from_a_starting_point_to_an_open_period_in_pages(client, world, organizer):
    _, event = new_event(world)
    here = f"/events/{event.id}"
    assert post(client, organizer, f"{here}/rules/start", point="skills", base="").status_code == 303
    page = client.get(f"{here}/rules").text
    assert "理论考试" in page
    assert "实际操作" in page
    base = draft_of(event).digest
    assert "定稿后评分办法不能再改。" in client.get(f"{here}/rules/adopt").text
    assert post(client, organizer, f"{here}/rules/adopt", base=base).status_code == 303
    with db.reading() as session:
        periods = queries.stage_periods(session, event)
        assert [(stage.key, period.key) for stage, period in periods] == [("theory", "1"), ("practice", "1")]
    with db.transaction() as session:
        one_entry(session, queries.get_event(session, event.id))
    opened = post(client, organizer, f"/periods/{periods[0][1].id}/open")
    assert opened.status_code == 303
    assert "1 个考评期正在评分" in client.get(here).text
    again = post(client, organizer, f"/periods/{periods[0][1].id}/open")
    assert again.status_code == 409
    assert "已经开放或锁定" in again.text
    assert post(client, organizer, f"/periods/{periods[0][1].id}/pause").status_code == 303


def test_an_adopted_rule_set_is_frozen_in_every_way(client, world, organizer):
    _, event = new_event(world, point="skills", adopt=True)
    before, base = draft_of(event).document, draft_of(event).digest
    here = f"/events/{event.id}"
    stage = {"at": "stages[0]", "base": base}
    assert post(client, organizer, f"{here}/rules/part", **stage, id="theory", title="改名").status_code == 409
    assert post(client, organizer, f"{here}/rules/move", **stage, by="down").status_code == 409
    assert post(client, organizer, f"{here}/rules/remove", **stage).status_code == 409
    assert post(client, organizer, f"{here}/rules/start", point="merit", base=base).status_code == 409
    assert post(client, organizer, f"{here}/rules/adopt", base=base).status_code == 409
    file = client.get(f"{here}/rules/file").content
    assert upload(client, organizer, f"{here}/rules/file", "a.json", file, base=base).status_code == 409
    assert upload(client, organizer, f"{here}/rubric", "a.csv", b"x", base=base).status_code == 409
    assert draft_of(event).document == before
    page = client.get(f"{here}/rules").text
    assert "已定稿" in page
    assert "增加阶段" not in page


def test_a_part_is_edited_and_the_totals_run(client, world, organizer):
    _, event = new_event(world, point="innovation")
    here, at = f"/events/{event.id}/rules", "stages[0].rubric[0].children[0]"
    page = client.get(f"{here}?at={quote(at)}").text
    assert "修改评分点" in page
    assert "思路与方法的新颖程度" in page
    boxes = {"id": "A1", "title": "新颖程度", "kind": "judged", "max": "３５", "decimals": "1", "step": "0.5"}
    base = draft_of(event).digest
    answer = post(client, organizer, f"{here}/part", at=at, base=base, **boxes)
    assert answer.status_code == 303
    aspect = document_of(event)["stages"][0]["rubric"][0]["children"][0]
    assert (aspect["max"], aspect["step"], aspect["decimals"]) == ("35", "0.5", 1)
    assert "满分 105 分 · 4 个评分点" in client.get(here).text


def test_wrong_boxes_are_named_and_nothing_typed_is_lost(client, world, organizer):
    _, event = new_event(world, point="innovation")
    before = draft_of(event)
    boxes = {"id": "A1", "title": "新颖程度", "kind": "judged", "max": "三十", "decimals": "9", "step": "0.5"}
    at = "stages[0].rubric[0].children[0]"
    answer = post(client, organizer, f"/events/{event.id}/rules/part", at=at, base=before.digest, **boxes)
    assert answer.status_code == 422
    assert "应是数，例如 12.5" in answer.text
    assert "应是 0 到 6 之间的整数。" in answer.text
    assert 'value="三十"' in answer.text
    assert draft_of(event).document == before.document


def test_an_id_that_its_stage_has_already_is_refused_at_its_box(client, world, organizer):
    _, event = new_event(world, point="innovation")
    boxes = {"at": "stages[0].rubric[0].children", "kind": "aspect", "id": "B1", "title": "重复", "max": "5"}
    answer = post(client, organizer, f"/events/{event.id}/rules/part", base=draft_of(event).digest, **boxes)
    assert answer.status_code == 422
    assert "编号“B1”重复了" in answer.text


def test_an_empty_criterion_is_kept_but_stops_the_adoption(client, world, organizer):
    _, event = new_event(world, point="innovation")
    here = f"/events/{event.id}/rules"
    boxes = {"at": "stages[0].rubric", "kind": "criterion", "id": "E", "title": "附加"}
    assert post(client, organizer, f"{here}/part", base=draft_of(event).digest, **boxes).status_code == 303
    page = client.get(here).text
    assert "还有 1 处要改" in page
    assert "阶段“专家评审” › 评分项“附加” · 评分点" in page
    assert "还不能定稿" in client.get(f"{here}/adopt").text
    refused = post(client, organizer, f"{here}/adopt", base=draft_of(event).digest)
    assert refused.status_code == 422
    with db.reading() as session:
        assert queries.get_event(session, event.id).state is EventState.DRAFT


def test_a_stale_editor_is_refused_and_shows_what_was_typed(client, world, organizer):
    _, event = new_event(world, point="innovation")
    here, base = f"/events/{event.id}/rules", draft_of(event).digest
    boxes = {"id": "review", "title": "第一次", "accumulate": "sum"}
    assert post(client, organizer, f"{here}/part", at="stages[0]", base=base, **boxes).status_code == 303
    late = post(client, organizer, f"{here}/part", at="stages[0]", base=base, **(boxes | {"title": "第二次"}))
    assert late.status_code == 409
    assert "评分办法已被改过" in late.text
    assert 'value="第二次"' in late.text
    assert document_of(event)["stages"][0]["title"] == "第一次"


def test_parts_are_moved_and_removed(client, world, organizer):
    _, event = new_event(world, point="innovation")
    here = f"/events/{event.id}/rules"
    post(client, organizer, f"{here}/move", at="stages[0].rubric[1]", by="up", base=draft_of(event).digest)
    assert [item["id"] for item in document_of(event)["stages"][0]["rubric"]] == ["B", "A", "C", "D"]
    first = post(client, organizer, f"{here}/move", at="stages[0].rubric[0]", by="up", base=draft_of(event).digest)
    assert first.status_code == 409
    asked = client.get(f"{here}/remove?at=" + quote("stages[0].rubric[0]")).text
    assert "其中的 1 个评分点一起删除。" in asked
    gone = post(client, organizer, f"{here}/remove", at="stages[0].rubric[0]", base=draft_of(event).digest)
    assert gone.status_code == 303
    assert [item["id"] for item in document_of(event)["stages"][0]["rubric"]] == ["A", "C", "D"]


@pytest.mark.parametrize(
    "at", ["stages[9]", "nothing", "stages[0].title", "stages", "x[0]", "stages[0]..", "schema[0]"]
)
def test_a_place_that_is_not_there_is_a_page_that_says_so(client, world, organizer, at):
    _, event = new_event(world, point="innovation")
    for path in ("rules", "rules/remove"):
        status = client.get(f"/events/{event.id}/{path}?at={quote(at)}").status_code
        assert status == (200 if at == "stages" and path == "rules" else 404)


def test_the_file_goes_round(client, world, organizer):
    _, event = new_event(world, point="merit")
    _, other = new_event(world, title="另一个")
    file = client.get(f"/events/{event.id}/rules/file")
    assert file.headers["content-type"].startswith("application/json")
    answer = upload(client, organizer, f"/events/{other.id}/rules/file", "规则.json", file.content, base="")
    assert answer.status_code == 303
    assert client.get(f"/events/{other.id}/rules/file").content == file.content


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "不是评分办法的 JSON 文件"),
        (b"[1]", "不是评分办法的 JSON 文件"),
        (b"[" * 100_000, "不是评分办法的 JSON 文件"),
        (b"\xff\xfe\x00", "不是评分办法的 JSON 文件"),
        (b'{"title": "x", "stages": []}', "总则 · 阶段：这里还是空的"),
        (b'{"title": "x", "stages": [{"id": "1", "weight": 0.3, "rubric": [{"id": "A", "children": [{"id": "1"}]}]}]}',
         "小数请写成文字，例如 &#34;0.3&#34;；0.3 这样写会有误差。"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_reason(client, world, organizer, data, words):
    _, event = new_event(world, point="merit")
    before = draft_of(event).document
    answer = upload(client, organizer, f"/events/{event.id}/rules/file", "a.json", data, base=draft_of(event).digest)
    assert answer.status_code == 422
    assert words in answer.text
    assert draft_of(event).document == before


def test_no_file_chosen_is_said(client, world, organizer):
    _, event = new_event(world, point="merit")
    answer = post(client, organizer, f"/events/{event.id}/rules/file", base=draft_of(event).digest)
    assert answer.status_code == 422
    assert "还没有选择文件" in answer.text


def test_the_rules_in_words_are_open_to_judges(client, world):
    competition, event = new_event(world, point="merit", adopt=True)
    account, _ = make_person(world, Role.JUDGE, competition_id=competition.id)
    actor = sign_in(client, account)
    page = client.get(f"/events/{event.id}/rules/words").text
    assert "总分相同时依次比较：评分项得分“快速”高者在前 → 评分项得分“安全”高者在前。" in page
    assert "完成率低于 70% 不得分，100% 得 25 分，其余按比例，超额最多多算 20%" in page
    assert post(client, actor, f"/events/{event.id}/rules/start", point="merit").status_code == 403


def test_every_block_is_a_piece_of_its_page(client, world, organizer):
    _, event = new_event(world, point="merit")
    for path in ("/competitions", f"/events/{event.id}/rules", f"/events/{event.id}/rules/remove?at=stages%5B0%5D"):
        whole = client.get(path).text
        part = client.get(path, headers={"HX-Request": "true"}).text
        assert part.strip()
        assert "<html" not in part
        assert part.strip().splitlines()[0].strip() in whole
