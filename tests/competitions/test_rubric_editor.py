"""The rubric editor through HTTP: totals and advice, preview, moving, undoing a removal, stale pages, copying."""

import json
from urllib.parse import quote

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions import queries, rule_services
from contest.competitions.advice import advice_on
from contest.competitions.copying import with_free_ids
from contest.competitions.models import RemovedPart
from contest.competitions.outline import outline
from contest.competitions.parts import ids_below
from contest.competitions.removals import KEPT
from contest.competitions.starting_points import starting_document
from contest.competitions.totals import totals_of
from tests.competitions.helpers import new_event, post
from tests.support import make_person, sign_in

P11, P1, P2 = "stages[1].rubric[0].children[0]", "stages[1].rubric[0]", "stages[1].rubric[1]"


@pytest.fixture
def organizer(client, world):
    account, _ = make_person(world, Role.ORGANIZER)
    return sign_in(client, account)


def draft_of(event):
    with db.reading() as session:
        return queries.newest_version(session, session.get(type(event), (event.tenant_id, event.id)))


def document_of(event):
    return json.loads(draft_of(event).document)


def save(event, document):
    with db.transaction() as session:
        rule_services.save_rule_set(session, SYSTEM, event, document)


def simple(*maxima, **more):
    rubric = [
        {"id": f"C{n}", "title": f"第{n}项", "children": [{"id": f"C{n}.1", "title": "点", "max": top}]}
        for n, top in enumerate(maxima, 1)
    ]
    return {"title": "甲", "stages": [{"id": "s", "title": "评审", "rubric": rubric, **more}]}


@pytest.mark.parametrize(
    ("maxima", "words"),
    [(("40", "60"), "正好 100"), (("40", "56"), "比 100 少 4"), (("40", "60.5"), "比 100 多 0.5")],
)
def test_the_sum_says_what_is_short_or_over(maxima, words):
    totals = totals_of(outline(simple(*maxima)))
    assert totals.stages[0].total.words == words
    assert totals.stages[0].equation == " + ".join(maxima)


def test_stage_weights_visibly_add_up():
    document = starting_document("skills", "电工")
    document["stages"][0]["weight"] = "0.25"
    totals = totals_of(outline(document))
    assert (totals.weights_equation, totals.weights.words) == ("0.25 + 0.7", "比 1 少 0.05")
    assert (totals.whole_equation, totals.whole.words) == ("25 + 70", "比 100 少 5")


def test_criterion_weights_stand_in_the_equation_and_a_declared_sum_is_compared():
    document = simple("100", "100")
    first, second = document["stages"][0]["rubric"]
    first["weight"], second["weight"], second["declared_max"] = "0.3", "0.7", "90"
    stage = totals_of(outline(document)).stages[0]
    assert (stage.equation, stage.total.words) == ("100 × 0.3 + 100 × 0.7", "正好 100")
    assert [item.words for item in stage.criteria] == ["", "比 90 多 10"]


def advice(document):
    return [(fault.at, fault.field, fault.text) for fault in advice_on(outline(document))]


def test_an_aspect_without_maximum_is_named():
    document = simple("50")
    del document["stages"][0]["rubric"][0]["children"][0]["max"]
    found = advice(document)
    assert found == [("stages[0].rubric[0].children[0]", "max", "没有写最高分，现在按 100 分计。")]


@pytest.mark.parametrize(
    ("ties", "stage", "wanted"),
    [
        ([{"by": "total"}], {}, "总分已经相同"),
        ([{"by": "stage", "ref": "s"}], {}, "只有这一个阶段计入总分"),
        ([{"by": "criterion", "ref": "C1"}, {"by": "criterion", "ref": "C1", "direction": "asc"}], {}, "与第 1 条相同"),
        ([{"by": "criterion", "ref": "C1"}], {"panel": {"scope": "sheet"}}, "由整张评分表合成"),
        ([{"by": "criterion", "ref": "C1"}], {}, ""),
        ([{"by": "measure", "ref": "minutes"}], {"panel": {"scope": "sheet"}}, ""),
    ],
)
def test_a_tie_break_that_separates_nobody_is_named(ties, stage, wanted):
    found = advice(simple("50", "50", **stage) | {"ties": ties})
    assert [text for _, _, text in found if not wanted or wanted in text] == [text for _, _, text in found]
    assert bool(found) == bool(wanted)


def test_shares_above_the_whole_and_levels_without_words_are_named():
    document = simple("1")
    document["stages"][0]["rubric"][0]["children"][0]["kind"] = "judgement"
    shares = [{"id": str(n), "by": "share", "percent": "60"} for n in range(2)]
    found = advice(document | {"awards": shares})
    assert [place for place, _, _ in found] == ["stages[0].rubric[0].children[0]", "awards[1]"]


def test_a_fault_leads_to_its_field_and_an_empty_criterion_to_the_form_that_fills_it(client, world, organizer):
    _, event = new_event(world)
    document = simple("50", "50")
    document["stages"][0]["rubric"][0]["children"] = []
    document["stages"][0]["rubric"][1]["children"][0]["max"] = "-1"
    save(event, document)
    page = client.get(f"/events/{event.id}/rules").text
    assert f"at={quote('stages[0].rubric[0].children', safe='')}#part" in page
    assert f"at={quote('stages[0].rubric[1].children[0]', safe='')}#f-max" in page


def test_what_is_typed_is_counted_and_shown_before_it_is_saved(client, world, organizer):
    _, event = new_event(world, point="skills")
    before = document_of(event)
    boxes = {"at": P11, "kind": "judged", "was": "P11", "id": "P11", "title": "安全着装", "max": "16", "decimals": "1"}
    answer = client.post(
        f"/events/{event.id}/rules/preview", data={"csrf_token": organizer.csrf_token, **boxes},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.text.strip().startswith('<div id="beside"')
    assert "比 100 多 6" in answer.text
    assert "安全着装" in answer.text
    assert document_of(event) == before


def test_the_judges_sheet_stands_beside_with_its_levels(client, world, organizer):
    _, event = new_event(world, point="worldskills")
    page = client.get(f"/events/{event.id}/rules?at={quote('stages[0].rubric[0].children[0].children[0]')}").text
    beside = page[page.index('id="beside"') :]
    assert 'aria-current="true"' in beside
    assert "达到行业标准" in beside
    clerk = client.get(f"/events/{new_event(world, point='skills')[1].id}/rules?sheet=stages%5B0%5D").text
    assert "这个阶段没有裁判打的分" in clerk


MOVES = [
    (P2, {"by": "in"}, ["P1", "P11", "P12", "P2", "P21", "P22", "P3"]),
    (P11, {"by": "down"}, ["P1", "P12", "P11", "P2"]),
    (P11, {"to": "stages[1].rubric[1].children", "index": "1"}, ["P1", "P12", "P2", "P21", "P11", "P22"]),
]


def test_a_part_moves_by_button_and_by_drag_alike(client, world, organizer):
    _, event = new_event(world)
    for at, boxes, order in MOVES:
        save(event, starting_document("skills", "电工"))
        answer = post(client, organizer, f"/events/{event.id}/rules/move", at=at, base=draft_of(event).digest, **boxes)
        assert answer.status_code == 303
        assert "#p-stages-1-rubric" in answer.headers["location"]
        assert ids_below(document_of(event)["stages"][1])[: len(order)] == order


MISFITS = [
    ({"at": P11, "by": "out"}, 409),
    ({"at": P11, "by": "nowhere"}, 404),
    ({"at": P11, "to": "stages[1].rubric", "index": "0"}, 409),
    ({"at": P1, "to": f"{P1}.children", "index": "0"}, 409),
    ({"at": P11, "to": "nothing", "index": "x"}, 404),
    ({"at": "stages[7]", "by": "up"}, 404),
]


def test_a_move_that_does_not_fit_changes_nothing(client, world, organizer):
    _, event = new_event(world, point="skills")
    before, base = document_of(event), draft_of(event).digest
    for boxes, status in MISFITS:
        answer = post(client, organizer, f"/events/{event.id}/rules/move", base=base, **boxes)
        assert answer.status_code == status, boxes
    assert document_of(event) == before


def test_a_removed_part_comes_back_where_it_was(client, world, organizer):
    _, event = new_event(world, point="skills")
    before, here = document_of(event), f"/events/{event.id}/rules"
    assert post(client, organizer, f"{here}/remove", at=P1, base=draft_of(event).digest).status_code == 303
    page = client.get(here).text
    assert "恢复 阶段“实际操作” › 评分项“操作规范”" in page
    with db.reading() as session:
        kept = session.exec(queries.select(RemovedPart)).one()
    assert (
        post(client, organizer, f"{here}/move", at="stages[1]", by="up", base=draft_of(event).digest).status_code == 303
    )
    restored = post(client, organizer, f"{here}/restore", removed=kept.id, base=draft_of(event).digest)
    assert restored.status_code == 303
    assert document_of(event)["stages"][0] == before["stages"][1]
    assert "最近删除" not in client.get(here).text
    assert post(client, organizer, f"{here}/restore", removed=kept.id, base=draft_of(event).digest).status_code == 404


def test_a_part_whose_place_is_gone_is_not_offered_and_not_restored(client, world, organizer):
    _, event = new_event(world, point="skills")
    here = f"/events/{event.id}/rules"
    for at in (P11, P1):
        post(client, organizer, f"{here}/remove", at=at, base=draft_of(event).digest)
    page = client.get(here).text
    assert "恢复 阶段“实际操作” › 评分项“操作规范”" in page
    assert "评分点“操作步骤”" not in page
    with db.reading() as session:
        aspect = session.exec(queries.select(RemovedPart).order_by(RemovedPart.id)).first()
    answer = post(client, organizer, f"{here}/restore", removed=aspect.id, base=draft_of(event).digest)
    assert answer.status_code == 409
    assert "原来所在的位置已经没有了" in answer.text


def test_removals_are_kept_for_their_own_event_and_not_for_ever(client, world, organizer):
    _, event = new_event(world, point="merit")
    _, other = new_event(world, point="merit", title="另一个")
    for _ in range(KEPT + 1):
        post(client, organizer, f"/events/{event.id}/rules/remove", at="vetoes[0]", base=draft_of(event).digest)
        save(event, starting_document("merit", "甲"))
    with db.reading() as session:
        kept = session.exec(queries.select(RemovedPart)).all()
    assert len(kept) == KEPT
    answer = post(
        client, organizer, f"/events/{other.id}/rules/restore", removed=kept[0].id, base=draft_of(other).digest
    )
    assert answer.status_code == 404


def boxes_of(**typed):
    return {"at": P11, "kind": "judged", "was": "P11", "id": "P11", "title": "我写的", "max": "12", **typed}


def test_of_two_organizers_the_later_keeps_what_was_typed_and_sees_what_is_stored(client, world, organizer):
    _, event = new_event(world, point="skills")
    base, here = draft_of(event).digest, f"/events/{event.id}/rules"
    document = document_of(event)
    criterion = document["stages"][1]["rubric"][0]
    criterion["children"][0]["title"] = "别人写的"
    criterion["children"].reverse()  # and it stands elsewhere now
    save(event, document)
    late = post(client, organizer, f"{here}/part", base=base, **boxes_of())
    assert late.status_code == 409
    assert "评分办法已被改过，没有保存" in late.text
    assert 'value="我写的"' in late.text
    assert "现在保存的是“别人写的”。" in late.text
    assert 'name="at" value="stages[1].rubric[0].children[1]"' in late.text
    again = post(client, organizer, f"{here}/part", base=draft_of(event).digest, **boxes_of())
    assert again.status_code == 303
    assert [aspect["title"] for aspect in document_of(event)["stages"][1]["rubric"][0]["children"]] == [
        "工具使用", "我写的",
    ]  # fmt: skip


def test_what_was_typed_into_a_removed_part_becomes_a_new_one(client, world, organizer):
    _, event = new_event(world, point="skills")
    base, here = draft_of(event).digest, f"/events/{event.id}/rules"
    document = document_of(event)
    del document["stages"][1]["rubric"][0]["children"][0]
    save(event, document)
    late = post(client, organizer, f"{here}/part", base=base, **boxes_of())
    assert late.status_code == 409
    assert "增加评分点" in late.text
    assert 'value="我写的"' in late.text
    boxes = boxes_of(at="stages[1].rubric[0].children", was="P1")
    assert post(client, organizer, f"{here}/part", base=draft_of(event).digest, **boxes).status_code == 303
    assert ids_below(document_of(event)["stages"][1])[:3] == ["P1", "P12", "P11"]


def test_criteria_are_copied_from_a_competition_one_may_see(client, world, organizer):
    _, event = new_event(world, point="skills")
    _, source = new_event(world, point="speech", title="演讲")
    here = f"/events/{event.id}/rubric/copy"
    assert "演讲" in client.get(f"{here}?into=practice").text
    assert "感染力" not in client.get(f"{here}?into=practice&source={source.id}").text  # criteria are offered
    assert "表达" in client.get(f"{here}?into=practice&source={source.id}").text
    boxes = {"source": source.id, "into": "practice", "base": draft_of(event).digest}
    assert post(client, organizer, here, **boxes).status_code == 422
    assert post(client, organizer, here, **(boxes | {"into": "x"}), pick="stages[0].rubric[1]").status_code == 422
    answer = post(client, organizer, here, **boxes, pick="stages[0].rubric[1]")
    assert answer.status_code == 303
    copied = document_of(event)["stages"][1]["rubric"][-1]
    assert copied == document_of(source)["stages"][0]["rubric"][1]
    assert post(client, organizer, here, **boxes, pick="stages[0].rubric[1]").status_code == 409


def test_nothing_is_copied_from_what_one_may_not_see(client, world):
    _, event = new_event(world, point="skills", at="plant")
    _, foreign = new_event(world, point="speech", title="外省演讲", at="works")
    account, _ = make_person(world, Role.ORGANIZER, at="plant")
    actor = sign_in(client, account)
    here = f"/events/{event.id}/rubric/copy"
    assert "外省演讲" not in client.get(here).text
    assert client.get(f"{here}?source={foreign.id}").status_code == 404
    boxes = {"source": foreign.id, "into": "practice", "base": draft_of(event).digest, "pick": "stages[0].rubric[0]"}
    assert post(client, actor, here, **boxes).status_code == 404


def test_the_list_of_sources_searches_in_sql_with_the_same_queries_for_three_rows(client, world, organizer):
    _, event = new_event(world, point="skills")
    new_event(world, point="speech", title="演讲一")
    here = f"/events/{event.id}/rubric/copy"
    client.get(here)
    with db.counting_queries() as one:
        client.get(here)
    for title in ("演讲二", "演讲三"):
        new_event(world, point="speech", title=title)
    with db.counting_queries() as three:
        assert client.get(here).text.count("演讲") == 3
    assert len(three) == len(one)
    assert client.get(f"{here}?q={quote('讲二')}").text.count("演讲") == 1


def test_copied_ids_are_free_in_their_new_stage():
    node = {"id": "A", "children": [{"id": "A1"}, {"id": "A2"}, {"id": "X"}]}
    made = with_free_ids(node, {"A", "A1", "B", "X"})
    assert (made["id"], [child["id"] for child in made["children"]]) == ("C", ["C1", "C2", "D"])


def test_a_conversion_shows_its_own_parameters_once_it_is_chosen(client, world, organizer):
    _, event = new_event(world, point="skills")
    at, here = "stages[0].rubric[0].children[0]", f"/events/{event.id}/rules"
    assert 'name="conversion.bands"' not in client.get(f"{here}?at={quote(at)}").text
    boxes = {"at": at, "kind": "measured", "was": "T1", "id": "T1", "title": "试卷", "max": "30", "sheet": "clerk"}
    chosen = boxes | {"conversion.name": "bands", "base": draft_of(event).digest}
    asked = post(client, organizer, f"{here}/part", **chosen)
    assert asked.status_code == 422
    assert 'name="conversion.bands"' in asked.text
    assert 'name="conversion.target"' not in asked.text
    saved = post(client, organizer, f"{here}/part", **chosen, **{"conversion.bands": "0 10\n60 20"})
    assert saved.status_code == 303
    rule = document_of(event)["stages"][0]["rubric"][0]["children"][0]["conversion"]
    assert rule["bands"] == [["0", "10"], ["60", "20"]]
