"""Every template is a whole rule set that says where its numbers come from."""

from decimal import Decimal

import pytest

from contest.actors import Role
from contest.competitions.advice import advice_on
from contest.competitions.outline import outline
from contest.competitions.starting_points import FAMILIES, STARTING_POINTS, starting_document, starting_point
from contest.competitions.totals import totals_of
from contest.competitions.wording import chapters
from tests.competitions.helpers import new_event
from tests.support import make_person, sign_in

ASKED_FOR = {
    "六比六赛", "六比六创", "五比一创", "五比", "四比", "两比两赛", "安康杯", "技能竞赛", "技能竞赛（只考实操）",
    "世赛评分", "演讲展示（7 名评委）", "演讲展示（5 名评委）", "工匠评选", "创新评审", "合理化建议评审",
    "创新案例评选（六项标准）", "五星评定",
}  # fmt: skip


def test_every_template_that_was_asked_for_is_there_once():
    titles = [point.title for point in STARTING_POINTS]
    assert set(titles) == ASKED_FOR
    assert len(titles) == len({point.key for point in STARTING_POINTS})


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.key)
def test_a_template_is_right_and_leaves_nothing_to_advise(point):
    found = outline(starting_document(point.key, "甲"))
    assert (found.faults, found.notices, advice_on(found)) == ((), (), [])
    assert all(chapter.sentences for chapter in chapters(found.rules))
    assert point.family in FAMILIES
    assert point.proposals
    assert all(source.taken and source.name for source in point.sources)


@pytest.mark.parametrize("point", [p for p in STARTING_POINTS if p.key != "worldskills"], ids=lambda point: point.key)
def test_its_stages_give_100(point):
    totals = totals_of(outline(starting_document(point.key, "甲")))
    assert [stage.total.value for stage in totals.stages] == ["100"] * len(totals.stages)


def test_two_copies_share_nothing():
    first, second = (starting_point("merit").fresh() for _ in range(2))
    first["vetoes"][0]["title"] = "x"
    first["stages"][0]["panel"]["method"]["name"] = "x"
    first["stages"][0]["rubric"][0]["children"][0]["max"] = "x"
    assert second == starting_point("merit").fresh()


# the published numbers, typed from the sources the templates name (rules.md 2 to 5)
def part(point, path):
    node = starting_document(point, "甲")["stages"]
    for step in path:
        node = node[step]
    return node


def test_published_weights_and_shares():
    assert [stage["weight"] for stage in starting_document("skills", "甲")["stages"]] == ["0.3", "0.7"]
    assert [award["percent"] for award in starting_document("skills", "甲")["awards"]] == ["10", "20", "30"]
    assert [c["children"][0]["max"] for c in part("proposals", [0, "rubric"])] == ["30", "30", "20", "20"]
    assert part("proposals", [0, "rubric", 1, "children", 0, "limits", "bands"])[2] == ["50", "26", "30"]
    assert [tie["ref"] for tie in starting_document("practice", "甲")["ties"]][:2] == ["C", "A"]


def test_the_quarter_is_the_mean_of_its_months():
    stage = part("merit", [0])
    assert stage["accumulate"] == "mean_of_groups"
    assert [period["group"] for period in stage["periods"]] == ["Q1"] * 3 + ["Q2"] * 3 + ["Q3"] * 3 + ["Q4"] * 3


@pytest.mark.parametrize(("judges", "point"), [(7, "speech"), (5, "speech5")])
def test_a_speech_needs_its_judges_and_drops_two(judges, point):
    panel = part(point, [0, "panel"])
    assert panel["min_judges"] == judges
    assert (panel["method"]["drop_high"], panel["method"]["drop_low"], panel["scope"]) == (1, 1, "sheet")


def test_a_template_is_read_in_words_before_it_is_chosen(client, world):
    account, _ = make_person(world, Role.ORGANIZER)
    sign_in(client, account)
    _, event = new_event(world)
    here = f"/events/{event.id}/rules/start"
    listed = client.get(here).text
    assert listed.count("作起点") == len(STARTING_POINTS)
    page = client.get(f"{here}?point=merit").text
    assert "市交通建设目标考核办法（2009 年）" in page
    assert "建议值" in page
    assert "完成率低于 70% 不得分" in page
    assert page.count("作起点") == 1
    assert client.get(f"{here}?point=nonsense").text.count("作起点") == len(STARTING_POINTS)


def test_stars_are_thresholds():
    awards = starting_document("stars", "甲")["awards"]
    assert [(award["by"], Decimal(award["min"])) for award in awards] == [("threshold", n) for n in (90, 80, 70, 60)]
